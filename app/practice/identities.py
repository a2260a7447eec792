"""People whom an OpenID Connect provider vouches for: who they are here, linking, signing up.

A person is known by issuer and subject together, never by name or address, which others may come to have.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select

from app.i18n import gettext as _
from app.practice import passwords
from app.practice.accounts import has_password, place_of
from app.practice.errors import Conflict, Invalid, NotAllowed
from app.practice.storing import storable, storing
from app.settings import Settings
from app.store.database import Database
from app.store.tables import Identity, Membership, Role, User

MAX_NAME = 120
MAX_LENGTH = 255


@dataclass(frozen=True)
class Vouched:
    """What the provider says of somebody. `email` only where the provider has verified it."""

    issuer: str
    subject: str
    name: str = ""
    username: str = ""
    email: str = ""


def is_set_up(settings: Settings) -> bool:
    """Whether there is a provider to sign in with."""
    return bool(settings.oidc_issuer and settings.oidc_client_id)


def user_of(db: Database, settings: Settings, person: Vouched) -> User | None:
    """Their account, None where there is none yet. Raises NotAllowed where it is closed.

    Where the settings allow it, the account with their verified address becomes theirs.
    """
    with db.read() as session:
        user = _linked_user(session, person)
        by_email = None
        if user is None and settings.oidc_link_by_email and person.email:
            by_email = session.exec(select(User).where(User.email == person.email)).first()
    if user is None and by_email is not None and by_email.active:
        link(db, person, by_email)
        return by_email
    found = user or by_email
    if found is not None and not found.active:
        raise NotAllowed(_("This account is closed. Ask whoever runs the practice room."))
    return found


def link(db: Database, person: Vouched, user: User) -> None:
    """From now on they sign in as this user. Raises Conflict where another account is theirs."""
    try:
        with storing(db) as session:
            known = session.get(Identity, (person.issuer, person.subject))
            if known is None:
                session.add(Identity(issuer=person.issuer, subject=person.subject, user_id=user.id))
            elif known.user_id != user.id:
                raise Conflict(_("Another account here is linked with that one already."))
    except IntegrityError as error:
        raise Conflict(_("Another account here is linked with that one already.")) from error


def linked(db: Database, settings: Settings, user: User) -> bool:
    """Whether the user can sign in with the provider of the settings."""
    if not is_set_up(settings):
        return False
    with db.read() as session:
        query = select(Identity).where(Identity.user_id == user.id, Identity.issuer == settings.oidc_issuer)
        return session.exec(query).first() is not None


def unlink(db: Database, settings: Settings, user: User) -> None:
    """Close that way in. Raises Invalid where it is the only one."""
    if not has_password(user):
        raise Invalid("linked", _("It is your only way in. Choose a password first."))
    with storing(db) as session:
        own = delete(Identity).where(col(Identity.user_id) == user.id, col(Identity.issuer) == settings.oidc_issuer)
        session.exec(own)


def sign_up(db: Database, settings: Settings, person: Vouched, *, name: str, class_code: str) -> User:
    """A new trainee. Raises NotAllowed where the settings let nobody new in; Invalid, Conflict."""
    if settings.oidc_sign_up == "no":
        raise NotAllowed(_("New people do not come in this way here. Ask your instructor."))
    name = " ".join(storable(name).split())
    if not 1 <= len(name) <= MAX_NAME:
        raise Invalid("name", _("Please give a name of 1 to 120 characters."))
    place = place_of(db, class_code) if class_code.strip() or settings.oidc_sign_up == "code" else None
    for attempt in range(5):
        try:
            return _store(db, person, name, place, attempt)
        except IntegrityError:  # the name was taken at the same moment, or this form came twice
            with db.read() as session:
                known = _linked_user(session, person)
            if known is not None:
                return known
    raise Conflict(_("That did not work just now. Please try again."))


def _store(db: Database, person: Vouched, name: str, place: uuid.UUID | None, attempt: int) -> User:
    with storing(db) as session:
        taken = person.email and session.exec(select(User.id).where(User.email == person.email)).first()
        user = User(
            username=_free_name(session, person, attempt),
            name=name,
            role=Role.TRAINEE.value,
            password_hash=passwords.NO_PASSWORD,
            email=None if taken else person.email or None,
        )
        session.add(user)
        session.flush()
        session.add(Identity(issuer=person.issuer, subject=person.subject, user_id=user.id))
        if place is not None:
            session.add(Membership(classroom_id=place, user_id=user.id))
    return user


def _free_name(session: Session, person: Vouched, attempt: int) -> str:
    """A user name like the one at the provider that nobody has here."""
    wanted = person.username or person.email.partition("@")[0] or person.name.replace(" ", ".")
    base = re.sub(r"[^a-z0-9._+-]+", "", wanted.lower().partition("@")[0])[:50].strip("._+-")
    base = base if len(base) >= 3 else f"trainee{base}"
    taken = set(session.exec(select(User.username).where(col(User.username).startswith(base, autoescape=True))))
    names = (base, *(f"{base}{number}" for number in range(2, len(taken) + 3 + attempt)))
    return next(name for name in names if name not in taken)


def _linked_user(session: Session, person: Vouched) -> User | None:
    query = select(User).join(Identity, col(Identity.user_id) == col(User.id))
    return session.exec(query.where(Identity.issuer == person.issuer, Identity.subject == person.subject)).first()


__all__ = ["Vouched", "is_set_up", "link", "linked", "sign_up", "unlink", "user_of"]
