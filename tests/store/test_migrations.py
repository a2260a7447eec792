"""Migrations: from nothing they make exactly the tables of the code, and every one can be taken back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlmodel import SQLModel, col, select

from app.practice.versions import digest
from app.store.database import MIGRATIONS, Database
from app.store.tables import PersonaVersion, PracticeSession, Turn, now
from tests.store import rows
from tests.support.databases import Server

TABLES = set(SQLModel.metadata.tables)


@pytest.fixture
def empty(database_server: Server) -> Iterator[Database]:
    """A database without any table."""
    database = Database(database_server.empty())
    yield database
    database.close()


def _config(database: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = database.engine
    return config


def _tables(database: Database) -> set[str]:
    with database.engine.connect() as connection:
        return set(inspect(connection).get_table_names()) - {"alembic_version"}


def test_from_nothing_the_tables_are_those_of_the_code(empty: Database) -> None:
    empty.migrate()
    assert _tables(empty) == TABLES
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrating_again_changes_nothing(empty: Database) -> None:
    empty.migrate()
    _, held = rows.whole_story(empty)
    empty.migrate()
    with empty.read() as session:
        assert session.get(type(held), held.id) is not None


def test_each_migration_can_be_taken_back_and_made_again(empty: Database) -> None:
    config = _config(empty)
    steps = list(ScriptDirectory.from_config(config).walk_revisions())
    command.upgrade(config, "head")
    for _ in steps:
        command.downgrade(config, "-1")
    assert _tables(empty) == set()
    for _ in steps:
        command.upgrade(config, "+1")
    assert _tables(empty) == TABLES


def test_there_is_one_newest_migration(empty: Database) -> None:
    assert len(ScriptDirectory.from_config(_config(empty)).get_heads()) == 1


RAY: dict[str, Any] = {
    "id": "ray",
    "name": "Ray Kovach",
    "field": "court",
    "facts": [{"id": "a", "trust": 0.5}],
    "more": "naïve “x” 🙃",
}
MO: dict[str, Any] = {"id": "mo", "name": "Mo", "field": "health"}


@pytest.fixture
def of_the_first_tables(empty: Database) -> Database:
    """A database of revision 0001 with three sessions of two clients, two turns in each."""
    command.upgrade(_config(empty), "0001")
    at = sa.MetaData()
    at.reflect(empty.engine)
    with empty.engine.begin() as connection:
        trainee = _insert(connection, at, "users", rows.user().model_dump())
        # the same values in another order are the same version
        for number, persona in enumerate((RAY, MO, dict(reversed(RAY.items())))):
            session = {
                "user_id": trainee, "browser_id": f"browser-{number}", "persona_id": persona["id"], "persona": persona,
                "id": uuid.uuid4(), "seed": 1, "engine": "scripted", "coder": "coder-1", "started_at": now(),
            }  # fmt: skip
            held = _insert(connection, at, "practice_sessions", session)
            for position in range(2):
                turn = {"session_id": held, "position": position, "speaker": "client", "text": f"{position}"}
                _insert(connection, at, "turns", turn | {"created_at": now(), "state": rows.STATE})
    return empty


def _insert(connection: sa.Connection, at: sa.MetaData, table: str, values: dict[str, Any]) -> Any:
    """The row's id; ids of the program are stored as the database stores them."""
    columns = at.tables[table].c
    kept = {name: value for name, value in values.items() if name in columns}
    if connection.dialect.name == "sqlite":
        kept = {name: value.hex if isinstance(value, uuid.UUID) else value for name, value in kept.items()}
    connection.execute(at.tables[table].insert().values(kept))
    return kept.get("id")


def test_personas_in_sessions_become_versions_and_nothing_else_changes(of_the_first_tables: Database) -> None:
    database = of_the_first_tables
    database.migrate()
    with database.read() as session:
        versions = {version.id: version for version in session.exec(select(PersonaVersion))}
        sessions = session.exec(select(PracticeSession).order_by(col(PracticeSession.browser_id))).all()
        assert [turn.text for turn in session.exec(select(Turn).order_by(col(Turn.position)))] == ["0"] * 3 + ["1"] * 3
    assert [held.version_id for held in sessions] == [digest(RAY), digest(MO), digest(RAY)]
    assert [(held.memory, held.arrival, held.homework) for held in sessions] == [(None, None, None)] * 3
    assert {version.id: version.persona for version in versions.values()} == {digest(RAY): RAY, digest(MO): MO}
    ray = versions[digest(RAY)]
    assert (ray.persona_id, ray.name, ray.field) == ("ray", "Ray Kovach", "court")
    assert ray.created_at == sessions[0].started_at
    with database.write() as session:  # keys are enforced again
        session.delete(session.get_one(PracticeSession, sessions[0].id))
    with database.read() as session:
        assert len(session.exec(select(Turn)).all()) == 4


def test_versions_taken_back_stand_in_their_sessions_again(of_the_first_tables: Database) -> None:
    database = of_the_first_tables
    database.migrate()
    command.downgrade(_config(database), "0001")
    with database.engine.connect() as connection:
        at = sa.MetaData()
        at.reflect(connection)
        sessions = at.tables["practice_sessions"]
        found = connection.execute(sa.select(sessions.c.persona).order_by(sessions.c.browser_id)).scalars().all()
        assert connection.execute(sa.select(sa.func.count()).select_from(at.tables["turns"])).scalar_one() == 6
    assert found == [RAY, MO, RAY]
