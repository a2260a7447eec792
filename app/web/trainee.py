"""The trainee's pages around the room: home, choosing a client, one's sessions."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.practice import sessions
from app.web.pages import render
from app.web.people import HouseDep, ReaderDep

router = APIRouter()


@router.get("/")
def home(request: Request, _: ReaderDep) -> Response:
    return RedirectResponse("/dashboard" if request.state.instructs else "/clients", 303)


@router.get("/clients")
def choose(request: Request, house: HouseDep, user: ReaderDep) -> Response:
    rows = sessions.sessions_of(house, user)
    running = [row for row in rows if row.ended_at is None]
    cards = sessions.persona_cards(house)
    return render(request, "clients.html", cards=cards, running=running, practised=bool(rows))


@router.get("/sessions")
def my_sessions(request: Request, house: HouseDep, user: ReaderDep) -> Response:
    return render(request, "sessions.html", rows=sessions.sessions_of(house, user))


__all__ = ["router"]
