"""Who can read what somebody did, by name, and that they have been told so: it comes before the first session."""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlmodel import Session, col, select

from app.practice.house import House
from app.practice.storing import storing
from app.settings import Settings
from app.store.database import Database
from app.store.tables import Assistant, Classroom, Membership, Role, User, now


@dataclass(frozen=True)
class ClassReaders:
    """Who reads the sessions of a class's trainees."""

    name: str
    instructor: str
    assistants: tuple[str, ...]


@dataclass(frozen=True)
class Readers:
    """Everybody who can read a person's sessions: by class, and the admins, who may read all there are.

    `elsewhere` names the machine that speaks for the clients where it is not this one, and so gets what is said.
    """

    classes: list[ClassReaders]
    admins: list[str]
    elsewhere: str


def readers_of(house: House, user: User) -> Readers:
    """Who can read this person's sessions; themselves left out."""
    with house.database.read() as session:
        admins = session.exec(
            select(User.name)
            .where(User.role == Role.ADMIN.value, User.id != user.id, col(User.active))
            .order_by(col(User.name))
        ).all()
        return Readers(_class_readers(session, user), list(admins), voice_host(house.settings))


def inform(database: Database, user: User) -> None:
    """This person has read who can see what; the first time counts."""
    with storing(database) as session:
        stored = session.get_one(User, user.id)
        stored.informed_at = stored.informed_at or now()


def voice_host(settings: Settings) -> str:
    """The machine that the clients' words come from; empty where it is this one."""
    if not settings.model.startswith("openai:"):
        return ""
    host = urlsplit(settings.model.rpartition("@")[2]).hostname or ""
    return "" if _is_here(host) else host


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _class_readers(session: Session, user: User) -> list[ClassReaders]:
    rooms = session.exec(
        select(Classroom.id, Classroom.name, User.name)
        .join(Membership, col(Membership.classroom_id) == col(Classroom.id))
        .join(User, col(User.id) == col(Classroom.instructor_id))
        .where(Membership.user_id == user.id)
        .order_by(col(Classroom.name))
    ).all()
    beside = defaultdict(list)
    helpers = (
        select(Assistant.classroom_id, User.name)
        .join(User, col(User.id) == col(Assistant.user_id))
        .where(col(Assistant.classroom_id).in_([room for room, _, _ in rooms]))
        .order_by(col(User.name))
    )
    for room, name in session.exec(helpers):
        beside[room].append(name)
    return [ClassReaders(name, instructor, tuple(beside[room])) for room, name, instructor in rooms]


__all__ = ["ClassReaders", "Readers", "inform", "readers_of", "voice_host"]
