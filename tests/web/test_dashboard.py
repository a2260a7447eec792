"""The dashboard: a class over time, what lags, who paused, down to the turn; what one may see; what one takes away."""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.practice.dashboard import PAUSED_DAYS
from app.practice.house import House
from app.practice.summary import VERSION
from app.store.tables import (
    Assignment,
    Classroom,
    Coding,
    Correction,
    PersonaVersion,
    PracticeSession,
    Role,
    Speaker,
    Turn,
    User,
    Utterance,
    now,
)
from tests.support.queries import counted


def figures(headline: float | None, codes: dict[str, int], turns: int = 10) -> dict[str, Any]:
    measure = {"value": headline, "part": 1, "whole": 2}
    return {
        "version": VERSION, "turns": turns, "measures": {"answers_to_resistance": measure}, "codes": codes, "talk": {},
        "resistance": {}, "ratings": {}, "quality": None, "unsure": 0,
    }  # fmt: skip


def hold(
    house: House, username: str, days: float, headline: float | None, codes: dict[str, int] | None = None, **more: Any
) -> uuid.UUID:
    """An ended session with these figures, one quote of each code."""
    with house.database.write() as session:
        user = session.exec(select(User).where(User.username == username)).one()
        if session.get(PersonaVersion, "v" * 64) is None:
            session.add(PersonaVersion(id="v" * 64, persona_id="ray-drink-driving", name="Ray", field="x", persona={}))
            session.flush()
        at = now() - timedelta(days=days)
        held = PracticeSession(
            user_id=user.id, browser_id=uuid.uuid4().hex, persona_id="ray-drink-driving", version_id="v" * 64, seed=1,
            engine="none", coder="none", started_at=at, ended_at=at, end_reason=more.pop("end_reason", "trainee"),
            figures=figures(headline, codes or {}), **more,
        )  # fmt: skip
        session.add(held)
        session.flush()
        for place, code in enumerate(codes or {}):
            said = [("client", "No."), ("counsellor", f"My words with {code}.")]
            for offset, (speaker, text) in enumerate(said):
                turn = Turn(session_id=held.id, position=2 * place + offset, speaker=speaker, text=text, state={})
                session.add(turn)
                session.flush()
                if speaker == Speaker.COUNSELLOR:
                    session.add(
                        Utterance(
                            turn_id=turn.id or 0, ordinal=0, start=0, end=len(text), code=code, probability=0.95,
                            probabilities={code: 0.95},
                        )
                    )  # fmt: skip
        return held.id


def test_it_is_where_an_instructor_lands(dana: TestClient, tom: TestClient) -> None:
    assert dana.get("/").headers["location"] == "/dashboard"
    assert tom.get("/dashboard").status_code == 403


def test_an_empty_class_says_what_will_stand_here(iris: TestClient, dana: TestClient) -> None:
    assert "No session ended in this period" in dana.get("/dashboard").text
    assert "Nobody has joined yet" in iris.get("/dashboard").text


def test_without_a_class_it_says_what_to_do(house: House, iris: TestClient) -> None:
    with house.database.write() as session:
        for room in session.exec(select(Classroom).where(Classroom.name == "Other group")):
            session.delete(room)
    text = iris.get("/dashboard").text
    assert "Open a class" in text
    assert "rollwith demo" in text


def test_the_class_over_time_and_what_lags(house: House, dana: TestClient) -> None:
    for week in range(6):
        hold(house, "tom", 2 + 7 * week, 80 - 10 * week, {"simple_reflection": 4, "confront": 2})
    page = dana.get("/dashboard").text
    assert '<b class="num">6</b> sessions' in page
    rows = re.findall(r"<tr>\s*<th scope=\"row\"><a href=\"/dashboard/techniques/(\w+)[^\"]*\">(.*?)</th>", page, re.S)
    assert [name for name, _rest in rows] == [
        "choices",
        "paradoxical",
        "adherent",
        "reflection",
        "confront",
        "persuade",
    ]
    assert {name for name, rest in rows if "lags" in rest} == {"choices", "paradoxical", "adherent"}
    assert "too often" in dict(rows)["confront"]
    assert "Rising, for the better" in page
    assert 'class="over-time weeks"' in page


def test_who_paused_and_who_fell_behind(house: House, dana: TestClient) -> None:
    hold(house, "tom", PAUSED_DAYS + 3, 50)
    for place, value in enumerate([80, 70, 80, 75, 80, 30, 20, 30, 20]):
        hold(house, "una", 12 - place, value)
    page = dana.get("/dashboard").text
    assert f"No practice for {PAUSED_DAYS + 3} days" in page
    assert "The last 4 sessions lie no higher than those before" in page


def test_nobody_is_told_to_have_stalled_from_a_few_sessions(house: House, dana: TestClient) -> None:
    for place, value in enumerate([80, 30, 20, 10]):
        hold(house, "tom", 4 - place, value)
        hold(house, "una", 4 - place, value)
    page = dana.get("/dashboard").text
    assert "no higher than those before" not in page
    assert "Too few sessions to say" in page


def test_tries_missed_and_other_peoples_sessions_stay_out(house: House, dana: TestClient, iris: TestClient) -> None:
    held = hold(house, "tom", 3, 50)
    hold(house, "tom", 2, 50, parent_id=held, branched_at=1)
    hold(house, "tom", 1, None, end_reason="missed")
    assert '<b class="num">1</b> session' in dana.get("/dashboard").text
    assert '<b class="num">0</b> sessions' in iris.get("/dashboard").text
    with house.database.read() as session:
        tuesday = session.exec(select(Classroom).where(Classroom.name == "Tuesday group")).one()
        tom = session.exec(select(User).where(User.username == "tom")).one()
    for path in (
        f"/dashboard?classroom={tuesday.id}",
        f"/dashboard/trainees/{tom.id}",
        f"/dashboard/sessions.csv?classroom={tuesday.id}",
        f"/dashboard/report.pdf?classroom={tuesday.id}",
        f"/dashboard/techniques/reflection?classroom={tuesday.id}",
        "/dashboard?classroom=nonsense",
    ):
        assert iris.get(path).status_code == 404, path


def test_periods_and_dates(house: House, dana: TestClient) -> None:
    hold(house, "tom", 3, 50)
    hold(house, "tom", 40, 50)
    hold(house, "tom", 200, 50)
    counts = {period: dana.get(f"/dashboard?period={period}").text for period in ("4", "10", "all")}
    for period, count in (("4", "1"), ("10", "2"), ("all", "3")):
        assert f'<b class="num">{count}</b> session' in counts[period]
    day = (now() - timedelta(days=40)).date()
    assert '<b class="num">1</b> session' in dana.get(f"/dashboard?since={day}&until={day}").text
    wrong = dana.get("/dashboard?since=yesterday")
    assert wrong.status_code == 422
    assert "A date looks like 2026-01-31." in wrong.text


def test_down_to_the_turn(house: House, dana: TestClient) -> None:
    held = hold(house, "tom", 3, 50, {"complex_reflection": 1, "persuade": 1})
    bare = hold(house, "una", 2, 50, {"closed_question": 1})
    page = dana.get("/dashboard/techniques/reflection").text
    assert "My words with complex_reflection." in page
    assert "My words with persuade." not in page
    assert re.search(rf'href="/review/{held}#t\d+"', page)
    assert f'href="/review/{bare}"' in page  # a session without it
    assert "My words with persuade." in dana.get("/dashboard/techniques/persuade").text
    assert dana.get("/dashboard/techniques/nonsense").status_code == 404
    with house.database.read() as session:
        tom = session.exec(select(User).where(User.username == "tom")).one()
    trainee = dana.get(f"/dashboard/trainees/{tom.id}").text
    assert f'href="/review/{held}"' in trainee
    assert str(bare) not in trainee


def test_quotes_follow_an_instructors_correction(house: House, dana: TestClient) -> None:
    hold(house, "tom", 3, 50, {"summary": 1})
    with house.database.write() as session:
        utterance = session.exec(select(Utterance)).one()
        dana_id = session.exec(select(User.id).where(User.username == "dana")).one()
        session.add(Correction(utterance_id=utterance.id or 0, reviewer_id=dana_id, code="persuade"))
        held = session.exec(select(PracticeSession)).one()
        held.figures = figures(50, {"persuade": 1})
    assert "My words" not in dana.get("/dashboard/techniques/reflection").text
    page = dana.get("/dashboard/techniques/persuade").text
    assert "My words with summary." in page
    assert "an instructor’s code" in page


def test_whoever_codes_a_session_blind_is_not_quoted_from_it(house: House, dana: TestClient) -> None:
    held = hold(house, "tom", 3, 50, {"summary": 1})
    with house.database.write() as session:
        dana_id = session.exec(select(User.id).where(User.username == "dana")).one()
        coding = Coding(session_id=held, coder_id=dana_id, assigned_by=dana_id)
        session.add(coding)
        session.flush()
        coding_id = coding.id
    page = dana.get("/dashboard/techniques/reflection").text
    assert "My words" not in page
    for path in ("techniques/choices", "sessions.csv", "turns.jsonl"):
        assert str(held) not in dana.get(f"/dashboard/{path}").text, path
    with house.database.write() as session:
        session.get_one(Coding, coding_id).finished_at = now()
    assert "My words" in dana.get("/dashboard/techniques/reflection").text


def test_the_assignments_of_a_class(house: House, dana: TestClient) -> None:
    with house.database.write() as session:
        room = session.exec(select(Classroom).where(Classroom.name == "Tuesday group")).one()
        task = Assignment(
            classroom_id=room.id, author_id=room.instructor_id, client_id="ray-drink-driving", mode="plain", min_turns=1
        )
        session.add(task)
        session.flush()
        room_id, task_id = room.id, task.id
    held = hold(house, "tom", 3, 50, {"summary": 1}, assignment_id=task_id)
    page = dana.get(f"/dashboard?classroom={room_id}").text
    assert "1 of 2 trainees" in page
    assert held
    assert dana.get(f"/dashboard/report.pdf?classroom={room_id}").content.startswith(b"%PDF-")


def test_quotes_come_in_pages(house: House, dana: TestClient) -> None:
    for place in range(30):
        hold(house, "tom", 3 + place / 100, 50, {"summary": 1})
    first, second = (dana.get(f"/dashboard/techniques/reflection?page={page}").text for page in (1, 2))
    quote = "My words with summary."
    assert (first.count(quote), second.count(quote)) == (25, 5)
    links = [set(re.findall(r"/review/[\w-]+#t\d+", text)) for text in (first, second)]
    assert not links[0] & links[1]


def test_what_one_takes_away(house: House, dana: TestClient) -> None:
    held = hold(house, "tom", 3, 50, {"persuade": 1})
    with house.database.write() as session:
        session.exec(select(User).where(User.username == "tom")).one().name = "=cmd()"
    answer = dana.get("/dashboard/sessions.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (row["session"], row["trainee"], row["answers_to_resistance"]) == (str(held), "'=cmd()", "50")
    assert row["persuade_in_10_turns"] == "1.0"
    turns = [json.loads(line) for line in dana.get("/dashboard/turns.jsonl").text.splitlines()]
    assert [turn["speaker"] for turn in turns] == ["client", "counsellor"]
    made = dana.get("/dashboard/report.pdf")
    assert made.content.startswith(b"%PDF-")
    assert "class-all" in made.headers["content-disposition"]
    assert dana.get("/dashboard/report.pdf?names=no").content.startswith(b"%PDF-")


def test_an_assistant_sees_the_class(house: House, iris: TestClient) -> None:
    from app.store.tables import Assistant

    hold(house, "tom", 3, 50)
    with house.database.write() as session:
        room = session.exec(select(Classroom).where(Classroom.name == "Tuesday group")).one()
        user = session.exec(select(User).where(User.username == "iris", User.role == Role.INSTRUCTOR.value)).one()
        session.add(Assistant(classroom_id=room.id, user_id=user.id))
    assert '<b class="num">1</b> session' in iris.get("/dashboard").text


@pytest.mark.parametrize("path", ["/dashboard?period=all", "/dashboard/techniques/reflection"])
def test_as_many_queries_for_many_sessions_as_for_few(house: House, dana: TestClient, path: str) -> None:
    hold(house, "tom", 3, 50, {"summary": 1})
    dana.get(path)  # the very first page asks whether there is anybody
    with counted(house.database) as few:
        dana.get(path)
    for place in range(20):
        hold(house, "una", 3 + place, 50, {"summary": 1})
    with counted(house.database) as many:
        dana.get(path)
    assert len(many) == len(few) <= 12
