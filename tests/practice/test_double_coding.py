"""Blind coding, the queue and the export of codes from people, on either database."""

from __future__ import annotations

import uuid

import pytest
from sqlmodel import select

from app.practice import accounts, classes, coding, compare, double_coded, filters, playback, review
from app.practice import report as reports
from app.practice.corrections import visible_corrections
from app.practice.errors import Conflict, Invalid, NotAllowed, NotFound
from app.practice.house import House
from app.practice.review import Wanted
from app.store.database import Database
from app.store.tables import Assignment, Assistant, Classroom, Coding, Membership, PracticeSession, Role, User
from tests.practice.rooms import PASSWORD, PERSONA, leave, meet, talk

SAID = ("You feel picked on. What happened?", "You should stop.", "Perhaps it sounds like you are tired.")


def person(database: Database, name: str, role: Role = Role.INSTRUCTOR) -> User:
    return accounts.add_user(database, username=name, name=name.title(), password=PASSWORD, role=role)


@pytest.fixture
def irma(quick: House) -> User:
    """Runs the class of Tom."""
    return person(quick.database, "irma")


@pytest.fixture
def classroom(quick: House, irma: User, tom: User) -> Classroom:
    found = classes.create_class(quick.database, irma, "MI 101")
    with quick.database.write() as session:
        session.add(Membership(classroom_id=found.id, user_id=tom.id))
    return found


@pytest.fixture
def ended(quick: House, tom: User, classroom: Classroom) -> uuid.UUID:  # noqa: ARG001  Tom's class comes first
    practice = meet(quick, tom)
    talk(quick, tom, practice.id, *SAID)
    leave(quick, tom, practice.id)
    return practice.id


def code_all(house: House, coder: User, session_id: uuid.UUID, *codes: str) -> None:
    with house.database.read() as session:
        query = select(Coding.id).where(Coding.session_id == session_id, Coding.coder_id == coder.id)
        coding_id = session.exec(query).one()
    utterances = [one for turn in coding.view(house, coder, coding_id).turns for one in turn.utterances]
    for one, code in zip(utterances, codes, strict=True):
        coding.give(house, coder, coding_id, one.id, code)
    coding.finish(house, coder, coding_id)


def test_two_code_blind_and_agreement_is_told(quick: House, irma: User, ended: uuid.UUID) -> None:
    anna = person(quick.database, "anna", Role.ADMIN)
    assert [one.name for one in coding.codings_of(quick, irma, ended).may_be_asked] == ["Anna", "Irma"]
    coding.ask(quick, irma, ended, [anna.id, irma.id, irma.id])
    coding.ask(quick, irma, ended, [irma.id])
    assert len(coding.codings_of(quick, irma, ended).codings) == 2
    assert [row.session_id for row in coding.waiting(quick, anna)] == [ended]
    with pytest.raises(Conflict, match="blind"):
        double_coded.of_session(quick, irma, ended)
    for shown in (review.review, reports.report, playback.playback, compare.tries):
        with pytest.raises(Conflict, match="blind"):
            shown(quick, irma, ended)
    code_all(quick, irma, ended, "simple_reflection", "open_question", "confront", "reframe")
    code_all(quick, anna, ended, "simple_reflection", "open_question", "persuade", "reframe")
    assert coding.waiting(quick, anna) == []
    view = double_coded.of_session(quick, irma, ended)
    assert (view.sessions, view.utterances, len(view.pairs)) == (1, 4, 3)
    first = view.pairs[0]
    assert {view.names[first.one], view.names[first.other]} == {"Anna", "Irma"}
    assert first.same == 3
    assert view.between_people.value == pytest.approx(0.72, abs=0.05)
    assert [one.text for one in view.disagreements] == ["You should stop.", SAID[2]]
    assert view.disagreements[0].codes[double_coded.MODEL] == "persuade"


def test_a_class_counts_what_two_have_finished(
    quick: House, irma: User, ended: uuid.UUID, classroom: Classroom
) -> None:
    anna = person(quick.database, "anna", Role.ADMIN)
    assert double_coded.classes(quick, irma) == []
    coding.ask(quick, irma, ended, [anna.id, irma.id])
    code_all(quick, irma, ended, *["other"] * 4)
    assert double_coded.classes(quick, irma) == []
    code_all(quick, anna, ended, *["other"] * 4)
    assert [(one.id, one.sessions) for one in double_coded.classes(quick, irma)] == [(classroom.id, 1)]
    view = double_coded.of_class(quick, irma, classroom.id)
    assert view.between_people.why == "one code only"
    assert view.title == "MI 101"
    with pytest.raises(NotFound):
        double_coded.of_class(quick, person(quick.database, "stella"), classroom.id)


def test_who_assists_does_not_ask_and_strangers_cannot_be_asked(
    quick: House, irma: User, tom: User, ended: uuid.UUID
) -> None:
    stella = person(quick.database, "stella")
    with pytest.raises(Invalid):
        coding.ask(quick, irma, ended, [stella.id])
    with pytest.raises(Invalid):
        coding.ask(quick, irma, ended, [])
    with pytest.raises(NotFound):
        coding.ask(quick, stella, ended, [stella.id])
    with pytest.raises(NotAllowed):
        coding.waiting(quick, tom)


def test_an_assistant_can_be_asked(quick: House, irma: User, ended: uuid.UUID, classroom: Classroom) -> None:
    stella = person(quick.database, "stella")
    with quick.database.write() as session:
        session.add(Assistant(classroom_id=classroom.id, user_id=stella.id))
    assert [one.name for one in coding.codings_of(quick, irma, ended).may_be_asked] == ["Irma", "Stella"]
    assert filters.choices(quick, stella).classes == {classroom.id: "MI 101"}
    with pytest.raises(NotFound):
        coding.ask(quick, stella, ended, [stella.id])
    coding.ask(quick, irma, ended, [stella.id])
    code_all(quick, stella, ended, "affirmation", "open_question", "persuade", "reframe")
    assert double_coded.of_session(quick, stella, ended).names.keys() == {str(stella.id), double_coded.MODEL}


def test_blind_codes_and_corrections_are_exported(quick: House, irma: User, ended: uuid.UUID) -> None:
    assert list(visible_corrections(quick, irma)) == []
    said = [one for turn in review.review(quick, irma, ended).turns for one in turn.utterances]
    review.correct(quick, irma, said[2].id, "confront")
    assert [row["codes"] for row in visible_corrections(quick, irma)] == [["confront"]]
    coding.ask(quick, irma, ended, [irma.id])
    code_all(quick, irma, ended, "affirmation", "open_question", "persuade", "reframe")
    rows = list(visible_corrections(quick, irma))
    assert [row["codes"] for row in rows] == [["affirmation"], ["open_question"], ["confront"], ["reframe"]]
    assert [one["how"] for one in rows[2]["people"]] == ["correction", "blind"]
    assert list(visible_corrections(quick, person(quick.database, "stella"))) == []


@pytest.mark.parametrize("sort", review.SORTS)
def test_the_queue_in_every_order_and_through_every_filter(
    quick: House, irma: User, tom: User, ended: uuid.UUID, classroom: Classroom, sort: str
) -> None:
    running = meet(quick, tom, anew=True)
    homework = Assignment(classroom_id=classroom.id, author_id=irma.id, client_id=PERSONA, mode="exam")
    with quick.database.write() as session:
        session.add(homework)
        session.flush()
        row = session.get_one(PracticeSession, running.id)
        row.assignment_id, row.mode = homework.id, "exam"
        session.add(row)

    def found(**wanted: str) -> set[uuid.UUID]:
        return {row.session.id for row in review.queue(quick, irma, Wanted(sort=sort, **wanted)).rows}

    assert found() == {ended, running.id}
    assert found(assignment=str(homework.id)) == found(mode="exam") == found(status="running") == {running.id}
    assert found(classroom=str(classroom.id), trainee="TO", persona=PERSONA) == {ended, running.id}
    assert found(status="to review") == {ended}
    assert found(status="reviewed") == set()
    assert [one.id for one in filters.choices(quick, irma).assignments] == [homework.id]
    assert review.next_to_review(quick, irma, running.id, Wanted(sort=sort)) == ended
    assert review.next_to_review(quick, irma, ended, Wanted(sort=sort)) is None
