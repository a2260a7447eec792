"""People and classes: accounts, sign-ins, classes with their trainees and assistants, invitations, assignments."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.store.tables.kinds import UtcDateTime, now


class User(SQLModel, table=True):
    """An account. `username` and `email` are stored in lower case.

    `password_hash` is "!" where the person signs in by OpenID Connect alone. `informed_at`: when they were told who can
    see what, which comes before the first session.
    """

    __tablename__ = "users"

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    username: str = Field(max_length=60, unique=True)
    name: str = Field(max_length=120)
    role: str = Field(max_length=20)
    password_hash: str = Field(max_length=255)
    active: bool = True
    email: str | None = Field(default=None, max_length=254, unique=True)
    informed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class Identity(SQLModel, table=True):
    """An account's name at an OpenID Connect provider: `subject` as `issuer` gives it."""

    __tablename__ = "identities"

    issuer: str = Field(primary_key=True, max_length=255)
    subject: str = Field(primary_key=True, max_length=255)
    user_id: uuid.UUID = Field(foreign_key="users.id", index=True, ondelete="CASCADE")
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class SignIn(SQLModel, table=True):
    """One signed-in browser; deleting the row signs it out. `token_hash` is SHA-256 of the cookie's token.

    `agent` is what the browser calls itself, `seen_at` when it last asked for a page (kept to the hour).
    """

    __tablename__ = "sign_ins"

    token_hash: str = Field(primary_key=True, max_length=64)
    user_id: uuid.UUID = Field(foreign_key="users.id", index=True, ondelete="CASCADE")
    agent: str = Field(default="", max_length=200)
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class Classroom(SQLModel, table=True):
    """A class that trainees join with its code, and assistants with theirs (None: there is none).

    An archived class takes nobody in and stands in no list but its own; its sessions stay readable.
    """

    __tablename__ = "classrooms"

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    name: str = Field(max_length=120)
    code: str = Field(max_length=16, unique=True)
    instructor_id: uuid.UUID = Field(foreign_key="users.id", index=True)
    assistant_code: str | None = Field(default=None, max_length=16, unique=True)
    archived_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class Membership(SQLModel, table=True):
    """A trainee's place in a class."""

    __tablename__ = "memberships"

    classroom_id: uuid.UUID = Field(foreign_key="classrooms.id", primary_key=True, ondelete="CASCADE")
    user_id: uuid.UUID = Field(foreign_key="users.id", primary_key=True, index=True, ondelete="CASCADE")


class Assistant(SQLModel, table=True):
    """An instructor's place beside another's class: sees and reviews its sessions, but does not run it."""

    __tablename__ = "assistants"

    classroom_id: uuid.UUID = Field(foreign_key="classrooms.id", primary_key=True, ondelete="CASCADE")
    user_id: uuid.UUID = Field(foreign_key="users.id", primary_key=True, index=True, ondelete="CASCADE")


class Invitation(SQLModel, table=True):
    """A place in a class for one person, who takes it with `token`; `user_id` tells who did."""

    __tablename__ = "invitations"
    __table_args__ = (UniqueConstraint("classroom_id", "email"),)

    id: int | None = Field(default=None, primary_key=True)
    classroom_id: uuid.UUID = Field(foreign_key="classrooms.id", index=True, ondelete="CASCADE")
    name: str = Field(max_length=120)
    email: str = Field(max_length=254)
    token: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    user_id: uuid.UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")


class Assignment(SQLModel, table=True):
    """What a class is to practise. `client_id`: a persona or a group; `goal`: a family of codes, or empty.

    `attempts`: how many sessions may count, None for any number; `min_turns`: trainee turns that make one count.
    """

    __tablename__ = "assignments"

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    classroom_id: uuid.UUID = Field(foreign_key="classrooms.id", index=True, ondelete="CASCADE")
    author_id: uuid.UUID = Field(foreign_key="users.id")
    client_id: str = Field(max_length=60)
    mode: str = Field(max_length=20)
    goal: str = Field(default="", max_length=40)
    note: str = Field(default="", sa_column=Column(Text, nullable=False))
    min_turns: int = Field(default=1, ge=1)
    attempts: int | None = Field(default=None, ge=1)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    archived_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Milestone(SQLModel, table=True):
    """Something to reach, set by the trainee or with the instructor: `measure` (an id of the measures) of `target`."""

    __tablename__ = "milestones"

    id: int | None = Field(default=None, primary_key=True)
    user_id: uuid.UUID = Field(foreign_key="users.id", index=True, ondelete="CASCADE")
    author_id: uuid.UUID = Field(foreign_key="users.id")
    measure: str = Field(max_length=60)
    target: float
    note: str = Field(default="", sa_column=Column(Text, nullable=False))
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    reached_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


__all__ = [
    "Assignment",
    "Assistant",
    "Classroom",
    "Identity",
    "Invitation",
    "Membership",
    "Milestone",
    "SignIn",
    "User",
]
