"""How many queries something asks of a database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from app.store.database import Database


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that go to the database until the block ends."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def queries(statements: Sequence[str]) -> list[str]:
    """Of the statements, those that are not about a transaction's beginning or end."""
    return [one for one in statements if not one.startswith(("BEGIN", "SAVEPOINT", "RELEASE"))]


__all__ = ["counted", "queries"]
