"""Trying a moment again: what was said is kept whole, the session goes on from the moment, and nothing is doubled."""

from __future__ import annotations

import asyncio
import threading
import uuid

import pytest
from sqlalchemy import event
from sqlmodel import select

from app.practice import accounts, compare, rooms, sessions, tries, turns
from app.practice import report as reports
from app.practice.errors import Conflict, NotFound
from app.practice.export import export_rows
from app.practice.house import House
from app.practice.pauses import pause
from app.store.queries import asides_of, last_ended, said_before, utterances_of
from app.store.tables import EndReason, PracticeSession, Role, Speaker, Turn, User
from tests.practice.rooms import PERSONA, held, leave, meet, somebody, stored, talk

WORDS = ("You feel picked on.", "You should stop drinking.", "What now?")


def spoken(house: House, session_id: uuid.UUID) -> list[str]:
    return [turn.text for turn in stored(house, session_id)]


def children(house: House, session_id: uuid.UUID) -> list[PracticeSession]:
    with house.database.read() as session:
        return list(session.exec(select(PracticeSession).where(PracticeSession.parent_id == session_id)))


def turn_at(house: House, session_id: uuid.UUID, position: int) -> int:
    return stored(house, session_id)[position].id or 0


@pytest.fixture
def running(quick: House, tom: User) -> uuid.UUID:
    """A running coached session of three exchanges."""
    practice = meet(quick, tom)
    talk(quick, tom, practice.id, *WORDS)
    return practice.id


def test_going_back_keeps_what_was_said_in_a_try_complete_in_itself(
    quick: House, tom: User, running: uuid.UUID
) -> None:
    before = stored(quick, running)
    tries.go_back(quick, tom, running, before[3].id or 0)
    assert spoken(quick, running) == [turn.text for turn in before[:3]]
    assert held(quick, running).ended_at is None
    (kept,) = children(quick, running)
    assert (kept.branched_at, kept.end_reason, kept.ended_at is not None) == (3, EndReason.TRIED_AGAIN, True)
    assert kept.seed == held(quick, running).seed
    after = stored(quick, kept.id)
    assert [turn.text for turn in after] == [turn.text for turn in before]
    assert [turn.position for turn in after] == list(range(7))
    assert [turn.state for turn in after] == [turn.state for turn in before]
    # each answer answers the turn before it, copies among copies
    assert all(after[at].answers_id == after[at - 1].id for at in (2, 4, 6))
    assert [turn.id for turn in after[3:]] == [turn.id for turn in before[3:]]
    with quick.database.read() as session:
        ids = [turn.id or 0 for turn in after if turn.speaker == Speaker.COUNSELLOR]
        assert set(utterances_of(session, ids)) == set(ids)


def test_the_session_waits_for_new_words_and_the_same_words_get_the_same_answer(
    quick: House, tom: User, running: uuid.UUID
) -> None:
    before = spoken(quick, running)
    turn_id = turn_at(quick, running, 3)
    tries.go_back(quick, tom, running, turn_id)
    assert tries.draft(quick, tom, running, turn_id) == WORDS[1]
    talk(quick, tom, running, WORDS[1])
    assert spoken(quick, running) == before[:5]
    assert tries.draft(quick, tom, running, turn_id) == "", "it has been said"


def test_the_same_request_twice_changes_nothing(quick: House, tom: User, running: uuid.UUID) -> None:
    turn_id = turn_at(quick, running, 3)
    tries.go_back(quick, tom, running, turn_id)
    tries.go_back(quick, tom, running, turn_id)
    assert len(children(quick, running)) == 1
    assert len(stored(quick, running)) == 3


def test_two_clicks_at_once_make_one_try(quick: House, tom: User, running: uuid.UUID) -> None:
    turn_id, failed = turn_at(quick, running, 3), []

    def click() -> None:
        try:
            tries.go_back(quick, tom, running, turn_id)
        except Exception as error:
            failed.append(error)

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert failed == []
    assert len(children(quick, running)) == 1


def test_one_does_not_go_back_while_a_reply_is_due(quick: House, tom: User, running: uuid.UUID) -> None:
    taken = turns.take_turn(quick, tom, running, "And then?", "turn-0001")
    with pytest.raises(Conflict):
        tries.go_back(quick, tom, running, turn_at(quick, running, 1))
    with pytest.raises(Conflict):
        tries.go_back(quick, tom, running, taken.turn_id)
    assert children(quick, running) == []


def test_a_turn_written_before_one_went_back_is_refused(
    quick: House, tom: User, running: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_id, code = turn_at(quick, running, 3), quick.coder.code

    def meanwhile(text: str, previous: str | None = None) -> object:
        tries.go_back(quick, tom, running, turn_id)
        return code(text, previous)

    monkeypatch.setattr(quick.coder, "code", meanwhile)
    with pytest.raises(Conflict):
        turns.take_turn(quick, tom, running, "Late words.", "turn-0002")
    assert len(stored(quick, running)) == 3


@pytest.mark.parametrize("mode", ["plain", "exam"])
def test_other_modes_have_no_retries_while_they_run(quick: House, tom: User, mode: str) -> None:
    session_id = sessions.start(quick, tom, PERSONA, "start-0001", mode=mode)
    talk(quick, tom, session_id, *WORDS)
    with pytest.raises(Conflict):
        tries.go_back(quick, tom, session_id, turn_at(quick, session_id, 1))
    leave(quick, tom, session_id)
    child, turn_id = tries.try_again(quick, tom, session_id, 1)
    assert (held(quick, child).mode, turn_id) == ("coached", turn_at(quick, session_id, 1))


def test_nobody_else_and_no_other_turn(quick: House, tom: User, running: uuid.UUID) -> None:
    una = somebody(quick.database, "una")
    with pytest.raises(NotFound):
        tries.go_back(quick, una, running, turn_at(quick, running, 1))
    with pytest.raises(NotFound):
        tries.go_back(quick, tom, running, turn_at(quick, running, 2))
    with pytest.raises(NotFound):
        compare.tries(quick, una, running)
    leave(quick, tom, running)
    with pytest.raises(NotFound):
        tries.try_again(quick, una, running, 1)
    with pytest.raises(NotFound):
        tries.try_again(quick, tom, running, 2)
    with pytest.raises(Conflict):
        tries.go_back(quick, tom, running, turn_at(quick, running, 1))
    tries.try_again(quick, tom, running, 1)
    assert tries.draft(quick, una, meet(quick, una).id, turn_at(quick, running, 1)) == ""


def test_pauses_go_along_and_none_stays_open(quick: House, tom: User, running: uuid.UUID) -> None:
    pause(quick, tom, running, "pause-0001")
    tries.go_back(quick, tom, running, turn_at(quick, running, 3))
    (kept,) = children(quick, running)
    with quick.database.read() as session:
        assert asides_of(session, running) == []
        (moved,) = asides_of(session, kept.id)
    assert moved.resumed_at is not None
    talk(quick, tom, running, "Let us go on.")


def test_who_was_walked_out_on_may_go_back_until_things_move_on(quick: House, tom: User, running: uuid.UUID) -> None:
    with quick.database.write() as session:
        practice = session.get_one(PracticeSession, running)
        practice.ended_at, practice.end_reason = practice.started_at, EndReason.WALKED_OUT.value
        practice.headline, practice.figures, practice.unsure = 0.5, {"version": 0}, 3
    tries.go_back(quick, tom, running, turn_at(quick, running, 5))
    again = held(quick, running)
    assert (again.ended_at, again.end_reason, again.headline, again.figures, again.unsure) == (None,) * 4 + (0,)
    with quick.database.write() as session:
        practice = session.get_one(PracticeSession, running)
        practice.ended_at, practice.end_reason = practice.started_at, EndReason.WALKED_OUT.value
    meet(quick, tom)
    with pytest.raises(Conflict):
        tries.go_back(quick, tom, running, turn_at(quick, running, 3))


def test_a_moment_of_an_ended_session_is_tried_apart_from_it(quick: House, tom: User, running: uuid.UUID) -> None:
    with pytest.raises(Conflict):
        tries.try_again(quick, tom, running, 3)
    leave(quick, tom, running)
    whole = spoken(quick, running)
    child, _ = tries.try_again(quick, tom, running, 3)
    assert tries.try_again(quick, tom, running, 3)[0] == child, "nothing was said in it yet"
    assert spoken(quick, child) == whole[:3]
    talk(quick, tom, child, "What would you like?")
    assert tries.try_again(quick, tom, running, 3)[0] != child
    assert spoken(quick, running) == whole
    sessions.end(quick, tom, child)
    assert reports.report(quick, tom, child).row.parent_id == running


def test_tries_stand_in_no_list_count_export_or_memory(quick: House, tom: User, running: uuid.UUID) -> None:
    tries.go_back(quick, tom, running, turn_at(quick, running, 3))
    talk(quick, tom, running, "It is up to you.")
    leave(quick, tom, running)
    child, _ = tries.try_again(quick, tom, running, 1)
    talk(quick, tom, child, "What else?")
    sessions.end(quick, tom, child)
    (row,) = sessions.sessions_of(quick, tom)
    assert (row.id, row.tries, row.mode) == (running, 2, "coached")
    assert {line["conversation"] for line in export_rows(quick.database)} == {str(running)}
    with quick.database.read() as session:
        found = last_ended(session, tom.id, PERSONA)
        assert found is not None
        assert found.id == running
    following = meet(quick, tom)
    with quick.database.read() as session:
        said = said_before(session, following)
    assert said == {turn.text for turn in stored(quick, running) if turn.speaker == Speaker.CLIENT}


def test_a_try_is_kept_and_what_was_in_force_becomes_the_try(quick: House, tom: User, running: uuid.UUID) -> None:
    first = spoken(quick, running)
    tries.go_back(quick, tom, running, turn_at(quick, running, 3))
    talk(quick, tom, running, "It is up to you.")
    second = spoken(quick, running)
    (kept,) = children(quick, running)
    tries.keep(quick, tom, running, kept.id)
    assert (spoken(quick, running), spoken(quick, kept.id)) == (first, second)
    assert [turn.position for turn in stored(quick, kept.id)] == list(range(5))
    assert held(quick, kept.id).branched_at == 3
    talk(quick, tom, running, "Go on.")
    with pytest.raises(NotFound):
        tries.keep(quick, tom, running, running)


def test_keeping_a_try_before_anything_else_was_said_leaves_no_empty_one(
    quick: House, tom: User, running: uuid.UUID
) -> None:
    first = spoken(quick, running)
    tries.go_back(quick, tom, running, turn_at(quick, running, 5))
    tries.go_back(quick, tom, running, turn_at(quick, running, 1))
    late = next(one for one in children(quick, running) if one.branched_at == 5)
    tries.keep(quick, tom, running, late.id)
    assert spoken(quick, running) == first
    assert len(children(quick, running)) == 1


def test_nothing_is_lost_by_keeping_a_later_try(quick: House, tom: User, running: uuid.UUID) -> None:
    tries.go_back(quick, tom, running, turn_at(quick, running, 5))
    tries.go_back(quick, tom, running, turn_at(quick, running, 1))
    talk(quick, tom, running, "Something else altogether.")
    late = next(one for one in children(quick, running) if one.branched_at == 5)
    tries.keep(quick, tom, running, late.id)
    assert held(quick, late.id).branched_at == 1
    assert spoken(quick, late.id)[1] == "Something else altogether."


def test_tries_stand_side_by_side(quick: House, tom: User, running: uuid.UUID) -> None:
    tries.go_back(quick, tom, running, turn_at(quick, running, 3))
    talk(quick, tom, running, "It is up to you.")
    view = compare.tries(quick, tom, running)
    (moment,) = view.moments
    mine, old = moment.ways
    assert (mine.in_force, old.in_force, old.keeps, old.number) == (True, False, True, 1)
    assert mine.said is not None
    assert old.said is not None
    assert (mine.said.text, old.said.text) == ("It is up to you.", WORDS[1])
    assert [code.code for code in old.codes] == ["persuade"]
    assert old.resistance is not None
    assert mine.resistance is not None
    assert old.resistance.change > mine.resistance.change
    assert [turn.text for turn in old.later] == spoken(quick, children(quick, running)[0].id)[5:]
    assert compare.tries(quick, tom, running, position=1).moments == []


def test_the_instructor_of_the_trainee_reads_the_tries_and_no_other(quick: House) -> None:
    irma = accounts.found(quick.database, username="irma", name="Irma", password="a long password")
    stella = accounts.add_user(
        quick.database, username="stella", name="Stella", password="a long password", role=Role.INSTRUCTOR
    )
    una = somebody(quick.database, "una")
    practice = meet(quick, una)
    talk(quick, una, practice.id, *WORDS)
    tries.go_back(quick, una, practice.id, turn_at(quick, practice.id, 3))
    assert not compare.tries(quick, irma, practice.id).own
    with pytest.raises(NotFound):
        compare.tries(quick, stella, practice.id)
    with pytest.raises(NotFound):
        tries.go_back(quick, irma, practice.id, turn_at(quick, practice.id, 1))


def test_a_reply_made_twice_is_not_stored_behind_the_moment(quick: House, tom: User, running: uuid.UUID) -> None:
    """Another worker still made the reply when this one had stored it and the trainee had gone back."""
    due = turns._load(quick, tom, running, turn_at(quick, running, 3))
    answer = asyncio.run(turns._speak(quick, due))
    tries.go_back(quick, tom, running, due.turn.id or 0)
    turns._save(quick, due, answer)
    assert len(stored(quick, running)) == 3
    with quick.database.read() as session:
        assert session.exec(select(Turn).where(Turn.answers_id == due.turn.id)).one().session_id != running


def test_a_walk_out_is_no_try_to_keep(quick: House, tom: User, running: uuid.UUID) -> None:
    tries.go_back(quick, tom, running, turn_at(quick, running, 3))
    (kept,) = children(quick, running)
    with quick.database.write() as session:
        last = session.exec(select(Turn).where(Turn.session_id == kept.id, Turn.position == 6)).one()
        last.act = "walk_out"
    with pytest.raises(Conflict):
        tries.keep(quick, tom, running, kept.id)
    (moment,) = compare.tries(quick, tom, running).moments
    assert (moment.ways[1].walked_out, moment.ways[1].keeps) == (True, False)


def test_the_room_counts_the_tries(quick: House, tom: User, running: uuid.UUID) -> None:
    tries.go_back(quick, tom, running, turn_at(quick, running, 3))
    view = rooms.room(quick, tom, running)
    assert (view.tries, view.may_go_back) == (1, True)


def test_the_comparison_takes_as_many_queries_for_many_tries_as_for_one(
    quick: House, tom: User, running: uuid.UUID
) -> None:
    asked: list[str] = []
    event.listen(quick.database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    tries.go_back(quick, tom, running, turn_at(quick, running, 3))
    asked.clear()
    compare.tries(quick, tom, running)
    once = len(asked)
    for words in ("It is up to you.", "What else?", "You feel tired."):
        talk(quick, tom, running, words)
        tries.go_back(quick, tom, running, turn_at(quick, running, 3))
    asked.clear()
    assert len(compare.tries(quick, tom, running).moments[0].ways) == 5
    assert len(asked) == once
