"""Progress over sessions: figures with their trend, technique by technique, and how each kind of resistance was met.

All of it comes from the figures kept with each session (practice/summary.py), in one query. Tries and sessions that the
client did not come to are left out, as are those in which nothing was said.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

from sqlmodel import Session, col, select

from app.client.acts import Resistance
from app.i18n import gettext as _
from app.practice.accounts import may_see
from app.practice.errors import NotFound
from app.practice.followed import HEADLINE, Followed, Value, followed, value_of
from app.practice.house import House
from app.practice.milestones import MilestoneView, milestone_views
from app.practice.summary import SUSTAIN, Met, Summary, summary_of
from app.practice.trend import Trend, trend_of
from app.scoring.intervals import wilson
from app.store.tables import EndReason, PersonaVersion, PracticeSession, User, now

#: At most so many sessions are looked at, the newest.
MOST = 500
#: Resistance is told over time from so many sessions on, in three parts.
FOR_THIRDS = 6
#: Periods to look at: id → days, None for all.
PERIODS: dict[str, int | None] = {"all": None, "30": 30, "90": 90, "365": 365}


@dataclass(frozen=True)
class Wanted:
    """What to look at: a client (its id), a mode, a period; empty for all. `measure`: whose picture is drawn."""

    client: str = ""
    mode: str = ""
    period: str = "all"
    measure: str = HEADLINE


@dataclass(frozen=True)
class Done:
    """An ended session. `summary` is None where it ended before figures were kept."""

    id: uuid.UUID
    client_id: str
    client: str
    mode: str
    started_at: datetime
    summary: Summary | None


@dataclass(frozen=True)
class Point:
    """A session's figure."""

    done: Done
    value: Value


@dataclass(frozen=True)
class Series:
    """One figure over the sessions that have it, oldest first."""

    what: Followed
    points: list[Point]
    trend: Trend

    @property
    def latest(self) -> Value | None:
        return self.points[-1].value if self.points else None


@dataclass(frozen=True)
class KindView:
    """A kind of resistance: how often it came, how many answers were graded and met it, and their share, 0–1."""

    id: str
    label: str
    says: str
    met: Met

    @property
    def share(self) -> float | None:
        return self.met.met / self.met.graded if self.met.graded else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.met.met, self.met.graded) if self.met.graded else None


@dataclass(frozen=True)
class Part:
    """A third of the sessions, in order: how many, from when to when, and its resistance by kind."""

    sessions: int
    since: datetime
    until: datetime
    kinds: dict[str, Met]


@dataclass(frozen=True)
class Progress:
    """All that the page shows. `done`: the sessions looked at, oldest first; `everything`: whatever the filter says.

    `unread`: sessions without figures; `clients`: those practised with, by id.
    """

    trainee: User
    own: bool
    wanted: Wanted
    done: list[Done]
    everything: list[Done]
    unread: int
    clients: dict[str, str]
    series: dict[str, Series]
    kinds: list[KindView]
    parts: list[Part]
    milestones: list[MilestoneView] = field(default_factory=list)


def progress(house: House, reader: User, wanted: Wanted, trainee_id: uuid.UUID | None = None) -> Progress:
    """One's own progress, or that of a trainee whom one may see. Raises NotFound."""
    with house.database.read() as session:
        trainee = trainee_whom(session, reader, trainee_id)
        everything = _done(session, trainee)
        milestones = milestone_views(session, reader, trainee, [one.summary for one in everything if one.summary])
    clients = {one.client_id: one.client for one in everything}
    known = _known(wanted, clients)
    done = [one for one in everything if _fits(one, known)]
    told = [one for one in done if one.summary]
    return Progress(
        trainee=trainee,
        own=trainee.id == reader.id,
        wanted=known,
        done=done,
        everything=everything,
        unread=len(done) - len(told),
        clients=dict(sorted(clients.items(), key=lambda item: item[1])),
        series=_series(told),
        kinds=_kinds(told),
        parts=_parts(told),
        milestones=milestones,
    )


def trainee_whom(session: Session, reader: User, trainee_id: uuid.UUID | None) -> User:
    """The reader, or the trainee of this id where the reader may see them. Raises NotFound."""
    if trainee_id is None or trainee_id == reader.id:
        return reader
    trainee = session.get(User, trainee_id)
    if trainee is None or not may_see(session, reader, trainee_id):
        raise NotFound(_("There is no such trainee in your classes."))
    return trainee


def resistance_words() -> dict[str, tuple[str, str]]:
    """The kinds of resistance: id → name, and what the client does."""
    return {
        Resistance.ARGUING: (_("Arguing"), _("challenges you, turns on you, refuses")),
        Resistance.INTERRUPTING: (_("Interrupting"), _("talks over you or cuts you off")),
        Resistance.NEGATING: (_("Denying"), _("plays it down, blames, makes excuses, sees no way")),
        Resistance.IGNORING: (_("Ignoring"), _("changes the subject, says nothing, agrees without meaning it")),
        Resistance.QUESTION: (_("Going round the question"), _("jokes, complains about it, answers another one")),
        SUSTAIN: (_("Talking against change"), _("speaks for things as they are")),
    }


def _done(session: Session, trainee: User) -> list[Done]:
    held, version = PracticeSession, PersonaVersion
    query = (
        select(held.id, held.persona_id, version.name, held.mode, held.started_at, held.figures)  # type: ignore[call-overload]
        .join(version, col(version.id) == col(held.version_id))
        .where(held.user_id == trainee.id, col(held.ended_at).is_not(None), col(held.parent_id).is_(None))
        .where(col(held.end_reason) != EndReason.MISSED.value)
        .order_by(col(held.started_at).desc())
        .limit(MOST)
    )
    found = [
        Done(session_id, client_id, client, mode, started_at, summary_of(figures))
        for session_id, client_id, client, mode, started_at, figures in session.exec(query)
    ]
    return [one for one in reversed(found) if one.summary is None or one.summary.turns]


def _known(wanted: Wanted, clients: dict[str, str]) -> Wanted:
    """What was asked for, without what there is not: an old address still leads somewhere."""
    return replace(
        wanted,
        client=wanted.client if wanted.client in clients else "",
        period=wanted.period if wanted.period in PERIODS else "all",
        measure=wanted.measure if wanted.measure in followed() else HEADLINE,
    )


def _fits(one: Done, wanted: Wanted) -> bool:
    days = PERIODS[wanted.period]
    return (
        wanted.client in ("", one.client_id)
        and wanted.mode in ("", one.mode)
        and (days is None or one.started_at >= now() - timedelta(days=days))
    )


def _series(done: Sequence[Done]) -> dict[str, Series]:
    found = {}
    for name, what in followed().items():
        points = [Point(one, value) for one in done if one.summary and (value := value_of(one.summary, name))]
        found[name] = Series(what, points, trend_of([point.value.value for point in points]))
    return found


def _kinds(done: Sequence[Done]) -> list[KindView]:
    """The kinds that came, the most frequent first."""
    came = _added(done)
    views = [
        KindView(kind, label, says, came[kind]) for kind, (label, says) in resistance_words().items() if kind in came
    ]
    return sorted(views, key=lambda view: -view.met.times)


def _parts(done: Sequence[Done]) -> list[Part]:
    """The sessions in three parts, where there are enough."""
    if len(done) < FOR_THIRDS:
        return []
    cuts = [round(third * len(done) / 3) for third in range(4)]
    thirds = [done[start:end] for start, end in pairwise(cuts)]
    return [Part(len(some), some[0].started_at, some[-1].started_at, _added(some)) for some in thirds]


def _added(done: Sequence[Done]) -> dict[str, Met]:
    total: dict[str, Met] = {}
    for one in done:
        for kind, met in one.summary.resistance.items() if one.summary else ():
            before = total.get(kind, Met())
            total[kind] = Met(before.times + met.times, before.graded + met.graded, before.met + met.met)
    return total


__all__ = [
    "FOR_THIRDS",
    "MOST",
    "PERIODS",
    "Done",
    "KindView",
    "Part",
    "Point",
    "Progress",
    "Series",
    "Wanted",
    "progress",
    "resistance_words",
    "trainee_whom",
]
