"""The tables. Ids of what a browser names are random UUIDs; rows inside a session are numbered.

The model's codes are never written over: an instructor's correction is a row of its own beside the utterance.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, DateTime, Dialect, Index, Text, TypeDecorator, UniqueConstraint
from sqlmodel import Field, SQLModel


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
    """Why a session ended."""

    TRAINEE = "trainee"
    WALKED_OUT = "walked_out"
    MISSED = "missed"
    ENDED_BY_CLIENT = "ended_by_client"


class Source(StrEnum):
    """Where a client's words come from: the persona's file, its bank, the bank adapted by the model, or the model."""

    AUTHORED = "authored"
    BANK = "bank"
    ADAPTED = "adapted"
    MODEL = "model"


class User(SQLModel, table=True):
    """An account. `username` is stored in lower case."""

    __tablename__ = "users"

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    username: str = Field(max_length=60, unique=True)
    name: str = Field(max_length=120)
    role: str = Field(max_length=20)
    password_hash: str = Field(max_length=255)
    active: bool = True
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class SignIn(SQLModel, table=True):
    """One signed-in browser; deleting the row signs it out. `token_hash` is SHA-256 of the cookie's token."""

    __tablename__ = "sign_ins"

    token_hash: str = Field(primary_key=True, max_length=64)
    user_id: uuid.UUID = Field(foreign_key="users.id", index=True, ondelete="CASCADE")
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class Classroom(SQLModel, table=True):
    """A class that trainees join with its code."""

    __tablename__ = "classrooms"

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    name: str = Field(max_length=120)
    code: str = Field(max_length=16, unique=True)
    instructor_id: uuid.UUID = Field(foreign_key="users.id", index=True)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class Membership(SQLModel, table=True):
    """A trainee's place in a class."""

    __tablename__ = "memberships"

    classroom_id: uuid.UUID = Field(foreign_key="classrooms.id", primary_key=True, ondelete="CASCADE")
    user_id: uuid.UUID = Field(foreign_key="users.id", primary_key=True, index=True, ondelete="CASCADE")


class PersonaVersion(SQLModel, table=True):
    """A persona, or a group with its people, as it was when a session began: stored once for however many sessions.

    `id` is SHA-256 of the canonical JSON of `persona`; name and field stand beside it, since lists need only these.
    """

    __tablename__ = "persona_versions"

    id: str = Field(primary_key=True, max_length=64)
    persona_id: str = Field(max_length=60, index=True)
    name: str = Field(sa_column=Column(Text, nullable=False))
    field: str = Field(sa_column=Column(Text, nullable=False))
    persona: dict[str, Any] = Field(sa_type=JSON)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class PracticeSession(SQLModel, table=True):
    """One conversation of a trainee with a persona, in the version that there was when it began.

    `memory` is what the client brought along from earlier sessions (None: they had not met, or started anew),
    `arrival` how the client came, `homework` whether what was promised was done. `headline` is the share of resistant
    client turns that were answered well, kept so that lists can sort by it.
    """

    __tablename__ = "practice_sessions"
    __table_args__ = (
        UniqueConstraint("user_id", "browser_id"),
        Index("ix_practice_sessions_user_started", "user_id", "started_at"),
    )

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    user_id: uuid.UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    browser_id: str = Field(max_length=64)
    persona_id: str = Field(max_length=60, index=True)
    version_id: str = Field(foreign_key="persona_versions.id", index=True, max_length=64)
    seed: int
    engine: str = Field(max_length=200)
    coder: str = Field(max_length=200)
    started_at: datetime = Field(default_factory=now, sa_type=UtcDateTime, index=True)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    end_reason: str | None = Field(default=None, max_length=20)
    headline: float | None = None
    memory: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    arrival: str | None = Field(default=None, max_length=20)
    homework: bool | None = None


class Turn(SQLModel, table=True):
    """One turn of either side. `answers_id` ties a client turn to the trainee turn that it answers, once.

    A counsellor turn holds the client's state *after* hearing it and the planned answer, so that an interrupted
    reply can be made again from the row alone. A group's answer is one turn: `parts` say who said what, in order, and
    act, fact, source and talk are those of the most resistant part.
    """

    __tablename__ = "turns"
    __table_args__ = (
        UniqueConstraint("session_id", "position"),
        UniqueConstraint("session_id", "browser_id"),
        CheckConstraint("speaker IN ('counsellor', 'client')", name="ck_turns_speaker"),
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: uuid.UUID = Field(foreign_key="practice_sessions.id", ondelete="CASCADE")
    position: int = Field(ge=0)
    speaker: str = Field(max_length=10)
    text: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    state: dict[str, Any] = Field(sa_type=JSON)
    # trainee turns
    browser_id: str | None = Field(default=None, max_length=64)
    primary: str | None = Field(default=None, max_length=40)
    behaviour: str | None = Field(default=None, max_length=20)
    plan: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    # client turns
    answers_id: int | None = Field(default=None, foreign_key="turns.id", unique=True)
    act: str | None = Field(default=None, max_length=40)
    fact: str | None = Field(default=None, max_length=40)
    source: str | None = Field(default=None, max_length=20)
    talk: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    candidates: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON)
    parts: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON)


class Aside(SQLModel, table=True):
    """A pause: the room answers the trainee, and the client hears nothing of it. No turn, so nothing codes it.

    It stands behind the turn at `position`. `asked` is what the trainee wrote, empty where a button was pressed; `said`
    is the room's answer. The session rests until `resumed_at`.
    """

    __tablename__ = "asides"
    __table_args__ = (UniqueConstraint("session_id", "browser_id"),)

    id: int | None = Field(default=None, primary_key=True)
    session_id: uuid.UUID = Field(foreign_key="practice_sessions.id", index=True, ondelete="CASCADE")
    position: int = Field(ge=0)
    asked: str = Field(default="", sa_column=Column(Text, nullable=False))
    said: str = Field(sa_column=Column(Text, nullable=False))
    browser_id: str | None = Field(default=None, max_length=64)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    resumed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Utterance(SQLModel, table=True):
    """One coded utterance of a trainee turn; `start` and `end` are character offsets in the turn's text."""

    __tablename__ = "utterances"
    __table_args__ = (UniqueConstraint("turn_id", "ordinal"),)

    id: int | None = Field(default=None, primary_key=True)
    turn_id: int = Field(foreign_key="turns.id", ondelete="CASCADE")
    ordinal: int
    start: int
    end: int
    code: str = Field(max_length=40)
    probability: float
    probabilities: dict[str, float] = Field(sa_type=JSON)


class Correction(SQLModel, table=True):
    """An instructor's code for an utterance; the newest counts."""

    __tablename__ = "corrections"

    id: int | None = Field(default=None, primary_key=True)
    utterance_id: int = Field(foreign_key="utterances.id", index=True, ondelete="CASCADE")
    reviewer_id: uuid.UUID = Field(foreign_key="users.id")
    code: str = Field(max_length=40)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class Comment(SQLModel, table=True):
    """An instructor's word on a turn."""

    __tablename__ = "comments"

    id: int | None = Field(default=None, primary_key=True)
    turn_id: int = Field(foreign_key="turns.id", index=True, ondelete="CASCADE")
    author_id: uuid.UUID = Field(foreign_key="users.id")
    text: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class Review(SQLModel, table=True):
    """An instructor's word on a whole session."""

    __tablename__ = "reviews"

    session_id: uuid.UUID = Field(foreign_key="practice_sessions.id", primary_key=True, ondelete="CASCADE")
    reviewer_id: uuid.UUID = Field(foreign_key="users.id")
    summary: str = Field(default="", sa_column=Column(Text, nullable=False))
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


__all__ = [
    "Aside",
    "Classroom",
    "Comment",
    "Correction",
    "EndReason",
    "Membership",
    "PersonaVersion",
    "PracticeSession",
    "Review",
    "Role",
    "SignIn",
    "Source",
    "Speaker",
    "Turn",
    "User",
    "Utterance",
    "now",
]
