"""The trainee's pages: choose a client, read the briefing, talk, end, read the report."""

from __future__ import annotations

import uuid
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from app.practice import pauses, rooms, sessions, suggest, turns
from app.practice import report as reports
from app.practice.accounts import User
from app.practice.errors import Invalid
from app.practice.house import House
from app.practice.views import RoomView
from app.web.charts import timeline_chart
from app.web.pages import capitalize_first, render
from app.web.people import HouseDep, InformedDep, ReaderDep

router = APIRouter()

Field = Annotated[str, Form()]


@router.get("/")
def home(request: Request, _: ReaderDep) -> Response:
    return RedirectResponse("/review" if request.state.instructs else "/clients", 303)


@router.get("/clients")
def choose(request: Request, house: HouseDep, user: ReaderDep) -> Response:
    rows = sessions.sessions_of(house, user)
    running = [row for row in rows if row.ended_at is None]
    cards = sessions.persona_cards(house)
    return render(request, "clients.html", cards=cards, running=running, practised=bool(rows))


@router.get("/clients/{persona_id}")
def briefing(request: Request, house: HouseDep, user: InformedDep, persona_id: str) -> Response:
    card = sessions.persona_card(house, persona_id)
    met = sessions.acquaintance(house, user, persona_id)
    return render(request, "briefing.html", card=card, met=met, browser_id=uuid.uuid4())


@router.post("/clients/{persona_id}/sessions")
def start(
    house: HouseDep, user: InformedDep, persona_id: str, browser_id: Field = "", meeting: Field = "continue"
) -> Response:
    name = browser_id or str(uuid.uuid4())
    session_id = sessions.start(house, user, persona_id, name, anew=meeting == "anew")
    # read behind the answer: the first reply would have to wait for it
    return RedirectResponse(f"/sessions/{session_id}", 303, background=BackgroundTask(house.prepare, persona_id))


@router.get("/sessions")
def my_sessions(request: Request, house: HouseDep, user: ReaderDep) -> Response:
    return render(request, "sessions.html", rows=sessions.sessions_of(house, user))


def _room_page(request: Request, view: RoomView, **context: object) -> Response:
    known: dict[str, object] = {"status": 200, "text": "", "to": "", "error": None, "browser_id": uuid.uuid4()}
    return render(request, "room.html", view=view, max_turn=turns.MAX_TURN, **(known | context))  # type: ignore[arg-type]


@router.get("/sessions/{session_id}")
def room(request: Request, house: HouseDep, user: ReaderDep, session_id: uuid.UUID) -> Response:
    return _room_page(request, rooms.room(house, user, session_id))


@router.post("/sessions/{session_id}/turns")
async def say(
    request: Request,
    house: HouseDep,
    user: ReaderDep,
    session_id: uuid.UUID,
    text: Field = "",
    browser_id: Field = "",
    wait: Field = "",
    to: Field = "",
) -> Response:
    """The turn of a browser without script: stored, answered in full, then the room again."""
    name, text = browser_id or str(uuid.uuid4()), turns.SILENCE if wait else text
    try:
        if await run_in_threadpool(pauses.take, house, user, session_id, text, name) is not None:
            return _back_to(session_id)
        taken = await run_in_threadpool(turns.take_turn, house, user, session_id, text, name, to)
    except Invalid as error:
        view = await run_in_threadpool(sessions.room, house, user, session_id)
        return _room_page(request, view, status=422, text=text, to=to, error=error.message, browser_id=name)
    return await _answered(request, house, user, session_id, taken.turn_id)


@router.post("/sessions/{session_id}/turns/{turn_id}/reply")
async def ask_again(
    request: Request, house: HouseDep, user: ReaderDep, session_id: uuid.UUID, turn_id: int
) -> Response:
    """Without script: ask for a reply that failed or was cut off."""
    return await _answered(request, house, user, session_id, turn_id)


async def _answered(request: Request, house: House, user: User, session_id: uuid.UUID, turn_id: int) -> Response:
    async with aclosing(turns.reply(house, user, session_id, turn_id)) as events:
        async for event in events:
            if isinstance(event, turns.Failed):
                view = await run_in_threadpool(sessions.room, house, user, session_id)
                return _room_page(request, view, status=503, error=event.message)
    return _back_to(session_id)


def _back_to(session_id: uuid.UUID) -> Response:
    return RedirectResponse(f"/sessions/{session_id}#say", 303)


@router.post("/sessions/{session_id}/pause")
def pause(house: HouseDep, user: ReaderDep, session_id: uuid.UUID, browser_id: Field = "") -> Response:
    """Without script: let the session rest."""
    pauses.pause(house, user, session_id, browser_id or str(uuid.uuid4()))
    return _back_to(session_id)


@router.post("/sessions/{session_id}/go-on")
def go_on(house: HouseDep, user: ReaderDep, session_id: uuid.UUID) -> Response:
    """Without script: take the session up again."""
    pauses.go_on(house, user, session_id)
    return _back_to(session_id)


@router.get("/sessions/{session_id}/end")
def confirm_end(request: Request, house: HouseDep, user: ReaderDep, session_id: uuid.UUID) -> Response:
    view = rooms.room(house, user, session_id)
    if view.ended:
        return RedirectResponse(f"/sessions/{session_id}/report", 303)
    return render(request, "end.html", view=view)


@router.post("/sessions/{session_id}/end")
def end(house: HouseDep, user: ReaderDep, session_id: uuid.UUID) -> Response:
    sessions.end(house, user, session_id)
    return RedirectResponse(f"/sessions/{session_id}/report", 303)


@router.get("/sessions/{session_id}/report")
async def report(request: Request, house: HouseDep, user: ReaderDep, session_id: uuid.UUID) -> Response:
    await suggest.suggest(house, user, session_id)
    found = await run_in_threadpool(reports.report, house, user, session_id)
    called = capitalize_first(found.called)
    return render(request, "report.html", report=found, chart=timeline_chart(found.timeline, called))


__all__ = ["router"]
