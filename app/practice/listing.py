"""Which sessions a reviewer's list holds, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func
from sqlmodel import col

from app.practice.accounts import trainees_of
from app.practice.errors import Invalid
from app.store.tables import EndReason, PracticeSession, Review, Role, User

T = TypeVar("T")
STATUSES = ("all", "to review", "reviewed", "running")
SORTS = ("newest", "oldest", "trainee", "headline")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a longer list; `page` counts from 1."""

    rows: list[T]
    page: int
    pages: int
    total: int


def visible(query: Select[Any], reviewer: User) -> Select[Any]:
    """Only the sessions that this reviewer may see: an admin all, an instructor those of their classes."""
    if reviewer.role == Role.ADMIN:
        return query
    return query.where(col(PracticeSession.user_id).in_(trainees_of(reviewer)))


def filtered(query: Select[Any], trainee: str, persona: str, status: str) -> Select[Any]:
    """Only the sessions of this trainee (part of a name), persona and status. Raises Invalid."""
    if trainee.strip():
        query = query.where(col(User.name).icontains(trainee.strip(), autoescape=True))
    if persona:
        query = query.where(col(PracticeSession.persona_id) == persona)
    if status == "reviewed":
        return query.where(col(Review.reviewed_at).is_not(None))
    if status == "to review":
        query = query.where(col(PracticeSession.end_reason) != EndReason.MISSED.value)  # there is nothing to read
        return query.where(col(PracticeSession.ended_at).is_not(None), col(Review.reviewed_at).is_(None))
    if status == "running":
        return query.where(col(PracticeSession.ended_at).is_(None))
    if status != "all":
        raise Invalid("status", f"{status!r} is not a status. Known are {', '.join(STATUSES)}.")
    return query


def ordered(query: Select[Any], sort: str) -> Select[Any]:
    """In this order. Raises Invalid."""
    newest = col(PracticeSession.started_at).desc()
    orders = {
        "newest": (newest,),
        "oldest": (col(PracticeSession.started_at),),
        "trainee": (func.lower(User.name), newest),
        "headline": (col(PracticeSession.headline).is_(None), col(PracticeSession.headline), newest),
    }
    if sort not in orders:
        raise Invalid("sort", f"{sort!r} is not an order. Known are {', '.join(SORTS)}.")
    return query.order_by(*orders[sort])


__all__ = ["SORTS", "STATUSES", "Page", "filtered", "ordered", "visible"]
