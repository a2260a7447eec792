"""Invitations: a list of names and addresses becomes a personal link for each, good for thirty days."""

from __future__ import annotations

import csv
import io
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.i18n import gettext as _
from app.practice import passwords
from app.practice.accounts import checked_names
from app.practice.classes import run_class
from app.practice.errors import Conflict, Invalid, NotFound
from app.practice.house import House
from app.practice.mail import is_set_up, try_to_send, valid_address
from app.practice.storing import storable, storing
from app.settings import Settings
from app.store.database import Database
from app.store.tables import Classroom, Invitation, Membership, Role, User, now

GOOD_FOR = timedelta(days=30)
MOST_LINES = 1000
#: What a first line may say instead of a name and an address.
_HEADS = {"name", "email", "e-mail", "mail", "address"}


@dataclass(frozen=True)
class Entry:
    """One person to invite; `line` counts from 1."""

    line: int
    name: str
    email: str


@dataclass(frozen=True)
class Problem:
    """What is wrong in a line, and in which column."""

    line: int
    column: str
    message: str


@dataclass(frozen=True)
class Reading:
    """A list as it was read. `members` are in the class already, `invited` have an invitation that is still open."""

    entries: list[Entry]
    problems: list[Problem]
    members: list[Entry]
    invited: list[Entry]


@dataclass(frozen=True)
class InvitationView:
    """An invitation with its link's path. `state`: open, expired or taken."""

    id: int
    name: str
    email: str
    path: str
    state: str
    expires_at: datetime


@dataclass(frozen=True)
class Welcome:
    """What the joining page says to somebody with a link."""

    token: str
    classroom: str
    name: str
    email: str


def read_list(text: str) -> tuple[list[Entry], list[Problem]]:
    """Names and addresses from CSV with commas, semicolons or tabs, with a first line of headings or without."""
    text = storable(text).removeprefix("\ufeff").strip("\r\n")
    entries, problems, seen = list[Entry](), list[Problem](), dict[str, int]()
    order = (0, 1)
    for line, cells in _lines(text):
        if not any(cells):
            continue
        if line > MOST_LINES:
            problems.append(Problem(line, "", _("A list may have %(most)s lines.") % {"most": f"{MOST_LINES:,}"}))
            break
        if not entries and not problems and (head := _head(cells)) is not None:
            order = head
            continue
        name, email = ((cells[place] if place < len(cells) else "") for place in order)
        found = _problem(line, name, email, len(cells), seen)
        if found:
            problems.append(found)
        else:
            seen[email.lower()] = line
            entries.append(Entry(line, name, email.lower()))
    return entries, problems


def read_for(house: House, user: User, class_id: uuid.UUID, text: str) -> Reading:
    """A list against the class: who is in it, who is invited already. Raises as `run_class` does."""
    entries, problems = read_list(text)
    with house.database.read() as session:
        room = run_class(session, user, class_id)
        members, invited = _known(session, room)
    fresh = [one for one in entries if one.email not in members and one.email not in invited]
    return Reading(
        fresh,
        problems,
        [one for one in entries if one.email in members],
        [one for one in entries if one.email in invited and one.email not in members],
    )


def invite(house: House, user: User, class_id: uuid.UUID, text: str) -> list[InvitationView]:
    """Invite all of a list who are new to the class. Raises Invalid where a line is wrong, and as `run_class` does."""
    reading = read_for(house, user, class_id, text)
    if reading.problems:
        first = reading.problems[0]
        raise Invalid("people", _("Line %(line)s: %(message)s") % {"line": first.line, "message": first.message})
    until = now() + GOOD_FOR
    with storing(house.database) as session:
        room = run_class(session, user, class_id)
        old = {one.email: one for one in _of(session, room.id)}
        rows = []
        for entry in reading.entries:
            row = old.get(entry.email) or Invitation(
                classroom_id=room.id, email=entry.email, name="", token="", expires_at=until
            )
            row.name, row.token, row.expires_at, row.accepted_at = entry.name, secrets.token_urlsafe(24), until, None
            row.user_id = None
            session.add(row)
            rows.append(row)
        session.flush()
        return [_view(row) for row in rows]


def invitations_of(house: House, user: User, class_id: uuid.UUID) -> list[InvitationView]:
    """The class's invitations, open ones first. Raises as `run_class` does."""
    with house.database.read() as session:
        room = run_class(session, user, class_id, archived=True)
        views = [_view(row) for row in _of(session, room.id)]
    return sorted(views, key=lambda one: (one.state != "open", one.name))


def revoke(house: House, user: User, class_id: uuid.UUID, invitation_id: int) -> None:
    """Take an invitation back; its link opens nothing any more. Raises NotFound, and as `run_class` does."""
    with storing(house.database) as session:
        session.delete(_one(session, user, class_id, invitation_id))


def renew(house: House, user: User, class_id: uuid.UUID, invitation_id: int) -> InvitationView:
    """A new link for thirty days more; the old one opens nothing any more. Raises Conflict where it was taken."""
    with storing(house.database) as session:
        row = _one(session, user, class_id, invitation_id)
        if row.accepted_at is not None:
            raise Conflict(_("%(name)s has joined already.") % {"name": row.name})
        row.token, row.expires_at = secrets.token_urlsafe(24), now() + GOOD_FOR
        session.add(row)
        session.flush()
        return _view(row)


def send(settings: Settings, views: list[InvitationView], classroom: str, sender: str) -> None:
    """Mail the links, one by one, where mail is set up; for a background task."""
    if not is_set_up(settings):
        return
    for view in views:
        text = _(
            "Hello %(name)s,\n\n"
            "%(sender)s invites you to %(classroom)s, a practice room for motivational interviewing.\n"
            "Your own link, good until %(until)s:\n\n%(address)s\n\n"
            "If you do not expect this, leave it be.\n"
        ) % {
            "name": view.name,
            "sender": sender,
            "classroom": classroom,
            "until": f"{view.expires_at:%Y-%m-%d}",
            "address": settings.public_url + view.path,
        }
        try_to_send(settings, view.email, _("Your place in %(classroom)s") % {"classroom": classroom}, text)


def welcome(db: Database, token: str) -> Welcome | None:
    """Who a link is for; None for one that opens nothing."""
    with db.read() as session:
        found = _open(session, token)
        if found is None:
            return None
        room = session.get_one(Classroom, found.classroom_id)
        return Welcome(found.token, room.name, found.name, found.email)


def accept(db: Database, token: str, *, name: str, username: str, password: str) -> User:
    """A new trainee takes the place. Raises Invalid naming the field, NotFound for a link that opens nothing."""
    username, name = checked_names(username, name)
    hashed = passwords.hash_of(password, username, name)
    user = User(username=username, name=name, role=Role.TRAINEE.value, password_hash=hashed)
    try:
        with storing(db) as session:
            found = _open(session, token)
            if found is None:
                raise NotFound(_("This link opens nothing any more. Ask your instructor for a new one."))
            taken = session.exec(select(User.id).where(User.email == found.email)).first()
            user.email = None if taken else found.email
            session.add(user)
            session.flush()
            session.add(Membership(classroom_id=found.classroom_id, user_id=user.id))
            _taken(found, user, session)
    except IntegrityError as error:
        raise Invalid("username", _("This user name is taken. Please choose another.")) from error
    return user


def accept_as(db: Database, token: str, user: User) -> str:
    """Somebody who has an account takes the place; the class's name. Raises NotFound."""
    with storing(db) as session:
        found = _open(session, token)
        if found is None:
            raise NotFound(_("This link opens nothing any more. Ask your instructor for a new one."))
        session.merge(Membership(classroom_id=found.classroom_id, user_id=user.id))
        _taken(found, user, session)
        return session.get_one(Classroom, found.classroom_id).name


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Numbered lines as cells. The delimiter is whichever the first line has most of."""
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    found, before = [], 0
    try:
        for cells in rows:
            found.append((before + 1, [" ".join(cell.split()) for cell in cells]))
            before = rows.line_num
    except csv.Error:
        found.append((before + 1, [text.split("\n")[min(before, text.count("\n"))], ""]))
    return found


def _head(cells: list[str]) -> tuple[int, int] | None:
    """Where name and address stand, if this is a line of headings."""
    words = [cell.lower() for cell in cells]
    if "name" not in words or not set(words) & (_HEADS - {"name"}):
        return None
    return words.index("name"), next(place for place, word in enumerate(words) if word in _HEADS - {"name"})


def _problem(line: int, name: str, email: str, cells: int, seen: dict[str, int]) -> Problem | None:
    if cells < 2:
        return Problem(line, "email", _("a name and an address are needed, with a comma between them"))
    if not 1 <= len(name) <= 120:
        return Problem(line, "name", _("the name is missing, or longer than 120 characters"))
    try:
        valid_address(email)
    except ValueError:
        return Problem(line, "email", _("“%(email)s” does not look like an e-mail address") % {"email": email[:80]})
    if email.lower() in seen:
        return Problem(line, "email", _("this address stands in line %(line)s already") % {"line": seen[email.lower()]})
    return None


def _known(session: Session, room: Classroom) -> tuple[set[str], set[str]]:
    """Addresses of the class's members, and of those with an open invitation."""
    query = select(User.email).join(Membership, col(Membership.user_id) == col(User.id))
    members = {mail for mail in session.exec(query.where(Membership.classroom_id == room.id)) if mail}
    rows = _of(session, room.id)
    members |= {row.email for row in rows if row.accepted_at is not None and row.user_id is not None}
    return members, {row.email for row in rows if row.accepted_at is None and row.expires_at > now()}


def _of(session: Session, class_id: uuid.UUID) -> list[Invitation]:
    query = select(Invitation).where(Invitation.classroom_id == class_id).order_by(col(Invitation.id))
    return list(session.exec(query))


def _one(session: Session, user: User, class_id: uuid.UUID, invitation_id: int) -> Invitation:
    room = run_class(session, user, class_id)
    row = session.get(Invitation, invitation_id)
    if row is None or row.classroom_id != room.id:
        raise NotFound(_("There is no such invitation."))
    return row


def _open(session: Session, token: str) -> Invitation | None:
    query = (
        select(Invitation)
        .join(Classroom, col(Classroom.id) == col(Invitation.classroom_id))
        .where(Invitation.token == storable(token), col(Invitation.accepted_at).is_(None))
        .where(col(Invitation.expires_at) > now(), col(Classroom.archived_at).is_(None))
    )
    return session.exec(query).first()


def _taken(found: Invitation, user: User, session: Session) -> None:
    found.accepted_at, found.user_id = now(), user.id
    session.add(found)


def _view(row: Invitation) -> InvitationView:
    state = "taken" if row.accepted_at else "expired" if row.expires_at <= now() else "open"
    return InvitationView(row.id or 0, row.name, row.email, f"/join?invite={row.token}", state, row.expires_at)


__all__ = [
    "Entry",
    "InvitationView",
    "Problem",
    "Reading",
    "Welcome",
    "accept",
    "accept_as",
    "invitations_of",
    "invite",
    "read_for",
    "read_list",
    "renew",
    "revoke",
    "send",
    "welcome",
]
