"""A database several times over: every row of the demo copied with new ids, into SQLite or PostgreSQL."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Connection, Table, select
from sqlmodel import SQLModel

from app.store.database import Database

#: Rows that are one for however many sessions, and those that nobody needs twice.
SHARED = frozenset({"persona_versions", "persona_edits"})
LEFT_OUT = frozenset({"sign_ins", "identities"})
#: Columns that must be unique and hold words.
WORDS = {"users": ("username", "email"), "classrooms": ("code", "assistant_code"), "invitations": ("token",)}
_NAMES = uuid.UUID("7d0c8a52-3f63-4c09-9d2b-3c1f2a9f6b10")
BATCH = 2000


def copied(source: Database, target: Database, times: int) -> dict[str, int]:
    """Fill an empty, migrated database; the first copy keeps its ids. How many rows each table has then."""
    counts: dict[str, int] = {}
    with source.engine.connect() as read, target.engine.begin() as write:
        for table in SQLModel.metadata.sorted_tables:
            if table.name in LEFT_OUT:
                continue
            rows = _ordered(table, [dict(row._mapping) for row in read.execute(select(table))])
            step = max((row["id"] for row in rows if isinstance(row.get("id"), int)), default=0)
            _steps[table.name] = step
            for number in range(1 if table.name in SHARED else times):
                _insert(write, table, [_renamed(table, row, number) for row in rows])
            counts[table.name] = len(rows) * (1 if table.name in SHARED else times)
        _catch_up(write)
    return counts


_steps: dict[str, int] = {}


def _ordered(table: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Parents before children, where a table refers to itself."""
    own = [column.name for column in table.columns if any(key.column.table is table for key in column.foreign_keys)]
    return sorted(rows, key=lambda row: any(row[name] is not None for name in own))


def _renamed(table: Table, row: dict[str, Any], number: int) -> dict[str, Any]:
    if number == 0:
        return row
    fresh = {column.name: _moved(column, row[column.name], number) for column in table.columns}
    for name in WORDS.get(table.name, ()):
        if fresh[name] is not None:
            fresh[name] = f"{number}{fresh[name]}"[: 16 if "code" in name else 200]
    return fresh


def _moved(column: Column[Any], value: Any, number: int) -> Any:
    """An id, or what refers to one, as it is in this copy."""
    keys = list(column.foreign_keys)
    table = keys[0].column.table.name if keys else column.table.name if column.name == "id" else None
    if value is None or table is None or table in SHARED:
        return value
    if isinstance(value, uuid.UUID):
        return uuid.uuid5(_NAMES, f"{number} {value}")
    return value + number * _steps[table] if isinstance(value, int) else value


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    for batch in _batches(rows):
        connection.execute(table.insert(), batch)


def _batches(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for first in range(0, len(rows), BATCH):
        yield rows[first : first + BATCH]


def _catch_up(connection: Connection) -> None:
    """PostgreSQL counts on from the numbers that were put in by hand, and plans by fresh statistics."""
    if connection.dialect.name != "postgresql":
        connection.exec_driver_sql("ANALYZE")
        return
    for table in SQLModel.metadata.sorted_tables:
        if "id" in table.columns and table.columns["id"].type.python_type is int:
            name = table.name
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT coalesce(max(id), 1) FROM {name}))"
            )
    connection.exec_driver_sql("ANALYZE")


__all__ = ["copied"]
