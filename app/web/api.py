"""What the room's script talks to: a turn in, its codes out, and the client's reply as server-sent events."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterable
from contextlib import aclosing
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field

from app.practice import hints, pauses, rooms, turns
from app.practice.errors import NotFound
from app.practice.state_view import StateView
from app.practice.views import AsideView, CodeView
from app.web.families import FAMILY_MARKS, family_of
from app.web.people import HouseDep, ReaderDep

router = APIRouter()

#: Milliseconds after which a browser whose connection broke asks again.
RECONNECT = 1500


class PauseIn(BaseModel):
    """A pause or a hint; `browser_id` is the browser's own name for it, the same each time it is sent."""

    model_config = ConfigDict(extra="forbid")

    browser_id: str = Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9-]+$")


class TurnIn(PauseIn):
    """A trainee's turn, named as a pause is; `to`: the member of a group to whom it is spoken, nobody for all."""

    text: str
    to: str = ""


class CodeOut(BaseModel):
    """One code of a turn; `start` and `end` count characters (code points) of the turn's text."""

    code: str
    label: str
    meaning: str
    family: str
    letter: str
    probability: float
    sure: bool
    start: int
    end: int
    quote: str


class GaugeOut(BaseModel):
    """One figure of the client's state; `was` in words where it moved, `trend` "better" or "worse" then."""

    label: str
    value: float
    top: float
    shown: str
    was: str
    trend: str


class StateOut(BaseModel):
    """Where the client stands after a turn, and why that changed, in plain words."""

    gauges: list[GaugeOut]
    why: list[str]


class TurnOut(BaseModel):
    """A stored turn and its codes; one in which the trainee only `waits` has none to show.

    `to`: the names of those of a group to whom it was spoken, none where it was to all. Outside coached mode there are
    neither codes nor `state`.
    """

    turn_id: int
    text: str
    codes: list[CodeOut]
    waits: bool
    to: list[str]
    state: StateOut | None = None


class PauseOut(BaseModel):
    """A pause: what the room says, and whether it still runs."""

    pause_id: int
    asked: str
    said: str
    open: bool


class HintOut(BaseModel):
    """A hint: what the room says, and how many were asked for so far."""

    hint_id: int
    said: str
    count: int


def _code_out(view: CodeView) -> CodeOut:
    family = family_of(view.code)
    return CodeOut(
        code=view.code,
        label=view.label,
        meaning=view.meaning,
        family=family,
        letter=FAMILY_MARKS[family].letter,
        probability=round(view.probability, 3),
        sure=view.sure,
        start=view.start,
        end=view.end,
        quote=view.quote,
    )


def _state_out(view: StateView) -> StateOut:
    gauges = [
        GaugeOut(
            label=gauge.label, value=gauge.value, top=gauge.top, shown=gauge.shown, was=gauge.was, trend=gauge.trend
        )
        for gauge in view.gauges
    ]
    return StateOut(gauges=gauges, why=list(view.why))


@router.get("/healthz")
def health() -> dict[str, str]:
    """Answers as long as the server does."""
    return {"status": "ok"}


def _pause_out(view: AsideView) -> PauseOut:
    return PauseOut(pause_id=view.id, asked=view.asked, said=view.said, open=view.open)


@router.post("/api/sessions/{session_id}/turns", status_code=201)
def take_turn(
    house: HouseDep, user: ReaderDep, session_id: uuid.UUID, turn: TurnIn, response: Response
) -> TurnOut | PauseOut:
    """Store and code a turn: 201, or 200 when this browser id has been stored before. To the word, a pause."""
    if (aside := pauses.take(house, user, session_id, turn.text, turn.browser_id)) is not None:
        return _pause_out(aside)
    taken = turns.take_turn(house, user, session_id, turn.text, turn.browser_id, turn.to)
    if taken.repeated:
        response.status_code = 200
    codes = [_code_out(view) for view in taken.codes]
    return TurnOut(
        turn_id=taken.turn_id,
        text=taken.text,
        codes=codes,
        waits=taken.waits,
        to=list(taken.to),
        state=_state_out(taken.state) if taken.state else None,
    )


@router.post("/api/sessions/{session_id}/pause", status_code=201)
def pause(house: HouseDep, user: ReaderDep, session_id: uuid.UUID, asked: PauseIn) -> PauseOut:
    """Let the session rest; the same browser id again, or a second pause in one, changes nothing."""
    return _pause_out(pauses.pause(house, user, session_id, asked.browser_id))


@router.post("/api/sessions/{session_id}/go-on", status_code=204)
def go_on(house: HouseDep, user: ReaderDep, session_id: uuid.UUID) -> None:
    """Take the session up again."""
    pauses.go_on(house, user, session_id)


@router.post("/api/sessions/{session_id}/hint", status_code=201)
def hint(house: HouseDep, user: ReaderDep, session_id: uuid.UUID, asked: PauseIn, response: Response) -> HintOut:
    """One or two things to try now: 201, or 200 where the room had said all that before."""
    given = hints.hint(house, user, session_id, asked.browser_id)
    if not given.new:
        response.status_code = 200
    return HintOut(hint_id=given.aside.id, said=given.aside.said, count=given.count)


def trainee_turn(house: HouseDep, user: ReaderDep, session_id: uuid.UUID, turn_id: int) -> int:
    """The turn's id when it is a trainee turn of this session; raises NotFound before any event is sent."""
    view = rooms.room(house, user, session_id)
    if not any(turn.id == turn_id and turn.speaker == "counsellor" for turn in view.turns):
        raise NotFound("There is no such turn in this session.")
    return turn_id


@router.get("/api/sessions/{session_id}/turns/{turn_id}/reply", response_class=EventSourceResponse)
async def reply(
    house: HouseDep, user: ReaderDep, session_id: uuid.UUID, turn_id: Annotated[int, Depends(trainee_turn)]
) -> AsyncIterable[ServerSentEvent]:
    """The reply to a trainee turn: `working`, then `delta`s, then `done`; after `failed` one may ask again.

    A group's reply has no deltas: `done` brings its `parts`, and who is `gone`.
    """
    async with aclosing(turns.reply(house, user, session_id, turn_id)) as events:
        async for event in events:
            yield _sent(event)


def _sent(event: turns.ReplyEvent) -> ServerSentEvent:
    match event:
        case turns.Delta(text=text):
            return _event("delta", {"text": text})
        case turns.Done(turn=turn, ended=ended, end_reason=end_reason):
            spoken: dict[str, Any] = {"id": turn.id, "position": turn.position, "text": turn.text}
            if turn.parts:
                spoken |= {"parts": [asdict(part) for part in turn.parts], "gone": turn.gone}
            return _event("done", {"turn": spoken, "ended": ended, "end_reason": end_reason})
        case turns.Failed(message=message, retry_after=retry_after):
            return _event("failed", {"message": message, "retry_after": retry_after})
        case _:
            return _event("working", {})


def _event(name: str, data: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(event=name, data=data, retry=RECONNECT)


__all__ = ["CodeOut", "HintOut", "PauseIn", "PauseOut", "StateOut", "TurnIn", "TurnOut", "router"]
