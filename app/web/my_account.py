"""One's own account: password, address, signed-in browsers, ways in from elsewhere."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.i18n import gettext
from app.practice import accounts, browsers, identities, mail, people
from app.practice.accounts import User
from app.practice.errors import Invalid
from app.practice.house import House
from app.web.entry import Field, agent_of, held_back, let_in
from app.web.pages import render
from app.web.people import HouseDep, ReaderDep
from app.web.security import Throttle, read_token

router = APIRouter()


def _said(done: str) -> str | None:
    """What has just been done, in words."""
    words = {
        "password": gettext("Your password is changed. Every other browser has been signed out."),
        "email": gettext("Your address is saved."),
        "browser": gettext("That browser is signed out."),
        "others": gettext("All other browsers are signed out."),
        "linked": gettext("From now on you can sign in that way too."),
        "unlinked": gettext("That way in is closed."),
    }
    return words.get(done)


def _context(request: Request, house: House, user: User) -> dict[str, Any]:
    token = read_token(request, house.settings)
    return {
        "role": people.role_words()[user.role],
        "browsers": browsers.list_browsers(house.database, user, token),
        "has_password": accounts.has_password(user),
        "by_mail": mail.is_set_up(house.settings),
        "linked": identities.linked(house.database, house.settings, user),
        "email": user.email or "",
        "said": None,
        "error": None,
        "field": None,
    }


def _wrong(request: Request, house: House, user: User, error: Invalid, **changed: object) -> Response:
    context = _context(request, house, user) | {"error": error.message, "field": error.field} | changed
    return render(request, "account.html", status=422, **context)


def _confirm(request: Request, house: House, user: User, password: str, field: str) -> None:
    """That it is the owner who asks: by the password, or, without one, by having just signed in. Raises Invalid."""
    if accounts.has_password(user):
        accounts.confirm(user, password, field)
    elif not browsers.is_fresh(house.database, user, read_token(request, house.settings)):
        raise Invalid(field, gettext("You signed in some time ago. Sign out and in again, then change this."))


@router.get("/account")
def account_page(request: Request, house: HouseDep, user: ReaderDep, done: str = "") -> Response:
    return render(request, "account.html", **_context(request, house, user) | {"said": _said(done)})


@router.post("/account/password")
def change_password(
    request: Request, house: HouseDep, user: ReaderDep, old_password: Field = "", password: Field = ""
) -> Response:
    """A new password signs every browser out; this one is let in again at once."""
    throttle: Throttle = request.app.state.sign_in_throttle
    key = f"account {user.id}"
    if wait := throttle.attempt(key):
        return held_back(request, "account.html", wait, **_without_error(request, house, user))
    try:
        _confirm(request, house, user, old_password, "old_password")
        accounts.replace_password(house.database, user, password)
    except Invalid as error:
        return _wrong(request, house, user, error)
    throttle.succeeded(key)
    token = browsers.enter(house.database, user.id, house.settings.session_days, agent_of(request))
    return let_in(request, house, token, "/account?done=password")


@router.post("/account/email")
def change_email(
    request: Request, house: HouseDep, user: ReaderDep, email: Field = "", password: Field = ""
) -> Response:
    throttle: Throttle = request.app.state.sign_in_throttle
    key = f"account {user.id}"
    if wait := throttle.attempt(key):
        return held_back(request, "account.html", wait, **_without_error(request, house, user))
    try:
        _confirm(request, house, user, password, "email_password")
        accounts.set_email(house.database, user, email)
    except Invalid as error:
        return _wrong(request, house, user, error, email=email)
    throttle.succeeded(key)
    return RedirectResponse("/account?done=email", 303)


def _without_error(request: Request, house: House, user: User) -> dict[str, Any]:
    context = _context(request, house, user)
    return {name: value for name, value in context.items() if name not in ("error", "field")}


@router.post("/account/browsers/{browser_id}/sign-out")
def sign_out_one(house: HouseDep, user: ReaderDep, browser_id: str) -> Response:
    browsers.sign_out_one(house.database, user, browser_id)
    return RedirectResponse("/account?done=browser#browsers", 303)


@router.post("/account/browsers/sign-out-others")
def sign_out_others(request: Request, house: HouseDep, user: ReaderDep) -> Response:
    browsers.sign_out_others(house.database, user, read_token(request, house.settings))
    return RedirectResponse("/account?done=others#browsers", 303)


@router.post("/account/unlink")
def unlink(request: Request, house: HouseDep, user: ReaderDep) -> Response:
    try:
        identities.unlink(house.database, house.settings, user)
    except Invalid as error:
        return _wrong(request, house, user, error)
    return RedirectResponse("/account?done=unlinked", 303)


__all__ = ["router"]
