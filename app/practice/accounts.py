"""Accounts: the first one, joining a class by code, signing in, one's password and address, who may see whom."""

from __future__ import annotations

import re
import uuid

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from app.i18n import gettext as _
from app.practice import browsers, passwords
from app.practice.errors import Conflict, Invalid, NotFound, NotInstructor
from app.practice.mail import valid_address
from app.practice.storing import storable, storing
from app.store.database import Database
from app.store.queries import hold_users
from app.store.tables import Assistant, Classroom, Membership, Role, User

_USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._@+-]{1,58})[a-z0-9]")


def is_new(db: Database) -> bool:
    """Whether nobody has an account yet."""
    with db.read() as session:
        return session.exec(select(User.id).limit(1)).first() is None


def found(db: Database, *, username: str, name: str, password: str) -> User:
    """The first account, which may do everything. Raises Conflict when there is one already, Invalid on bad fields."""
    if not is_new(db):  # before the costly hash: anybody may ask this
        raise _founded()
    user = _new_user(username, name, password, Role.ADMIN)
    try:
        with storing(db) as session:
            hold_users(session)
            if session.exec(select(User.id).limit(1)).first() is not None:
                raise _founded()
            session.add(user)
    except IntegrityError as error:  # the form came twice at the same moment
        raise _founded() from error
    return user


def add_user(db: Database, *, username: str, name: str, password: str, role: Role) -> User:
    """An account of any role, for the person who runs the server. Raises Invalid."""
    user = _new_user(username, name, password, role)
    _store_user(db, user)
    return user


def join(db: Database, *, class_code: str, username: str, name: str, password: str) -> User:
    """A trainee signs up with a class code. Raises Invalid naming the field."""
    user = _new_user(username, name, password, Role.TRAINEE)
    _store_user(db, user, place_of(db, class_code))
    return user


def place_of(db: Database, class_code: str) -> uuid.UUID:
    """The class that this code opens. Raises Invalid."""
    with db.read() as session:
        query = select(Classroom.id).where(Classroom.code == tidy_code(class_code))
        found = session.exec(query.where(col(Classroom.archived_at).is_(None))).first()
    if found is None:
        words = _("No class has this code. Check it with your instructor; it looks like K7QM-2RXD.")
        raise Invalid("class_code", words)
    return found


def sign_in(db: Database, username: str, password: str, days: int, agent: str = "") -> str:
    """A token for the browser's cookie, good for `days`. Raises Invalid without saying which of the two was wrong."""
    with db.read() as session:
        user = session.exec(select(User).where(User.username == storable(username).strip().lower())).first()
    valid, fresh_hash = passwords.matches(password, user.password_hash if user else passwords.NO_PASSWORD)
    if user is None or not valid or not user.active:
        raise Invalid("password", _("The user name and the password do not match."))
    if fresh_hash:
        with storing(db) as session:
            session.merge(user).password_hash = fresh_hash
    return browsers.enter(db, user.id, days, agent)


def replace_password(db: Database, user: User, new: str) -> None:
    """A password for somebody who has just shown who they are; every browser is signed out. Raises Invalid."""
    _set_password(db, user.id, new)


def confirm(user: User, password: str, field: str = "old_password") -> None:
    """Raises Invalid where this is not the user's password."""
    if not passwords.matches(password, user.password_hash)[0]:
        raise Invalid(field, _("This is not your present password."))


def has_password(user: User) -> bool:
    """Whether the account has a password, and not only a way in from elsewhere."""
    return user.password_hash != passwords.NO_PASSWORD


def set_email(db: Database, user: User, email: str) -> None:
    """The address that links to a new password go to; empty: none. Raises Invalid."""
    email = storable(email).strip().lower()
    try:
        if email:
            valid_address(email)
        with storing(db) as session:
            session.merge(user).email = email or None
    except ValueError as error:
        raise Invalid("email", _("This does not look like an e-mail address.")) from error
    except IntegrityError as error:
        raise Invalid("email", _("Another account has this address.")) from error


def set_password(db: Database, username: str, new: str) -> None:
    """Anybody's password, for the person who runs the server. Raises NotFound, Invalid."""
    _set_password(db, find_user(db, username).id, new)


def deactivate(db: Database, username: str) -> None:
    """Close an account and sign it out; what it wrote stays. Raises NotFound."""
    user = find_user(db, username)
    with storing(db) as session:
        session.merge(user).active = False
        browsers.forget_all(session, user.id)


def find_user(db: Database, username: str) -> User:
    """The account of this name. Raises NotFound."""
    with db.read() as session:
        user = session.exec(select(User).where(User.username == storable(username).strip().lower())).first()
    if user is None:
        raise NotFound(_("There is no account called %(name)s.") % {"name": repr(username)})
    return user


def list_users(db: Database) -> list[User]:
    """All accounts by name."""
    with db.read() as session:
        return list(session.exec(select(User).order_by(col(User.username))))


def is_instructor(user: User) -> bool:
    """Whether this person may review."""
    return user.role in (Role.INSTRUCTOR, Role.ADMIN)


def require_instructor(user: User) -> None:
    """Raises NotInstructor for a trainee."""
    if not is_instructor(user):
        raise NotInstructor("This page is for instructors.")


def trainees_of(instructor: User) -> SelectOfScalar[uuid.UUID]:
    """The ids of those in the classes that the instructor runs or assists."""
    assisted = select(Assistant.classroom_id).where(Assistant.user_id == instructor.id)
    return (
        select(Membership.user_id)
        .join(Classroom, col(Classroom.id) == col(Membership.classroom_id))
        .where(or_(col(Classroom.instructor_id) == instructor.id, col(Classroom.id).in_(assisted)))
    )


def may_change(session: Session, instructor: User, trainee_id: uuid.UUID) -> bool:
    """Whether this instructor may change that trainee's account: an admin, or who runs a class of theirs."""
    if instructor.role == Role.ADMIN:
        return True
    query = (
        select(Membership.user_id)
        .join(Classroom, col(Classroom.id) == col(Membership.classroom_id))
        .where(Classroom.instructor_id == instructor.id, Membership.user_id == trainee_id)
    )
    return instructor.role == Role.INSTRUCTOR and session.exec(query).first() is not None


def may_see(session: Session, reviewer: User, trainee_id: uuid.UUID) -> bool:
    """Whether this reviewer may see that trainee's work: an admin all, else one instructs them."""
    if reviewer.role == Role.ADMIN:
        return True
    if reviewer.role != Role.INSTRUCTOR:
        return False
    return session.exec(trainees_of(reviewer).where(Membership.user_id == trainee_id)).first() is not None


def tidy_code(code: str) -> str:
    """A class code as stored, however it was typed."""
    letters = re.sub(r"[^A-Z0-9]", "", code.upper())
    return f"{letters[:4]}-{letters[4:]}"


def checked_names(username: str, name: str) -> tuple[str, str]:
    """User name and name as they are stored. Raises Invalid."""
    username, name = storable(username).strip().lower(), " ".join(storable(name).split())
    if not _USERNAME.fullmatch(username):
        raise Invalid(
            "username",
            _("A user name has 3 to 60 letters or digits; dots, dashes, underscores, plus and @ may stand inside."),
        )
    if not 1 <= len(name) <= 120:
        raise Invalid("name", _("Please give a name of 1 to 120 characters."))
    return username, name


def _new_user(username: str, name: str, password: str, role: Role) -> User:
    username, name = checked_names(username, name)
    hashed = passwords.hash_of(password, username, name)
    return User(username=username, name=name, role=role.value, password_hash=hashed)


def _store_user(db: Database, user: User, classroom_id: uuid.UUID | None = None) -> None:
    try:
        with storing(db) as session:
            session.add(user)
            session.flush()
            if classroom_id:
                session.add(Membership(classroom_id=classroom_id, user_id=user.id))
    except IntegrityError as error:
        raise Invalid("username", _("This user name is taken. Please choose another.")) from error


def _set_password(db: Database, user_id: uuid.UUID, new: str) -> None:
    with db.read() as session:
        user = session.get(User, user_id)
    if user is None:
        raise NotFound(_("There is no such account."))
    # hashing takes its time, in which nobody else is kept from writing
    fresh = passwords.hash_of(new, user.username, user.name, user.email or "")
    with storing(db) as session:
        session.get_one(User, user_id).password_hash = fresh
        browsers.forget_all(session, user_id)


def _founded() -> Conflict:
    return Conflict(_("This practice room has been set up already. Sign in instead."))


__all__ = [
    "User",
    "add_user",
    "checked_names",
    "confirm",
    "deactivate",
    "find_user",
    "found",
    "has_password",
    "is_instructor",
    "is_new",
    "join",
    "list_users",
    "may_change",
    "may_see",
    "place_of",
    "replace_password",
    "require_instructor",
    "set_email",
    "set_password",
    "sign_in",
    "tidy_code",
    "trainees_of",
]
