"""What a reviewer's queue can be narrowed to: the classes they see and what these were asked to practise."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from app.practice.accounts import require_instructor
from app.practice.classes import seen_by
from app.practice.house import House
from app.store.tables import Assignment, User


@dataclass(frozen=True)
class AssignmentChoice:
    """An assignment to narrow a queue to."""

    id: uuid.UUID
    client_id: str
    classroom: str
    due_at: datetime | None


@dataclass(frozen=True)
class Choices:
    """Classes by id with their names, and assignments, newest first."""

    classes: dict[uuid.UUID, str]
    assignments: list[AssignmentChoice]


def choices(house: House, reviewer: User) -> Choices:
    """The classes and assignments this reviewer may narrow a queue to. Raises NotAllowed."""
    require_instructor(reviewer)
    with house.database.read() as session:
        classes = classes_seen(session, reviewer)
        query = select(Assignment).where(col(Assignment.classroom_id).in_(classes))
        found = session.exec(query.order_by(col(Assignment.created_at).desc()).limit(100)).all()
        return Choices(
            classes, [AssignmentChoice(one.id, one.client_id, classes[one.classroom_id], one.due_at) for one in found]
        )


def classes_seen(session: Session, reviewer: User) -> dict[uuid.UUID, str]:
    """Classes by id with their names: an admin's all, else those one runs or assists in, archived ones last."""
    return {room.id: room.name for room in session.exec(seen_by(reviewer))}


__all__ = ["AssignmentChoice", "Choices", "choices", "classes_seen"]
