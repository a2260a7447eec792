"""Trying a moment again: going back in the room, beginning anew from a report, and all tries side by side."""

from __future__ import annotations

import uuid

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from app.practice import compare, tries
from app.web.pages import render
from app.web.people import HouseDep, InformedDep, ReaderDep

router = APIRouter()


@router.post("/sessions/{session_id}/turns/{turn_id}/again")
def go_back(house: HouseDep, user: ReaderDep, session_id: uuid.UUID, turn_id: int) -> Response:
    """Back to before this turn in the running session; the room offers the old words as a draft."""
    tries.go_back(house, user, session_id, turn_id)
    return RedirectResponse(f"/sessions/{session_id}?again={turn_id}#say", 303)


@router.post("/sessions/{session_id}/moments/{position}/again")
def try_again(house: HouseDep, user: InformedDep, session_id: uuid.UUID, position: int) -> Response:
    """A new try from a moment of an ended session."""
    child, turn_id = tries.try_again(house, user, session_id, position)
    return RedirectResponse(f"/sessions/{child}?again={turn_id}#say", 303)


@router.post("/sessions/{session_id}/tries/{try_id}/keep")
def keep(house: HouseDep, user: ReaderDep, session_id: uuid.UUID, try_id: uuid.UUID) -> Response:
    """The running session goes on from this try."""
    tries.keep(house, user, session_id, try_id)
    return RedirectResponse(f"/sessions/{session_id}#say", 303)


@router.get("/sessions/{session_id}/tries")
def all_tries(
    request: Request,
    house: HouseDep,
    user: ReaderDep,
    session_id: uuid.UUID,
    position: int | None = Query(default=None, ge=0),
) -> Response:
    view = compare.tries(house, user, session_id, position)
    return render(request, "tries.html", view=view, position=position)


__all__ = ["router"]
