"""What a trainee sees of their own practice: best and last result with each client, and the list of their sessions."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func
from sqlmodel import col, select

from app.practice.house import House
from app.practice.listing import Page
from app.practice.sessions import session_query, session_rows
from app.practice.views import SessionRow
from app.store.tables import EndReason, PersonaVersion, PracticeSession, Review, User

PER_PAGE = 25
#: States that the list can be narrowed to.
STATES = ("all", "running", "ended", "reviewed")


@dataclass(frozen=True)
class Result:
    """Answers to resistance (0–1) of one session, and when it was."""

    value: float
    at: datetime


@dataclass(frozen=True)
class Record:
    """What one has reached with a client: how many sessions, the best result and the last one, where there is one."""

    sessions: int
    best: Result | None
    last: Result | None


@dataclass(frozen=True)
class Wanted:
    """What the list is to hold; empty: all."""

    client: str = ""
    mode: str = ""
    state: str = "all"


def records(house: House, user: User) -> dict[str, Record]:
    """By client, in one query; tries and sessions that the client did not come to are left out."""
    one = PracticeSession
    query = (
        select(one.persona_id, one.headline, one.started_at)
        .where(one.user_id == user.id, col(one.ended_at).is_not(None), col(one.parent_id).is_(None))
        .where(col(one.end_reason) != EndReason.MISSED.value)
        .order_by(col(one.started_at))
    )
    results: dict[str, list[Result | None]] = {}
    with house.database.read() as session:
        for client, value, at in session.exec(query):
            results.setdefault(client, []).append(Result(value, at) if value is not None else None)
    return {client: _record(found) for client, found in results.items()}


def _record(found: list[Result | None]) -> Record:
    told = [one for one in found if one is not None]
    return Record(len(found), max(told, key=lambda one: one.value, default=None), told[-1] if told else None)


def running(house: House, user: User) -> list[SessionRow]:
    """Sessions that are still open, the newest first; tries at moments of others too, since they wait for words."""
    with house.database.read() as session:
        query = session_query().where(col(PracticeSession.user_id) == user.id, col(PracticeSession.ended_at).is_(None))
        return session_rows(session.execute(query.order_by(col(PracticeSession.started_at).desc()).limit(20)).all())


def own_list(house: House, user: User, wanted: Wanted, page: int = 1) -> Page[SessionRow]:
    """One page of one's own sessions, newest first, without tries at moments of them."""
    with house.database.read() as session:
        total = session.exec(_narrowed(select(func.count()).select_from(PracticeSession), user, wanted)).one()
        pages = max(1, -(-total // PER_PAGE))
        page = min(page, pages)
        ids = _narrowed(select(PracticeSession.id), user, wanted).order_by(col(PracticeSession.started_at).desc())
        shown: list[uuid.UUID] = list(session.exec(ids.offset((page - 1) * PER_PAGE).limit(PER_PAGE)))
        rows = session.execute(session_query().where(col(PracticeSession.id).in_(shown))).all()
    order = {one: place for place, one in enumerate(shown)}
    return Page(sorted(session_rows(rows), key=lambda row: order[row.id]), page, pages, total)


def clients_of(house: House, user: User) -> dict[str, str]:
    """The clients whom one has practised with, by id, with their names."""
    query = (
        select(PracticeSession.persona_id, func.max(PersonaVersion.name))
        .join(PersonaVersion, col(PersonaVersion.id) == col(PracticeSession.version_id))
        .where(PracticeSession.user_id == user.id)
        .group_by(col(PracticeSession.persona_id))
    )
    with house.database.read() as session:
        return dict(sorted(session.exec(query).all(), key=lambda pair: pair[1]))


def _narrowed(query: Select[Any], user: User, wanted: Wanted) -> Any:
    query = query.where(col(PracticeSession.user_id) == user.id, col(PracticeSession.parent_id).is_(None))
    if wanted.client:
        query = query.where(col(PracticeSession.persona_id) == wanted.client)
    if wanted.mode:
        query = query.where(col(PracticeSession.mode) == wanted.mode)
    if wanted.state == "running":
        return query.where(col(PracticeSession.ended_at).is_(None))
    if wanted.state == "ended":
        return query.where(col(PracticeSession.ended_at).is_not(None))
    if wanted.state == "reviewed":
        read = select(Review.session_id).where(col(Review.reviewed_at).is_not(None))
        return query.where(col(PracticeSession.id).in_(read))
    return query


__all__ = ["STATES", "Record", "Result", "Wanted", "clients_of", "own_list", "records", "running"]
