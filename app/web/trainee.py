"""The trainee's pages around the room: home, choosing a client, one's sessions."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from app.practice import assignments, own_sessions, sessions
from app.practice.modes import goals, modes
from app.practice.own_sessions import STATES, Wanted
from app.practice.views import PersonaCard
from app.web.pages import render
from app.web.people import HouseDep, ReaderDep

router = APIRouter()

Text = Annotated[str, Query(max_length=80)]
LEVELS = ("gentle", "moderate", "hard")


@router.get("/")
def home(request: Request, _: ReaderDep) -> Response:
    return RedirectResponse("/dashboard" if request.state.instructs else "/clients", 303)


@router.get("/clients")
def choose(
    request: Request, house: HouseDep, user: ReaderDep, level: Text = "", technique: Text = "", search: Text = ""
) -> Response:
    cards = sessions.persona_cards(house)
    known = {card.id: card for card in cards}
    return render(
        request,
        "clients.html",
        cards=[card for card in cards if _fits(card, level, technique, search)],
        known=known,
        running=own_sessions.running(house, user),
        records=own_sessions.records(house, user),
        tasks=[task for task in assignments.open_for(house, user) if task.client_id in known],
        techniques=sorted({code for card in cards for code in card.teaches}),
        levels=LEVELS,
        wanted={"level": level, "technique": technique, "search": search},
        modes=modes(),
        goals=goals(),
    )


def _fits(card: PersonaCard, level: str, technique: str, search: str) -> bool:
    words = " ".join((card.name, card.field, card.referral_by, card.referral_reason, card.target_behaviour)).casefold()
    return (
        level in ("", card.difficulty)
        and (not technique or technique in card.teaches)
        and all(word in words for word in search.casefold().split())
    )


@router.get("/sessions")
def my_sessions(
    request: Request, house: HouseDep, user: ReaderDep, client: Text = "", mode: Text = "", state: Text = "all",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:  # fmt: skip
    asked = {"client": client, "mode": mode, "state": state if state in STATES else "all"}
    return render(
        request,
        "sessions.html",
        found=own_sessions.own_list(house, user, Wanted(**asked), page),
        clients=own_sessions.clients_of(house, user),
        wanted=asked,
        states=STATES,
        modes=modes(),
        goals=goals(),
        address=lambda number: "/sessions?" + urlencode(asked | {"page": str(number)}),
    )


__all__ = ["router"]
