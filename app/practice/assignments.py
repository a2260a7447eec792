"""Assignments: what a class is to practise, who may still begin, and who has done what."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.i18n import gettext as _
from app.practice.classes import run_class, seen_class
from app.practice.errors import Conflict, Invalid, NotFound
from app.practice.house import House
from app.practice.modes import goals, modes
from app.practice.storing import storable, storing
from app.store.tables import Assignment, Classroom, Membership, PracticeSession, Speaker, Turn, User, now

MOST_TURNS, MOST_ATTEMPTS, MOST_NOTE = 200, 50, 2000


@dataclass(frozen=True)
class Wanted:
    """What a form says; all as it was typed. `due`: a day, the end of which in UTC is meant."""

    client_id: str = ""
    mode: str = "coached"
    goal: str = ""
    note: str = ""
    min_turns: str = "8"
    attempts: str = ""
    due: str = ""


@dataclass(frozen=True)
class AssignmentView:
    """An assignment as a trainee or an instructor sees it. `done` and `begun` count the reader's own attempts.

    `left`: how many may still be begun, None for any number.
    """

    id: uuid.UUID
    classroom_id: uuid.UUID
    classroom: str
    client_id: str
    mode: str
    goal: str
    note: str
    min_turns: int
    attempts: int | None
    due_at: datetime | None
    archived_at: datetime | None
    begun: int = 0
    done: int = 0

    @property
    def left(self) -> int | None:
        return None if self.attempts is None else max(0, self.attempts - self.begun)

    @property
    def late(self) -> bool:
        """Whether its day has passed."""
        return self.due_at is not None and self.due_at < now()


@dataclass(frozen=True)
class Attempt:
    """One session for an assignment. `state`: running, short (ended below the least turns), done, late."""

    session_id: uuid.UUID
    started_at: datetime
    turns: int
    state: str


@dataclass(frozen=True)
class Cell:
    """What one trainee has done for one assignment; `state` is that of the best attempt, or “not begun”."""

    state: str
    attempts: list[Attempt]


@dataclass(frozen=True)
class Grid:
    """Who has done what: assignments, trainees by id with their names, and a cell for each pair."""

    assignments: list[AssignmentView]
    trainees: dict[uuid.UUID, str]
    cells: dict[tuple[uuid.UUID, uuid.UUID], Cell]


#: States from the least to the best.
STATES = ("not begun", "running", "short", "late", "done")


def make(house: House, user: User, class_id: uuid.UUID, wanted: Wanted) -> uuid.UUID:
    """A new assignment. Raises Invalid naming the field, and as `run_class` does."""
    values = _checked(house, wanted)
    with storing(house.database) as session:
        room = run_class(session, user, class_id)
        row = Assignment(classroom_id=room.id, author_id=user.id, **values)  # type: ignore[arg-type]
        session.add(row)
    return row.id


def change(house: House, user: User, assignment_id: uuid.UUID, wanted: Wanted) -> uuid.UUID:
    """Change an assignment; sessions that began stay as they are. The class's id. Raises as `make` does."""
    values = _checked(house, wanted)
    with storing(house.database) as session:
        row = _run(session, user, assignment_id)
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)
        return row.classroom_id


def archive(house: House, user: User, assignment_id: uuid.UUID, archived: bool) -> uuid.UUID:
    """Take an assignment out of the trainees' lists, or bring it back. The class's id. Raises NotFound, NotAllowed."""
    with storing(house.database) as session:
        row = _run(session, user, assignment_id)
        row.archived_at = (row.archived_at or now()) if archived else None
        session.add(row)
        return row.classroom_id


def open_for(house: House, user: User) -> list[AssignmentView]:
    """A trainee's assignments, the next due first; archived ones and those of archived classes are left out."""
    query = (
        select(Assignment, Classroom.name)
        .join(Classroom, col(Classroom.id) == col(Assignment.classroom_id))
        .join(Membership, col(Membership.classroom_id) == col(Classroom.id))
        .where(Membership.user_id == user.id, col(Assignment.archived_at).is_(None))
        .where(col(Classroom.archived_at).is_(None))
        .order_by(col(Assignment.due_at).is_(None), col(Assignment.due_at), col(Assignment.created_at))
    )
    with house.database.read() as session:
        rows = session.exec(query).all()
        attempts = _attempts(session, [row.id for row, _name in rows], [user.id])
    return [_view(row, name, attempts[(user.id, row.id)]) for row, name in rows]


def assignment_for(house: House, user: User, assignment_id: uuid.UUID) -> AssignmentView:
    """One assignment of the trainee's. Raises NotFound."""
    with house.database.read() as session:
        row = _of_member(session, user.id, assignment_id)
        name = session.get_one(Classroom, row.classroom_id).name
        return _view(row, name, _attempts(session, [row.id], [user.id])[(user.id, row.id)])


def check_open(session: Session, user_id: uuid.UUID, assignment_id: uuid.UUID, client_id: str) -> Assignment:
    """The assignment, where this trainee may begin with it now; late is allowed. Raises NotFound, Conflict."""
    row = _of_member(session, user_id, assignment_id)
    if row.client_id != client_id:
        raise Conflict(_("This assignment is with another client."))
    room = session.get_one(Classroom, row.classroom_id)
    if row.archived_at is not None or room.archived_at is not None:
        raise Conflict(_("This assignment has been closed. You can still practise with the same client on your own."))
    begun = len(_attempts(session, [row.id], [user_id])[(user_id, row.id)])
    if row.attempts is not None and begun >= row.attempts:
        raise Conflict(_("You have used all attempts of this assignment."))
    return row


def of_class(house: House, user: User, class_id: uuid.UUID) -> list[AssignmentView]:
    """The class's assignments, those in use first. Raises NotFound."""
    with house.database.read() as session:
        room = seen_class(session, user, class_id)
        return [_view(row, room.name, []) for row in _rows(session, room.id)]


def one_of_class(house: House, user: User, assignment_id: uuid.UUID) -> AssignmentView:
    """An assignment that the user may change. Raises NotFound, NotAllowed."""
    with house.database.read() as session:
        row = _run(session, user, assignment_id)
        return _view(row, session.get_one(Classroom, row.classroom_id).name, [])


def grid(house: House, user: User, class_id: uuid.UUID) -> Grid:
    """Who has done what in a class, in four queries. Raises NotFound."""
    with house.database.read() as session:
        room = seen_class(session, user, class_id)
        rows = [row for row in _rows(session, room.id) if row.archived_at is None]
        query = select(User.id, User.name).join(Membership, col(Membership.user_id) == col(User.id))
        people = dict(session.exec(query.where(Membership.classroom_id == room.id).order_by(col(User.name))).all())
        attempts = _attempts(session, [row.id for row in rows], list(people))
    cells = {(trainee, row.id): _cell(row, attempts[(trainee, row.id)]) for trainee in people for row in rows}
    return Grid([_view(row, room.name, []) for row in rows], people, cells)


def _checked(house: House, wanted: Wanted) -> dict[str, object]:
    if wanted.client_id not in house.clients:
        raise Invalid("client_id", _("Choose a client."))
    if wanted.mode not in modes():
        raise Invalid("mode", _("There is no such mode. Choose one of these."))
    if wanted.goal and wanted.goal not in goals():
        raise Invalid("goal", _("There is no such goal. Choose one of these, or none."))
    note = storable(wanted.note).strip()
    if len(note) > MOST_NOTE:
        raise Invalid("note", _("A note may have %(most)s characters.") % {"most": f"{MOST_NOTE:,}"})
    return {
        "client_id": wanted.client_id,
        "mode": wanted.mode,
        "goal": wanted.goal,
        "note": note,
        "min_turns": _number("min_turns", wanted.min_turns or "1", MOST_TURNS),
        "attempts": _number("attempts", wanted.attempts, MOST_ATTEMPTS) if wanted.attempts.strip() else None,
        "due_at": _due(wanted.due),
    }


def _number(field: str, text: str, most: int) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= most:
        raise Invalid(field, _("Give a whole number from 1 to %(most)s.") % {"most": most})
    return int(text)


def _due(text: str) -> datetime | None:
    try:
        day = date.fromisoformat(text.strip()) if text.strip() else None
        return datetime.combine(day + timedelta(days=1), time.min, UTC) - timedelta(seconds=1) if day else None
    except (ValueError, OverflowError) as error:
        raise Invalid("due", _("A date looks like 2026-01-31.")) from error


def _rows(session: Session, class_id: uuid.UUID) -> list[Assignment]:
    query = select(Assignment).where(Assignment.classroom_id == class_id)
    order = (col(Assignment.archived_at).is_not(None), col(Assignment.created_at))
    return list(session.exec(query.order_by(*order)))


def _run(session: Session, user: User, assignment_id: uuid.UUID) -> Assignment:
    row = session.get(Assignment, assignment_id)
    if row is None:
        raise NotFound(_("There is no such assignment."))
    run_class(session, user, row.classroom_id)
    return row


def _of_member(session: Session, user_id: uuid.UUID, assignment_id: uuid.UUID) -> Assignment:
    row = session.get(Assignment, assignment_id)
    if row is None or session.get(Membership, (row.classroom_id, user_id)) is None:
        raise NotFound(_("There is no such assignment."))
    return row


def _attempts(
    session: Session, assignments: Sequence[uuid.UUID], trainees: Sequence[uuid.UUID]
) -> Mapping[tuple[uuid.UUID, uuid.UUID], list[tuple[PracticeSession, int]]]:
    """Sessions by trainee and assignment with the number of trainee turns, oldest first; tries are left out."""
    turns = (
        select(func.count())
        .where(col(Turn.session_id) == col(PracticeSession.id), Turn.speaker == Speaker.COUNSELLOR.value)
        .scalar_subquery()
    )
    query = (
        select(PracticeSession, turns)
        .where(col(PracticeSession.assignment_id).in_(assignments), col(PracticeSession.user_id).in_(trainees))
        .where(col(PracticeSession.parent_id).is_(None))
        .order_by(col(PracticeSession.started_at))
    )
    found: dict[tuple[uuid.UUID, uuid.UUID], list[tuple[PracticeSession, int]]] = defaultdict(list)
    for practice, count in session.exec(query):
        assert practice.assignment_id is not None
        found[(practice.user_id, practice.assignment_id)].append((practice, count))
    return found


def _view(row: Assignment, classroom: str, attempts: Sequence[tuple[PracticeSession, int]]) -> AssignmentView:
    done = sum(_state(row, practice, turns) in ("done", "late") for practice, turns in attempts)
    return AssignmentView(
        row.id, row.classroom_id, classroom, row.client_id, row.mode, row.goal, row.note, row.min_turns, row.attempts,
        row.due_at, row.archived_at, len(attempts), done,
    )  # fmt: skip


def _state(row: Assignment, practice: PracticeSession, turns: int) -> str:
    if practice.ended_at is None:
        return "running"
    if turns < row.min_turns:
        return "short"
    return "late" if row.due_at is not None and practice.ended_at > row.due_at else "done"


def _cell(row: Assignment, attempts: Sequence[tuple[PracticeSession, int]]) -> Cell:
    tried = [
        Attempt(practice.id, practice.started_at, turns, _state(row, practice, turns)) for practice, turns in attempts
    ]
    return Cell(max((one.state for one in tried), key=STATES.index, default=STATES[0]), tried)


__all__ = [
    "STATES",
    "AssignmentView",
    "Attempt",
    "Cell",
    "Grid",
    "Wanted",
    "archive",
    "assignment_for",
    "change",
    "check_open",
    "grid",
    "make",
    "of_class",
    "one_of_class",
    "open_for",
]
