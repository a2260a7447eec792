"""Milestones: a figure to reach, set by the trainee or with the instructor, and the session that reaches it."""

from __future__ import annotations

import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.i18n import gettext as _
from app.practice.accounts import may_see
from app.practice.errors import Invalid, NotFound
from app.practice.followed import Followed, Value, amount, followed, value_of
from app.practice.house import House
from app.practice.storing import storable, storing
from app.practice.summary import Summary
from app.store.tables import Milestone, PracticeSession, User, now

MAX_NOTE = 500
MAX_OPEN = 20
#: A session counts from so many turns of the trainee on, a share from so many counted ones on: one of one is no feat.
MIN_TURNS = 5
MIN_COUNTED = 3
#: The largest target of each unit.
_LARGEST = {"percent": 100.0, "ratio": 20.0, "rate": 30.0, "count": 200.0}


@dataclass(frozen=True)
class MilestoneView:
    """A milestone as pages show it. `now` and `distance` are words, empty where no session has the figure yet.

    `own`: the reader set it, and may take it away. `overdue`: the day has passed and it is not reached.
    """

    id: int
    what: Followed
    target: str
    now: str
    distance: str
    due_at: datetime | None
    overdue: bool
    reached_at: datetime | None
    note: str
    author: str
    own: bool


def milestone_views(session: Session, reader: User, trainee: User, summaries: Sequence[Summary]) -> list[MilestoneView]:
    """The trainee's milestones, open ones first. `summaries` of the trainee's sessions, oldest first."""
    query = (
        select(Milestone, User.name)
        .join(User, col(User.id) == col(Milestone.author_id))
        .where(Milestone.user_id == trainee.id)
        .order_by(col(Milestone.reached_at).is_not(None), col(Milestone.due_at).is_(None), col(Milestone.due_at))
        .order_by(col(Milestone.id))
    )
    known = followed()
    return [
        _view(milestone, known[milestone.measure], author, reader, summaries)
        for milestone, author in session.exec(query)
        if milestone.measure in known
    ]


def set_milestone(
    house: House, author: User, trainee_id: uuid.UUID, *, measure: str, target: str, due: str = "", note: str = ""
) -> int:
    """A milestone for oneself, or for a trainee whom one may see; its id. Raises NotFound, Invalid."""
    known = followed()
    if measure not in known:
        raise Invalid("measure", _("Choose what is to be reached."))
    milestone = Milestone(
        user_id=trainee_id,
        author_id=author.id,
        measure=measure,
        target=_target(target, known[measure]),
        due_at=_due(due),
        note=_note(note),
    )
    with storing(house.database) as session:
        _for_whom(session, author, trainee_id)
        mine = select(func.count()).where(Milestone.user_id == trainee_id, col(Milestone.reached_at).is_(None))
        if session.exec(mine).one() >= MAX_OPEN:
            raise Invalid(
                "measure", _("There are %(count)s open milestones already. Take one away first.") % {"count": MAX_OPEN}
            )
        session.add(milestone)
        session.flush()
        assert milestone.id is not None
        return milestone.id


def remove_milestone(house: House, author: User, milestone_id: int) -> None:
    """Take away a milestone that one set. Raises NotFound, for another's too."""
    with storing(house.database) as session:
        milestone = session.get(Milestone, milestone_id)
        if milestone is None or milestone.author_id != author.id:
            raise NotFound(_("There is no such milestone of yours."))
        session.delete(milestone)


def mark_reached(session: Session, practice: PracticeSession, summary: Summary) -> None:
    """Note the milestones that an ended session reaches; a correction of it may take that back."""
    if practice.ended_at is None or practice.parent_id is not None:
        return
    known = followed()
    for milestone in session.exec(select(Milestone).where(Milestone.user_id == practice.user_id)):
        if milestone.measure not in known or milestone.created_at > practice.ended_at:
            continue
        reached = reaches(summary, known[milestone.measure], milestone.target)
        if reached and milestone.reached_at is None:
            milestone.reached_at = practice.ended_at
        elif not reached and milestone.reached_at == practice.ended_at:
            milestone.reached_at = None
        session.add(milestone)


def reaches(summary: Summary, what: Followed, target: float) -> bool:
    """Whether this session reaches the target, on enough turns to mean something."""
    value = value_of(summary, what.id)
    if value is None or summary.turns < MIN_TURNS or (what.unit == "percent" and value.whole < MIN_COUNTED):
        return False
    return value.value <= target if what.less else value.value >= target


def _for_whom(session: Session, author: User, trainee_id: uuid.UUID) -> None:
    if trainee_id != author.id and not may_see(session, author, trainee_id):
        raise NotFound(_("There is no such trainee in your classes."))
    if session.get(User, trainee_id) is None:
        raise NotFound(_("There is no such trainee in your classes."))


def _target(written: str, what: Followed) -> float:
    try:
        target = float(written.strip().removesuffix("%").strip().replace(",", "."))
    except ValueError as error:
        raise Invalid("target", _("Write a number, such as 50 or 1.5.")) from error
    largest = _LARGEST[what.unit]
    if not math.isfinite(target) or not 0 <= target <= largest:
        raise Invalid("target", _("The target is a number from 0 to %(largest)s.") % {"largest": f"{largest:g}"})
    return target


def _due(written: str) -> datetime | None:
    if not written.strip():
        return None
    try:
        day = date.fromisoformat(written.strip())
    except ValueError as error:
        raise Invalid("due", _("Write the day as year, month and day, such as 2026-05-31.")) from error
    if day < now().date() or day.year > now().year + 10:
        raise Invalid("due", _("Choose a day that is still to come."))
    return datetime.combine(day, time(23, 59, 59), UTC)


def _note(written: str) -> str:
    note = storable(written.replace("\r\n", "\n")).strip()
    if len(note) > MAX_NOTE:
        raise Invalid("note", _("Please keep the note to %(most)s characters.") % {"most": MAX_NOTE})
    return note


def _view(
    milestone: Milestone, what: Followed, author: str, reader: User, summaries: Sequence[Summary]
) -> MilestoneView:
    assert milestone.id is not None
    latest = next((value for one in reversed(summaries) if (value := value_of(one, what.id))), None)
    return MilestoneView(
        id=milestone.id,
        what=what,
        target=_goal(what, milestone.target),
        now=amount(what.unit, latest.value) if latest else "",
        distance=_distance(what, milestone.target, latest),
        due_at=milestone.due_at,
        overdue=milestone.reached_at is None and milestone.due_at is not None and milestone.due_at < now(),
        reached_at=milestone.reached_at,
        note=milestone.note,
        author=author,
        own=milestone.author_id == reader.id,
    )


def _goal(what: Followed, target: float) -> str:
    words = _("%(amount)s or less") if what.less else _("%(amount)s or more")
    return words % {"amount": amount(what.unit, target)}


def _distance(what: Followed, target: float, latest: Value | None) -> str:
    """How far the last session is from it."""
    if latest is None:
        return ""
    away = latest.value - target if what.less else target - latest.value
    if away <= 0:
        return _("which is there already; the next session that reaches it counts")
    if what.unit == "percent":
        return _("%(points)s points to go") % {"points": f"{away:.0f}" if away >= 1 else "< 1"}
    return _("%(amount)s to go") % {"amount": f"{away:.1f}" if what.unit != "count" else f"{away:.0f}"}


__all__ = [
    "MAX_NOTE",
    "MIN_COUNTED",
    "MIN_TURNS",
    "MilestoneView",
    "mark_reached",
    "milestone_views",
    "reaches",
    "remove_milestone",
    "set_milestone",
]
