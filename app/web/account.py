"""Accounts: the first run, signing in and out, joining a class with its code, changing one's password."""

from __future__ import annotations

from math import ceil
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from app.practice import accounts, browsers
from app.practice.errors import Invalid, PracticeError
from app.practice.house import House
from app.web.errors import status_of
from app.web.pages import render
from app.web.people import HouseDep, ReaderDep, VisitorDep
from app.web.security import Throttle, drop_token, local_path, read_token, write_token

router = APIRouter()

Field = Annotated[str, Form()]


def _enter(house: House, username: str, password: str, target: str) -> Response:
    """Sign in and go to `target`."""
    token = accounts.sign_in(house.database, username, password, house.settings.session_days)
    response = RedirectResponse(target, 303)
    write_token(response, house.settings, token)
    return response


def _held_back(request: Request, template: str, seconds: float, **context: object) -> Response:
    minutes = ceil(seconds / 60)
    message = f"Too many tries. Wait {minutes} minute{'s' if minutes > 1 else ''}, then try again."
    response = render(request, template, status=429, error=message, field=None, **context)
    response.headers["Retry-After"] = str(ceil(seconds))
    return response


def _who(request: Request) -> str:
    return request.client.host if request.client else "unknown"


@router.get("/welcome")
def first_run(request: Request, house: HouseDep) -> Response:
    if not accounts.is_new(house.database):
        return RedirectResponse("/sign-in", 303)
    return render(request, "welcome.html", form={}, error=None, field=None)


@router.post("/welcome")
def found(request: Request, house: HouseDep, name: Field = "", username: Field = "", password: Field = "") -> Response:
    try:
        accounts.found(house.database, username=username, name=name, password=password)
    except Invalid as error:
        form = {"name": name, "username": username}
        return render(request, "welcome.html", status=422, form=form, error=error.message, field=error.field)
    return _enter(house, username, password, "/classes")


@router.get("/sign-in")
def sign_in_page(request: Request, user: VisitorDep, next: str = "") -> Response:
    if user is not None:
        return RedirectResponse(local_path(next), 303)
    return render(request, "sign_in.html", form={}, next=local_path(next), error=None, field=None)


@router.post("/sign-in")
def sign_in(
    request: Request, house: HouseDep, _: VisitorDep, username: Field = "", password: Field = "", next: Field = ""
) -> Response:
    throttle: Throttle = request.app.state.sign_in_throttle
    form, target = {"username": username}, local_path(next)
    key = f"{_who(request)} {username.strip().lower()}"
    if wait := throttle.attempt(key):
        return _held_back(request, "sign_in.html", wait, form=form, next=target)
    try:
        response = _enter(house, username, password, target)
    except Invalid as error:
        return render(
            request, "sign_in.html", status=422, form=form, next=target, error=error.message, field=error.field
        )
    throttle.succeeded(key)
    return response


@router.get("/join")
def join_page(request: Request, user: VisitorDep, code: str = "") -> Response:
    if user is not None:
        return RedirectResponse("/", 303)
    return render(request, "join.html", form={"class_code": code}, error=None, field=None)


@router.post("/join")
def join(
    request: Request,
    house: HouseDep,
    _: VisitorDep,
    class_code: Field = "",
    name: Field = "",
    username: Field = "",
    password: Field = "",
) -> Response:
    throttle: Throttle = request.app.state.join_throttle
    form = {"class_code": class_code, "name": name, "username": username}
    if wait := throttle.attempt(_who(request)):
        return _held_back(request, "join.html", wait, form=form)
    try:
        accounts.join(house.database, class_code=class_code, username=username, name=name, password=password)
    except PracticeError as error:
        field = getattr(error, "field", "username")
        return render(request, "join.html", status=status_of(error), form=form, error=error.message, field=field)
    throttle.succeeded(_who(request))
    return _enter(house, username, password, "/clients")


@router.post("/sign-out")
def sign_out(request: Request, house: HouseDep) -> Response:
    token = read_token(request, house.settings)
    if token is not None:
        browsers.sign_out(house.database, token)
    response = RedirectResponse("/sign-in", 303)
    drop_token(response, house.settings)
    return response


@router.get("/account")
def account_page(request: Request, _: ReaderDep, changed: bool = False) -> Response:
    return render(request, "account.html", changed=changed, error=None, field=None)


@router.post("/account/password")
def change_password(
    request: Request, house: HouseDep, user: ReaderDep, old_password: Field = "", password: Field = ""
) -> Response:
    """A new password signs every browser out; this one is let in again at once."""
    try:
        accounts.change_password(house.database, user, old_password, password)
    except Invalid as error:
        return render(request, "account.html", status=422, changed=False, error=error.message, field=error.field)
    return _enter(house, user.username, password, "/account?changed=1")


__all__ = ["router"]
