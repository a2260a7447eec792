"""What goes wrong with a database is told in one line that a person can act on, without a password."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from app.store.database import Database, DiskFull, StoreError
from app.store.tables import User
from tests.store import rows
from tests.support.databases import PostgresServer, SqliteFiles


@pytest.fixture
def on_sqlite(sqlite_server: SqliteFiles) -> Iterator[Database]:
    database = Database(sqlite_server.migrated())
    yield database
    database.close()


@pytest.fixture
def on_postgres(postgres_server: PostgresServer) -> Iterator[Database]:
    database = Database(postgres_server.migrated())
    yield database
    database.close()


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 15000)]
)
def test_every_sqlite_connection_is_safe(on_sqlite: Database, pragma: str, value: object) -> None:
    for _ in range(2):
        with on_sqlite.engine.connect() as connection:
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value
        on_sqlite.engine.dispose()


def _fill(database: Database) -> None:
    trainee = rows.user("bob")
    with database.write() as session:
        session.add_all([trainee, rows.version()])
        session.flush()
        held = rows.practice(trainee)
        session.add(held)
        session.flush()
        session.add_all([rows.turn(held, n, "x" * 5000) for n in range(200)])


def test_a_full_disk_under_sqlite_is_told_and_loses_nothing(on_sqlite: Database) -> None:
    with on_sqlite.write() as session:
        session.add(rows.user("ann"))
    with on_sqlite.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    # SQLite's own limit makes it answer SQLITE_FULL as a full disk does
    @event.listens_for(on_sqlite.engine, "begin")
    def limit(connection: object) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 20}")  # type: ignore[attr-defined]

    with pytest.raises(DiskFull, match=r"^The disk is full.*Free some space"):
        _fill(on_sqlite)
    event.remove(on_sqlite.engine, "begin", limit)
    with on_sqlite.read() as session:
        assert [user.username for user in session.exec(select(User))] == ["ann"]
    with on_sqlite.write() as session:
        session.add(rows.user("cara"))


@pytest.mark.postgres
def test_a_full_disk_under_postgres_is_told(on_postgres: Database) -> None:
    with on_postgres.write() as session:
        session.connection().exec_driver_sql(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$"
        )
        session.connection().exec_driver_sql(
            "CREATE TRIGGER full_disk BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION full_disk()"
        )
    with pytest.raises(DiskFull, match=r"^The disk is full"), on_postgres.write() as session:
        session.add(rows.user())


def test_other_operational_errors_are_not_called_a_full_disk(on_sqlite: Database) -> None:
    with pytest.raises(OperationalError, match="no such table"), on_sqlite.write() as session:
        session.connection().exec_driver_sql("DELETE FROM no_such_table")


def _one_line(error: pytest.ExceptionInfo[StoreError]) -> str:
    message = str(error.value)
    assert "\n" not in message
    assert "sekret" not in message
    return message


@pytest.mark.postgres
def test_a_postgres_that_is_not_there_is_told_in_one_line() -> None:
    database = Database("postgresql://ann:sekret@127.0.0.1:1/rollwith?connect_timeout=3")
    with pytest.raises(StoreError) as error:
        database.migrate()
    assert "127.0.0.1" in _one_line(error)


@pytest.mark.postgres
def test_a_database_that_postgres_does_not_have_is_told_in_one_line(postgres_server: PostgresServer) -> None:
    known = postgres_server.empty()
    with psycopg.connect(known) as connection:
        name = connection.info.dbname
    database = Database(known.replace(name, "not_there"))
    with pytest.raises(StoreError) as error:
        database.migrate()
    assert "not_there" in _one_line(error)


def test_a_file_that_is_no_database_is_told_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "rollwith.db"
    path.write_bytes(b"not a database at all, only some text that is long enough to be read as a header" * 4)
    with pytest.raises(StoreError) as error:
        Database(f"sqlite:///{path}").migrate()
    assert str(path) in _one_line(error)
    assert "not a database" in str(error.value)


def test_a_folder_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "rollwith.db"
    with pytest.raises(StoreError) as error:
        Database(f"sqlite:///{path}").migrate()
    assert str(path) in _one_line(error)


def test_a_database_of_a_newer_version_is_told_in_one_line(on_sqlite: Database) -> None:
    with on_sqlite.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError) as error:
        on_sqlite.migrate()
    assert "9999" in _one_line(error)


def test_a_database_that_is_not_ours_is_told_and_left_alone(sqlite_server: SqliteFiles) -> None:
    url = sqlite_server.empty()
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, login TEXT)")
    with pytest.raises(StoreError) as error:
        Database(url).migrate()
    assert "users" in _one_line(error)


@pytest.mark.parametrize("url", ["mysql://ann:sekret@127.0.0.1/rollwith", "no url at all", "sqlite3://x"])
def test_a_url_of_another_kind_is_told_in_one_line(url: str) -> None:
    with pytest.raises(StoreError) as error:
        Database(url)
    assert "postgresql" in _one_line(error)
