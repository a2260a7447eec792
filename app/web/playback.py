"""Playing a session to a class: large, at reading speed, with names hidden."""

from __future__ import annotations

import uuid

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.practice import playback as playing
from app.web.pages import render
from app.web.people import HouseDep, InstructorDep

router = APIRouter()


@router.get("/playback/{session_id}")
def playback(
    request: Request, house: HouseDep, user: InstructorDep, session_id: uuid.UUID, client: str = ""
) -> Response:
    hidden = client == "hidden"
    view = playing.playback(house, user, session_id, client_hidden=hidden)
    return render(request, "playback.html", view=view, hidden=hidden)


__all__ = ["router"]
