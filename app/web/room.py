"""The trainee's room: preparing, talking with and without script, closing, looking back."""

from __future__ import annotations

import uuid
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from app.practice import assignments, closing, hints, pauses, rooms, sessions, tries, turns
from app.practice import report as reports
from app.practice.accounts import User
from app.practice.errors import Conflict, Invalid
from app.practice.house import House
from app.practice.meanings import gauges
from app.practice.modes import DEFAULT_MODE, goals, modes
from app.practice.views import RoomView
from app.web.pages import render
from app.web.people import HouseDep, InformedDep, ReaderDep

router = APIRouter()

Field = Annotated[str, Form()]


@router.get("/clients/{persona_id}")
def briefing(
    request: Request, house: HouseDep, user: InformedDep, persona_id: str, assignment: uuid.UUID | None = None
) -> Response:
    return _briefing_page(request, house, user, persona_id, assignment)


def _briefing_page(
    request: Request,
    house: House,
    user: User,
    persona_id: str,
    assignment_id: uuid.UUID | None = None,
    **context: object,
) -> Response:
    known: dict[str, object] = {
        "status": 200,
        "error": None,
        "browser_id": uuid.uuid4(),
        "mode": DEFAULT_MODE,
        "goal": "",
        "mood": None,
        "meeting": "",
    }
    card = sessions.persona_card(house, persona_id)
    return render(
        request,
        "briefing.html",
        card=card,
        met=sessions.acquaintance(house, user, persona_id),
        modes=modes(),
        goals=goals(),
        assignment=assignments.assignment_for(house, user, assignment_id) if assignment_id else None,
        **(known | context),  # type: ignore[arg-type]
    )


@router.post("/clients/{persona_id}/sessions")
def start(
    request: Request,
    house: HouseDep,
    user: InformedDep,
    persona_id: str,
    browser_id: Field = "",
    meeting: Field = "continue",
    mode: Field = DEFAULT_MODE,
    goal: Field = "",
    mood: Field = "",
    assignment: Annotated[uuid.UUID | None, Form()] = None,
) -> Response:
    name = browser_id or str(uuid.uuid4())
    felt = int(mood) if mood.isdecimal() else None
    try:
        session_id = sessions.start(
            house, user, persona_id, name,
            anew=meeting == "anew", mode=mode, goal=goal, mood=felt, assignment_id=assignment,
        )  # fmt: skip
    except Invalid as error:
        return _briefing_page(
            request, house, user, persona_id, assignment,
            status=422, error=error.message, mode=mode, goal=goal, mood=felt, meeting=meeting,
        )  # fmt: skip
    # read behind the answer: the first reply would have to wait for it
    return RedirectResponse(f"/sessions/{session_id}", 303, background=BackgroundTask(house.prepare, persona_id))


def _room_page(request: Request, view: RoomView, **context: object) -> Response:
    known: dict[str, object] = {"status": 200, "text": "", "to": "", "error": None, "browser_id": uuid.uuid4()}
    told = gauges(together=bool(view.card.members)) if view.mode.live else {}
    return render(request, "room.html", view=view, max_turn=turns.MAX_TURN, gauges=told, **(known | context))  # type: ignore[arg-type]


@router.get("/sessions/{session_id}")
def room(request: Request, house: HouseDep, user: ReaderDep, session_id: uuid.UUID, again: int = 0) -> Response:
    """The room; `again`: the turn that is being said anew, whose words are offered as a draft."""
    text = tries.draft(house, user, session_id, again) if again else ""
    return _room_page(request, rooms.room(house, user, session_id), text=text)


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
        view = await run_in_threadpool(rooms.room, house, user, session_id)
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
                view = await run_in_threadpool(rooms.room, house, user, session_id)
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


@router.post("/sessions/{session_id}/hint")
def hint(house: HouseDep, user: ReaderDep, session_id: uuid.UUID, browser_id: Field = "") -> Response:
    """Without script: ask the room for a hint."""
    hints.hint(house, user, session_id, browser_id or str(uuid.uuid4()))
    return _back_to(session_id)


@router.get("/sessions/{session_id}/end")
def confirm_end(request: Request, house: HouseDep, user: ReaderDep, session_id: uuid.UUID) -> Response:
    view = rooms.room(house, user, session_id)
    if view.ended:
        return RedirectResponse(f"/sessions/{session_id}/report", 303)
    return _end_page(request, view, "", uuid.uuid4())


def _end_page(
    request: Request, view: RoomView, summary: str, browser_id: object, error: str | None = None, status: int = 200
) -> Response:
    return render(
        request, "end.html", status, view=view, summary=summary, browser_id=browser_id, error=error,
        max_turn=turns.MAX_TURN,
    )  # fmt: skip


@router.post("/sessions/{session_id}/end")
def end(
    request: Request,
    house: HouseDep,
    user: ReaderDep,
    session_id: uuid.UUID,
    summary: Field = "",
    browser_id: Field = "",
) -> Response:
    name = browser_id or str(uuid.uuid4())
    try:
        closing.close(house, user, session_id, summary, name)
    except (Invalid, Conflict) as error:
        view = rooms.room(house, user, session_id)
        status = 422 if isinstance(error, Invalid) else 409
        return _end_page(request, view, summary, name, error.message, status)
    page = "reflect" if closing.worth_reflecting(house, user, session_id) else "report"
    # made while the reflection is written: its rewrites are coded, and codes are remembered
    ready = BackgroundTask(reports.report, house, user, session_id)
    return RedirectResponse(f"/sessions/{session_id}/{page}", 303, background=ready)


@router.get("/sessions/{session_id}/reflect")
def look_back(request: Request, house: HouseDep, user: ReaderDep, session_id: uuid.UUID) -> Response:
    return _reflect_page(request, closing.reflection(house, user, session_id))


def _reflect_page(
    request: Request, view: closing.ReflectionView, text: str | None = None, error: str | None = None
) -> Response:
    return render(
        request,
        "reflect.html",
        422 if error else 200,
        view=view,
        text=view.text if text is None else text,
        error=error,
        longest=closing.LONGEST,
        words=closing.WORDS,
    )


@router.post("/sessions/{session_id}/reflect")
def reflect(request: Request, house: HouseDep, user: ReaderDep, session_id: uuid.UUID, text: Field = "") -> Response:
    try:
        closing.reflect(house, user, session_id, text)
    except Invalid as error:
        return _reflect_page(request, closing.reflection(house, user, session_id), text, error.message)
    return RedirectResponse(f"/sessions/{session_id}/report", 303)


__all__ = ["router"]
