"""Signing up with a code: a class's makes a trainee, its assistants' an instructor who assists."""

from __future__ import annotations

from app.practice.accounts import add_user, join
from app.practice.classes import assistants_place
from app.practice.storing import storing
from app.store.database import Database
from app.store.tables import Assistant, Role, User


def join_by_code(db: Database, code: str, *, name: str, username: str, password: str) -> User:
    """A new account. Raises Invalid naming the field."""
    place = assistants_place(db, code)
    if place is None:
        return join(db, class_code=code, username=username, name=name, password=password)
    user = add_user(db, username=username, name=name, password=password, role=Role.INSTRUCTOR)
    with storing(db) as session:
        session.add(Assistant(classroom_id=place, user_id=user.id))
    return user


__all__ = ["join_by_code"]
