"""Alembic's environment: the engine comes from `Database.migrate`, or from ROLLWITH_DATABASE_URL for new revisions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import app.store.tables  # noqa: F401
from app.settings import get_settings
from app.store.database import Database


def render_item(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """SQLModel's own string type as plain SQLAlchemy in the revision's file."""
    return f"sa.String(length={item.length!r})" if kind == "type" and isinstance(item, AutoString) else False


@contextmanager
def keys_not_enforced(connection: Connection) -> Iterator[None]:
    """SQLite alters a table by copying and dropping it; with keys enforced, dropping deletes all that hangs on it.

    The switch works outside a transaction only, so it is thrown on the driver's connection.
    """
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def check_keys(connection: Connection) -> None:
    """Raises where a migration on SQLite left a row without what it refers to; it is then taken back."""
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("the migration would leave rows that refer to nothing")


engine = context.config.attributes.get("engine") or Database(get_settings().resolved_database_url).engine

with engine.connect() as connection, keys_not_enforced(connection):
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()
        check_keys(connection)
    connection.commit()
