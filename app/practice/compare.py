"""The tries at the moments of a session, side by side: what was said in each, what it did, and how it went on."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from app.i18n import gettext as _
from app.practice.accounts import is_instructor, may_see
from app.practice.blind import stay_blind
from app.practice.errors import NotFound
from app.practice.faces import face_of
from app.practice.house import House
from app.practice.modes import modes
from app.practice.sessions import session_query, session_rows
from app.practice.tries import left_by_client
from app.practice.versions import client_of
from app.practice.views import CodeView, PartView, SessionRow, codes_in_force, part_views, waits
from app.store.queries import corrections_of, utterances_of
from app.store.tables import EndReason, PracticeSession, Speaker, Turn, User


@dataclass(frozen=True)
class Moved:
    """One share of the client's state, 0–1, before the trainee's turn and after hearing it."""

    before: float
    after: float

    @property
    def change(self) -> int:
        """In percentage points."""
        return round(100 * self.after) - round(100 * self.before)


@dataclass(frozen=True)
class SaidView:
    """A turn in a try; `parts` of a group's answer."""

    id: int
    position: int
    speaker: str
    text: str
    waits: bool
    parts: tuple[PartView, ...]


@dataclass(frozen=True)
class TryView:
    """One way in which a moment went. `said` is None where nothing was said yet, `answer` where none came.

    `in_force`: what the session itself holds; else it is the try `session_id`, `number` in order of time from 1.
    `keeps`: the session may go on from it; `running`: it may be gone on with by itself. `tries`: of its own.
    """

    session_id: uuid.UUID
    number: int
    in_force: bool
    running: bool
    keeps: bool
    walked_out: bool
    to: SaidView | None
    said: SaidView | None
    codes: list[CodeView]
    answer: SaidView | None
    resistance: Moved | None
    trust: Moved | None
    later: list[SaidView]
    tries: int


@dataclass(frozen=True)
class MomentView:
    """A moment, the trainee's turn at `position`, and the ways in which it went, the one in force first.

    `before`: what the client had said, by the way in force.
    """

    position: int
    before: SaidView | None
    ways: list[TryView]


@dataclass(frozen=True)
class TriesView:
    """All tries at a session. `own`: the reader is its trainee; `called`: the client in the middle of a sentence."""

    row: SessionRow
    own: bool
    called: str
    moments: list[MomentView]


def tries(house: House, user: User, session_id: uuid.UUID, position: int | None = None) -> TriesView:
    """The tries at one's own session, or one that one may review; at one `position`, or all. Raises NotFound."""
    with house.database.read() as session:
        practice = session.get(PracticeSession, session_id)
        own = practice is not None and practice.user_id == user.id
        if practice is None or not (own or (is_instructor(user) and may_see(session, user, practice.user_id))):
            raise NotFound(_("There is no such session."))
        if not own:
            stay_blind(session, user, session_id)
        family = _family(session, practice)
        row = session_rows(session.execute(session_query().where(col(PracticeSession.id) == practice.id)).all())[0]
        called = face_of(client_of(session, practice)).called
    positions = sorted({one.branched_at for one in family.tries if one.branched_at is not None})
    wanted = [at for at in positions if position is None or at == position]
    return TriesView(row, own, called, [_moment(family, at) for at in wanted])


@dataclass(frozen=True)
class _Family:
    """A session and the tries at it, with their turns and the codes of these at the moments."""

    session: PracticeSession
    tries: list[PracticeSession]
    turns: dict[uuid.UUID, list[Turn]]
    codes: dict[int, list[CodeView]]
    counts: dict[uuid.UUID, int]


def _family(session: Session, practice: PracticeSession) -> _Family:
    """Read in five queries, however many tries there are."""
    children = list(session.exec(select(PracticeSession).where(PracticeSession.parent_id == practice.id)))
    ids = [practice.id, *(child.id for child in children)]
    turns: dict[uuid.UUID, list[Turn]] = defaultdict(list)
    for turn in session.exec(select(Turn).where(col(Turn.session_id).in_(ids)).order_by(col(Turn.position))):
        turns[turn.session_id].append(turn)
    at = {child.branched_at for child in children}
    moments = [turn for group in turns.values() for turn in group if turn.position in at and not waits(turn)]
    utterances = utterances_of(session, [turn.id or 0 for turn in moments])
    corrections = corrections_of(session, utterances)
    codes = {
        turn.id or 0: codes_in_force(turn, utterances.get(turn.id or 0, []), corrections)
        for turn in moments
        if turn.speaker == Speaker.COUNSELLOR
    }
    counts: dict[uuid.UUID, int] = defaultdict(int)
    for parent in session.exec(select(PracticeSession.parent_id).where(col(PracticeSession.parent_id).in_(ids))):
        counts[parent] += 1  # type: ignore[index]
    return _Family(practice, children, turns, codes, counts)


def _moment(family: _Family, at: int) -> MomentView:
    here = [one for one in family.tries if one.branched_at == at]
    here.sort(key=lambda one: (_since(family.turns[one.id], at), str(one.id)))
    ways = [_way(family, family.session, at, 0)]
    ways += [_way(family, one, at, number) for number, one in enumerate(here, start=1)]
    return MomentView(at, ways[0].to or ways[-1].to, ways)


def _since(turns: Sequence[Turn], at: int) -> datetime:
    """When a try was spoken at its moment; one that waits comes last."""
    return next((turn.created_at for turn in turns if turn.position >= at), datetime.max.replace(tzinfo=UTC))


def _way(family: _Family, one: PracticeSession, at: int, number: int) -> TryView:
    turns = family.turns[one.id]
    before, said, answer = (_at(turns, at + step) for step in (-1, 0, 1))
    ended_there = left_by_client(turns)
    return TryView(
        session_id=one.id,
        number=number,
        in_force=number == 0,
        running=one.ended_at is None,
        keeps=number > 0 and _keeps(family.session, one, turns, ended_there),
        walked_out=ended_there,
        to=_said(before),
        said=_said(said),
        codes=family.codes.get(said.id or 0, []) if said else [],
        answer=_said(answer),
        resistance=_moved("resistance", before, said),
        trust=_moved("trust", before, said),
        later=[view for turn in turns if turn.position > at + 1 and (view := _said(turn))],
        tries=family.counts[one.id] if number else 0,
    )


def _keeps(parent: PracticeSession, one: PracticeSession, turns: Sequence[Turn], ended_there: bool) -> bool:
    may = modes()[parent.mode].retries and (parent.ended_at is None or parent.end_reason == EndReason.WALKED_OUT)
    return may and one.end_reason == EndReason.TRIED_AGAIN and not ended_there and bool(turns)


def _at(turns: Sequence[Turn], position: int) -> Turn | None:
    return next((turn for turn in turns if turn.position == position), None)


def _said(turn: Turn | None) -> SaidView | None:
    if turn is None:
        return None
    return SaidView(turn.id or 0, turn.position, turn.speaker, turn.text, waits(turn), part_views(turn))


def _moved(share: str, before: Turn | None, after: Turn | None) -> Moved | None:
    return Moved(before.state[share], after.state[share]) if before and after else None


__all__ = ["MomentView", "Moved", "SaidView", "TriesView", "TryView", "tries"]
