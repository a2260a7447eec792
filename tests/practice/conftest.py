"""People and sessions for the tests of the practice room."""

from __future__ import annotations

import uuid

import pytest

from app.client.group import Cast
from app.client.persona import Persona
from app.practice import accounts, sessions
from app.practice.classes import create_class
from app.practice.house import House
from app.settings import Settings
from app.store.database import Database
from app.store.tables import Role, User
from tests.practice.rooms import somebody
from tests.support.engines import ScriptedEngine
from tests.web.stand_ins import KeywordCoder

PASSWORD = "a long password"
PERSONA = "ray-drink-driving"


@pytest.fixture
def instructor(house: House) -> User:
    """The first account."""
    return accounts.found(house.database, username="irma", name="Irma", password=PASSWORD)


@pytest.fixture
def trainee(house: House, instructor: User) -> User:
    """A trainee in the instructor's class."""
    code = create_class(house.database, instructor, "MI 101").code
    return accounts.join(house.database, class_code=code, username="tom", name="Tom", password=PASSWORD)


@pytest.fixture
def stranger(house: House, instructor: User) -> User:  # noqa: ARG001  the first account is another's
    """An instructor with no class."""
    return accounts.add_user(house.database, username="stella", name="Stella", password=PASSWORD, role=Role.INSTRUCTOR)


@pytest.fixture
def session_id(house: House, trainee: User) -> uuid.UUID:
    """A running session of the trainee."""
    return sessions.start(house, trainee, PERSONA, "start-0001")


@pytest.fixture
def quick(
    settings: Settings,
    database: Database,
    engine: ScriptedEngine,
    personas: dict[str, Persona],
    groups: dict[str, Cast],
) -> House:
    """A practice room without models, on SQLite and on PostgreSQL."""
    return House(settings, database, engine, KeywordCoder(), personas, groups)


@pytest.fixture
def tom(quick: House) -> User:
    """A trainee there."""
    return somebody(quick.database)
