"""One town of people, made once and copied for each test: passwords are slow to hash by design."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.client.group import Cast
from app.client.persona import Persona
from app.practice import accounts
from app.practice.classes import create_class
from app.practice.house import House
from app.practice.informed import inform
from app.settings import Settings
from app.store.database import Database
from app.store.tables import Role
from app.web.main import create_app
from tests.support.engines import ScriptedEngine
from tests.web.stand_ins import KeywordCoder, Voice

PASSWORD = "correct horse"
PERSONA = "ray-drink-driving"


@dataclass(frozen=True)
class Town:
    """A database file with Dana's class of Tom and Una, Iris's empty class, and everybody's token."""

    file: Path
    tokens: dict[str, str]
    class_code: str
    empty_class_code: str


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    file = tmp_path_factory.mktemp("town") / "town.db"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    dana = accounts.found(database, username="dana", name="Dana Instructor", password=PASSWORD)
    iris = accounts.add_user(database, username="iris", name="Iris", password=PASSWORD, role=Role.INSTRUCTOR)
    code = create_class(database, dana, "Tuesday group").code
    empty = create_class(database, iris, "Other group").code
    for username, name in (("tom", "Tom Trainee"), ("una", "Una Úlfarsdóttir")):
        accounts.join(database, class_code=code, username=username, name=name, password=PASSWORD)
    for user in accounts.list_users(database):
        inform(database, user)
    tokens = {name: accounts.sign_in(database, name, PASSWORD, 14) for name in ("dana", "iris", "tom", "una")}
    database.close()
    return Town(file, tokens, code, empty)


@pytest.fixture
def voice(monkeypatch: pytest.MonkeyPatch) -> Voice:
    """The client's voice: at once, unless a test says otherwise."""
    voice = Voice()
    voice.install(monkeypatch)
    return voice


@pytest.fixture
def house(
    settings: Settings,
    tmp_path: Path,
    town: Town,
    personas: dict[str, Persona],
    groups: dict[str, Cast],
    engine: ScriptedEngine,
) -> Iterator[House]:
    """A house on a copy of the town, with written lines only."""
    shutil.copyfile(town.file, tmp_path / "rollwith.db")
    database = Database(f"sqlite:///{tmp_path / 'rollwith.db'}")
    yield House(settings, database, engine, KeywordCoder(), personas, groups)
    database.close()


@pytest.fixture
def app(house: House) -> FastAPI:
    return create_app(house)


@pytest.fixture
def visit(app: FastAPI, town: Town) -> Callable[[str], TestClient]:
    """A browser by the name of its user; an unknown name is nobody's. Redirects are not followed."""

    def browser(name: str = "") -> TestClient:
        client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
        if name in town.tokens:
            client.cookies.set("rollwith", town.tokens[name])
        return client

    return browser


@pytest.fixture
def dana(visit: Callable[[str], TestClient]) -> TestClient:
    """The instructor (and admin)."""
    return visit("dana")


@pytest.fixture
def iris(visit: Callable[[str], TestClient]) -> TestClient:
    """An instructor whose class is empty."""
    return visit("iris")


@pytest.fixture
def tom(visit: Callable[[str], TestClient]) -> TestClient:
    """A trainee."""
    return visit("tom")


@pytest.fixture
def una(visit: Callable[[str], TestClient]) -> TestClient:
    """Another trainee of the same class."""
    return visit("una")


@pytest.fixture
def room(tom: TestClient) -> str:
    """The id of a running session of Tom's."""
    answer = tom.post(f"/clients/{PERSONA}/sessions", data={"browser_id": str(uuid.uuid4())})
    assert answer.status_code == 303
    return answer.headers["location"].rsplit("/", 1)[1]


def say(client: TestClient, room: str, text: str, browser_id: str = "") -> Any:
    """Send a turn as the script does; the response."""
    body = {"text": text, "browser_id": browser_id or str(uuid.uuid4())}
    return client.post(f"/api/sessions/{room}/turns", json=body)


def hear(client: TestClient, room: str, turn_id: int) -> list[tuple[str, dict[str, Any]]]:
    """Read the reply to its end; the events with their data."""
    answer = client.get(f"/api/sessions/{room}/turns/{turn_id}/reply")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = []
    for block in answer.text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "event" in fields:
            events.append((fields["event"], json.loads(fields["data"])))
    return events


def exchange(client: TestClient, room: str, text: str) -> dict[str, Any]:
    """One whole turn and its reply; the stored turn as the script gets it."""
    answer = say(client, room, text)
    assert answer.status_code == 201, answer.text
    stored: dict[str, Any] = answer.json()
    assert hear(client, room, stored["turn_id"])[-1][0] == "done"
    return stored
