"""Links to a new password: by mail for those who ask, handed over by an instructor, or a new account's first.

A link holds a signed token, and nothing is stored: it is bound to the password, the address and the state of the
account, so that it works once, and no more once any of these has changed.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from enum import StrEnum

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer
from sqlmodel import Session, col, or_, select

from app.i18n import gettext as _
from app.practice import browsers, passwords
from app.practice.accounts import may_change
from app.practice.errors import NotFound
from app.practice.keys import secret_key
from app.practice.mail import is_set_up, try_to_send
from app.practice.storing import storable, storing
from app.settings import Settings
from app.store.database import Database
from app.store.tables import Role, User

HOUR = 3600


class Kind(StrEnum):
    """What a link is for; each has its own signature and its own time."""

    MAILED = "mailed"
    HANDED = "handed"
    FIRST = "first"


#: Seconds that a link is good for.
GOOD_FOR = {Kind.MAILED: HOUR, Kind.HANDED: 24 * HOUR, Kind.FIRST: 7 * 24 * HOUR}


@dataclass(frozen=True)
class Handed:
    """A link to hand over: the path on this site, whom it is for, and for how many hours it is good."""

    path: str
    name: str
    hours: int


class Stale(Exception):
    """This link has been used, is too old, or was never one of ours."""


def link_for(settings: Settings, user: User, kind: Kind) -> Handed:
    """A link that lets its holder choose the user's password."""
    token = f"{kind.value}.{_signer(settings, kind).dumps([user.id.hex, _state(user)])}"
    return Handed(f"/reset/{token}", user.name, GOOD_FOR[kind] // HOUR)


def hand_over(db: Database, settings: Settings, instructor: User, user_id: uuid.UUID) -> Handed:
    """A link for a trainee of the instructor's classes; an admin may make one for anybody. Raises NotFound.

    A colleague or an admin who has joined a class is no trainee of it: their account is not the instructor's to open.
    """
    with db.read() as session:
        user = session.get(User, user_id)
        allowed = user is not None and user.active and may_change(session, instructor, user_id)
    if user is None or not allowed or (instructor.role != Role.ADMIN and user.role != Role.TRAINEE):
        raise NotFound(_("There is no such trainee in your classes."))
    return link_for(settings, user, Kind.HANDED)


def send_link(db: Database, settings: Settings, name: str) -> None:
    """Mail a link to whoever has this user name or address, if anybody has; for a background task, which says nothing.

    So the page answers alike, and as soon, whether there is such an account or not.
    """
    with db.read() as session:
        user = _called(session, name)
    if user is None or not user.email or not user.active or not is_set_up(settings):
        return
    address = settings.public_url + link_for(settings, user, Kind.MAILED).path
    text = _(
        "Hello %(name)s,\n\n"
        "somebody, you we hope, has asked for a new password for the practice room.\n"
        "Your user name is %(username)s. Choose the new password here, within an hour:\n\n"
        "%(address)s\n\n"
        "If it was not you, leave this be: nothing has changed, and nobody else has this link.\n"
    )
    words = {"name": user.name, "username": user.username, "address": address}
    try_to_send(settings, user.email, _("A new password for the practice room"), text % words)


def holder(db: Database, settings: Settings, token: str) -> User:
    """Whose password the link is for. Raises Stale."""
    kind, user_id, state = _read(settings, token)
    with db.read() as session:
        user = session.get(User, user_id)
    if user is None or not user.active or _state(user) != state:
        raise Stale(kind)
    return user


def use(db: Database, settings: Settings, token: str, password: str) -> User:
    """Set the password by the link; every browser is signed out. Raises Stale, Invalid."""
    known = holder(db, settings, token)
    fresh = passwords.hash_of(password, known.username, known.name, known.email or "")
    with storing(db) as session:
        query = select(User).where(User.id == known.id, User.password_hash == known.password_hash)
        user = session.exec(query.with_for_update()).first()
        if user is None or _state(user) != _state(known):  # the link was used twice at the same moment
            raise Stale
        user.password_hash = fresh
        browsers.forget_all(session, user.id)
    return known


def _read(settings: Settings, token: str) -> tuple[Kind, uuid.UUID, str]:
    name, _dot, signed = token.partition(".")
    try:
        kind = Kind(name)
        user_id, state = _signer(settings, kind).loads(signed, max_age=GOOD_FOR[kind])
        return kind, uuid.UUID(hex=user_id), str(state)
    except SignatureExpired as error:
        raise Stale("expired") from error
    except (BadData, ValueError, TypeError, AttributeError) as error:
        raise Stale("broken") from error


def _signer(settings: Settings, kind: Kind) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key(settings), salt=f"rollwith reset {kind.value}")


def _state(user: User) -> str:
    """What the link is bound to, as a short hash that tells nothing of the password's."""
    bound = "\n".join((user.password_hash, user.email or "", user.username))
    return hashlib.sha256(bound.encode()).hexdigest()[:24]


def _called(session: Session, name: str) -> User | None:
    """The account with this address or this user name; the address goes first, as the letter goes there."""
    name = storable(name).strip().lower()
    query = select(User).where(or_(col(User.email) == name, col(User.username) == name))
    found = list(session.exec(query))
    return next((user for user in found if user.email == name), found[0] if found else None)


__all__ = ["Handed", "Kind", "Stale", "hand_over", "holder", "link_for", "send_link", "use"]
