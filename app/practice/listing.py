"""Which sessions a reviewer's queue holds, in which order, and which comes next.

A page is found in two steps, the ids first: so its cost does not grow with what each row shows.
"""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, or_
from sqlmodel import Session, col, select

from app.practice.accounts import require_instructor, trainees_of
from app.practice.errors import Invalid
from app.practice.house import House
from app.practice.sessions import session_query, session_rows
from app.practice.storing import storable
from app.practice.views import SessionRow
from app.store.tables import Coding, EndReason, Membership, PracticeSession, Review, Role, User

T = TypeVar("T")
STATUSES = ("all", "to review", "reviewed", "running")
SORTS = ("newest", "oldest", "trainee", "headline", "unsure")
PER_PAGE = 25


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a longer list; `page` counts from 1."""

    rows: list[T]
    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class Wanted:
    """What a queue is to hold; empty: whatever there is. `trainee`: part of a name; `classroom`, `assignment`: ids."""

    trainee: str = ""
    persona: str = ""
    status: str = "all"
    sort: str = "newest"
    classroom: str = ""
    assignment: str = ""
    mode: str = ""

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return replace(self, sort="newest") != Wanted()


@dataclass(frozen=True)
class QueueRow:
    """A session in the queue. `unsure`: utterances the coder was not sure of; `tries`: at moments of it, later.

    `codings`: by people who do not see the model's codes, finished or not.
    """

    session: SessionRow
    mode: str
    unsure: int
    tries: int
    codings: int


def queue(
    house: House, reviewer: User, wanted: Wanted | None = None, *, page: int = 1, per_page: int = PER_PAGE
) -> Page[QueueRow]:
    """The sessions this reviewer may see. Raises NotAllowed, and Invalid for an unknown status or sort."""
    require_instructor(reviewer)
    query = _found(reviewer, wanted or Wanted())
    with house.database.read() as session:
        total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
        pages = max(1, math.ceil(total / per_page))
        page = max(1, min(page, pages))
        ids = list(session.scalars(query.offset((page - 1) * per_page).limit(per_page)))
        return Page(_rows(session, ids), page, pages, total)


def next_to_review(house: House, reviewer: User, session_id: uuid.UUID, wanted: Wanted) -> uuid.UUID | None:
    """What waits for a review after this session in such a queue, from its start where nothing is left."""
    here = col(PracticeSession.id) == session_id
    query = _narrowed(_visible(reviewer), replace(wanted, status="all"))
    query = _ordered(query.where(or_(here, _waiting())), wanted.sort)
    with house.database.read() as session:
        ids = list(session.scalars(query))
    at = ids.index(session_id) if session_id in ids else -1
    return next((found for found in (*ids[at + 1 :], *ids[:at]) if found != session_id), None)


def visible(query: Select[Any], reviewer: User) -> Select[Any]:
    """Only the sessions that this reviewer may see: an admin all, an instructor those of their classes."""
    if reviewer.role == Role.ADMIN:
        return query
    return query.where(col(PracticeSession.user_id).in_(trainees_of(reviewer)))


def _visible(reviewer: User) -> Select[Any]:
    """The ids of sessions this reviewer may see, tries left out: these stand with the session they belong to."""
    query = (
        select(PracticeSession.id)
        .join(User, col(User.id) == col(PracticeSession.user_id))
        .outerjoin(Review, col(Review.session_id) == col(PracticeSession.id))
        .where(col(PracticeSession.parent_id).is_(None))
    )
    return visible(query, reviewer)


def _found(reviewer: User, wanted: Wanted) -> Select[Any]:
    return _ordered(_narrowed(_visible(reviewer), wanted), wanted.sort)


def _waiting() -> Any:
    """Ended, read by nobody, and with something to read."""
    return (
        col(PracticeSession.ended_at).is_not(None)
        & (col(PracticeSession.end_reason) != EndReason.MISSED.value)
        & col(Review.reviewed_at).is_(None)
    )


def _narrowed(query: Select[Any], wanted: Wanted) -> Select[Any]:
    if name := storable(wanted.trainee).strip():
        query = query.where(col(User.name).icontains(name, autoescape=True))
    if wanted.persona:
        query = query.where(col(PracticeSession.persona_id) == storable(wanted.persona))
    if wanted.mode:
        query = query.where(col(PracticeSession.mode) == storable(wanted.mode))
    if wanted.classroom:
        members = select(Membership.user_id).where(Membership.classroom_id == _id(wanted.classroom))
        query = query.where(col(PracticeSession.user_id).in_(members))
    if wanted.assignment:
        query = query.where(col(PracticeSession.assignment_id) == _id(wanted.assignment))
    conditions = {
        "all": None,
        "reviewed": col(Review.reviewed_at).is_not(None),
        "to review": _waiting(),
        "running": col(PracticeSession.ended_at).is_(None),
    }
    if wanted.status not in conditions:
        raise Invalid("status", f"{wanted.status!r} is not a status. Known are {', '.join(STATUSES)}.")
    condition = conditions[wanted.status]
    return query if condition is None else query.where(condition)


def _id(text: str) -> uuid.UUID:
    """An id, or one that nothing has."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


def _ordered(query: Select[Any], sort: str) -> Select[Any]:
    newest = col(PracticeSession.started_at).desc()
    orders: dict[str, tuple[Any, ...]] = {
        "newest": (newest,),
        "oldest": (col(PracticeSession.started_at),),
        "trainee": (func.lower(User.name), newest),
        "headline": (col(PracticeSession.headline).is_(None), col(PracticeSession.headline), newest),
        "unsure": (col(PracticeSession.unsure).desc(), newest),
    }
    if sort not in orders:
        raise Invalid("sort", f"{sort!r} is not an order. Known are {', '.join(SORTS)}.")
    return query.order_by(*orders[sort], col(PracticeSession.id))


def _rows(session: Session, ids: list[uuid.UUID]) -> list[QueueRow]:
    found = session.execute(session_query().where(col(PracticeSession.id).in_(ids))).all()
    about = {practice.id: practice for practice, *_ in found}
    rows = {row.id: row for row in session_rows(found)}
    tries = _counts(session, col(PracticeSession.parent_id), ids)
    codings = _counts(session, col(Coding.session_id), ids)
    return [
        QueueRow(rows[one], about[one].mode, about[one].unsure, tries.get(one, 0), codings.get(one, 0)) for one in ids
    ]


def _counts(session: Session, column: Any, ids: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many rows point to each of the ids."""
    query = select(column, func.count()).where(column.in_(ids)).group_by(column)
    return dict(session.execute(query).all())


__all__ = ["PER_PAGE", "SORTS", "STATUSES", "Page", "QueueRow", "Wanted", "next_to_review", "queue", "visible"]
