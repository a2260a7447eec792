"""A practice room without models, on either database, for what hangs on the store and not on the coder."""

from __future__ import annotations

import asyncio
import uuid

from sqlmodel import Session, select

from app.practice import accounts, sessions, turns
from app.practice.house import House
from app.store.database import Database
from app.store.queries import turns_of
from app.store.tables import PracticeSession, Role, Turn, User

PERSONA = "ray-drink-driving"
PASSWORD = "a long password"


def somebody(database: Database, username: str = "tom") -> User:
    """A trainee of no class."""
    return accounts.add_user(database, username=username, name=username.title(), password=PASSWORD, role=Role.TRAINEE)


def meet(house: House, user: User, *, anew: bool = False) -> PracticeSession:
    """The next session of the user with Ray."""
    session_id = sessions.start(house, user, PERSONA, uuid.uuid4().hex, anew=anew)
    return held(house, session_id)


def held(house: House, session_id: uuid.UUID) -> PracticeSession:
    """The session's row."""
    with house.database.read() as session:
        return session.exec(select(PracticeSession).where(PracticeSession.id == session_id)).one()


def stored(house: House, session_id: uuid.UUID) -> list[Turn]:
    """The session's turns."""
    with house.database.read() as session:
        return turns_of(session, session_id)


def talk(house: House, user: User, session_id: uuid.UUID, *texts: str) -> None:
    """Say these, one after the other, each answered."""
    for text in texts:
        taken = turns.take_turn(house, user, session_id, text, uuid.uuid4().hex)
        asyncio.run(_answered(house, user, session_id, taken.turn_id))


async def _answered(house: House, user: User, session_id: uuid.UUID, turn_id: int) -> None:
    async for event in turns.reply(house, user, session_id, turn_id):
        assert not isinstance(event, turns.Failed), event


def leave(house: House, user: User, session_id: uuid.UUID, **state: object) -> None:
    """End the session, the client's last state being as told."""
    sessions.end(house, user, session_id)
    with house.database.write() as session:
        last = _last(session, session_id)
        last.state = last.state | state
        session.add(last)


def _last(session: Session, session_id: uuid.UUID) -> Turn:
    return turns_of(session, session_id)[-1]


__all__ = ["PASSWORD", "PERSONA", "held", "leave", "meet", "somebody", "stored", "talk"]
