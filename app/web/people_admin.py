"""The accounts, for admins: list and search, roles, closing and opening, inviting."""

from __future__ import annotations

import uuid
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from app.i18n import gettext
from app.practice import mail, people, resets
from app.practice.accounts import User
from app.practice.errors import Invalid
from app.web.entry import Field
from app.web.pages import render
from app.web.people import HouseDep, ReaderDep
from app.web.reset import show_link

router = APIRouter()


def get_admin(user: ReaderDep) -> User:
    """The signed-in reader when they run the room. Raises NotAllowed."""
    people.require_admin(user)
    return user


AdminDep = Annotated[User, Depends(get_admin)]


@router.get("/people")
def list_page(
    request: Request,
    house: HouseDep,
    admin: AdminDep,
    words: str = "",
    role: str = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> Response:
    words = words.strip()[:120]
    found = people.search(house.database, admin, words=words, role=role, page=page)
    wanted = {"words": words, "role": role}
    return render(
        request,
        "people.html",
        found=found,
        wanted=wanted,
        roles=people.role_words(),
        address=lambda number: "/people?" + urlencode(wanted | {"page": str(number)}),
    )


@router.get("/people/invite")
def invite_page(request: Request, _: AdminDep) -> Response:
    context: dict[str, Any] = {
        "form": {"role": "instructor"},
        "roles": people.role_words(),
        "error": None,
        "field": None,
    }
    return render(request, "person_invite.html", **context)


@router.post("/people/invite")
def invite(
    request: Request,
    house: HouseDep,
    admin: AdminDep,
    name: Field = "",
    username: Field = "",
    email: Field = "",
    role: Field = "",
) -> Response:
    """Makes the account and shows the link by which its owner chooses a password."""
    form = {"name": name, "username": username, "email": email, "role": role}
    try:
        user = people.invite(house.database, admin, **form)
    except Invalid as error:
        context = {"form": form, "roles": people.role_words(), "error": error.message, "field": error.field}
        return render(request, "person_invite.html", status=422, **context)
    return show_link(request, house, resets.link_for(house.settings, user, resets.Kind.FIRST), first=True)


@router.get("/people/{user_id}")
def person_page(request: Request, house: HouseDep, admin: AdminDep, user_id: uuid.UUID, done: str = "") -> Response:
    words = {
        "role": gettext("The role is changed."),
        "closed": gettext("The account is closed and signed out. What it wrote stays."),
        "opened": gettext("The account is open again."),
        "out": gettext("Every browser of this account is signed out."),
    }
    view = people.person(house.database, admin, user_id)
    return render(
        request,
        "person.html",
        person=view,
        roles=people.role_words(),
        said=words.get(done),
        own=user_id == admin.id,
        by_mail=mail.is_set_up(house.settings),
    )


def _back(user_id: uuid.UUID, done: str) -> Response:
    return RedirectResponse(f"/people/{user_id}?done={done}", 303)


@router.post("/people/{user_id}/role")
def change_role(house: HouseDep, admin: AdminDep, user_id: uuid.UUID, role: Field = "") -> Response:
    people.change_role(house.database, admin, user_id, role)
    return _back(user_id, "role")


@router.post("/people/{user_id}/close")
def close(house: HouseDep, admin: AdminDep, user_id: uuid.UUID) -> Response:
    people.set_active(house.database, admin, user_id, False)
    return _back(user_id, "closed")


@router.post("/people/{user_id}/open")
def reopen(house: HouseDep, admin: AdminDep, user_id: uuid.UUID) -> Response:
    people.set_active(house.database, admin, user_id, True)
    return _back(user_id, "opened")


@router.post("/people/{user_id}/sign-out")
def sign_out_everywhere(house: HouseDep, admin: AdminDep, user_id: uuid.UUID) -> Response:
    people.sign_out_everywhere(house.database, admin, user_id)
    return _back(user_id, "out")


__all__ = ["router"]
