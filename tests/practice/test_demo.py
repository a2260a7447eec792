"""The demo: as many people and sessions as asked for, scored, dated over ten weeks, reviewed in part."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import select

from app.client.group import Cast
from app.client.persona import Persona
from app.practice import accounts
from app.practice.demo.cast import WEEKS, students
from app.practice.demo.learner import Learner
from app.practice.demo.make import Size, make_demo
from app.practice.demo.words import read_words
from app.practice.house import House
from app.practice.policies import read_policies
from app.scoring.codes import CODES
from app.settings import Settings
from app.store.database import Database
from app.store.tables import (
    Assignment,
    CodedByHand,
    Coding,
    Comment,
    Milestone,
    PracticeSession,
    Review,
    Turn,
    User,
    now,
)
from tests.support.engines import ScriptedEngine
from tests.web.stand_ins import KeywordCoder

SIZE = Size(trainees=4, sessions=12)


@pytest.fixture
def house(
    sqlite_database: Database, settings: Settings, personas: dict[str, Persona], groups: dict[str, Cast]
) -> House:
    house = House(settings, sqlite_database, ScriptedEngine(), KeywordCoder(), personas, groups)
    told: list[int] = []
    asyncio.run(make_demo(house, "practice room", lambda done, _: told.append(done), SIZE))
    assert told == list(range(1, SIZE.sessions + 1))
    return house


def test_the_demo_is_full(house: House) -> None:
    with house.database.read() as session:
        practices = session.exec(select(PracticeSession)).all()
        counts = [len(session.exec(select(table)).all()) for table in (Review, Comment, Coding, CodedByHand)]
        assert len(session.exec(select(Assignment)).all()) == 4
        assert len(session.exec(select(Milestone)).all()) == SIZE.trainees
        users = {user.username: user for user in session.exec(select(User))}
    assert len(users) == SIZE.trainees + 2
    assert all(user.informed_at for user in users.values())
    ended = [one for one in practices if one.ended_at]
    assert len(practices) == SIZE.sessions + 3
    assert len(ended) == SIZE.sessions
    assert all(one.figures for one in ended if one.end_reason != "missed")
    assert all(counts)
    assert {one.mode for one in practices} > {"coached"}
    assert any(one.reflection for one in practices)


def test_it_lies_in_the_past_ten_weeks_and_one_turn_follows_the_other(house: House) -> None:
    with house.database.read() as session:
        practices = session.exec(select(PracticeSession)).all()
        for practice in practices:
            assert now() - timedelta(weeks=WEEKS + 1) < practice.started_at < now()
            turns = session.exec(select(Turn).where(Turn.session_id == practice.id).order_by(Turn.position)).all()  # type: ignore[arg-type]
            times = [turn.created_at for turn in turns]
            assert times == sorted(times)
            assert not times or times[0] > practice.started_at


def test_everybody_can_sign_in(house: House) -> None:
    for username in ("dana", "samuel", "amira"):
        assert accounts.sign_in(house.database, username, "practice room", 1)


def test_comments_and_summaries_are_about_codes_that_there_are() -> None:
    words = read_words()
    assert set(words.comments) <= set(CODES)
    assert set(words.summaries) == {"good", "fair", "poor"}
    assert len(set(words.trainees)) == 24


def test_the_sessions_are_shared_out_whole() -> None:
    people = students(read_words(), 24, 200, now(), 1)
    assert sum(len(one.appointments) for one in people) == 200
    assert len({one.username for one in people}) == 24
    stopped = [one for one in people if one.course == "stopped"]
    assert stopped
    assert all(one.appointments[-1].at < now() - timedelta(weeks=5) for one in stopped)


def test_skill_shows_in_what_is_said() -> None:
    poor = {line for lines in read_policies()["poor"].values() for line in lines}

    def poor_lines(skill: float) -> int:
        learners = [Learner(skill, 12, seed) for seed in range(6)]
        return sum(one("I don't need this.", "deny", turn) in poor for one in learners for turn in range(2, 10))

    assert poor_lines(0.0) > 3 * poor_lines(0.95)
