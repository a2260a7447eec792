"""Several writers at once: they wait for each other, and no turn is doubled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from app.store.database import Database
from app.store.queries import turns_of
from app.store.tables import PracticeSession, Turn
from tests.store import rows


def _append(database: Database, held: PracticeSession, browser_id: str) -> int:
    """Take a turn as the practice room does: lock the session's row, number the turn after the last one."""
    with database.write() as session:
        session.exec(select(PracticeSession).where(PracticeSession.id == held.id).with_for_update()).one()
        position = len(turns_of(session, held.id))
        session.add(rows.turn(held, position, browser_id=browser_id))
    return position


def test_writers_at_once_wait_for_each_other(database: Database, held: PracticeSession) -> None:
    writers, each = 4, 10
    start = Barrier(writers)

    def write(writer: int) -> list[int]:
        start.wait()
        return [_append(database, held, f"writer-{writer}-turn-{n}") for n in range(each)]

    with ThreadPoolExecutor(writers) as pool:
        taken = [position for positions in pool.map(write, range(writers)) for position in positions]
    assert sorted(taken) == list(range(writers * each))
    with database.read() as session:
        assert [turn.position for turn in turns_of(session, held.id)] == list(range(writers * each))


def test_the_same_turn_sent_twice_at_once_is_stored_once(database: Database, held: PracticeSession) -> None:
    start = Barrier(2)

    def send(_: int) -> bool:
        start.wait()
        try:
            _append(database, held, "turn-0001")
        except IntegrityError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, range(2))) == [False, True]
    with database.read() as session:
        assert len(session.exec(select(Turn)).all()) == 1


def test_readers_are_not_held_up_by_a_writer(database: Database, held: PracticeSession) -> None:
    with database.write() as session:
        session.add(rows.turn(held, 0))
        session.flush()
        with database.read() as reader:
            assert reader.exec(select(Turn)).all() == []
    with database.read() as reader:
        assert len(reader.exec(select(Turn).order_by(col(Turn.position))).all()) == 1
