"""My data: see what is stored, take it along, delete a session or the whole account; deleting a session at the desk."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from math import ceil
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from app.i18n import gettext as _
from app.practice import deleting, my_export, mydata
from app.practice.accounts import User
from app.practice.errors import Conflict, Invalid
from app.practice.house import House
from app.practice.informed import readers_of
from app.web.errors import status_of
from app.web.pages import render
from app.web.people import HouseDep, InstructorDep, ReaderDep
from app.web.security import Throttle, drop_token

router = APIRouter()

Field = Annotated[str, Form()]


@router.get("/account/data")
def my_data(request: Request, house: HouseDep, user: ReaderDep, deleted: bool = False) -> Response:
    found, readers = mydata.overview(house, user), readers_of(house, user)
    return render(request, "my_data.html", found=found, readers=readers, deleted=deleted)


@router.get("/account/data.json")
def as_json(house: HouseDep, user: ReaderDep) -> Response:
    return _file(my_export.as_json(house, user).encode(), "application/json", "json")


@router.get("/account/data.zip")
def as_zip(house: HouseDep, user: ReaderDep) -> Response:
    return _file(my_export.as_zip(house, user), "application/zip", "zip")


@router.get("/account/data/sessions/{session_id}/delete")
def confirm_session(request: Request, house: HouseDep, user: ReaderDep, session_id: uuid.UUID) -> Response:
    doomed = deleting.own_doomed(house, user, session_id)
    return render(request, "delete_session.html", doomed=doomed, own=True, back="/account/data")


@router.post("/account/data/sessions/{session_id}/delete")
def delete_session(house: HouseDep, user: ReaderDep, session_id: uuid.UUID) -> Response:
    deleting.delete_own_session(house, user, session_id)
    return RedirectResponse("/account/data?deleted=1#sessions", 303)


@router.get("/review/{session_id}/delete")
def confirm_at_the_desk(request: Request, house: HouseDep, user: InstructorDep, session_id: uuid.UUID) -> Response:
    doomed = deleting.doomed_of_trainee(house, user, session_id)
    return render(request, "delete_session.html", doomed=doomed, own=False, back=f"/review/{session_id}")


@router.post("/review/{session_id}/delete")
def delete_at_the_desk(house: HouseDep, user: InstructorDep, session_id: uuid.UUID) -> Response:
    deleting.delete_session_of_trainee(house, user, session_id)
    return RedirectResponse("/review?deleted=1", 303)


@router.get("/account/delete")
def confirm_account(request: Request, house: HouseDep, user: ReaderDep) -> Response:
    return _leaving_page(request, house, user)


@router.post("/account/delete")
def delete_account(request: Request, house: HouseDep, user: ReaderDep, proof: Field = "", heir: Field = "") -> Response:
    throttle: Throttle = request.app.state.sign_in_throttle
    if wait := throttle.attempt(f"delete {user.id}"):
        minutes = ceil(wait / 60)
        words = _("Too many tries. Wait %(minutes)s min, then try again.") % {"minutes": minutes}
        return _leaving_page(request, house, user, status=429, error=words, heir=heir)
    try:
        deleting.delete_account(house, user, proof=proof, heir=heir)
    except (Invalid, Conflict) as error:
        field = getattr(error, "field", None)
        status = status_of(error)
        return _leaving_page(request, house, user, status=status, error=error.message, field=field, heir=heir)
    response = RedirectResponse("/account/deleted", 303)
    drop_token(response, house.settings)
    return response


@router.get("/account/deleted")
def deleted(request: Request) -> Response:
    return render(request, "deleted.html")


def _leaving_page(request: Request, house: House, user: User, **context: object) -> Response:
    known: dict[str, object] = {"status": 200, "error": None, "field": None, "heir": ""}
    leaving = deleting.leaving(house, user)
    found = mydata.overview(house, user)
    return render(request, "delete_account.html", leaving=leaving, found=found, **(known | context))  # type: ignore[arg-type]


def _file(content: bytes, kind: str, ending: str) -> Response:
    name = f"rollwith-{datetime.now(UTC):%Y-%m-%d}.{ending}"
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


__all__ = ["router"]
