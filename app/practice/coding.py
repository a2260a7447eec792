"""Blind double coding: people code a session without seeing the model's codes, each other's, or a reviewer's word.

What a coder is shown (`CodingView`) has no field for any of these. A coding is kept code by code as it is made;
finished, it is closed, and only then do agreement and the review page open to its coder.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from app.i18n import gettext as _
from app.i18n import ngettext
from app.practice.accounts import may_change, may_see, require_instructor
from app.practice.blind import coding_blind
from app.practice.errors import Conflict, Invalid, NotFound
from app.practice.faces import face_of
from app.practice.house import House
from app.practice.review import reviewable, unknown_code
from app.practice.storing import storing
from app.practice.versions import client_of
from app.practice.views import waits
from app.scoring.codes import CODES
from app.store.queries import turns_of, utterances_of
from app.store.tables import (
    Assistant,
    Classroom,
    CodedByHand,
    Coding,
    Membership,
    PersonaVersion,
    PracticeSession,
    Role,
    Speaker,
    Turn,
    User,
    Utterance,
    now,
)


@dataclass(frozen=True)
class BlindUtterance:
    """An utterance with nothing but its words and the coder's own code, empty while there is none."""

    id: int
    text: str
    code: str


@dataclass(frozen=True)
class BlindTurn:
    """A turn as a blind coder reads it: who spoke, the words, and the utterances to code."""

    id: int
    position: int
    speaker: str
    text: str
    waits: bool
    utterances: list[BlindUtterance]


@dataclass(frozen=True)
class CodingView:
    """A session as a blind coder sees it; the trainee is not named."""

    id: uuid.UUID
    session_id: uuid.UUID
    client: str
    called: str
    finished_at: datetime | None
    turns: list[BlindTurn]

    @property
    def coded(self) -> int:
        """How many utterances have a code."""
        return sum(bool(one.code) for turn in self.turns for one in turn.utterances)

    @property
    def total(self) -> int:
        """How many there are to code."""
        return sum(len(turn.utterances) for turn in self.turns)


@dataclass(frozen=True)
class CodingRow:
    """One coding in a list: whose, of which session, how far."""

    id: uuid.UUID
    session_id: uuid.UUID
    coder_id: uuid.UUID
    coder: str
    client: str
    started_at: datetime
    asked_by: str
    coded: int
    finished_at: datetime | None


@dataclass(frozen=True)
class Coder:
    """Somebody who may be asked to code."""

    id: uuid.UUID
    name: str


@dataclass(frozen=True)
class SessionCodings:
    """Who codes a session, and, for the one who runs the class, who else may be asked. `mine`: one's own open one."""

    session_id: uuid.UUID
    codings: list[CodingRow]
    runs: bool
    may_be_asked: list[Coder]
    mine: uuid.UUID | None

    @property
    def finished(self) -> int:
        """How many are finished."""
        return sum(row.finished_at is not None for row in self.codings)


def codings_of(house: House, reviewer: User, session_id: uuid.UUID) -> SessionCodings:
    """The codings of a session. Raises NotAllowed, NotFound."""
    with house.database.read() as session:
        practice = reviewable(session, reviewer, session_id)
        rows = _rows(session, col(Coding.session_id) == session_id)
        runs = may_change(session, reviewer, practice.user_id)
        asked = {row.coder_id for row in rows}
        others = [one for one in _coders(session, practice) if one.id not in asked] if runs else []
        mine = next((row.id for row in rows if row.coder_id == reviewer.id and not row.finished_at), None)
        return SessionCodings(session_id, rows, runs, others, mine)


def ask(house: House, asker: User, session_id: uuid.UUID, coder_ids: Iterable[uuid.UUID]) -> None:
    """Ask these people to code the session. Raises NotFound, NotAllowed, Conflict, and Invalid for a stranger."""
    wanted = list(dict.fromkeys(coder_ids))
    if not wanted:
        raise Invalid("coder", _("Choose at least one person."))
    with storing(house.database) as session:
        practice = reviewable(session, asker, session_id)
        if not may_change(session, asker, practice.user_id):
            raise NotFound(_("You do not run the class of this session."))
        if practice.ended_at is None:
            raise Conflict(_("The session is still running."))
        may = {coder.id for coder in _coders(session, practice)}
        known = set(session.exec(select(Coding.coder_id).where(Coding.session_id == session_id)))
        for coder_id in wanted:
            if coder_id not in may:
                raise Invalid("coder", _("One of these people may not see this session."))
            if coder_id not in known:
                session.add(Coding(session_id=session_id, coder_id=coder_id, assigned_by=asker.id))


def withdraw(house: House, user: User, coding_id: uuid.UUID) -> uuid.UUID:
    """Take a coding off the list, with its codes: by its coder while it is open, or by who runs the class.

    Returns the session's id. Raises NotFound.
    """
    with storing(house.database) as session:
        coding = session.get(Coding, coding_id)
        practice = session.get(PracticeSession, coding.session_id) if coding else None
        if coding is None or practice is None:
            raise NotFound(_("There is no such coding."))
        own = coding.coder_id == user.id and coding.finished_at is None
        if not own and not may_change(session, user, practice.user_id):
            raise NotFound(_("There is no such coding."))
        session.delete(coding)
        return practice.id


def open_coding(house: House, user: User, session_id: uuid.UUID) -> uuid.UUID | None:
    """One's own coding of the session, if it is not finished."""
    with house.database.read() as session:
        return coding_blind(session, user, session_id)


def waiting(house: House, user: User) -> list[CodingRow]:
    """One's own codings that are not finished, oldest first. Raises NotAllowed."""
    require_instructor(user)
    with house.database.read() as session:
        return _rows(session, col(Coding.coder_id) == user.id, col(Coding.finished_at).is_(None))


def view(house: House, coder: User, coding_id: uuid.UUID) -> CodingView:
    """The session for its blind coder. Raises NotFound, for anybody else's coding too."""
    with house.database.read() as session:
        coding, practice = _own(session, coder, coding_id)
        client = face_of(client_of(session, practice))
        turns = turns_of(session, practice.id)
        utterances = utterances_of(session, [turn.id or 0 for turn in turns])
        given = _given(session, coding_id)
    return CodingView(
        coding.id,
        practice.id,
        client.name,
        client.called,
        coding.finished_at,
        [_turn(turn, utterances.get(turn.id or 0, []), given) for turn in turns],
    )


def give(house: House, coder: User, coding_id: uuid.UUID, utterance_id: int, code: str) -> None:
    """The coder's code for an utterance; "" takes it back. Raises Invalid, NotFound, Conflict once it is finished."""
    if code and code not in CODES:
        raise unknown_code(code)
    with storing(house.database) as session:
        coding, practice = _own(session, coder, coding_id)
        if coding.finished_at is not None:
            raise Conflict(_("This coding is finished."))
        utterance = session.get(Utterance, utterance_id)
        turn = session.get(Turn, utterance.turn_id) if utterance else None
        if turn is None or turn.session_id != practice.id:
            raise NotFound(_("There is no such utterance."))
        known = session.get(CodedByHand, (coding_id, utterance_id))
        if known is not None and not code:
            session.delete(known)
        elif code:
            session.merge(CodedByHand(coding_id=coding_id, utterance_id=utterance_id, code=code))


def finish(house: House, coder: User, coding_id: uuid.UUID) -> uuid.UUID:
    """Close the coding; returns the session's id. Raises NotFound, and Conflict while an utterance has no code."""
    left = (found := view(house, coder, coding_id)).total - found.coded
    if left:
        raise Conflict(
            ngettext("%(left)d utterance has no code yet.", "%(left)d utterances have no code yet.", left)
            % {"left": left}
        )
    with storing(house.database) as session:
        coding, practice = _own(session, coder, coding_id)
        coding.finished_at = coding.finished_at or now()
        session.add(coding)
        return practice.id


def _own(session: Session, coder: User, coding_id: uuid.UUID) -> tuple[Coding, PracticeSession]:
    coding = session.get(Coding, coding_id)
    practice = session.get(PracticeSession, coding.session_id) if coding else None
    if coding is None or practice is None or coding.coder_id != coder.id:
        raise NotFound(_("There is no such coding of yours."))
    if not may_see(session, coder, practice.user_id):
        raise NotFound(_("There is no such coding of yours."))
    return coding, practice


def _given(session: Session, coding_id: uuid.UUID) -> dict[int, str]:
    query = select(CodedByHand.utterance_id, CodedByHand.code).where(CodedByHand.coding_id == coding_id)
    return dict(session.exec(query).all())


def _turn(turn: Turn, utterances: list[Utterance], given: dict[int, str]) -> BlindTurn:
    silent = waits(turn)
    shown = [] if silent or turn.speaker != Speaker.COUNSELLOR else utterances
    return BlindTurn(
        turn.id or 0,
        turn.position,
        turn.speaker,
        turn.text,
        silent,
        [BlindUtterance(one.id or 0, turn.text[one.start : one.end], given.get(one.id or 0, "")) for one in shown],
    )


def _coders(session: Session, practice: PracticeSession) -> list[Coder]:
    """Those who may see the session: who runs or assists in a class of its trainee, and admins."""
    classes = select(Membership.classroom_id).where(Membership.user_id == practice.user_id)
    runs = select(Classroom.instructor_id).where(col(Classroom.id).in_(classes))
    assists = select(Assistant.user_id).where(col(Assistant.classroom_id).in_(classes))
    query = (
        select(User.id, User.name)
        .where(col(User.active), col(User.role).in_((Role.INSTRUCTOR.value, Role.ADMIN.value)))
        .where(or_(col(User.id).in_(runs), col(User.id).in_(assists), col(User.role) == Role.ADMIN.value))
        .order_by(col(User.name))
    )
    return [Coder(found, name) for found, name in session.exec(query)]


def _rows(session: Session, *conditions: object) -> list[CodingRow]:
    """Codings with names and how far they are, oldest first."""
    count = select(func.count()).where(CodedByHand.coding_id == Coding.id).correlate(Coding).scalar_subquery()
    query = (
        select(Coding, User.name, PracticeSession.started_at, PersonaVersion.name, count)  # type: ignore[call-overload]
        .join(User, col(User.id) == col(Coding.coder_id))
        .join(PracticeSession, col(PracticeSession.id) == col(Coding.session_id))
        .join(PersonaVersion, col(PersonaVersion.id) == col(PracticeSession.version_id))
        .where(*conditions)
        .order_by(col(Coding.created_at), User.name)
    )
    found = session.execute(query).all()
    wanted = {row[0].assigned_by for row in found}
    askers = dict(session.exec(select(User.id, User.name).where(col(User.id).in_(wanted))).all())
    return [
        CodingRow(
            coding.id, coding.session_id, coding.coder_id, name, client, started,
            askers.get(coding.assigned_by, "?"), coded, coding.finished_at,
        )
        for coding, name, started, client, coded in found
    ]  # fmt: skip


__all__ = [
    "BlindTurn",
    "BlindUtterance",
    "Coder",
    "CodingRow",
    "CodingView",
    "SessionCodings",
    "ask",
    "codings_of",
    "finish",
    "give",
    "open_coding",
    "view",
    "waiting",
    "withdraw",
]
