"""Assignments: set, changed, closed, practised, counted; and the choosing page and list that show them."""

from __future__ import annotations

import csv
import io
import uuid
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.practice.house import House
from app.store.tables import Assignment, PracticeSession, now
from tests.web.conftest import PERSONA, exchange
from tests.web.test_classes import class_of, text

GOOD = {
    "client_id": PERSONA,
    "mode": "plain",
    "goal": "reflection",
    "min_turns": "1",
    "attempts": "2",
    "note": "Slowly.",
}


@pytest.fixture
def task(house: House, dana: TestClient) -> Assignment:
    """An assignment for Dana's class."""
    address = f"/classes/{class_of(house).id}"
    assert dana.post(f"{address}/assignments", data=GOOD).status_code == 303
    with house.database.read() as session:
        return session.exec(select(Assignment)).one()


def begin(client: TestClient, task: Assignment, persona: str = PERSONA) -> Any:
    form = {"browser_id": str(uuid.uuid4()), "assignment": str(task.id)}
    return client.post(f"/clients/{persona}/sessions", data=form)


def practise(client: TestClient, task: Assignment, turns: int = 1) -> str:
    """A whole session for it; its id."""
    session_id = str(begin(client, task).headers["location"].rsplit("/", 1)[1])
    for _ in range(turns):
        exchange(client, session_id, "You would rather not be here.")
    client.post(f"/sessions/{session_id}/end")
    return session_id


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("client_id", "nobody", "Choose a client"),
        ("mode", "wild", "no such mode"),
        ("goal", "wild", "no such goal"),
        ("min_turns", "0", "whole number from 1 to 200"),
        ("min_turns", "x", "whole number from 1 to 200"),
        ("attempts", "99", "whole number from 1 to 50"),
        ("due", "soon", "2026-01-31"),
        ("note", "x" * 2001, "2,000 characters"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_lost(
    house: House, dana: TestClient, field: str, value: str, says: str
) -> None:
    answer = dana.post(f"/classes/{class_of(house).id}/assignments", data=GOOD | {field: value})
    assert answer.status_code == 422
    assert says in text(answer)
    if field != "note":
        assert "Slowly." in answer.text


def test_it_comes_first_on_the_choosing_page_and_sets_the_session(
    house: House, tom: TestClient, task: Assignment
) -> None:
    page = text(tom.get("/clients"))
    assert "From your instructor" in page
    assert "2 attempts left" in page
    prepare = text(tom.get(f"/clients/{PERSONA}?assignment={task.id}"))
    assert "Set by your instructor" in prepare
    assert "Slowly." in prepare
    assert 'name="mode"' not in prepare
    session_id = practise(tom, task)
    with house.database.read() as session:
        held = session.get_one(PracticeSession, uuid.UUID(session_id))
    assert (held.mode, held.goal, held.assignment_id) == ("plain", "reflection", task.id)
    assert "✓ done" in text(tom.get("/clients"))


def test_attempts_run_out(tom: TestClient, task: Assignment) -> None:
    practise(tom, task)
    practise(tom, task)
    third = begin(tom, task)
    assert third.status_code == 409
    assert "all attempts" in text(third)
    assert f"?assignment={task.id}" not in tom.get("/clients").text


def test_one_is_told_before_one_ends_too_early(dana: TestClient, tom: TestClient, task: Assignment) -> None:
    told, spent = "For your instructor it counts from 2 turns of yours.", "no further attempt"
    dana.post(f"/assignments/{task.id}", data=GOOD | {"min_turns": "2", "attempts": "1"})
    room = begin(tom, task).headers["location"]
    exchange(tom, room.rsplit("/", 1)[1], "You feel picked on.")
    assert told in text(tom.get(f"{room}/end"))
    assert spent in text(tom.get("/clients"))
    exchange(tom, room.rsplit("/", 1)[1], "It is a lot.")
    assert told not in text(tom.get(f"{room}/end"))
    tom.post(f"{room}/end")
    assert spent not in text(tom.get("/clients")), "it is done"


def test_only_those_of_the_class_with_this_client_and_while_it_is_open(
    tom: TestClient, iris: TestClient, dana: TestClient, task: Assignment
) -> None:
    assert iris.get(f"/clients/{PERSONA}?assignment={task.id}").status_code == 404
    assert begin(iris, task).status_code == 404
    assert begin(tom, task, "maureen-smoking").status_code == 409
    assert iris.get(f"/assignments/{task.id}").status_code == 404
    dana.post(f"/assignments/{task.id}/archive", data={"archived": "yes"})
    assert "From your instructor" not in tom.get("/clients").text
    assert begin(tom, task).status_code == 409
    dana.post(f"/assignments/{task.id}/archive", data={"archived": "no"})
    assert begin(tom, task).status_code == 303


def test_changing_one(dana: TestClient, tom: TestClient, task: Assignment) -> None:
    form = dana.get(f"/assignments/{task.id}").text
    assert "Change the assignment" in form
    yesterday = f"{now() - timedelta(days=1):%Y-%m-%d}"
    assert dana.post(f"/assignments/{task.id}", data=GOOD | {"due": "x"}).status_code == 422
    assert dana.post(f"/assignments/{task.id}", data=GOOD | {"due": yesterday, "attempts": ""}).status_code == 303
    page = text(tom.get("/clients"))
    assert "late, still welcome" in page
    assert "attempts left" not in page
    assert yesterday in dana.get(f"/assignments/{task.id}").text


def test_who_has_done_what(house: House, dana: TestClient, tom: TestClient, una: TestClient, task: Assignment) -> None:
    address = f"/classes/{class_of(house).id}"
    done = practise(tom, task)
    dana.post(f"/assignments/{task.id}", data=GOOD | {"min_turns": "2"})
    practise(una, task, 1)
    rows = {row["trainee"]: row for row in _sheet(dana, address)}
    (column,) = set(rows["Tom Trainee"]) - {"trainee"}
    assert rows["Tom Trainee"][column] == "short"
    dana.post(f"/assignments/{task.id}", data=GOOD)
    rows = {row["trainee"]: row for row in _sheet(dana, address)}
    assert {row[column] for row in rows.values()} == {"done"}
    assert f'href="/review/{done}"' in dana.get(address).text
    with house.database.write() as session:
        session.get_one(Assignment, task.id).due_at = now() - timedelta(days=2)
    assert "done late" in dana.get(address).text


def _sheet(dana: TestClient, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(dana.get(f"{address}/assignments.csv").text.removeprefix("\ufeff"))))


def test_the_choosing_page_finds_clients(tom: TestClient) -> None:
    every = text(tom.get("/clients"))
    hard = text(tom.get("/clients?level=hard"))
    assert every.count("<article") > hard.count("<article") > 0
    assert "Ray" in text(tom.get("/clients?search=ray"))
    assert "Nobody fits this choice" in text(tom.get("/clients?search=zzzz"))
    taught = text(tom.get("/clients?technique=paradoxical"))
    assert every.count("<article") > taught.count("<article") > 0


def test_ones_own_best_and_last_result(house: House, tom: TestClient, task: Assignment) -> None:
    for value in (0.8, 0.4):
        held = practise(tom, task)
        with house.database.write() as session:
            session.get_one(PracticeSession, uuid.UUID(held)).headline = value
    page = text(tom.get("/clients"))
    assert "Met 2 times" in page
    assert "best 80 %, last 40 %" in page


def test_ones_own_list_narrows_and_turns_pages(house: House, tom: TestClient, task: Assignment) -> None:
    held = practise(tom, task)
    page = text(tom.get("/sessions"))
    assert "assignment" in page
    assert f"/sessions/{held}/reflect" in page
    assert "No session fits this choice" in text(tom.get("/sessions?mode=exam"))
    assert "No session fits this choice" in text(tom.get("/sessions?state=reviewed"))
    with house.database.write() as session:
        first = session.get_one(PracticeSession, uuid.UUID(held))
        for number in range(30):
            values = first.model_dump() | {"id": uuid.uuid4(), "browser_id": f"copy-{number:04}"}
            session.add(PracticeSession(**values))
    second = text(tom.get("/sessions?page=2"))
    assert "Page 2 of 2" in second
    assert second.count('<th scope="row">') == 6
