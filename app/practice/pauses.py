"""Pauses: the trainee stops to think, or asks the room for a break; the client hears nothing of it."""

from __future__ import annotations

import uuid

from sqlmodel import Session, select

from app.client import pause as words
from app.i18n import gettext as _
from app.practice.errors import Conflict
from app.practice.house import House
from app.practice.sessions import check_browser_id, own_session
from app.practice.storing import storing
from app.practice.turns import clean
from app.practice.views import AsideView, aside_view
from app.store.queries import asides_of, turns_of
from app.store.tables import Aside, Speaker, User, now


def paused_words() -> str:
    """What the room says when a pause begins. How to leave it is said here, since the page has the buttons."""
    return "\n".join(
        (
            _("The exercise is paused. The client cannot hear you now, and nothing you write here is scored."),
            _(
                "The client is simulated: a language model gives voice to a person somebody made up. Nobody is behind "
                "it, and nobody is hurt by anything you say."
            ),
            _(
                "Take the time you need. To go on where you stopped, press Go on. To end for today, press End session; "
                "what you have done so far is kept."
            ),
        )
    )


def pause(house: House, user: User, session_id: uuid.UUID, browser_id: str, asked: str = "") -> AsideView:
    """Let the session rest; where it rests already, or the same `browser_id` came before, nothing changes.

    `asked` is what the trainee wrote to ask for it. Raises Invalid, NotFound, Conflict (after the end; while the client
    owes an answer).
    """
    check_browser_id(browser_id)
    with storing(house.database) as session:
        practice = own_session(session, user, session_id, lock=True)
        known = _known(session, practice.id, browser_id) or resting(session, practice.id)
        if known is not None:
            return aside_view(known)
        if practice.ended_at is not None:
            raise Conflict(_("This session has ended, so there is nothing to pause. The report is ready."))
        last = turns_of(session, practice.id)[-1]
        if last.speaker == Speaker.COUNSELLOR:
            raise Conflict(_("Wait for the answer to your last turn, then pause."))
        aside = Aside(
            session_id=practice.id, position=last.position, asked=asked, said=paused_words(), browser_id=browser_id
        )
        session.add(aside)
        session.flush()
        return aside_view(aside)


def go_on(house: House, user: User, session_id: uuid.UUID) -> None:
    """Take the session up again; where it does not rest, nothing changes. Raises NotFound."""
    with storing(house.database) as session:
        own_session(session, user, session_id, lock=True)
        if (aside := resting(session, session_id)) is not None:
            aside.resumed_at = now()
            session.add(aside)


def take(house: House, user: User, session_id: uuid.UUID, text: str, browser_id: str) -> AsideView | None:
    """A turn that speaks to the room: it asks for a pause, or in one to go on. None for all that is for the client.

    Raises as `pause` does, and Invalid for a text that cannot be stored.
    """
    check_browser_id(browser_id)
    text = clean(text)
    with house.database.read() as session:
        own_session(session, user, session_id)
        known, open_ = _known(session, session_id, browser_id), resting(session, session_id)
    if known is not None:
        return aside_view(known)
    if open_ is not None and words.resumes(text):
        go_on(house, user, session_id)
        open_.resumed_at = now()
        return aside_view(open_)
    return pause(house, user, session_id, browser_id, text) if words.asks_to_pause(text) else None


def resting(session: Session, session_id: uuid.UUID) -> Aside | None:
    """The pause that still runs."""
    return next((aside for aside in asides_of(session, session_id) if aside.resumed_at is None), None)


def _known(session: Session, session_id: uuid.UUID, browser_id: str) -> Aside | None:
    query = select(Aside).where(Aside.session_id == session_id, Aside.browser_id == browser_id)
    return session.exec(query).first()


__all__ = ["go_on", "pause", "paused_words", "resting", "take"]
