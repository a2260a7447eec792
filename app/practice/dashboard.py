"""The instructor's dashboard: a class over time, which techniques lag, who has stalled, how measures are spread."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.i18n import gettext as _
from app.practice.accounts import require_instructor
from app.practice.assignments import AssignmentView, grid
from app.practice.class_figures import Held, Scope, Spread, by_week, held_by, members
from app.practice.classes import seen_by
from app.practice.errors import NotFound
from app.practice.followed import HEADLINE, Followed, followed
from app.practice.house import House
from app.practice.trend import FEWEST, Trend, trend_of
from app.scoring.codes import FAMILIES
from app.scoring.intervals import wilson
from app.store.tables import Classroom, EndReason, PracticeSession, Review, User, now

#: Days without practice after which somebody is told to have paused, and sessions in a row looked at for a gain.
PAUSED_DAYS, LAST = 14, 4
#: What the class is looked at for: a technique lags where fewer sessions than this have it at all.
ENOUGH = 0.6
#: Techniques, and what spoils them: id → codes.
TECHNIQUES: dict[str, tuple[str, ...]] = {
    name: FAMILIES[name] for name in ("reflection", "choices", "paradoxical", "adherent")
}
SPOILS: dict[str, tuple[str, ...]] = {"persuade": ("persuade",), "confront": ("confront",)}
#: The techniques that a code belongs to.
_TECHNIQUES_OF: dict[str, list[str]] = defaultdict(list)
for _name, _codes in (TECHNIQUES | SPOILS).items():
    for _code in _codes:
        _TECHNIQUES_OF[_code].append(_name)
RECENT = 8


@dataclass(frozen=True)
class TechniqueRow:
    """A technique over the class's sessions: how many had it, of how many, the 95 % interval, uses in ten turns."""

    id: str
    label: str
    spoils: bool
    sessions: int
    of: int
    interval: tuple[float, float]
    rate: float

    @property
    def share(self) -> float:
        return self.sessions / self.of

    @property
    def lags(self) -> bool:
        """Whether too few sessions have it, or, of what spoils, more than a third have it, for sure."""
        return self.interval[0] > 1 / 3 if self.spoils else self.interval[1] < ENOUGH


@dataclass(frozen=True)
class TraineeRow:
    """A trainee: sessions in the period, the last one, the median headline of the last few, its trend.

    `stalled` says why, in words, empty where nothing says so.
    """

    id: uuid.UUID
    name: str
    sessions: int
    last: datetime | None
    headline: float | None
    trend: Trend
    stalled: str


@dataclass(frozen=True)
class Bin:
    """A bar of a distribution."""

    low: float
    high: float
    n: int


@dataclass(frozen=True)
class TaskRow:
    """An assignment of the class: how many of its trainees have done it."""

    assignment: AssignmentView
    done: int
    of: int


@dataclass(frozen=True)
class Recent:
    """A session that ended of late."""

    id: uuid.UUID
    trainee: str
    client_id: str
    at: datetime
    headline: float | None


@dataclass(frozen=True)
class Dashboard:
    """All that the page shows. `measure`: whose course and distribution are drawn."""

    classes: list[Classroom]
    classroom: Classroom | None
    measure: Followed
    held: list[Held]
    trainees: list[TraineeRow]
    weeks: list[Spread]
    bins: list[Bin]
    techniques: list[TechniqueRow]
    recent: list[Recent]
    waiting: int
    tasks: list[TaskRow]

    @property
    def stalled(self) -> list[TraineeRow]:
        return [row for row in self.trainees if row.stalled]

    @property
    def unread(self) -> int:
        """Sessions that ended before figures were kept."""
        return sum(not row.figures for row in self.held)


def dashboard(house: House, reader: User, scope: Scope, measure: str = HEADLINE) -> Dashboard:
    """The dashboard of a class that the reader runs or assists, or of all of these. Raises NotFound, NotAllowed."""
    require_instructor(reader)
    with house.database.read() as session:
        classes, chosen = pick_classes(session, reader, scope.classroom)
        people = members(session, [room.id for room in chosen])
        held = held_by(session, list(people), scope)
        waiting = _waiting(session, list(people))
    figure = followed().get(measure) or followed()[HEADLINE]
    tasks = _tasks(house, reader, chosen[0].id) if len(chosen) == 1 else []
    values = [(row.started_at, value) for row in held if (value := row.measure(figure.id)) is not None]
    return Dashboard(
        classes=classes,
        classroom=chosen[0] if scope.classroom else None,
        measure=figure,
        held=held,
        trainees=_trainees(people, held),
        weeks=by_week(values),
        bins=spread_out([value for _at, value in values], figure.unit == "percent"),
        techniques=technique_rows(held),
        recent=_recent(people, held),
        waiting=waiting,
        tasks=tasks,
    )


def pick_classes(
    session: Session, reader: User, classroom: uuid.UUID | None
) -> tuple[list[Classroom], list[Classroom]]:
    """All classes of the reader, and those that are meant: one, or all that are in use. Raises NotFound."""
    classes = list(session.exec(seen_by(reader)))
    if classroom is None:
        return classes, [room for room in classes if room.archived_at is None]
    chosen = [room for room in classes if room.id == classroom]
    if not chosen:
        raise NotFound(_("There is no such class among yours."))
    return classes, chosen


def technique_rows(held: Sequence[Held]) -> list[TechniqueRow]:
    """Techniques that are used least come first, then what spoils, the most frequent first."""
    read = [row for row in held if row.turns]
    if not read:
        return []
    turns = sum(row.turns for row in read)
    names = {name.removeprefix("use_"): one.label for name, one in followed().items()}
    having, uses = _tallied(read)
    rows = [
        TechniqueRow(
            name,
            names[name],
            name in SPOILS,
            having[name],
            len(read),
            wilson(having[name], len(read)),
            10 * uses[name] / turns,
        )
        for name in TECHNIQUES | SPOILS
    ]
    return sorted(rows, key=lambda row: (row.spoils, -row.share if row.spoils else row.share))


def _tallied(read: Sequence[Held]) -> tuple[Counter[str], Counter[str]]:
    """In how many sessions each technique came, and how often in all; one pass, since there may be thousands."""
    having, uses = Counter[str](), Counter[str]()
    for row in read:
        came = Counter[str]()
        for code, count in row.codes.items():
            for name in _TECHNIQUES_OF.get(code, ()):
                came[name] += count
        uses.update(came)
        having.update(came.keys())
    return having, uses


def spread_out(values: Sequence[float], percent: bool) -> list[Bin]:
    """Ten bars from 0 to 100, or bars of half a unit as far as there are values."""
    if not values:
        return []
    step = 10.0 if percent else 0.5 if max(values) <= 5 else 1.0 if max(values) <= 12 else 5.0
    count = 10 if percent else int(max(values) // step) + 1
    bars = [0] * count
    for value in values:
        bars[min(count - 1, int(value // step))] += 1
    return [Bin(step * place, step * (place + 1), n) for place, n in enumerate(bars)]


def _trainees(people: dict[uuid.UUID, str], held: Sequence[Held]) -> list[TraineeRow]:
    of: dict[uuid.UUID, list[Held]] = defaultdict(list)
    for row in held:
        of[row.trainee_id].append(row)
    return [_trainee(trainee_id, name, of[trainee_id]) for trainee_id, name in people.items()]


def _trainee(trainee_id: uuid.UUID, name: str, held: Sequence[Held]) -> TraineeRow:
    values = [value for row in held if (value := row.measure(HEADLINE)) is not None]
    last = held[-1].started_at if held else None
    trend = trend_of(values)
    headline = median(values[-LAST:]) if values else None
    return TraineeRow(trainee_id, name, len(held), last, headline, trend, _stalled(last, values, trend))


def _stalled(last: datetime | None, values: Sequence[float], trend: Trend) -> str:
    if last is None:
        return _("No session in this period")
    if (days := (now() - last).days) >= PAUSED_DAYS:
        return _("No practice for %(days)s days") % {"days": days}
    if len(values) < FEWEST + LAST or trend.direction == "rising":
        return ""  # too few to say, or getting better
    before, after = median(values[:-LAST]), median(values[-LAST:])
    if after <= before:
        return _("The last %(last)s sessions lie no higher than those before") % {"last": LAST}
    return ""


def _tasks(house: House, reader: User, classroom: uuid.UUID) -> list[TaskRow]:
    found = grid(house, reader, classroom)
    return [
        TaskRow(
            one,
            sum(found.cells[trainee, one.id].state in ("done", "late") for trainee in found.trainees),
            len(found.trainees),
        )
        for one in found.assignments
    ]


def _recent(people: dict[uuid.UUID, str], held: Sequence[Held]) -> list[Recent]:
    return [
        Recent(row.id, people[row.trainee_id], row.client_id, row.started_at, row.measure(HEADLINE))
        for row in reversed(held[-RECENT:])
    ]


def _waiting(session: Session, trainees: Sequence[uuid.UUID]) -> int:
    """How many ended sessions nobody has reviewed."""
    one = PracticeSession
    query = (
        select(func.count())
        .select_from(one)
        .outerjoin(Review, col(Review.session_id) == col(one.id))
        .where(col(one.user_id).in_(trainees), col(one.ended_at).is_not(None), col(one.parent_id).is_(None))
        .where(col(one.end_reason) != EndReason.MISSED.value, col(Review.reviewed_at).is_(None))
    )
    return session.exec(query).one()


__all__ = [
    "ENOUGH",
    "SPOILS",
    "TECHNIQUES",
    "Bin",
    "Dashboard",
    "Recent",
    "TaskRow",
    "TechniqueRow",
    "TraineeRow",
    "dashboard",
    "pick_classes",
    "spread_out",
    "technique_rows",
]
