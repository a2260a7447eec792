"""The instructor's classes."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from app.practice import accounts
from app.practice.accounts import User
from app.practice.errors import Invalid
from app.practice.house import House
from app.web.pages import render
from app.web.people import HouseDep, InstructorDep

router = APIRouter()

Field = Annotated[str, Form()]


def _classes_page(request: Request, house: House, user: User, **context: object) -> Response:
    known: dict[str, object] = {"status": 200, "error": None, "field": None, "trainee_id": None, "reset": None}
    classes = accounts.classes_of(house.database, user)
    join_address = str(request.base_url).rstrip("/") + "/join"
    return render(request, "classes.html", classes=classes, join_address=join_address, **(known | context))  # type: ignore[arg-type]


@router.get("/classes")
def classes(request: Request, house: HouseDep, user: InstructorDep, reset: str = "") -> Response:
    return _classes_page(request, house, user, reset=reset)


@router.post("/classes")
def create_class(request: Request, house: HouseDep, user: InstructorDep, name: Field = "") -> Response:
    try:
        created = accounts.create_class(house.database, user, name)
    except Invalid as error:
        return _classes_page(request, house, user, status=422, error=error.message, field="name")
    return RedirectResponse(f"/classes#c{created.id}", 303)


@router.post("/classes/trainees/{trainee_id}/password")
def reset_password(
    request: Request, house: HouseDep, user: InstructorDep, trainee_id: uuid.UUID, new: Field = ""
) -> Response:
    try:
        accounts.reset_password(house.database, user, trainee_id, new)
    except Invalid as error:
        return _classes_page(request, house, user, status=422, error=error.message, field="new", trainee_id=trainee_id)
    return RedirectResponse(f"/classes?reset={trainee_id}", 303)


__all__ = ["router"]
