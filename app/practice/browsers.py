"""Signed-in browsers: each holds a random token, and the store its hash alone.

So a copied database signs nobody in, each can be shown to its owner, and deleting the row signs it out.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from app.i18n import gettext as _
from app.practice.errors import NotFound, StorageFull
from app.practice.storing import storable, storing
from app.store.database import Database
from app.store.tables import SignIn, User, now

#: How often it is noted that a browser is still in use.
NOTED_EVERY = timedelta(hours=1)
#: A sign-in this young proves who is there as well as a password does.
FRESH = timedelta(minutes=15)
MAX_AGENT = 200
#: Letters of the hash that name a row to its owner; the hash signs nobody in.
ID_LENGTH = 16

_SYSTEMS = {"Mac OS X": "macOS", "iOS": "iOS", "Linux": "Linux", "Windows": "Windows", "Android": "Android"}


@dataclass(frozen=True)
class BrowserView:
    """A signed-in browser as its owner sees it."""

    id: str
    words: str
    since: datetime
    seen: datetime
    this: bool


def enter(db: Database, user_id: uuid.UUID, days: int, agent: str = "") -> str:
    """Sign a browser in that calls itself `agent`; the token for its cookie, good for `days`."""
    token = secrets.token_urlsafe(32)
    row = SignIn(
        token_hash=_digest(token),
        user_id=user_id,
        agent=storable(agent)[:MAX_AGENT],
        seen_at=now(),
        expires_at=now() + timedelta(days=days),
    )
    with storing(db) as session:
        session.exec(delete(SignIn).where(col(SignIn.expires_at) < now()))
        session.add(row)
    return token


def user_of(db: Database, token: str | None) -> User | None:
    """Who holds this token, if it is still good; notes, to the hour, that it is in use."""
    if not token:
        return None
    with db.read() as session:
        query = (
            select(User, SignIn.seen_at)
            .join(SignIn, col(SignIn.user_id) == col(User.id))
            .where(SignIn.token_hash == _digest(token), col(SignIn.expires_at) > now(), col(User.active))
        )
        found = session.exec(query).first()
    if found is None:
        return None
    user, seen = found
    if seen is None or now() - seen > NOTED_EVERY:
        _note(db, token)
    return user


def list_browsers(db: Database, user: User, token: str | None) -> list[BrowserView]:
    """The user's signed-in browsers, the one with `token` first, then the one seen last."""
    with db.read() as session:
        query = select(SignIn).where(SignIn.user_id == user.id, col(SignIn.expires_at) > now())
        rows = list(session.exec(query))
    mine = _digest(token) if token else ""
    views = [_view(row, mine) for row in rows]
    return sorted(views, key=lambda view: (view.this, view.seen), reverse=True)


def sign_out(db: Database, token: str | None) -> None:
    """Forget this browser."""
    if token:
        with storing(db) as session:
            session.exec(delete(SignIn).where(col(SignIn.token_hash) == _digest(token)))


def sign_out_one(db: Database, user: User, browser_id: str) -> None:
    """Forget one of the user's browsers. Raises NotFound."""
    with storing(db) as session:
        rows = session.exec(select(SignIn).where(SignIn.user_id == user.id))
        found = [row for row in rows if row.token_hash[:ID_LENGTH] == browser_id]
        if not found:
            raise NotFound(_("This browser is not signed in, or not any more."))
        for row in found:
            session.delete(row)


def sign_out_others(db: Database, user: User, token: str | None) -> None:
    """Forget all of the user's browsers but the one with `token`."""
    with storing(db) as session:
        others = delete(SignIn).where(col(SignIn.user_id) == user.id)
        session.exec(others.where(col(SignIn.token_hash) != _digest(token)) if token else others)


def forget_all(session: Session, user_id: uuid.UUID) -> None:
    """Sign the user out everywhere, within the caller's transaction."""
    session.exec(delete(SignIn).where(col(SignIn.user_id) == user_id))


def is_fresh(db: Database, user: User, token: str | None) -> bool:
    """Whether this browser was signed in just now."""
    if not token:
        return False
    with db.read() as session:
        row = session.get(SignIn, _digest(token))
        return row is not None and row.user_id == user.id and now() - row.created_at < FRESH


def in_words(agent: str) -> str:
    """What a browser calls itself, as people would: Firefox on Windows."""
    from ua_parser import parse  # here: its tables are only needed on the page that lists browsers

    found = parse(agent)
    browser = found.user_agent.family.replace("Mobile Safari", "Safari") if found.user_agent else ""
    system = _SYSTEMS.get(found.os.family, found.os.family) if found.os else ""
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A browser that does not tell its name")


def _view(row: SignIn, mine: str) -> BrowserView:
    seen = row.seen_at or row.created_at
    return BrowserView(row.token_hash[:ID_LENGTH], in_words(row.agent), row.created_at, seen, row.token_hash == mine)


def _note(db: Database, token: str) -> None:
    try:
        with storing(db) as session:
            row = session.get(SignIn, _digest(token))
            if row is not None:
                row.seen_at = now()
    except StorageFull:
        pass  # a page can be read without it


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


__all__ = [
    "BrowserView",
    "enter",
    "forget_all",
    "in_words",
    "is_fresh",
    "list_browsers",
    "sign_out",
    "sign_out_one",
    "sign_out_others",
    "user_of",
]
