"""From the class to the turn: one trainee's sessions, and the turns in which a technique was used, or was missing."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from app.i18n import gettext as _
from app.practice.blind import coded_blind_by
from app.practice.class_figures import Held, Scope, held_by, members
from app.practice.dashboard import SPOILS, TECHNIQUES, TechniqueRow, pick_classes, technique_rows
from app.practice.errors import NotFound
from app.practice.followed import HEADLINE
from app.practice.house import House
from app.practice.listing import Page
from app.practice.progress import trainee_whom
from app.practice.trend import Trend, trend_of
from app.scoring.types import SURE
from app.store.tables import Correction, PersonaVersion, PracticeSession, Review, Turn, User, Utterance

#: Quotes on a page.
QUOTES = 25


@dataclass(frozen=True)
class TraineesSession:
    """One session of a trainee. `headline`: in per cent."""

    held: Held
    client: str
    headline: float | None
    reviewed: bool


@dataclass(frozen=True)
class TraineeView:
    """A trainee as their instructor looks at them, newest sessions first."""

    trainee: User
    sessions: list[TraineesSession]
    techniques: list[TechniqueRow]
    trend: Trend


@dataclass(frozen=True)
class QuoteView:
    """Words that carry a code: where they stand, and what the client had just said.

    `probability` is None where an instructor gave the code.
    """

    session_id: uuid.UUID
    turn_id: int
    trainee: str
    client: str
    at: datetime
    before: str
    text: str
    code: str
    probability: float | None


@dataclass(frozen=True)
class TechniqueView:
    """A technique, with the turns that have it, and the sessions that lack it, the longest first."""

    id: str
    row: TechniqueRow | None
    quotes: Page[QuoteView]
    lacking: list[tuple[Held, str]]


def trainee_view(house: House, reader: User, trainee_id: uuid.UUID) -> TraineeView:
    """All of a trainee's sessions. Raises NotFound."""
    with house.database.read() as session:
        trainee = trainee_whom(session, reader, trainee_id)
        held = held_by(session, [trainee.id], Scope())
        clients, reviewed = _named(session, [row.id for row in held])
    values = [value for row in held if (value := row.measure(HEADLINE)) is not None]
    rows = [TraineesSession(row, clients[row.id], row.measure(HEADLINE), row.id in reviewed) for row in reversed(held)]
    return TraineeView(trainee, rows, technique_rows(held), trend_of(values))


def technique_view(house: House, reader: User, technique: str, scope: Scope, page: int = 1) -> TechniqueView:
    """Where a technique, or what spoils one, was used in a class. Raises NotFound."""
    codes = (TECHNIQUES | SPOILS).get(technique)
    if codes is None:
        raise NotFound(_("There is no such technique."))
    with house.database.read() as session:
        _classes, chosen = pick_classes(session, reader, scope.classroom)
        people = members(session, [room.id for room in chosen])
        held = held_by(session, list(people), scope)
        shut = set(session.exec(coded_blind_by(reader)))
        having = [row for row in held if row.uses(codes) and row.id not in shut]
        quotes = _quotes(session, people, having, codes, page)
    rows = {row.id: row for row in technique_rows(held)}
    without_it = (row for row in held if row.turns and not row.uses(codes) and row.id not in shut)
    lacking = sorted(without_it, key=lambda row: -row.turns)
    return TechniqueView(
        technique, rows.get(technique), quotes, [(row, people[row.trainee_id]) for row in lacking[:10]]
    )


def _named(session: Session, ids: Sequence[uuid.UUID]) -> tuple[dict[uuid.UUID, str], set[uuid.UUID]]:
    """The clients' names by session, and which of the sessions are reviewed."""
    query = (
        select(PracticeSession.id, PersonaVersion.name, Review.reviewed_at)
        .join(PersonaVersion, col(PersonaVersion.id) == col(PracticeSession.version_id))
        .outerjoin(Review, col(Review.session_id) == col(PracticeSession.id))
        .where(col(PracticeSession.id).in_(ids))
    )
    found = session.exec(query).all()
    return {one: name for one, name, _at in found}, {one for one, _name, at in found if at}


def _quotes(
    session: Session, people: dict[uuid.UUID, str], having: Sequence[Held], codes: Sequence[str], page: int
) -> Page[QuoteView]:
    """The quotes of one page, newest sessions first. Only as many sessions are read as the page needs."""
    total = sum(row.uses(codes) for row in having)
    pages = max(1, -(-total // QUOTES))
    page = min(page, pages)
    wanted, skipped = _sessions_for(having, codes, page)
    ids = [row.id for row in wanted]
    found = _in_force(session, ids, codes)
    found.sort(key=lambda one: (ids.index(one[1].session_id), one[1].position))
    shown = found[skipped : skipped + QUOTES]
    clients, _reviewed = _named(session, ids)
    owners = {row.id: people[row.trainee_id] for row in wanted}
    before = _before(session, [turn for _utterance, turn, _code in shown])
    quotes = [_quote(utterance, turn, code, owners, clients, before) for utterance, turn, code in shown]
    return Page(quotes, page, pages, total)


def _in_force(session: Session, ids: Sequence[uuid.UUID], codes: Sequence[str]) -> list[tuple[Utterance, Turn, str]]:
    """Utterances of these sessions that carry one of the codes for sure, or by an instructor's word; once a turn."""
    code = func.coalesce(Correction.code, Utterance.code)
    query = (
        select(Utterance, Turn, code)
        .join(Turn, col(Turn.id) == col(Utterance.turn_id))
        .outerjoin(Correction, col(Correction.utterance_id) == col(Utterance.id))
        .where(col(Turn.session_id).in_(ids), code.in_(codes))
        .where(or_(col(Utterance.probability) >= SURE, col(Correction.id).is_not(None)))
        .order_by(col(Utterance.turn_id), col(Utterance.ordinal))
    )
    once: dict[tuple[int, str], tuple[Utterance, Turn, str]] = {}
    for utterance, turn, name in session.exec(query):
        once.setdefault((utterance.turn_id, name), (utterance, turn, name))
    return list(once.values())


def _sessions_for(having: Sequence[Held], codes: Sequence[str], page: int) -> tuple[list[Held], int]:
    """The sessions that a page's quotes stand in, newest first, and how many of those came on earlier pages."""
    wanted: list[Held] = []
    seen, start = 0, (page - 1) * QUOTES
    skipped = 0
    for row in reversed(having):
        count = row.uses(codes)
        if seen + count > start:
            if not wanted:
                skipped = start - seen
            wanted.append(row)
        seen += count
        if seen >= start + QUOTES:
            break
    return wanted, skipped


def _before(session: Session, turns: Sequence[Turn]) -> dict[tuple[uuid.UUID, int], str]:
    """What the client said before each of these turns, by session and position."""
    ids = {turn.session_id for turn in turns}
    places = {turn.position - 1 for turn in turns}
    query = select(Turn.session_id, Turn.position, Turn.text).where(
        col(Turn.session_id).in_(ids), col(Turn.position).in_(places)
    )
    return {(one, position): text for one, position, text in session.exec(query)}


def _quote(
    utterance: Utterance,
    turn: Turn,
    code: str,
    owners: dict[uuid.UUID, str],
    clients: dict[uuid.UUID, str],
    before: dict[tuple[uuid.UUID, int], str],
) -> QuoteView:
    return QuoteView(
        turn.session_id,
        turn.id or 0,
        owners[turn.session_id],
        clients[turn.session_id],
        turn.created_at,
        before.get((turn.session_id, turn.position - 1), ""),
        turn.text[utterance.start : utterance.end],
        code,
        utterance.probability if code == utterance.code else None,
    )


__all__ = [
    "QUOTES",
    "QuoteView",
    "TechniqueView",
    "TraineeView",
    "TraineesSession",
    "technique_view",
    "trainee_view",
]
