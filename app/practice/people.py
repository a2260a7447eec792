"""All accounts, for admins: who there is, what each may do, who may come in."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, or_, select

from app.i18n import gettext as _
from app.practice import browsers, passwords
from app.practice.accounts import checked_names
from app.practice.errors import Conflict, Invalid, NotAdmin, NotFound
from app.practice.mail import valid_address
from app.practice.storing import storable, storing
from app.store.database import Database
from app.store.queries import hold_users
from app.store.tables import PracticeSession, Role, SignIn, User, now

PER_PAGE = 50


@dataclass(frozen=True)
class PersonView:
    """An account in the list. `browsers`: how many are signed in."""

    id: uuid.UUID
    name: str
    username: str
    email: str | None
    role: str
    active: bool
    since: datetime
    seen: datetime | None
    browsers: int
    sessions: int


@dataclass(frozen=True)
class Found:
    """One page of the list."""

    people: list[PersonView]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PER_PAGE))


def require_admin(user: User) -> None:
    """Raises NotAllowed for everybody else."""
    if user.role != Role.ADMIN:
        raise NotAdmin(_("This page is for those who run the practice room."))


def role_words() -> dict[str, str]:
    """The roles in words."""
    return {Role.TRAINEE.value: _("Trainee"), Role.INSTRUCTOR.value: _("Instructor"), Role.ADMIN.value: _("Admin")}


def search(db: Database, admin: User, *, words: str = "", role: str = "", page: int = 1) -> Found:
    """Accounts by name. Raises NotAllowed."""
    require_admin(admin)
    conditions = [_matching(words)] if (words := storable(words).strip()) else []
    if role in role_words():
        conditions.append(col(User.role) == role)
    with db.read() as session:
        total = session.exec(select(func.count()).select_from(User).where(*conditions)).one()
        page = min(page, max(1, -(-total // PER_PAGE)))
        query = select(User).where(*conditions).order_by(func.lower(User.name), col(User.username))
        users = list(session.exec(query.offset((page - 1) * PER_PAGE).limit(PER_PAGE)))
        return Found(_views(session, users), total, page)


def person(db: Database, admin: User, user_id: uuid.UUID) -> PersonView:
    """One account. Raises NotAllowed, NotFound."""
    require_admin(admin)
    with db.read() as session:
        return _views(session, [_get(session, user_id)])[0]


def change_role(db: Database, admin: User, user_id: uuid.UUID, role: str) -> None:
    """Let somebody do more, or less. Raises NotAllowed, NotFound, Invalid, Conflict."""
    require_admin(admin)
    if role not in role_words():
        raise Invalid("role", _("There is no such role."))
    with storing(db) as session:
        user = _changeable(session, admin, user_id)
        _keep_an_admin(session, user, stays=role == Role.ADMIN)
        user.role = role


def set_active(db: Database, admin: User, user_id: uuid.UUID, active: bool) -> None:
    """Close an account, which signs it out and keeps what it wrote, or open it again. Raises as `change_role`."""
    require_admin(admin)
    with storing(db) as session:
        user = _changeable(session, admin, user_id)
        _keep_an_admin(session, user, stays=active)
        user.active = active
        browsers.forget_all(session, user.id)


def sign_out_everywhere(db: Database, admin: User, user_id: uuid.UUID) -> None:
    """Sign all browsers of an account out. Raises NotAllowed, NotFound."""
    require_admin(admin)
    with storing(db) as session:
        browsers.forget_all(session, _get(session, user_id).id)


def invite(db: Database, admin: User, *, name: str, username: str, email: str, role: str) -> User:
    """An account without a password, which its owner chooses by a link. Raises NotAllowed, Invalid."""
    require_admin(admin)
    if role not in role_words():
        raise Invalid("role", _("There is no such role."))
    username, name = checked_names(username, name)
    email = storable(email).strip().lower()
    try:
        email = valid_address(email) if email else ""
    except ValueError as error:
        raise Invalid("email", _("This does not look like an e-mail address.")) from error
    user = User(username=username, name=name, role=role, email=email or None, password_hash=passwords.NO_PASSWORD)
    try:
        with storing(db) as session:
            session.add(user)
    except IntegrityError as error:
        raise Invalid("username", _("Another account has this user name or this address.")) from error
    return user


def _matching(words: str) -> ColumnElement[bool]:
    """Somewhere in the name, the user name or the address; databases fold the case of plain letters alone."""
    fields = [
        (col(User.username), words.lower()),
        (col(User.email), words.lower()),
        (func.lower(User.name), words.lower()),
    ]
    fields += [(col(User.name), words), (col(User.name), words.title())]
    return or_(*(field.contains(part, autoescape=True) for field, part in fields))


def _get(session: Session, user_id: uuid.UUID) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound(_("There is no such account."))
    return user


def _changeable(session: Session, admin: User, user_id: uuid.UUID) -> User:
    hold_users(session)
    if user_id == admin.id:
        raise Conflict(
            _("This is your own account. Another admin can change what it may do, so that nobody locks themselves out.")
        )
    acting = session.get(User, admin.id)  # another admin may have been quicker
    if acting is None or acting.role != Role.ADMIN or not acting.active:
        raise NotAdmin(_("This page is for those who run the practice room."))
    return _get(session, user_id)


def _keep_an_admin(session: Session, user: User, *, stays: bool) -> None:
    """Raises Conflict where nobody would be left to run the room."""
    if stays or user.role != Role.ADMIN or not user.active:
        return
    others = select(func.count()).where(User.role == Role.ADMIN.value, col(User.active), User.id != user.id)
    if session.exec(others).one() == 0:
        raise Conflict(_("This is the last admin. Make somebody else an admin first."))


def _views(session: Session, users: list[User]) -> list[PersonView]:
    """In two further queries, however many they are."""
    ids = [user.id for user in users]
    signed = (
        select(SignIn.user_id, func.count(), func.max(SignIn.seen_at))
        .where(col(SignIn.user_id).in_(ids), col(SignIn.expires_at) > now())
        .group_by(col(SignIn.user_id))
    )
    sat = (
        select(PracticeSession.user_id, func.count())
        .where(col(PracticeSession.user_id).in_(ids), col(PracticeSession.parent_id).is_(None))
        .group_by(col(PracticeSession.user_id))
    )
    open_browsers = {user_id: (count, seen) for user_id, count, seen in session.exec(signed)}
    sessions = dict(session.exec(sat).all())
    return [_view(user, *open_browsers.get(user.id, (0, None)), sessions.get(user.id, 0)) for user in users]


def _view(user: User, count: int, seen: datetime | None, sessions: int) -> PersonView:
    return PersonView(
        user.id, user.name, user.username, user.email, user.role, user.active, user.created_at, seen, count, sessions
    )


__all__ = [
    "Found",
    "PersonView",
    "change_role",
    "invite",
    "person",
    "require_admin",
    "role_words",
    "search",
    "set_active",
    "sign_out_everywhere",
]
