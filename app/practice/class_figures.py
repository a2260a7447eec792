"""The sessions of a class as the dashboard reads them: one light row each, from the figures kept with the session.

Thousands of them are read for one page, so figures stay the plain values that they are stored as.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from statistics import median, quantiles
from typing import Any

from sqlalchemy import Text, cast
from sqlmodel import Session, col, select

from app.i18n import gettext as _
from app.practice.errors import Invalid
from app.practice.summary import VERSION
from app.store.tables import EndReason, Membership, PracticeSession, User, now

#: Periods to look at: id → weeks, None for all the time.
PERIODS: dict[str, int | None] = {"4": 4, "10": 10, "all": None}
#: At most so many sessions are looked at, the newest.
MOST = 3000


@dataclass(frozen=True)
class Scope:
    """Whose sessions, and from when to when (moments in UTC, None: open). `classroom` None: all whom one may see."""

    classroom: uuid.UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Held:
    """An ended session. `figures` as stored (`practice/summary.py`), empty where there are none."""

    id: uuid.UUID
    trainee_id: uuid.UUID
    client_id: str
    mode: str
    started_at: datetime
    assignment_id: uuid.UUID | None
    figures: dict[str, Any]

    @cached_property
    def turns(self) -> int:
        """The trainee's turns."""
        return int(self.figures.get("turns", 0))

    def measure(self, name: str) -> float | None:
        """A measure's value in its own unit."""
        found = self.figures.get("measures", {}).get(name)
        return None if found is None else found["value"]

    @property
    def codes(self) -> dict[str, int]:
        """How often each code came that the coder was sure of; none that did not."""
        found: dict[str, int] = self.figures.get("codes", {})
        return found

    def uses(self, codes: Iterable[str]) -> int:
        """How often one of these codes came."""
        return sum(self.codes.get(code, 0) for code in codes)


@dataclass(frozen=True)
class Spread:
    """Values of one week, from its Monday on: how many, their median, the middle half (None of fewer than 4)."""

    week: date
    n: int
    median: float
    low: float | None
    high: float | None


def read_scope(classroom: uuid.UUID | None, period: str, since: str = "", until: str = "") -> Scope:
    """A scope from what a page's address says; dates are days in UTC, both included. Raises Invalid."""
    if since or until:
        first, last = (_day(name, text) for name, text in (("since", since), ("until", until)))
        start = datetime.combine(first, time.min, UTC) if first else None
        return Scope(classroom, start, datetime.combine(last + timedelta(days=1), time.min, UTC) if last else None)
    weeks = PERIODS.get(period, 10)
    return Scope(classroom, now() - timedelta(weeks=weeks) if weeks else None)


def _day(name: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid(name, _("A date looks like 2026-01-31.")) from error


def members(session: Session, classes: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The trainees of these classes by id, with their names, in order of the names."""
    query = (
        select(User.id, User.name)
        .join(Membership, col(Membership.user_id) == col(User.id))
        .where(col(Membership.classroom_id).in_(classes))
        .order_by(col(User.name))
    )
    return dict(session.exec(query).all())


def held_by(session: Session, trainees: Sequence[uuid.UUID], scope: Scope) -> list[Held]:
    """The trainees' ended sessions, oldest first; tries and those that the client did not come to are left out."""
    one = PracticeSession
    query = (
        select(
            one.id, one.user_id, one.persona_id, one.mode, one.started_at, one.assignment_id, cast(one.figures, Text)
        )  # type: ignore[call-overload]
        .where(col(one.user_id).in_(trainees), col(one.ended_at).is_not(None), col(one.parent_id).is_(None))
        .where(col(one.end_reason) != EndReason.MISSED.value)
        .order_by(col(one.started_at).desc())
        .limit(MOST)
    )
    if scope.since:
        query = query.where(col(one.started_at) >= scope.since)
    if scope.until:
        query = query.where(col(one.started_at) < scope.until)
    found = session.exec(query).all()
    # read at one go: thousands of little texts take three times as long one by one
    figures = json.loads(f"[{','.join(row[-1] or 'null' for row in found)}]")
    rows = [
        Held(session_id, trainee_id, client_id, mode, started_at, assignment_id, _known(stored))
        for (session_id, trainee_id, client_id, mode, started_at, assignment_id, _), stored in zip(
            found, figures, strict=True
        )
    ]
    return [row for row in reversed(rows) if row.turns or not row.figures]


def _known(figures: dict[str, Any] | None) -> dict[str, Any]:
    return figures if figures and figures.get("version") == VERSION else {}


def by_week(values: Iterable[tuple[datetime, float]]) -> list[Spread]:
    """Values week by week, oldest first; weeks without any are left out."""
    weeks: dict[date, list[float]] = {}
    for at, value in values:
        day = at.date()
        weeks.setdefault(day - timedelta(days=day.weekday()), []).append(value)
    return [_spread(week, some) for week, some in sorted(weeks.items())]


def _spread(week: date, values: list[float]) -> Spread:
    low, high = None, None
    if len(values) >= 4:
        low, _middle, high = quantiles(values, n=4, method="inclusive")
    return Spread(week, len(values), median(values), low, high)


__all__ = [
    "MOST",
    "PERIODS",
    "Held",
    "Scope",
    "Spread",
    "by_week",
    "held_by",
    "members",
    "read_scope",
]
