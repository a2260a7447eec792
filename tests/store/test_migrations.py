"""Migrations: from nothing they make exactly the tables of the code, and every one can be taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlmodel import SQLModel

from app.store.database import MIGRATIONS, Database
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
