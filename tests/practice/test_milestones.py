"""Milestones: who may set and remove them, what reaches them, and that the end of a session notes it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from app.practice import accounts, sessions
from app.practice.classes import create_class
from app.practice.errors import Invalid, NotFound
from app.practice.followed import followed
from app.practice.house import House
from app.practice.milestones import mark_reached, milestone_views, reaches, remove_milestone, set_milestone
from app.practice.summary import Figure, Summary
from app.store.tables import Milestone, PracticeSession, Role, User, now
from tests.practice.doings import ended, summary
from tests.practice.rooms import PASSWORD, meet, talk

WHAT = "answers_to_resistance"


@pytest.fixture
def dana(quick: House) -> User:
    """An instructor."""
    return accounts.add_user(quick.database, username="dana", name="Dana", password=PASSWORD, role=Role.INSTRUCTOR)


@pytest.fixture
def una(quick: House, dana: User) -> User:
    """A trainee of hers."""
    code = create_class(quick.database, dana, "Tuesday").code
    return accounts.join(quick.database, class_code=code, username="una", name="Una", password=PASSWORD)


def met(met: int, graded: int) -> Summary:
    return summary(measures={WHAT: Figure(100 * met / graded, met, graded)})


def over(user_id: uuid.UUID, **fields: Any) -> PracticeSession:
    """A session that nobody stores."""
    given: dict[str, Any] = {
        "browser_id": "",
        "persona_id": "",
        "version_id": "",
        "seed": 1,
        "engine": "",
        "coder": "",
    } | fields
    return PracticeSession(user_id=user_id, **given)


def only(house: House) -> Milestone:
    with house.database.read() as session:
        return session.exec(select(Milestone)).one()


def test_for_oneself_and_for_ones_trainee_alone(quick: House, tom: User, dana: User, una: User) -> None:
    own = set_milestone(quick, una, una.id, measure=WHAT, target="60 %", due="", note=" Stay.\r\nListen. ")
    hers = set_milestone(quick, dana, una.id, measure="use_confront", target="0,5")
    for author, whom in ((dana, tom), (tom, una)):
        with pytest.raises(NotFound):
            set_milestone(quick, author, whom.id, measure=WHAT, target="60")
    with quick.database.read() as session:
        views = {view.id: view for view in milestone_views(session, una, una, [met(2, 4)])}
    assert (views[own].target, views[own].now, views[own].distance) == ("60 % or more", "50 %", "10 points to go")
    assert (views[own].note, views[own].own, views[own].author) == ("Stay.\nListen.", True, "Una")
    assert (views[hers].target, views[hers].own) == ("0.5 in 10 turns or less", False)
    assert views[hers].distance == "which is there already; the next session that reaches it counts"
    with pytest.raises(NotFound):
        remove_milestone(quick, una, hers)
    with pytest.raises(NotFound):
        remove_milestone(quick, dana, own)
    remove_milestone(quick, dana, hers)
    assert only(quick).id == own


def test_no_more_than_twenty_open_ones(quick: House, tom: User) -> None:
    for _ in range(20):
        set_milestone(quick, tom, tom.id, measure=WHAT, target="60")
    with pytest.raises(Invalid, match="20 open milestones"):
        set_milestone(quick, tom, tom.id, measure=WHAT, target="60")


def test_what_reaches_a_target() -> None:
    known = followed()
    assert reaches(met(3, 4), known[WHAT], 75.0)
    assert not reaches(met(3, 4), known[WHAT], 76.0)
    assert not reaches(met(2, 2), known[WHAT], 50.0), "two answers are too few"
    short = summary(turns=4, measures={WHAT: Figure(100.0, 4, 4)})
    assert not reaches(short, known[WHAT], 50.0), "four turns are too few"
    assert reaches(summary(), known["use_persuade"], 1.0), "less is better"
    assert not reaches(summary(), known["use_persuade"], 0.9)
    assert not reaches(summary(), known["complex_share"], 0.0), "there is no such figure"


def test_the_first_session_that_reaches_it_counts(quick: House, tom: User) -> None:
    before = now()
    set_milestone(quick, tom, tom.id, measure=WHAT, target="60")
    with quick.database.write() as session:
        for minutes, figures in ((1, met(1, 4)), (2, met(3, 4)), (3, met(4, 4))):
            practice = over(tom.id, ended_at=now() + timedelta(minutes=minutes))
            mark_reached(session, practice, figures)
    reached = only(quick).reached_at
    assert reached is not None
    assert timedelta(minutes=1, seconds=30) < reached - before < timedelta(minutes=2, seconds=30), "the second one"


def test_a_correction_takes_it_back_and_no_other_session_does(quick: House, tom: User) -> None:
    set_milestone(quick, tom, tom.id, measure=WHAT, target="60")
    reached = over(tom.id, ended_at=now() + timedelta(minutes=1))
    later = over(tom.id, ended_at=now() + timedelta(minutes=2))
    with quick.database.write() as session:
        mark_reached(session, reached, met(4, 4))
        mark_reached(session, later, met(1, 4))
    assert only(quick).reached_at == reached.ended_at
    with quick.database.write() as session:
        mark_reached(session, reached, met(1, 4))
    assert only(quick).reached_at is None


def test_sessions_before_it_tries_and_running_ones_do_not_reach_it(quick: House, tom: User, dana: User) -> None:
    set_milestone(quick, tom, tom.id, measure=WHAT, target="60")
    whole = ended(quick, tom, figures=met(4, 4))
    with quick.database.write() as session:
        mark_reached(session, whole, met(4, 4))
        mark_reached(session, over(tom.id), met(4, 4))
        later = now() + timedelta(minutes=1)
        mark_reached(session, over(tom.id, parent_id=whole.id, ended_at=later), met(4, 4))
        mark_reached(session, over(dana.id, ended_at=later), met(4, 4))
    assert only(quick).reached_at is None


def test_the_end_of_a_session_notes_what_it_reached(quick: House, tom: User) -> None:
    set_milestone(quick, tom, tom.id, measure="reflection_share", target="10")
    set_milestone(quick, tom, tom.id, measure="use_reflection", target="30")
    practice = meet(quick, tom)
    words = ("tired", "angry", "watched", "alone", "worn out", "let down")
    talk(quick, tom, practice.id, *(f"It sounds like you are {word}." for word in words))
    sessions.end(quick, tom, practice.id)
    with quick.database.read() as session:
        low, high = session.exec(select(Milestone).order_by(col(Milestone.id))).all()
        assert low.reached_at == session.get_one(PracticeSession, practice.id).ended_at
        assert high.reached_at is None


def test_a_day_that_has_passed(quick: House, tom: User) -> None:
    with quick.database.write() as session:
        due = datetime(2020, 1, 1, tzinfo=UTC)
        session.add(Milestone(user_id=tom.id, author_id=tom.id, measure=WHAT, target=60, due_at=due))
        session.add(Milestone(user_id=tom.id, author_id=tom.id, measure="gone", target=60))
    with quick.database.read() as session:
        view = milestone_views(session, tom, tom, [])[0]
    assert (view.overdue, view.now, view.distance) == (True, "", "")
