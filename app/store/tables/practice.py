"""Practice: personas in their versions, sessions, turns, pauses and hints, utterances with the model's codes."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.store.tables.kinds import AsideKind, Mode, UtcDateTime, now


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


class PersonaEdit(SQLModel, table=True):
    """A persona's file as somebody wrote it in the browser; the newest published revision is the one in use."""

    __tablename__ = "persona_edits"
    __table_args__ = (UniqueConstraint("persona_id", "revision"),)

    id: int | None = Field(default=None, primary_key=True)
    persona_id: str = Field(max_length=60)
    revision: int
    author_id: uuid.UUID = Field(foreign_key="users.id")
    source: str = Field(sa_column=Column(Text, nullable=False))
    note: str = Field(default="", sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PracticeSession(SQLModel, table=True):
    """One conversation of a trainee with a persona, in the version that there was when it began.

    `memory` is what the client brought along from earlier sessions (None: they had not met, or started anew),
    `arrival` how the client came, `homework` whether what was promised was done. `headline` is the share of resistant
    client turns that were answered well, kept so that lists can sort by it, as `figures` (see practice/summary.py) are
    for progress and the dashboard; both are None until the end. `unsure` counts the utterances that the coder was not
    sure of.

    `goal` (a family of codes, or empty) and `mood` (1 calm – 5 racing heart) are what the trainee came with,
    `reflection` what they wrote at the end, `hints` how many they asked for. A session with a `parent_id` is another
    try at that one from the turn at `branched_at` on, complete in itself; lists and figures leave it out.
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
    mode: str = Field(default=Mode.COACHED.value, max_length=20)
    goal: str = Field(default="", max_length=40)
    mood: int | None = Field(default=None, ge=1, le=5)
    hints: int = 0
    reflection: str = Field(default="", sa_column=Column(Text, nullable=False))
    reflected_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    figures: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    unsure: int = 0
    assignment_id: uuid.UUID | None = Field(default=None, foreign_key="assignments.id", index=True, ondelete="SET NULL")
    parent_id: uuid.UUID | None = Field(
        default=None, foreign_key="practice_sessions.id", index=True, ondelete="CASCADE"
    )
    branched_at: int | None = None


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
    """A pause, or a hint: the room answers the trainee, and the client hears nothing of it. No turn: nothing codes it.

    It stands behind the turn at `position`. `asked` is what the trainee wrote, empty where a button was pressed; `said`
    is the room's answer. A paused session rests until `resumed_at`; a hint has that from the start.
    """

    __tablename__ = "asides"
    __table_args__ = (UniqueConstraint("session_id", "browser_id"),)

    id: int | None = Field(default=None, primary_key=True)
    session_id: uuid.UUID = Field(foreign_key="practice_sessions.id", index=True, ondelete="CASCADE")
    position: int = Field(ge=0)
    kind: str = Field(default=AsideKind.PAUSE.value, max_length=10)
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


__all__ = ["Aside", "PersonaEdit", "PersonaVersion", "PracticeSession", "Turn", "Utterance"]
