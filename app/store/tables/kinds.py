"""What the tables share: moments in UTC and the words that columns hold."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import DateTime, Dialect, TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the time zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is not None and value.tzinfo is None:
            raise ValueError("a stored time needs a time zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


class Role(StrEnum):
    """What an account may do; an admin may do all that an instructor may."""

    TRAINEE = "trainee"
    INSTRUCTOR = "instructor"
    ADMIN = "admin"


class Speaker(StrEnum):
    COUNSELLOR = "counsellor"
    CLIENT = "client"


class EndReason(StrEnum):
    """Why a session ended. `tried_again`: the trainee went back to an earlier turn, and this is what was left."""

    TRAINEE = "trainee"
    WALKED_OUT = "walked_out"
    MISSED = "missed"
    ENDED_BY_CLIENT = "ended_by_client"
    TRIED_AGAIN = "tried_again"


class Mode(StrEnum):
    """How a session is practised.

    `coached` shows codes and the client's state as one goes and lets one try again; `plain` shows nothing until the
    end; `exam` nothing, with neither hints nor retries.
    """

    COACHED = "coached"
    PLAIN = "plain"
    EXAM = "exam"


class AsideKind(StrEnum):
    """What the room said it for: a pause, or a hint that was asked for."""

    PAUSE = "pause"
    HINT = "hint"


class Source(StrEnum):
    """Where a client's words come from: the persona's file, its bank, the bank adapted by the model, or the model."""

    AUTHORED = "authored"
    BANK = "bank"
    ADAPTED = "adapted"
    MODEL = "model"


__all__ = ["AsideKind", "EndReason", "Mode", "Role", "Source", "Speaker", "UtcDateTime", "now"]
