"""Classes: opening one, its code and its assistants' code, who is in it, archiving, handing it over.

Whoever runs a class changes it; assistants see its sessions and review them; an admin may do all.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func
from sqlmodel import Session, col, delete, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from app.i18n import gettext as _
from app.practice.accounts import place_of, require_instructor, tidy_code
from app.practice.errors import Conflict, Invalid, NotAllowed, NotFound
from app.practice.storing import storable, storing
from app.store.database import Database
from app.store.tables import Assistant, Classroom, Membership, PracticeSession, Role, User, now

# letters and digits that nobody confuses when a code is read out
_CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class TraineeView:
    """A trainee in a class list."""

    id: uuid.UUID
    name: str
    username: str
    sessions: int
    last: datetime | None


@dataclass(frozen=True)
class ClassRow:
    """A class in a list. `runs`: the reader may change it, else they assist."""

    id: uuid.UUID
    name: str
    code: str
    trainees: int
    archived_at: datetime | None
    runs: bool


@dataclass(frozen=True)
class ClassView:
    """One class. `assistants`: ids and names; `assistant_code` is None where there is none, or for an assistant."""

    id: uuid.UUID
    name: str
    code: str
    assistant_code: str | None
    archived_at: datetime | None
    runs: bool
    runner: str
    trainees: list[TraineeView]
    assistants: list[tuple[uuid.UUID, str]]


def create_class(db: Database, instructor: User, name: str) -> Classroom:
    """A class with a fresh code. Raises NotAllowed, Invalid."""
    require_instructor(instructor)
    classroom = Classroom(name=_name(name), code=_fresh_code(), instructor_id=instructor.id)
    with storing(db) as session:
        session.add(classroom)
    return classroom


def list_classes(db: Database, user: User) -> list[ClassRow]:
    """The classes that the user runs or assists (an admin: all), those in use first. Raises NotAllowed."""
    require_instructor(user)
    counts = select(Membership.classroom_id, func.count()).group_by(col(Membership.classroom_id))
    with db.read() as session:
        rooms = session.exec(seen_by(user)).all()
        trainees = dict(session.exec(counts.where(col(Membership.classroom_id).in_([room.id for room in rooms]))).all())
    return [
        ClassRow(room.id, room.name, room.code, trainees.get(room.id, 0), room.archived_at, runs(user, room))
        for room in rooms
    ]


def class_view(db: Database, user: User, class_id: uuid.UUID) -> ClassView:
    """One class with its people. Raises NotFound."""
    with db.read() as session:
        room = seen_class(session, user, class_id)
        query = select(User.id, User.name).join(Assistant, col(Assistant.user_id) == col(User.id))
        helpers = session.exec(query.where(Assistant.classroom_id == room.id).order_by(col(User.name))).all()
        runner = session.get_one(User, room.instructor_id)
        mine = runs(user, room)
        code = room.assistant_code if mine else None
        people = _trainees(session, room.id)
    assistants = [(one, name) for one, name in helpers]
    return ClassView(
        room.id, room.name, room.code, code, room.archived_at, mine, runner.name, people, assistants
    )  # fmt: skip


def seen_by(user: User) -> SelectOfScalar[Classroom]:
    """The classes that the user runs or assists (an admin: all), those in use first, then by name."""
    query = select(Classroom).order_by(col(Classroom.archived_at).is_not(None), col(Classroom.name))
    if user.role == Role.ADMIN:
        return query
    assisted = select(Assistant.classroom_id).where(Assistant.user_id == user.id)
    return query.where(or_(col(Classroom.instructor_id) == user.id, col(Classroom.id).in_(assisted)))


def runs(user: User, room: Classroom) -> bool:
    """Whether the user may change the class."""
    return user.role == Role.ADMIN or room.instructor_id == user.id


def seen_class(session: Session, user: User, class_id: uuid.UUID) -> Classroom:
    """A class that the user runs or assists. Raises NotFound, NotAllowed."""
    require_instructor(user)
    room = session.get(Classroom, class_id)
    assists = room is not None and session.get(Assistant, (class_id, user.id)) is not None
    if room is None or not (runs(user, room) or assists):
        raise NotFound(_("There is no such class among yours."))
    return room


def run_class(session: Session, user: User, class_id: uuid.UUID, *, archived: bool = False) -> Classroom:
    """A class that the user may change. Raises NotFound, NotAllowed, and Conflict for an archived one."""
    room = seen_class(session, user, class_id)
    if not runs(user, room):
        raise NotAllowed(_("You assist in this class. Whoever runs it may change it."))
    if room.archived_at is not None and not archived:
        raise Conflict(_("This class is archived. Bring it back first."))
    return room


def rename_class(db: Database, user: User, class_id: uuid.UUID, name: str) -> None:
    """Another name. Raises Invalid, and as `run_class` does."""
    name = _name(name)
    with storing(db) as session:
        room = run_class(session, user, class_id)
        room.name = name
        session.add(room)


def archive_class(db: Database, user: User, class_id: uuid.UUID, archived: bool) -> None:
    """Archive a class, or bring it back. Raises as `run_class` does."""
    with storing(db) as session:
        room = run_class(session, user, class_id, archived=True)
        room.archived_at = (room.archived_at or now()) if archived else None
        session.add(room)


def renew_code(db: Database, user: User, class_id: uuid.UUID) -> None:
    """A new code; the old one opens nothing any more. Raises as `run_class` does."""
    with storing(db) as session:
        room = run_class(session, user, class_id)
        room.code = _fresh_code()
        session.add(room)


def set_assistant_code(db: Database, user: User, class_id: uuid.UUID, wanted: bool) -> None:
    """A new code for assistants, or none; those who came with the old one stay. Raises as `run_class` does."""
    with storing(db) as session:
        room = run_class(session, user, class_id)
        room.assistant_code = _fresh_code() if wanted else None
        session.add(room)


def remove_trainee(db: Database, user: User, class_id: uuid.UUID, trainee_id: uuid.UUID) -> None:
    """Take a trainee out of the class; their account and sessions stay theirs. Raises as `run_class` does."""
    with storing(db) as session:
        room = run_class(session, user, class_id)
        place = delete(Membership).where(col(Membership.classroom_id) == room.id, col(Membership.user_id) == trainee_id)
        session.exec(place)


def remove_assistant(db: Database, user: User, class_id: uuid.UUID, assistant_id: uuid.UUID) -> None:
    """Take an assistant out of the class. Raises as `run_class` does."""
    with storing(db) as session:
        room = run_class(session, user, class_id)
        place = delete(Assistant).where(col(Assistant.classroom_id) == room.id, col(Assistant.user_id) == assistant_id)
        session.exec(place)


def hand_over(db: Database, user: User, class_id: uuid.UUID, username: str) -> None:
    """Let another instructor run the class; whoever ran it assists from now on. Raises Invalid, and as `run_class`."""
    with storing(db) as session:
        room = run_class(session, user, class_id, archived=True)
        query = select(User).where(User.username == storable(username).strip().lower(), col(User.active))
        to = session.exec(query).first()
        if to is None or to.role not in (Role.INSTRUCTOR, Role.ADMIN):
            raise Invalid("username", _("No instructor has this user name."))
        if to.id == room.instructor_id:
            raise Invalid("username", _("They run this class already."))
        session.exec(delete(Assistant).where(col(Assistant.classroom_id) == room.id, col(Assistant.user_id) == to.id))
        session.merge(Assistant(classroom_id=room.id, user_id=room.instructor_id))
        room.instructor_id = to.id
        session.add(room)


def join_class(db: Database, user: User, code: str) -> str:
    """Somebody who is signed in joins one more class: as an assistant with such a code, else as a trainee.

    The class's name. Raises Invalid, NotAllowed (a trainee with an assistants' code).
    """
    with db.read() as session:
        query = select(Classroom).where(
            Classroom.assistant_code == tidy_code(code), col(Classroom.archived_at).is_(None)
        )
        room = session.exec(query).first()
    if room is not None:
        require_instructor(user)
        with storing(db) as session:
            if room.instructor_id != user.id:
                session.merge(Assistant(classroom_id=room.id, user_id=user.id))
        return room.name
    place = place_of(db, code)
    with storing(db) as session:
        session.merge(Membership(classroom_id=place, user_id=user.id))
        return session.get_one(Classroom, place).name


def assistants_place(db: Database, code: str) -> uuid.UUID | None:
    """The class that this code opens to assistants, if it does."""
    with db.read() as session:
        query = select(Classroom.id).where(Classroom.assistant_code == tidy_code(code))
        return session.exec(query.where(col(Classroom.archived_at).is_(None))).first()


def _name(name: str) -> str:
    name = " ".join(storable(name).split())
    if not 1 <= len(name) <= 120:
        raise Invalid("name", _("A class needs a name of 1 to 120 characters."))
    return name


def _fresh_code() -> str:
    letters = [secrets.choice(_CODE_LETTERS) for _place in range(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def _trainees(session: Session, classroom_id: uuid.UUID) -> list[TraineeView]:
    own = and_(col(PracticeSession.user_id) == col(User.id), col(PracticeSession.parent_id).is_(None))
    count, last = func.count(col(PracticeSession.id)), func.max(PracticeSession.started_at)
    query = (
        select(User.id, User.name, User.username, count, last)  # type: ignore[call-overload]
        .join(Membership, col(Membership.user_id) == col(User.id))
        .outerjoin(PracticeSession, own)
        .where(Membership.classroom_id == classroom_id)
        .group_by(col(User.id), col(User.name), col(User.username))
        .order_by(col(User.name))
    )
    return [TraineeView(*row) for row in session.exec(query)]


__all__ = [
    "ClassRow",
    "ClassView",
    "TraineeView",
    "archive_class",
    "assistants_place",
    "class_view",
    "create_class",
    "hand_over",
    "join_class",
    "list_classes",
    "remove_assistant",
    "remove_trainee",
    "rename_class",
    "renew_code",
    "run_class",
    "runs",
    "seen_by",
    "seen_class",
    "set_assistant_code",
]
