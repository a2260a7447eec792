"""Writing to the store from the practice room: a full disk becomes an error for people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session

from app.practice.errors import StorageFull
from app.store.database import Database, DiskFull


def storable(text: str) -> str:
    """The text without NUL, which PostgreSQL can neither store nor look for."""
    return text.replace("\x00", "")


@contextmanager
def storing(database: Database) -> Iterator[Session]:
    """A session that is committed at the end of the block. Raises StorageFull."""
    try:
        with database.write() as session:
            yield session
    except DiskFull as error:
        raise StorageFull(str(error)) from error


__all__ = ["storable", "storing"]
