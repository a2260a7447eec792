"""Sessions of the demo: held as any trainee's are, turn by turn, then dated back to when they are to have been."""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta

from sqlmodel import Session

from app.practice import sessions, turns
from app.practice.demo.cast import Appointment
from app.practice.demo.learner import Learner
from app.practice.errors import PracticeError
from app.practice.house import House
from app.store.queries import turns_of
from app.store.tables import EndReason, PracticeSession, Turn, User

#: Words a minute at which the people of the demo write, and seconds they think at least.
PACE, THINKING = 38.0, 6.0


async def hold(house: House, user: User, client_id: str, appointment: Appointment, number: int) -> uuid.UUID | None:
    """One session from the first words to the end; None where the client did not come. `number`: of this trainee's."""
    known = sessions.acquaintance(house, user, client_id)
    session_id = sessions.start(
        house, user, client_id, f"demo-{user.username}-{number:03}", anew=bool(known and known.over)
    )
    if _last(house, session_id) is not None:
        await _talk(house, user, session_id, appointment, number)
        sessions.end(house, user, session_id)
    with house.database.write() as session:
        _date_back(session, session_id, appointment.at, random.Random(f"{user.username} {number}"))
        practice = session.get_one(PracticeSession, session_id)
        return None if practice.end_reason == EndReason.MISSED else session_id


async def begin(house: House, user: User, client_id: str, appointment: Appointment, number: int) -> uuid.UUID:
    """A session that is still open after a few turns."""
    session_id = sessions.start(house, user, client_id, f"demo-{user.username}-{number:03}", anew=True)
    short = Appointment(appointment.at, appointment.skill, 3)
    await _talk(house, user, session_id, short, number)
    with house.database.write() as session:
        _date_back(session, session_id, appointment.at, random.Random(f"{user.username} {number}"))
    return session_id


async def _talk(house: House, user: User, session_id: uuid.UUID, appointment: Appointment, number: int) -> None:
    learner = Learner(appointment.skill, appointment.turns, hash_of(f"{user.username} {number}"))
    for turn in range(1, appointment.turns + 1):
        last = _last(house, session_id)
        assert last is not None
        text = learner(last.text, last.act or "small_talk", turn)
        try:
            taken = turns.take_turn(house, user, session_id, text, f"demo-turn-{turn:03}")
        except PracticeError:
            return  # the client ended it with the very first words
        async for event in turns.reply(house, user, session_id, taken.turn_id):
            if isinstance(event, turns.Done) and event.ended:
                return


def hash_of(text: str) -> int:
    """A steady number for a text."""
    return random.Random(text).randrange(2**31)


def _last(house: House, session_id: uuid.UUID) -> Turn | None:
    with house.database.read() as session:
        found = turns_of(session, session_id)
    return found[-1] if found else None


def _date_back(session: Session, session_id: uuid.UUID, at: datetime, rng: random.Random) -> None:
    """Let the session have begun at `at`, each turn after the time that it takes to read, think and write."""
    practice = session.get_one(PracticeSession, session_id)
    practice.started_at = at
    for turn in turns_of(session, session_id):
        seconds = THINKING + rng.expovariate(1 / 9) + 60 * len(turn.text.split()) / PACE
        at += timedelta(seconds=seconds if turn.speaker == "counsellor" else seconds / 6)
        turn.created_at = at
        session.add(turn)
    if practice.ended_at is not None:
        practice.ended_at = at
    session.add(practice)


__all__ = ["begin", "hold"]
