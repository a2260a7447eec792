"""Pausing: the room answers, the client hears nothing, and the session goes on where it stopped."""

from __future__ import annotations

import uuid

import pytest

from app.practice import pauses, rooms, sessions
from app.practice import report as reports
from app.practice.errors import Conflict, Invalid, NotFound
from app.practice.export import export_rows
from app.practice.house import House
from app.practice.turns import take_turn
from app.store.tables import PracticeSession, User
from tests.practice.rooms import leave, meet, somebody, stored, talk


@pytest.fixture
def room(quick: House, tom: User) -> PracticeSession:
    """A session with one exchange."""
    begun = meet(quick, tom)
    talk(quick, tom, begun.id, "What happened?")
    return begun


def ask(house: House, user: User, session_id: uuid.UUID, text: str, browser_id: str = "") -> object:
    return pauses.take(house, user, session_id, text, browser_id or uuid.uuid4().hex)


@pytest.mark.parametrize("text", ["pause", "Pause.", "Can we pause?"])
def test_the_word_is_answered_by_the_room(quick: House, tom: User, room: PracticeSession, text: str) -> None:
    before = stored(quick, room.id)
    assert ask(quick, tom, room.id, text) is not None
    assert [turn.id for turn in stored(quick, room.id)] == [turn.id for turn in before]
    view = rooms.room(quick, tom, room.id)
    assert view.paused
    (aside,) = view.asides
    assert (aside.position, aside.asked, aside.open) == (2, text, True)
    assert aside.said == pauses.paused_words()


@pytest.mark.parametrize("text", ["Let's pause on that for a second, Ray.", "What happened?", "…"])
def test_what_is_for_the_client_is_left_alone(quick: House, tom: User, room: PracticeSession, text: str) -> None:
    assert ask(quick, tom, room.id, text) is None
    assert not rooms.room(quick, tom, room.id).paused


def test_nothing_is_said_in_a_pause_and_it_ends_with_a_button_or_the_word(
    quick: House, tom: User, room: PracticeSession
) -> None:
    for word in ("", "resume"):
        pauses.pause(quick, tom, room.id, uuid.uuid4().hex)
        with pytest.raises(Conflict, match="Go on"):
            take_turn(quick, tom, room.id, "And then?", uuid.uuid4().hex)
        if word:
            ask(quick, tom, room.id, word)
        else:
            pauses.go_on(quick, tom, room.id)
        assert not rooms.room(quick, tom, room.id).paused
    pauses.go_on(quick, tom, room.id)
    talk(quick, tom, room.id, "And then?")
    assert len(stored(quick, room.id)) == 5
    assert len(rooms.room(quick, tom, room.id).asides) == 2


def test_the_same_pause_sent_again_is_one(quick: House, tom: User, room: PracticeSession) -> None:
    first = pauses.pause(quick, tom, room.id, "pause-0001")
    assert pauses.pause(quick, tom, room.id, "pause-0001") == first
    assert pauses.pause(quick, tom, room.id, "pause-0002") == first, "in a pause another changes nothing"
    pauses.go_on(quick, tom, room.id)
    assert not pauses.pause(quick, tom, room.id, "pause-0001").open
    assert not rooms.room(quick, tom, room.id).paused


def test_no_pause_while_the_client_owes_an_answer_and_none_after_the_end(
    quick: House, tom: User, room: PracticeSession
) -> None:
    take_turn(quick, tom, room.id, "And then?", "turn-0001")
    with pytest.raises(Conflict, match="answer"):
        pauses.pause(quick, tom, room.id, "pause-0001")
    sessions.end(quick, tom, room.id)
    with pytest.raises(Conflict, match="has ended"):
        pauses.pause(quick, tom, room.id, "pause-0001")


def test_a_session_may_end_in_a_pause(quick: House, tom: User, room: PracticeSession) -> None:
    pauses.pause(quick, tom, room.id, "pause-0001")
    sessions.end(quick, tom, room.id)
    assert not rooms.room(quick, tom, room.id).paused


def test_strangers_and_malformed_ids_are_refused(quick: House, tom: User, room: PracticeSession) -> None:
    una = somebody(quick.database, "una")
    with pytest.raises(NotFound):
        pauses.pause(quick, una, room.id, "pause-0001")
    with pytest.raises(NotFound):
        pauses.go_on(quick, una, room.id)
    with pytest.raises(NotFound):
        ask(quick, una, room.id, "pause")
    with pytest.raises(Invalid):
        pauses.pause(quick, tom, room.id, "x")


def test_a_pause_is_nobodys_turn(quick: House, tom: User, room: PracticeSession) -> None:
    ask(quick, tom, room.id, "pause")
    pauses.go_on(quick, tom, room.id)
    talk(quick, tom, room.id, "You feel picked on.")
    leave(quick, tom, room.id)
    report = reports.report(quick, tom, room.id)
    assert [len(turn.asides) for turn in report.transcript] == [0, 0, 1, 0, 0, 0]
    assert report.row.turns == 2
    exported = [row["text"] for row in export_rows(quick.database, session_id=room.id)]
    assert len(exported) == 6
    assert not any("pause" in text.lower() for text in exported)
    following = meet(quick, tom)
    assert following.memory is not None
    assert "pause" not in str(following.memory).lower()


def test_in_a_pause_the_room_says_what_the_client_is_and_how_to_go_on() -> None:
    said = pauses.paused_words()
    for words in ("paused", "simulated", "language model", "nobody is hurt", "Go on", "End session"):
        assert words in said
