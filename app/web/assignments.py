"""Assignments of a class: made, changed, closed, and who has done what as CSV."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from app.practice import assignments, classes
from app.practice.accounts import User
from app.practice.assignments import AssignmentView, Wanted
from app.practice.errors import Invalid
from app.practice.house import House
from app.practice.modes import goals, modes
from app.practice.sessions import client_names, persona_cards
from app.web.downloads import sheet
from app.web.pages import render
from app.web.people import HouseDep, InstructorDep

router = APIRouter()

Field = Annotated[str, Form()]


def _form(
    request: Request, house: House, user: User, class_id: uuid.UUID, wanted: Wanted, assignment: AssignmentView | None,
    error: Invalid | None = None,
) -> Response:  # fmt: skip
    return render(
        request,
        "assignment.html",
        status=422 if error else 200,
        view=classes.class_view(house.database, user, class_id),
        wanted=wanted,
        assignment=assignment,
        cards=persona_cards(house),
        modes=modes(),
        goals=goals(),
        error=error.message if error else None,
        field=error.field if error else None,
    )


def _wanted(
    client_id: Field = "", mode: Field = "coached", goal: Field = "", note: Field = "", min_turns: Field = "",
    attempts: Field = "", due: Field = "",
) -> Wanted:  # fmt: skip
    """The form's fields, whatever is missing."""
    return Wanted(client_id, mode, goal, note, min_turns, attempts, due)


WantedDep = Annotated[Wanted, Depends(_wanted)]


@router.get("/classes/{class_id}/assignments/new")
def new(request: Request, house: HouseDep, user: InstructorDep, class_id: uuid.UUID, client: str = "") -> Response:
    return _form(request, house, user, class_id, Wanted(client_id=client), None)


@router.post("/classes/{class_id}/assignments")
def make(request: Request, house: HouseDep, user: InstructorDep, class_id: uuid.UUID, wanted: WantedDep) -> Response:
    try:
        assignments.make(house, user, class_id, wanted)
    except Invalid as error:
        return _form(request, house, user, class_id, wanted, None, error)
    return RedirectResponse(f"/classes/{class_id}#assignments", 303)


@router.get("/assignments/{assignment_id}")
def edit(request: Request, house: HouseDep, user: InstructorDep, assignment_id: uuid.UUID) -> Response:
    known = assignments.one_of_class(house, user, assignment_id)
    return _form(request, house, user, known.classroom_id, _as_typed(known), known)


@router.post("/assignments/{assignment_id}")
def change(
    request: Request, house: HouseDep, user: InstructorDep, assignment_id: uuid.UUID, wanted: WantedDep
) -> Response:
    try:
        class_id = assignments.change(house, user, assignment_id, wanted)
    except Invalid as error:
        known = assignments.one_of_class(house, user, assignment_id)
        return _form(request, house, user, known.classroom_id, wanted, known, error)
    return RedirectResponse(f"/classes/{class_id}#assignments", 303)


@router.post("/assignments/{assignment_id}/archive")
def archive(house: HouseDep, user: InstructorDep, assignment_id: uuid.UUID, archived: Field = "") -> Response:
    class_id = assignments.archive(house, user, assignment_id, archived == "yes")
    return RedirectResponse(f"/classes/{class_id}#assignments", 303)


@router.get("/classes/{class_id}/assignments.csv")
def grid_csv(house: HouseDep, user: InstructorDep, class_id: uuid.UUID) -> Response:
    found = assignments.grid(house, user, class_id)
    names = client_names(house)
    titles = [f"{names.get(one.client_id, one.client_id)} ({one.mode})" for one in found.assignments]
    rows = [
        [name, *(found.cells[trainee, one.id].state for one in found.assignments)]
        for trainee, name in found.trainees.items()
    ]
    return sheet("assignments.csv", ["trainee", *titles], rows)


def _as_typed(known: AssignmentView) -> Wanted:
    return Wanted(
        known.client_id,
        known.mode,
        known.goal,
        known.note,
        str(known.min_turns),
        str(known.attempts or ""),
        f"{known.due_at:%Y-%m-%d}" if known.due_at else "",
    )


__all__ = ["router"]
