"""Who codes a session blind does not see its codes meanwhile, on whatever page they stand."""

from __future__ import annotations

import uuid

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.i18n import gettext as _
from app.practice.errors import Conflict
from app.store.tables import Coding, User


def coding_blind(session: Session, user: User, session_id: uuid.UUID) -> uuid.UUID | None:
    """This person's own coding of the session, if it is not finished."""
    query = select(Coding.id).where(Coding.session_id == session_id, Coding.coder_id == user.id)
    return session.exec(query.where(col(Coding.finished_at).is_(None))).first()


def coded_blind_by(user: User) -> SelectOfScalar[uuid.UUID]:
    """The sessions that this person is still coding."""
    return select(Coding.session_id).where(Coding.coder_id == user.id, col(Coding.finished_at).is_(None))


def stay_blind(session: Session, user: User, session_id: uuid.UUID) -> None:
    """Raises Conflict for somebody who is still coding the session."""
    if coding_blind(session, user, session_id) is not None:
        raise Conflict(_("You are coding this session blind. Its codes open when you have finished."))


__all__ = ["coded_blind_by", "coding_blind", "stay_blind"]
