"""The close of a session: a summary in the trainee's own words, the client's goodbye, and a reflection afterwards."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from app.i18n import gettext as _
from app.practice import pauses, rooms, sessions
from app.practice.errors import Conflict, Invalid
from app.practice.faces import face_of
from app.practice.house import House
from app.practice.storing import storing
from app.practice.turns import clean, take_turn
from app.practice.versions import client_of
from app.store.queries import turns_of
from app.store.tables import EndReason, Speaker, User, now

#: Characters that a reflection may have, and words that two to three paragraphs come to.
LONGEST, WORDS = 12_000, (120, 300)
#: Ends at which nothing took place.
_NO_TALK = (EndReason.MISSED, EndReason.ENDED_BY_CLIENT)


@dataclass(frozen=True)
class ReflectionView:
    """The page on which a trainee looks back: whom they talked with, how it ended, and what they wrote so far."""

    session_id: uuid.UUID
    name: str
    called: str
    end_reason: str
    text: str
    written_at: datetime | None


def close(house: House, user: User, session_id: uuid.UUID, summary: str = "", browser_id: str = "") -> None:
    """End the session, first with a `summary` as the trainee's last turn where there is one; the client says goodbye.

    The same form again changes nothing. Raises NotFound, Invalid for a summary that cannot be said now, and what
    `take_turn` raises.
    """
    with house.database.read() as session:
        practice = sessions.own_session(session, user, session_id)
        ended, last = practice.ended_at is not None, turns_of(session, practice.id)[-1:]
    if summary.strip() and not ended:
        name = browser_id or str(uuid.uuid4())
        if last and last[0].speaker == Speaker.COUNSELLOR and last[0].browser_id != name:
            words = _("Your last turn has no answer yet. Go back and wait for it, or end without a summary.")
            raise Invalid("summary", words)
        try:
            summary = clean(summary)
        except Invalid as error:
            raise Invalid("summary", error.message) from error
        pauses.go_on(house, user, session_id)
        take_turn(house, user, session_id, summary, name)
    sessions.end(house, user, session_id)


def reflection(house: House, user: User, session_id: uuid.UUID) -> ReflectionView:
    """What the trainee wrote about their own ended session. Raises NotFound, and Conflict while it runs."""
    with house.database.read() as session:
        practice = sessions.own_session(session, user, session_id)
        if practice.ended_at is None:
            raise Conflict(_("A reflection is written when the session has ended."))
        face = face_of(client_of(session, practice))
        return ReflectionView(
            practice.id,
            face.name,
            face.called,
            practice.end_reason or "",
            practice.reflection,
            practice.reflected_at,
        )


def reflect(house: House, user: User, session_id: uuid.UUID, text: str) -> None:
    """Keep the reflection, in place of what was written before. Raises NotFound, Conflict while it runs, Invalid."""
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > LONGEST:
        words = _("This is {length} characters long; a reflection may have {most}. Please shorten it.")
        raise Invalid("text", words.format(length=f"{len(text):,}", most=f"{LONGEST:,}"))
    with storing(house.database) as session:
        practice = sessions.own_session(session, user, session_id, lock=True)
        if practice.ended_at is None:
            raise Conflict(_("A reflection is written when the session has ended."))
        if text != practice.reflection:
            practice.reflection, practice.reflected_at = text, now() if text else None
            session.add(practice)


def worth_reflecting(house: House, user: User, session_id: uuid.UUID) -> bool:
    """Whether the session is over, was held, and the trainee said something in it. Raises NotFound."""
    view = rooms.room(house, user, session_id)
    return view.ended and view.end_reason not in _NO_TALK and view.spoken


__all__ = ["LONGEST", "WORDS", "ReflectionView", "close", "reflect", "reflection", "worth_reflecting"]
