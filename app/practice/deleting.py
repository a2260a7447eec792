"""Deleting for good: a session with all that hangs on it, or an account with everything.

What hangs on a session goes with it, an instructor's words included: they quote it, and mean nothing without it. What
somebody wrote as an instructor is about others' sessions and not theirs to take: before they go, it passes to a
colleague, as do their classes.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select, true, update
from sqlmodel import Session, col, delete

from app.i18n import gettext as _
from app.practice.accounts import confirm, has_password, may_see
from app.practice.errors import Conflict, Invalid, NotAllowed, NotFound
from app.practice.house import House
from app.practice.mydata import OwnSession, own_sessions
from app.practice.storing import storing
from app.store.tables import (
    Assignment,
    Assistant,
    Classroom,
    Coding,
    Comment,
    Correction,
    Invitation,
    Membership,
    Milestone,
    PersonaEdit,
    PracticeSession,
    Review,
    Role,
    Turn,
    User,
    Utterance,
)

#: What one leaves to a colleague: where the name stands.
_LEFT: dict[str, Any] = {
    "classes": Classroom.instructor_id,
    "assignments": Assignment.author_id,
    "corrections": Correction.reviewer_id,
    "comments": Comment.author_id,
    "reviews": Review.reviewer_id,
    "codings": Coding.assigned_by,
    "milestones": Milestone.author_id,
    "personas": PersonaEdit.author_id,
}


@dataclass(frozen=True)
class Doomed:
    """A session that is to be deleted, and how much goes with it. `trainee`: whose it is."""

    session: OwnSession
    trainee: str
    comments: int
    corrections: int
    reviewed: bool
    reflected: bool


@dataclass(frozen=True)
class Leaving:
    """What stands in the way of deleting an account. `left`: kinds of things to hand over, with how many of each.

    `heirs`: colleagues who could take them over; `last_admin`: nobody else could run the practice room; `password`:
    the password confirms it, else the typed user name.
    """

    left: dict[str, int]
    heirs: list[tuple[uuid.UUID, str]]
    last_admin: bool
    password: bool

    @property
    def stuck(self) -> bool:
        """Nobody could take over, so the account has to stay for now."""
        return self.last_admin or (bool(self.left) and not self.heirs)


def own_doomed(house: House, user: User, session_id: uuid.UUID) -> Doomed:
    """One's own session before it is deleted. Raises NotFound."""
    with house.database.read() as session:
        return _doomed(session, _own(session, user, session_id))


def delete_own_session(house: House, user: User, session_id: uuid.UUID) -> None:
    """Delete one's own session, its tries and all that was written about it. Raises NotFound."""
    with storing(house.database) as session:
        _delete_session(session, _own(session, user, session_id))


def doomed_of_trainee(house: House, reviewer: User, session_id: uuid.UUID) -> Doomed:
    """A trainee's session before a reviewer deletes it. Raises NotFound."""
    with house.database.read() as session:
        return _doomed(session, _reviewable(session, reviewer, session_id))


def delete_session_of_trainee(house: House, reviewer: User, session_id: uuid.UUID) -> None:
    """Delete a session from the desk, its tries and all that was written about it. Raises NotFound."""
    with storing(house.database) as session:
        _delete_session(session, _reviewable(session, reviewer, session_id))


def leaving(house: House, user: User) -> Leaving:
    """What has to be settled before this account can be deleted."""
    with house.database.read() as session:
        heirs = session.execute(select(col(User.id), col(User.name)).where(*_colleague(user)).order_by(col(User.name)))
        known = [(heir, name) for heir, name in heirs]
        return Leaving(_left(session, user), known, _last_admin(session, user), has_password(user))


def delete_account(house: House, user: User, *, proof: str, heir: str = "") -> None:
    """Delete the account and everything of the person's. `proof`: the password, or the user name where there is none.

    `heir`: the id of the colleague who takes over what others need. Raises Invalid, Conflict.
    """
    _check(user, proof)
    with storing(house.database) as session:
        if _last_admin(session, user):
            raise Conflict(_("You are the only admin. Make somebody else one first."))
        session.execute(delete(PracticeSession).where(col(PracticeSession.user_id) == user.id))
        # PostgreSQL asks after the author of a milestone before it takes along the milestones of its owner
        session.execute(delete(Milestone).where(col(Milestone.user_id) == user.id))
        _hand_over(session, user, heir)
        session.execute(delete(Invitation).where(_invited(user)))
        session.execute(delete(User).where(col(User.id) == user.id))


def _own(session: Session, user: User, session_id: uuid.UUID) -> PracticeSession:
    practice = session.get(PracticeSession, session_id)
    if practice is None or practice.user_id != user.id:
        raise NotFound(_("There is no such session."))
    return practice


def _reviewable(session: Session, reviewer: User, session_id: uuid.UUID) -> PracticeSession:
    """Seeing is not enough: an assistant reviews, but does not run the class."""
    practice = session.get(PracticeSession, session_id)
    if practice is None or not may_see(session, reviewer, practice.user_id):
        raise NotFound(_("There is no such session in your classes."))
    if not may_delete(session, reviewer, practice):
        raise NotAllowed(_("Only whoever runs the class can delete its sessions. Ask them to."))
    return practice


def may_delete(session: Session, reviewer: User, practice: PracticeSession) -> bool:
    """Whether this reviewer may delete a session that they see: they run a class of the trainee's, or the room."""
    runs = (
        select(col(Classroom.id))
        .join(Membership, col(Membership.classroom_id) == col(Classroom.id))
        .where(col(Membership.user_id) == practice.user_id, col(Classroom.instructor_id) == reviewer.id)
    )
    return reviewer.role == Role.ADMIN or session.execute(runs.limit(1)).first() is not None


def _doomed(session: Session, practice: PracticeSession) -> Doomed:
    turns = select(col(Turn.id)).where(col(Turn.session_id) == practice.id)
    coded = select(col(Utterance.id)).where(col(Utterance.turn_id).in_(turns))
    review = session.get(Review, practice.id)
    # a try is in no list; here it stands alone
    shown = own_sessions(session, col(PracticeSession.id) == practice.id, tries=True)[0]
    return Doomed(
        session=shown,
        trainee=session.get_one(User, practice.user_id).name,
        comments=_number(session, Comment, col(Comment.turn_id).in_(turns)),
        corrections=_number(session, Correction, col(Correction.utterance_id).in_(coded)),
        reviewed=review is not None and bool(review.summary or review.reviewed_at or review.globals_given),
        reflected=bool(practice.reflection),
    )


def _delete_session(session: Session, practice: PracticeSession) -> None:
    # by statement: the database takes along what hangs on it, and nothing of that needs to be read first
    session.execute(delete(PracticeSession).where(col(PracticeSession.id) == practice.id))


def _left(session: Session, user: User) -> dict[str, int]:
    """How much there is to hand over, of each kind; what hangs on one's own sessions goes with these."""
    mine = select(col(PracticeSession.id)).where(col(PracticeSession.user_id) == user.id)
    turns = select(col(Turn.id)).where(col(Turn.session_id).in_(mine))
    coded = select(col(Utterance.id)).where(col(Utterance.turn_id).in_(turns))
    others = {
        "corrections": col(Correction.utterance_id).not_in(coded),
        "comments": col(Comment.turn_id).not_in(turns),
        "reviews": col(Review.session_id).not_in(mine),
        "codings": col(Coding.session_id).not_in(mine),
        "milestones": col(Milestone.user_id) != user.id,
    }
    counted = {
        name: _number(session, column.class_, column == user.id, others.get(name, true()))
        for name, column in _LEFT.items()
    }
    return {name: count for name, count in counted.items() if count}


def _number(session: Session, table: Any, *which: Any) -> int:
    found: int = session.execute(select(func.count()).select_from(table).where(*which)).scalar_one()
    return found


def _hand_over(session: Session, user: User, heir: str) -> None:
    """Put the colleague's name where this one stands. Raises Invalid where one is needed and none is chosen."""
    if not _left(session, user):
        return
    found = session.execute(select(col(User.id)).where(*_colleague(user), col(User.id) == _id(heir))).scalar()
    if found is None:
        raise Invalid("heir", _("Choose who takes over what others still need."))
    for column in _LEFT.values():
        session.execute(update(column.class_).where(column == user.id).values({column.key: found}))
    run = select(col(Classroom.id)).where(col(Classroom.instructor_id) == found)
    session.execute(delete(Assistant).where(col(Assistant.user_id) == found, col(Assistant.classroom_id).in_(run)))


def _colleague(user: User) -> tuple[Any, ...]:
    teaching = col(User.role).in_((Role.INSTRUCTOR.value, Role.ADMIN.value))
    return col(User.active), teaching, col(User.id) != user.id


def _last_admin(session: Session, user: User) -> bool:
    others = (col(User.role) == Role.ADMIN.value, col(User.active), col(User.id) != user.id)
    return user.role == Role.ADMIN and _number(session, User, *others) == 0


def _invited(user: User) -> Any:
    """Invitations that this person took, or that were sent to them."""
    taken = col(Invitation.user_id) == user.id
    return or_(taken, col(Invitation.email) == user.email) if user.email else taken


def _check(user: User, proof: str) -> None:
    if has_password(user):
        confirm(user, proof, "proof")
    elif proof.strip().lower() != user.username:
        raise Invalid("proof", _("Type your user name, %(username)s, to confirm.") % {"username": user.username})


def _id(written: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(written)
    except ValueError:
        return None


__all__ = [
    "Doomed",
    "Leaving",
    "delete_account",
    "delete_own_session",
    "delete_session_of_trainee",
    "doomed_of_trainee",
    "leaving",
    "own_doomed",
]
