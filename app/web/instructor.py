"""The instructor's desk: the queue of sessions, the review page, classes."""

from __future__ import annotations

import uuid
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from app.practice import accounts, review, sessions
from app.practice.accounts import User
from app.practice.errors import Invalid
from app.practice.house import House
from app.web.pages import render
from app.web.people import HouseDep, InstructorDep

router = APIRouter()

Field = Annotated[str, Form()]

SORTS = {"newest": "Newest first", "oldest": "Oldest first", "trainee": "Trainee", "headline": "Answers to resistance"}


@router.get("/review")
def queue(
    request: Request,
    house: HouseDep,
    user: InstructorDep,
    trainee: str = "",
    persona: str = "",
    status: str = "all",
    sort: str = "newest",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> Response:
    trainee = trainee.strip()[:120]
    status = status if status in review.STATUSES else "all"
    sort = sort if sort in SORTS else "newest"
    found = review.queue(house, user, trainee=trainee, persona=persona, status=status, sort=sort, page=page)
    wanted = {"trainee": trainee, "persona": persona, "status": status, "sort": sort}
    return render(
        request,
        "queue.html",
        found=found,
        wanted=wanted,
        address=lambda number: "/review?" + urlencode(wanted | {"page": str(number)}),
        cards=sessions.persona_cards(house),
        statuses=review.STATUSES,
        sorts=SORTS,
    )


def _next_to_review(house: House, user: User, session_id: uuid.UUID) -> uuid.UUID | None:
    """The oldest other session that waits for a review."""
    waiting = review.queue(house, user, status="to review", sort="oldest", per_page=2).rows
    return next((row.id for row in waiting if row.id != session_id), None)


@router.get("/review/{session_id}")
def review_page(request: Request, house: HouseDep, user: InstructorDep, session_id: uuid.UUID) -> Response:
    view = review.review(house, user, session_id)
    return render(request, "review.html", view=view, following=_next_to_review(house, user, session_id))


def _back(session_id: uuid.UUID, anchor: str) -> Response:
    return RedirectResponse(f"/review/{session_id}#{anchor}", 303)


@router.post("/review/{session_id}/utterances/{utterance_id}")
def correct(
    house: HouseDep, user: InstructorDep, session_id: uuid.UUID, utterance_id: int, code: Field = ""
) -> Response:
    review.correct(house, user, utterance_id, code)
    return _back(session_id, f"u{utterance_id}")


@router.post("/review/{session_id}/turns/{turn_id}/comments")
def comment(house: HouseDep, user: InstructorDep, session_id: uuid.UUID, turn_id: int, text: Field = "") -> Response:
    review.comment(house, user, turn_id, text)
    return _back(session_id, f"t{turn_id}")


@router.post("/review/{session_id}/turns/{turn_id}/comments/{comment_id}/delete")
def delete_comment(
    house: HouseDep, user: InstructorDep, session_id: uuid.UUID, turn_id: int, comment_id: int
) -> Response:
    review.delete_comment(house, user, comment_id)
    return _back(session_id, f"t{turn_id}")


@router.post("/review/{session_id}/summary")
def write_summary(house: HouseDep, user: InstructorDep, session_id: uuid.UUID, text: Field = "") -> Response:
    review.write_summary(house, user, session_id, text)
    return _back(session_id, "word")


@router.post("/review/{session_id}/reviewed")
def mark_reviewed(house: HouseDep, user: InstructorDep, session_id: uuid.UUID, reviewed: Field = "") -> Response:
    review.mark_reviewed(house, user, session_id, reviewed == "yes")
    return _back(session_id, "word")


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
