"""The ways in and out: the first run, signing in, joining a class with its code, signing out."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.i18n import gettext as _
from app.practice import accounts, browsers, invitations, joining
from app.practice.errors import Invalid, PracticeError
from app.practice.house import House
from app.web.entry import Field, agent_of, held_back, let_in, who
from app.web.errors import status_of
from app.web.pages import render
from app.web.people import HouseDep, ReaderDep, VisitorDep
from app.web.security import Throttle, drop_token, local_path, read_token
from app.web.sso import provider_name

router = APIRouter()


def _enter(request: Request, house: House, username: str, password: str, target: str) -> Response:
    """Sign in and go to `target`."""
    days = house.settings.session_days
    token = accounts.sign_in(house.database, username, password, days, agent_of(request))
    return let_in(request, house, token, target)


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
    return _enter(request, house, username, password, "/classes")


@router.get("/sign-in")
def sign_in_page(request: Request, house: HouseDep, user: VisitorDep, next: str = "", reset: bool = False) -> Response:
    if user is not None:
        return RedirectResponse(local_path(next), 303)
    context = _sign_in_context(house, "", next) | {"reset": reset}
    return render(request, "sign_in.html", error=None, field=None, **context)


@router.post("/sign-in")
def sign_in(
    request: Request, house: HouseDep, _: VisitorDep, username: Field = "", password: Field = "", next: Field = ""
) -> Response:
    throttle: Throttle = request.app.state.sign_in_throttle
    context = _sign_in_context(house, username, next)
    key = f"{who(request)} {username.strip().lower()}"
    if wait := throttle.attempt(key):
        return held_back(request, "sign_in.html", wait, **context)
    try:
        response = _enter(request, house, username, password, local_path(next))
    except Invalid as error:
        return render(request, "sign_in.html", status=422, error=error.message, field=error.field, **context)
    throttle.succeeded(key)
    return response


def _sign_in_context(house: House, username: str, target: str) -> dict[str, Any]:
    provider = provider_name(house.settings)
    return {"form": {"username": username}, "next": local_path(target), "reset": False, "provider": provider}


@router.get("/join")
def join_page(request: Request, house: HouseDep, user: VisitorDep, code: str = "", invite: str = "") -> Response:
    """The page of a class code, or of a personal link; somebody signed in may take the place with their account."""
    welcome = invitations.welcome(house.database, invite) if invite else None
    if user is not None:
        if welcome is not None:
            return render(request, "join_more.html", error=None, code="", joined=None, welcome=welcome)
        return RedirectResponse(f"/classes/join?{urlencode({'code': code})}" if code else "/", 303)
    form = {"class_code": code, "name": welcome.name if welcome else ""}
    error = _stale() if invite and welcome is None else None
    return render(request, "join.html", form=form, error=error, field=None, welcome=welcome)


def _stale() -> str:
    return _("This link opens nothing any more. Ask your instructor for a new one, or use the code of your class.")


@router.post("/join/place")
def take_place(request: Request, house: HouseDep, user: ReaderDep, invite: Field = "") -> Response:
    """Somebody who is signed in takes the place that a personal link holds."""
    joined = invitations.accept_as(house.database, invite, user)
    return render(request, "join_more.html", error=None, code="", joined=joined)


@router.post("/join")
def join(
    request: Request,
    house: HouseDep,
    _: VisitorDep,
    class_code: Field = "",
    name: Field = "",
    username: Field = "",
    password: Field = "",
    invite: Field = "",
) -> Response:
    throttle: Throttle = request.app.state.join_throttle
    form = {"class_code": class_code, "name": name, "username": username}
    welcome = invitations.welcome(house.database, invite) if invite else None
    if wait := throttle.attempt(who(request)):
        return held_back(request, "join.html", wait, form=form, welcome=welcome)
    fields = {"name": name, "username": username, "password": password}
    try:
        if invite:
            user = invitations.accept(house.database, invite, **fields)
        else:
            user = joining.join_by_code(house.database, class_code, **fields)
    except PracticeError as error:
        field = getattr(error, "field", None)
        return render(
            request, "join.html", status=status_of(error), form=form, error=error.message, field=field, welcome=welcome
        )
    throttle.succeeded(who(request))
    return _enter(request, house, username, password, "/dashboard" if accounts.is_instructor(user) else "/clients")


@router.post("/sign-out")
def sign_out(request: Request, house: HouseDep) -> Response:
    browsers.sign_out(house.database, read_token(request, house.settings))
    response = RedirectResponse("/sign-in", 303)
    drop_token(response, house.settings)
    return response


__all__ = ["router"]
