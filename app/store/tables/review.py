"""What instructors write: corrections, comments, the word on a session, snippets, and codings of their own.

The model's codes are never written over: a correction is a row of its own beside the utterance.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import JSON, Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.store.tables.kinds import UtcDateTime, now


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
    """An instructor's word on a whole session. `globals_given`: MITI's four global ratings, 1–5, by their ids."""

    __tablename__ = "reviews"

    session_id: uuid.UUID = Field(foreign_key="practice_sessions.id", primary_key=True, ondelete="CASCADE")
    reviewer_id: uuid.UUID = Field(foreign_key="users.id")
    summary: str = Field(default="", sa_column=Column(Text, nullable=False))
    globals_given: dict[str, int] | None = Field(default=None, sa_type=JSON)
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class Snippet(SQLModel, table=True):
    """Words that an instructor uses again and again."""

    __tablename__ = "snippets"

    id: int | None = Field(default=None, primary_key=True)
    owner_id: uuid.UUID = Field(foreign_key="users.id", index=True, ondelete="CASCADE")
    text: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class Coding(SQLModel, table=True):
    """One person's own coding of a session, made without seeing the model's codes or anybody else's."""

    __tablename__ = "codings"
    __table_args__ = (UniqueConstraint("session_id", "coder_id"),)

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    session_id: uuid.UUID = Field(foreign_key="practice_sessions.id", ondelete="CASCADE")
    coder_id: uuid.UUID = Field(foreign_key="users.id", index=True, ondelete="CASCADE")
    assigned_by: uuid.UUID = Field(foreign_key="users.id")
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CodedByHand(SQLModel, table=True):
    """The code that one coding gives to one utterance."""

    __tablename__ = "coded_by_hand"

    coding_id: uuid.UUID = Field(foreign_key="codings.id", primary_key=True, ondelete="CASCADE")
    utterance_id: int = Field(foreign_key="utterances.id", primary_key=True, index=True, ondelete="CASCADE")
    code: str = Field(max_length=40)


__all__ = ["CodedByHand", "Coding", "Comment", "Correction", "Review", "Snippet"]
