"""Alembic's environment: the engine comes from `Database.migrate`, or from ROLLWITH_DATABASE_URL for new revisions."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import app.store.tables  # noqa: F401
from app.settings import get_settings
from app.store.database import Database


def render_item(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """SQLModel's own string type as plain SQLAlchemy in the revision's file."""
    return f"sa.String(length={item.length!r})" if kind == "type" and isinstance(item, AutoString) else False


engine = context.config.attributes.get("engine") or Database(get_settings().resolved_database_url).engine

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
