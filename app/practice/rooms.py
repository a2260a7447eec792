"""The trainee's own page of a session: what was said, and of codes and state what the mode shows."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace

from app.practice.arrivals import arrival_view
from app.practice.faces import Client, face_of, names_of
from app.practice.house import House
from app.practice.modes import goals, modes
from app.practice.sessions import own_session
from app.practice.shifts import codes_heard
from app.practice.state_view import StateView, opening_state, state_after
from app.practice.versions import client_of
from app.practice.views import (
    RoomTurn,
    RoomView,
    aside_view,
    codes_in_force,
    gone,
    part_views,
    persona_card_of,
    spoken_to,
    waits,
)
from app.store.queries import Transcript, count_tries, transcript_of
from app.store.tables import Assignment, Speaker, Turn, User


def room(house: House, user: User, session_id: uuid.UUID) -> RoomView:
    """The trainee's own page of a session. Raises NotFound, for somebody else's too."""
    with house.database.read() as session:
        practice = own_session(session, user, session_id)
        transcript, client = transcript_of(session, practice), client_of(session, practice)
        tries = count_tries(session, practice.id)
        assignment = session.get(Assignment, practice.assignment_id) if practice.assignment_id else None
    ended = practice.ended_at is not None
    waiting = None if ended else transcript.unanswered
    asides = [aside_view(aside) for aside in transcript.asides]
    return RoomView(
        practice.id,
        persona_card_of(client),
        _room_turns(transcript, client, modes()[practice.mode].live, ended),
        ended,
        practice.end_reason,
        waiting.id if waiting else None,
        arrival_view(practice, face_of(client).called),
        asides,
        any(aside.open for aside in asides) and not ended,
        modes()[practice.mode],
        goals().get(practice.goal),
        practice.hints,
        bool(practice.reflection),
        practice.parent_id,
        practice.branched_at,
        tries,
        assignment.min_turns if assignment else 0,
    )


def _room_turns(transcript: Transcript, client: Client, live: bool, ended: bool) -> list[RoomTurn]:
    """The turns with what their mode shows: codes from the end on, or with the client's state from the start."""
    shown = [room_turn(turn, transcript, names_of(client)) for turn in transcript.turns]
    if not live:
        return shown if ended else [replace(turn, codes=[]) for turn in shown]
    return [replace(turn, state=_state(transcript, index, client)) for index, turn in enumerate(shown)]


def _state(transcript: Transcript, index: int, client: Client) -> StateView | None:
    turn = transcript.turns[index]
    if turn.speaker == Speaker.COUNSELLOR:
        heard = codes_heard(transcript.utterances.get(turn.id or 0, []))
        return state_after(transcript.turns[index - 1].state, turn.state, heard, face_of(client).called)
    return opening_state(turn.state) if index == 0 else None


def room_turn(turn: Turn, transcript: Transcript, names: Mapping[str, str]) -> RoomTurn:
    """One turn with what the trainee may see of it. `names` of a group's members, by id."""
    assert turn.id is not None
    utterances = transcript.utterances.get(turn.id, [])
    shown = turn.speaker == Speaker.COUNSELLOR and not waits(turn)
    codes = codes_in_force(turn, utterances, transcript.corrections) if shown else []
    answered = turn.speaker == Speaker.CLIENT or turn is not transcript.turns[-1]
    return RoomTurn(
        turn.id, turn.position, turn.speaker, turn.text, codes, answered, waits(turn),
        part_views(turn), spoken_to(turn, names), gone(turn),
    )  # fmt: skip


__all__ = ["room", "room_turn"]
