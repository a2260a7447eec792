"""What earlier sessions of the same two hold: which ended last, and what the client said there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from app.store.database import Database
from app.store.queries import LOOKS_BACK, last_ended, said_before
from app.store.tables import PracticeSession, Speaker, User, now
from tests.store import rows

DAYS = 8


@pytest.fixture
def ann(database: Database) -> User:
    """A trainee who talked with Ray on each of DAYS days; Bob did too, and Ann with Mo."""
    ann, bob, today = rows.user("ann"), rows.user("bob"), now()
    with database.write() as session:
        session.add_all([ann, bob, rows.version()])
        session.flush()
        for owner, persona in ((ann, "ray"), (ann, "mo"), (bob, "ray")):
            for day in range(DAYS):
                began = today - timedelta(days=DAYS - day)
                more = {"started_at": began, "ended_at": began + timedelta(hours=1) if day < DAYS - 1 else None}
                held = rows.practice(owner, f"{persona}-{day}", **more)
                held.persona_id = persona
                session.add(held)
                session.flush()
                said = f"{owner.username}, {persona}, {day}"
                session.add_all([rows.turn(held, 0, said, speaker=Speaker.CLIENT.value), rows.turn(held, 1, "Hello.")])
    return ann


def of(database: Database, owner: User, browser_id: str) -> PracticeSession:
    with database.read() as session:
        query = select(PracticeSession).where(PracticeSession.user_id == owner.id)
        return session.exec(query.where(PracticeSession.browser_id == browser_id)).one()


def test_the_clients_words_of_the_last_sessions_before_this_one(database: Database, ann: User) -> None:
    last = of(database, ann, f"ray-{DAYS - 1}")
    with database.read() as session:
        assert said_before(session, last) == {f"ann, ray, {day}" for day in range(DAYS - 1 - LOOKS_BACK, DAYS - 1)}
        assert said_before(session, of(database, ann, "ray-2")) == {"ann, ray, 0", "ann, ray, 1"}
        assert said_before(session, of(database, ann, "ray-0")) == frozenset()


def test_the_session_that_ended_last(database: Database, ann: User) -> None:
    with database.read() as session:
        found = last_ended(session, ann.id, "ray")
        assert found is not None
        assert found.browser_id == f"ray-{DAYS - 2}"
        assert last_ended(session, ann.id, "nobody") is None
