"""Coming back: the next session goes on where the last one ended, and a client may come late, or not, or end it."""

from __future__ import annotations

import pytest

from app.client.actor import Actor, Spoken
from app.client.persona import Persona
from app.practice import report as reports
from app.practice import review, rooms, sessions
from app.practice.arrivals import arrival_view
from app.practice.errors import Conflict
from app.practice.export import COLUMNS, export_rows, flat
from app.practice.house import House
from app.practice.turns import take_turn
from app.store.tables import PracticeSession, Role, User
from tests.practice.rooms import PERSONA, held, leave, meet, somebody, stored, talk
from tests.store import rows

#: As hot as it gets; pressed so far on what is shut that the client stays away.
HOT, COLD = {"resistance": 1.0}, {"cold": True}


def test_the_first_session_begins_as_the_sheet_says(quick: House, tom: User) -> None:
    first = meet(quick, tom)
    assert (first.memory, first.arrival, first.homework) == (None, "on_time", None)
    ray = quick.personas[PERSONA]
    opening = stored(quick, first.id)[0]
    assert opening.text in ray.openings
    assert opening.state["trust"] == ray.start.trust
    assert sessions.acquaintance(quick, tom, PERSONA) is None


def test_the_next_session_goes_on_where_the_last_one_ended(quick: House, tom: User) -> None:
    first = meet(quick, tom)
    talk(quick, tom, first.id, "You feel picked on.")
    leave(quick, tom, first.id, trust=0.9, resistance=0.1, told=["debt"])
    second = meet(quick, tom)
    assert second.memory is not None
    assert (second.memory["ended"], second.memory["sessions"], second.memory["state"]["trust"]) == ("trainee", 1, 0.9)
    opening = stored(quick, second.id)[0]
    assert opening.state["trust"] > 0.75
    assert opening.state["earlier"] == ["debt"]
    met = sessions.acquaintance(quick, tom, PERSONA)
    assert met is not None
    assert (met.sessions, met.ended, met.over) == (1, "trainee", False)


def test_starting_anew_forgets_all_that_was(quick: House, tom: User) -> None:
    leave(quick, tom, meet(quick, tom).id, **HOT)
    leave(quick, tom, meet(quick, tom).id, **HOT)
    anew = meet(quick, tom, anew=True)
    assert (anew.memory, anew.arrival, anew.ended_at) == (None, "on_time", None)
    leave(quick, tom, anew.id, trust=0.6)
    following = meet(quick, tom)
    assert following.memory is not None
    assert following.memory["sessions"] == 1


def test_nobody_elses_sessions_count_and_no_running_one(quick: House, tom: User) -> None:
    other = somebody(quick.database, "una")
    leave(quick, other, meet(quick, other).id, **HOT)
    meet(quick, tom)
    assert meet(quick, tom).memory is None


def test_a_client_who_does_not_come_comes_the_next_time(quick: House, tom: User) -> None:
    leave(quick, tom, meet(quick, tom).id, **COLD)
    missed = meet(quick, tom)
    assert (missed.arrival, missed.end_reason, missed.ended_at) == ("does_not_come", "missed", missed.started_at)
    assert stored(quick, missed.id) == []
    view = rooms.room(quick, tom, missed.id)
    assert (view.ended, view.end_reason, view.turns, view.unanswered_turn_id) == (True, "missed", [], None)
    assert "kept shut" in view.arrival.why
    sessions.end(quick, tom, missed.id)
    with pytest.raises(Conflict, match="has ended"):
        take_turn(quick, tom, missed.id, "Hello?", "turn-0001")
    assert reports.report(quick, tom, missed.id).transcript == []
    following = meet(quick, tom)
    assert (following.arrival, following.ended_at) == ("after_missing", None)


def test_a_client_who_is_pushed_too_far_twice_ends_it_for_good(quick: House, tom: User) -> None:
    for _ in range(2):
        leave(quick, tom, meet(quick, tom).id, **HOT)
    over = meet(quick, tom)
    assert (over.arrival, over.end_reason) == ("has_ended", "ended_by_client")
    (goodbye,) = stored(quick, over.id)
    assert (goodbye.act, goodbye.text) == ("farewell", rooms.room(quick, tom, over.id).turns[0].text)
    assert meet(quick, tom).end_reason == "ended_by_client"
    met = sessions.acquaintance(quick, tom, PERSONA)
    assert met is not None
    assert (met.sessions, met.over) == (2, True)
    assert meet(quick, tom, anew=True).end_reason is None


def test_what_was_promised_shows_in_the_opening(quick: House, tom: User) -> None:
    first = meet(quick, tom)
    talk(quick, tom, first.id, "What will you do?")
    with quick.database.write() as session:
        reply = stored(quick, first.id)[-1]
        reply.act = "commitment"
        session.add(reply)
    leave(quick, tom, first.id, trust=1.0, resistance=0.0)
    second = meet(quick, tom)
    assert second.homework in (True, False)
    returning = quick.personas[PERSONA].returning
    assert returning is not None
    lines = returning.homework_done if second.homework else returning.homework_undone
    assert stored(quick, second.id)[0].text.endswith(lines)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("on_time", ""),
        ("late", "Ray came late."),
        ("after_missing", "Ray came after missing the last appointment."),
        ("after_walking_out", "Ray came back after walking out last time."),
        ("does_not_come", "Ray did not come."),
        ("has_ended", "Ray came to say that this is over."),
        (None, ""),
    ],
)
def test_each_arrival_has_its_words(kind: str | None, words: str) -> None:
    practice = rows.practice(rows.user(), arrival=kind)
    assert arrival_view(practice, "Ray").says == words


@pytest.mark.parametrize(
    ("memory", "words"),
    [
        ({"stays_away": True}, "pressed on something that is kept shut, and only sat"),
        ({"ended": "walked_out"}, "walked out"),
        ({"pressed": [["money", 3]]}, "again and again"),
        ({}, "little reason to trust"),
    ],
)
def test_why_a_client_did_not_come_is_told(memory: dict[str, object], words: str) -> None:
    state = {"resistance": 0.9, "trust": 0.1, "importance": 2, "confidence": 2, "pressed": memory.pop("pressed", [])}
    known = {"ended": "trainee", "state": state, "sessions": 2} | memory
    view = arrival_view(rows.practice(rows.user(), arrival="does_not_come", memory=known), "Ray")
    assert words in view.why
    assert view.meeting == 3


def test_a_session_from_before_clients_remembered_counts_as_the_first(quick: House, tom: User) -> None:
    old = meet(quick, tom)
    leave(quick, tom, old.id, trust=0.7)
    with quick.database.write() as session:
        row = session.get_one(PracticeSession, old.id)
        row.arrival = None
        session.add(row)
    following = meet(quick, tom)
    assert following.memory is not None
    assert following.memory["sessions"] == 1
    assert rooms.room(quick, tom, old.id).arrival.says == ""


def test_the_client_is_told_what_it_said_in_earlier_sessions(
    quick: House, tom: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak, known = Actor.speak, []

    async def listening(self: Actor, persona: Persona, *more: object) -> Spoken:
        known.append(more[-1])
        return await speak(self, persona, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(Actor, "speak", listening)
    first = meet(quick, tom)
    talk(quick, tom, first.id, "What happened?")
    leave(quick, tom, first.id, trust=0.9)
    talk(quick, tom, meet(quick, tom).id, "How was your week?")
    texts = {turn.text for turn in stored(quick, first.id) if turn.speaker == "client"}
    assert known == [frozenset(), texts]


def test_instructors_and_exports_see_how_the_client_came(quick: House, tom: User) -> None:
    from app.practice import accounts

    irma = accounts.add_user(quick.database, username="irma", name="Irma", password="a long password", role=Role.ADMIN)
    leave(quick, tom, meet(quick, tom).id, **COLD)
    missed = meet(quick, tom)
    following = meet(quick, tom)
    assert review.review(quick, irma, missed.id).arrival.says == "Ray did not come."
    assert review.review(quick, irma, following.id).arrival.meeting == 2
    waiting = {row.session.id for row in review.queue(quick, irma, review.Wanted(status="to review")).rows}
    assert missed.id not in waiting
    exported = list(export_rows(quick.database, session_id=following.id))
    assert exported[0]["arrival"] == "after_missing"
    assert exported[0]["memory"] == held(quick, following.id).memory
    assert exported[0]["persona_version"] == following.version_id
    assert set(flat(exported[0])) == set(COLUMNS)
    assert flat(exported[0])["meeting"] == 2
