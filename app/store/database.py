"""The database: one engine, SQLite with write-ahead log by default, PostgreSQL by URL, migrated by Alembic."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine, event
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError
from sqlmodel import Session, create_engine

MIGRATIONS = Path(__file__).with_name("migrations")


class StoreError(RuntimeError):
    """The database cannot be used; the message is one line that says why."""


class DiskFull(StoreError):
    """Nothing more can be stored."""


class Database:
    """Opens sessions on one database. Thread-safe. Raises StoreError for a URL of no database that can be used."""

    def __init__(self, url: str) -> None:
        self.url = url
        try:
            self.engine = _make_engine(url)
        except (ArgumentError, ImportError) as error:
            raise StoreError(
                "the database URL cannot be used; write postgresql://user@host/name or sqlite:////folder/file.db"
            ) from error
        self._reading = self.engine.execution_options(sqlite_begin="DEFERRED")

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; what it loads stays usable after it closes."""
        with Session(self._reading, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session committed at the end of the block, rolled back on any error. Raises DiskFull."""
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
        except OperationalError as error:
            if _is_full(error):
                raise DiskFull(
                    "The disk is full, so nothing could be stored. Free some space and try again."
                ) from error
            raise

    def migrate(self) -> None:
        """Bring the schema up to date. Raises StoreError when the database cannot be reached or read."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["engine"] = self.engine
        try:
            command.upgrade(config, "head")
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
            raise StoreError(f"the database {self.engine.url.render_as_string()} cannot be used: {reason}") from error
        except CommandError as error:
            raise StoreError(
                f"the database {self.engine.url.render_as_string()} is of another version of Rollwith: {error}"
            ) from error

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _make_engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(_with_driver(url), pool_pre_ping=True)
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": 15})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediately)
    return engine


def _with_driver(url: str) -> str:
    """`postgresql://…`, as hosts hand it out, with the driver that is installed."""
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    # the driver's own transaction control starts too late; see SQLAlchemy's pysqlite notes
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediately(connection: Any) -> None:
    """Take the write lock at the start: two writers then wait for each other instead of failing half-way."""
    mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
    connection.exec_driver_sql(f"BEGIN {mode}")


def _is_full(error: OperationalError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_FULL or getattr(error.orig, "sqlstate", None) == "53100"


__all__ = ["Database", "DiskFull", "StoreError"]
