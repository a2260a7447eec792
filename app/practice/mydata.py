"""What is stored about a person: counts, sizes and dates of every kind, and their sessions one by one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all
from sqlmodel import Session, col

from app.i18n import gettext as _
from app.practice.house import House
from app.store.tables import (
    Aside,
    Comment,
    Correction,
    Membership,
    Milestone,
    PersonaVersion,
    PracticeSession,
    Review,
    SignIn,
    Turn,
    User,
    Utterance,
)


@dataclass(frozen=True)
class Kind:
    """A kind of thing that is stored: how many, how many characters of text, from when to when."""

    id: str
    label: str
    says: str
    count: int
    characters: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True)
class OwnSession:
    """A session in the list of what is stored; `tries` at it go with it."""

    id: uuid.UUID
    client: str
    started_at: datetime
    ended: bool
    turns: int
    tries: int


@dataclass(frozen=True)
class Overview:
    """All kinds of which there is something, and the sessions, newest first."""

    kinds: list[Kind]
    sessions: list[OwnSession]


def overview(house: House, user: User) -> Overview:
    """What is stored about this person."""
    with house.database.read() as session:
        return Overview(_kinds(session, user), own_sessions(session, col(PracticeSession.user_id) == user.id))


def own_sessions(session: Session, *which: ColumnElement[bool], tries: bool = False) -> list[OwnSession]:
    """Sessions with the number of turns and tries, newest first; `tries`: those themselves as well."""
    held, version = PracticeSession, PersonaVersion
    turns = select(func.count()).where(col(Turn.session_id) == col(held.id)).correlate(held).scalar_subquery()
    again = PracticeSession.__table__.alias()  # type: ignore[attr-defined]
    repeats = select(func.count()).where(again.c.parent_id == col(held.id)).correlate(held).scalar_subquery()
    query = (
        select(col(held.id), col(version.name), col(held.started_at), col(held.ended_at), turns, repeats)
        .join(version, col(version.id) == col(held.version_id))
        .where(*which, *(() if tries else (col(held.parent_id).is_(None),)))
        .order_by(col(held.started_at).desc())
    )
    return [
        OwnSession(session_id, client, started, ended is not None, count, more)
        for session_id, client, started, ended, count, more in session.execute(query)
    ]


def _kinds(session: Session, user: User) -> list[Kind]:
    """Everything there is, counted in one query."""
    mine = select(col(PracticeSession.id)).where(col(PracticeSession.user_id) == user.id)
    turns = select(col(Turn.id)).where(col(Turn.session_id).in_(mine))
    coded = select(col(Utterance.id)).where(col(Utterance.turn_id).in_(turns))
    held, own = PracticeSession, col(PracticeSession.user_id) == user.id
    counted: dict[str, Select[Any]] = {
        "sessions": _count(held.id, None, held.started_at).where(own, col(held.parent_id).is_(None)),
        "tries": _count(held.id, None, held.started_at).where(own, col(held.parent_id).is_not(None)),
        "turns": _count(Turn.id, Turn.text, Turn.created_at).where(col(Turn.session_id).in_(mine)),
        "codes": _count(Utterance.id, None, None).where(col(Utterance.turn_id).in_(turns)),
        "asides": _count(Aside.id, Aside.said, Aside.created_at).where(col(Aside.session_id).in_(mine)),
        "reflections": _count(held.id, held.reflection, held.reflected_at).where(own, col(held.reflection) != ""),
        "milestones": _count(Milestone.id, Milestone.note, Milestone.created_at).where(
            col(Milestone.user_id) == user.id
        ),
        "corrections": _count(Correction.id, None, Correction.created_at).where(
            col(Correction.utterance_id).in_(coded)
        ),
        "comments": _count(Comment.id, Comment.text, Comment.created_at).where(col(Comment.turn_id).in_(turns)),
        "reviews": _count(Review.session_id, Review.summary, Review.updated_at).where(col(Review.session_id).in_(mine)),
        "classes": _count(Membership.classroom_id, None, None).where(col(Membership.user_id) == user.id),
        "sign_ins": _count(SignIn.token_hash, None, SignIn.created_at).where(col(SignIn.user_id) == user.id),
    }
    query = union_all(*(one.add_columns(literal(name)) for name, one in counted.items()))
    found = {name: counts for *counts, name in session.execute(query)}
    return [Kind(name, label, says, *found[name]) for name, (label, says) in _words().items() if found[name][0]]


def _count(what: Any, text: Any, moment: Any) -> Select[Any]:
    """How many, how much text, the first and the last moment."""
    size = func.coalesce(func.sum(func.length(text)), 0) if text is not None else literal(0)
    first, last = (func.min(moment), func.max(moment)) if moment is not None else (_no_moment(), _no_moment())
    return select(func.count(what), size, first, last)


def _no_moment() -> Any:
    return literal(None, type_=PracticeSession.__table__.c.started_at.type)  # type: ignore[attr-defined]


def _words() -> dict[str, tuple[str, str]]:
    return {
        "sessions": (_("Sessions"), _("client, mode, goal and mood, when, how it ended, the figures of it")),
        "tries": (_("Tries"), _("from a turn that you went back to")),
        "turns": (_("Turns"), _("every word of yours and the client’s, with its time")),
        "codes": (_("Codes"), _("what the model took each part of your turns for, and how sure it was")),
        "asides": (_("Pauses and hints"), _("what you asked and what the room answered")),
        "reflections": (_("Reflections"), _("what you wrote about sessions")),
        "milestones": (_("Milestones"), _("set by you or with your instructor")),
        "corrections": (_("Corrections"), _("codes that an instructor gave instead of the model’s")),
        "comments": (_("Comments"), _("an instructor’s words on a turn")),
        "reviews": (_("Reviews"), _("an instructor’s word on a session, and ratings")),
        "classes": (_("Classes"), _("your place in them")),
        "sign_ins": (_("Signed-in browsers"), _("what the browser calls itself, and when it was last here")),
    }


__all__ = ["Kind", "Overview", "OwnSession", "overview", "own_sessions"]
