"""A forgotten password: asking for a link, using it, handing one over."""

from __future__ import annotations

import uuid

from fastapi import APIRouter, BackgroundTasks, Request
from starlette.responses import RedirectResponse, Response

from app.practice import mail, resets
from app.practice.errors import Invalid
from app.practice.house import House
from app.practice.resets import Handed, Stale
from app.web.entry import Field, held_back, public_address, who
from app.web.pages import render
from app.web.people import HouseDep, InstructorDep, VisitorDep
from app.web.security import Throttle

router = APIRouter()


@router.get("/forgot")
def forgot_page(request: Request, house: HouseDep, _: VisitorDep, sent: bool = False) -> Response:
    by_mail = mail.is_set_up(house.settings)
    return render(request, "forgot.html", by_mail=by_mail, sent=sent and by_mail, form={}, error=None, field=None)


@router.post("/forgot")
def forgot(
    request: Request, house: HouseDep, _: VisitorDep, background: BackgroundTasks, username: Field = ""
) -> Response:
    """The same answer, as soon, for everybody: who has an account is looked up once it is given."""
    if not mail.is_set_up(house.settings):
        return RedirectResponse("/forgot", 303)
    state, username = request.app.state, username[:254]
    sources: Throttle = state.reset_source_throttle
    names: Throttle = state.reset_throttle
    wait = max(sources.attempt(who(request)), names.attempt(username.strip().lower()))
    if wait:
        return held_back(request, "forgot.html", wait, by_mail=True, sent=False, form={"username": username})
    background.add_task(resets.send_link, house.database, house.settings, username)
    return RedirectResponse("/forgot?sent=1", 303)


@router.get("/reset/{token}")
def reset_page(request: Request, house: HouseDep, _: VisitorDep, token: str) -> Response:
    try:
        holder = resets.holder(house.database, house.settings, token)
    except Stale:
        return _stale(request)
    return render(request, "reset.html", holder=holder, error=None, field=None)


@router.post("/reset/{token}")
def reset(request: Request, house: HouseDep, _: VisitorDep, token: str, password: Field = "") -> Response:
    try:
        resets.use(house.database, house.settings, token, password)
    except Stale:
        return _stale(request)
    except Invalid as error:
        holder = resets.holder(house.database, house.settings, token)
        return render(request, "reset.html", status=422, holder=holder, error=error.message, field=error.field)
    return RedirectResponse("/sign-in?reset=1", 303)


def _stale(request: Request) -> Response:
    return render(request, "reset_stale.html", status=410)


@router.post("/people/{user_id}/reset-link")
def hand_over(request: Request, house: HouseDep, user: InstructorDep, user_id: uuid.UUID) -> Response:
    """The link is shown once, on the answer to this form: it stands in no address and in no list."""
    return show_link(request, house, resets.hand_over(house.database, house.settings, user, user_id), first=False)


def show_link(request: Request, house: House, link: Handed, *, first: bool) -> Response:
    """The page with a link to hand over; `first`: for an account that has just been made."""
    address = public_address(request, house) + link.path
    return render(request, "handed.html", link=link, address=address, first=first)


__all__ = ["router", "show_link"]
