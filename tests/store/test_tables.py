"""What the tables promise: times in UTC, nothing twice, nothing left behind, the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import Session, SQLModel, col, delete, select

from app.store.database import Database
from app.store.queries import transcript_of
from app.store.tables import PracticeSession, Speaker, Turn, User
from tests.store import rows


def _count(database: Database) -> dict[str, int]:
    with database.read() as session:
        tables = SQLModel.metadata.sorted_tables
        return {table.name: session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}


def test_times_come_back_in_utc_whatever_zone_they_went_in_with(database: Database, held: PracticeSession) -> None:
    moment = datetime(2026, 3, 29, 2, 30, 15, 123456, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    with database.write() as session:
        session.add(rows.turn(held, 0, created_at=moment))
    with database.read() as session:
        stored = session.exec(select(Turn)).one().created_at
    assert stored == moment
    assert stored.tzinfo == UTC


def test_a_time_without_a_zone_is_refused(database: Database, held: PracticeSession) -> None:
    with pytest.raises(StatementError, match="needs a time zone"), database.write() as session:
        session.add(rows.turn(held, 0, created_at=datetime(2026, 1, 1)))


def test_times_compare_and_sort_as_moments(database: Database, held: PracticeSession) -> None:
    start = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    east = timezone(timedelta(hours=9))
    moments = [(start + timedelta(minutes=30 * n)).astimezone(east if n % 2 else UTC) for n in range(6)]
    with database.write() as session:
        session.add_all([rows.turn(held, n, created_at=moment) for n, moment in enumerate(moments)])
    with database.read() as session:
        found = session.exec(select(Turn).order_by(col(Turn.created_at).desc())).all()
        assert [turn.position for turn in found] == [5, 4, 3, 2, 1, 0]
        early = select(Turn.position).where(col(Turn.created_at) < start.astimezone(east) + timedelta(hours=1))
        assert sorted(session.exec(early)) == [0, 1]


@pytest.mark.parametrize(
    "text",
    [
        "naïve — “quoted”",
        "👩🏽‍⚕️ 🙃",
        "مرحبا ‏كيف",
        "<script>alert(1)</script>",
        "a\nb\tc",
        "x" * 5000,
        "'; DROP TABLE users; --",
    ],
)
def test_any_text_comes_back_as_it_was(database: Database, held: PracticeSession, text: str) -> None:
    with database.write() as session:
        session.add(rows.turn(held, 0, text, state={"said": text}))
    with database.read() as session:
        stored = session.exec(select(Turn)).one()
    assert (stored.text, stored.state) == (text, {"said": text})


def test_a_user_name_is_taken_once(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as session:
        session.add_all([rows.user("ann"), rows.user("ann")])


def test_a_browser_starts_one_session_with_one_id(database: Database, held: PracticeSession) -> None:
    with database.read() as session:
        trainee = session.exec(select(User)).one()
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(rows.practice(trainee, held.browser_id))
    with database.write() as session:
        other = rows.user("bob")
        session.add(other)
        session.flush()
        session.add(rows.practice(other, held.browser_id))


def test_a_turn_id_of_the_browser_counts_once_a_session(database: Database, held: PracticeSession) -> None:
    with database.write() as session:
        session.add(rows.turn(held, 0, browser_id="turn-0001"))
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(rows.turn(held, 1, browser_id="turn-0001"))


def test_client_turns_need_no_browser_id(database: Database, held: PracticeSession) -> None:
    with database.write() as session:
        session.add_all([rows.turn(held, n, speaker=Speaker.CLIENT.value) for n in range(2)])
    assert _count(database)["turns"] == 2


def test_a_position_is_taken_once(database: Database, held: PracticeSession) -> None:
    with pytest.raises(IntegrityError), database.write() as session:
        session.add_all([rows.turn(held, 0), rows.turn(held, 0)])


def test_a_turn_is_answered_once(database: Database, held: PracticeSession) -> None:
    with database.write() as session:
        said = rows.turn(held, 0)
        session.add(said)
        session.flush()
        session.add(rows.turn(held, 1, speaker=Speaker.CLIENT.value, answers_id=said.id))
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(rows.turn(held, 2, speaker=Speaker.CLIENT.value, answers_id=said.id))


def test_only_the_two_sides_speak(database: Database, held: PracticeSession) -> None:
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(rows.turn(held, 0, speaker="narrator"))


def test_a_turn_of_no_session_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(rows.turn(rows.practice(rows.user()), 0))


def test_deleting_a_session_deletes_all_that_hangs_on_it(database: Database) -> None:
    _, held = rows.whole_story(database)
    assert all(_count(database).values()), "the story leaves a table empty, so this test would not see it"
    with database.write() as session:
        session.exec(delete(PracticeSession).where(col(PracticeSession.id) == held.id))
    left = {name for name, count in _count(database).items() if count}
    around = {"assignments", "assistants", "identities", "invitations", "milestones", "persona_edits", "snippets"}
    assert left == {"users", "classrooms", "memberships", "sign_ins", "persona_versions", *around}


def test_deleting_a_trainee_deletes_all_that_is_theirs_and_nothing_else(database: Database) -> None:
    trainee, _ = rows.whole_story(database)
    with database.write() as session:
        session.exec(delete(User).where(col(User.id) == trainee.id))
    left = {name: count for name, count in _count(database).items() if count}
    around = dict.fromkeys(("assignments", "assistants", "invitations", "persona_edits", "snippets"), 1)
    assert left == {"users": 1, "classrooms": 1, "persona_versions": 1, **around}


def test_a_failed_block_leaves_nothing(database: Database) -> None:
    def fail_halfway(session: Session) -> None:
        session.add(rows.user())
        session.flush()
        raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"), database.write() as session:
        fail_halfway(session)
    assert _count(database)["users"] == 0


def test_a_transcript_has_everything_by_its_owner(database: Database) -> None:
    _, held = rows.whole_story(database)
    with database.read() as session:
        practice = session.get(PracticeSession, held.id)
        assert practice is not None
        transcript = transcript_of(session, practice)
    said, answer = transcript.turns
    assert said.id is not None
    assert transcript.answers == {said.id: answer}
    assert transcript.unanswered is None
    (coded,) = transcript.utterances[said.id]
    assert coded.id is not None
    assert transcript.corrections[coded.id].code == "open_question"
    assert [comment.text for comment in transcript.comments[said.id]] == ["Good."]
