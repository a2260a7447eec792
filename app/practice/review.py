"""The instructor's desk: a transcript with its codes, corrections, comments, ratings, the summary.

A correction is stored beside the model's code, never over it; the newest counts.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from sqlmodel import Session, select

from app.i18n import gettext as _
from app.practice.accounts import may_see, require_instructor
from app.practice.blind import stay_blind
from app.practice.deleting import may_delete
from app.practice.errors import Invalid, NotFound
from app.practice.headline import refresh_headline
from app.practice.house import House
from app.practice.listing import SORTS, STATUSES, Page, QueueRow, Wanted, next_to_review, queue
from app.practice.miti import checked_globals
from app.practice.reading import read
from app.practice.review_views import ReviewPart, ReviewTurn, ReviewUtterance, ReviewView, review_view
from app.practice.storing import storable, storing
from app.scoring.codes import CODES
from app.scoring.types import SURE
from app.store.tables import Comment, Correction, PracticeSession, Review, Turn, User, Utterance, now

MAX_COMMENT = 4000


def review(house: House, reviewer: User, session_id: uuid.UUID) -> ReviewView:
    """One session with everything. Raises NotAllowed, NotFound, and Conflict for who codes it blind meanwhile."""
    with house.database.read() as session:
        practice = reviewable(session, reviewer, session_id)
        stay_blind(session, reviewer, session_id)
        return review_view(read(session, practice), may_delete(session, reviewer, practice))


def correct(house: House, reviewer: User, utterance_id: int, code: str) -> None:
    """The reviewer's code for an utterance; "" takes it back. Raises Invalid, NotFound, NotAllowed.

    The model's own code confirms it where the model was not sure, and else takes the reviewer's back.
    """
    if code and code not in CODES:
        raise unknown_code(code)
    with storing(house.database) as session:
        utterance = session.get(Utterance, utterance_id)
        turn = session.get(Turn, utterance.turn_id) if utterance else None
        if utterance is None or turn is None:
            raise NotFound(_("There is no such utterance."))
        practice = reviewable(session, reviewer, turn.session_id)
        for earlier in session.exec(select(Correction).where(Correction.utterance_id == utterance_id)):
            session.delete(earlier)
        if code and (code != utterance.code or utterance.probability < SURE):
            session.add(Correction(utterance_id=utterance_id, reviewer_id=reviewer.id, code=code))
        _figures_anew(session, practice)


def comment(house: House, reviewer: User, turn_id: int, text: str) -> None:
    """A word on a turn. Raises Invalid, NotFound, NotAllowed."""
    text = _words(text, "text", required=True)
    with storing(house.database) as session:
        turn = session.get(Turn, turn_id)
        if turn is None:
            raise NotFound(_("There is no such turn."))
        reviewable(session, reviewer, turn.session_id)
        session.add(Comment(turn_id=turn_id, author_id=reviewer.id, text=text))


def delete_comment(house: House, reviewer: User, comment_id: int) -> None:
    """Take one's own comment back. Raises NotFound."""
    with storing(house.database) as session:
        found = session.get(Comment, comment_id)
        if found is None or found.author_id != reviewer.id:
            raise NotFound(_("There is no such comment of yours."))
        session.delete(found)


def write_summary(house: House, reviewer: User, session_id: uuid.UUID, text: str) -> None:
    """The instructor's word on the session. Raises Invalid, NotFound, NotAllowed."""
    text = _words(text, "summary", required=False)
    with storing(house.database) as session:
        _word(session, reviewer, session_id).summary = text


def append_to_summary(house: House, reviewer: User, session_id: uuid.UUID, text: str, more: str) -> None:
    """The word as it is being written, with a sentence added at its end: how one inserts without a script."""
    write_summary(house, reviewer, session_id, f"{text.rstrip()} {more.strip()}".strip())


def rate_globals(house: House, reviewer: User, session_id: uuid.UUID, given: Mapping[str, str]) -> None:
    """MITI's globals, 1–5, as this reviewer gives them; those left out stay estimates. Raises Invalid, NotFound."""
    ratings = checked_globals(given)
    with storing(house.database) as session:
        _word(session, reviewer, session_id).globals_given = ratings or None
        _figures_anew(session, session.get_one(PracticeSession, session_id))


def mark_reviewed(house: House, reviewer: User, session_id: uuid.UUID, reviewed: bool) -> None:
    """Mark the session as reviewed, or not. Raises NotFound, NotAllowed."""
    with storing(house.database) as session:
        _word(session, reviewer, session_id).reviewed_at = now() if reviewed else None


def unknown_code(code: str) -> Invalid:
    """The error for a code that the codebook does not have."""
    told = {"code": repr(code), "known": ", ".join(CODES)}
    return Invalid("code", _("%(code)s is not a code. Known codes: %(known)s.") % told)


def reviewable(session: Session, reviewer: User, session_id: uuid.UUID) -> PracticeSession:
    """The session, if this reviewer may see it. Raises NotAllowed, NotFound."""
    require_instructor(reviewer)
    practice = session.get(PracticeSession, session_id)
    if practice is None or not may_see(session, reviewer, practice.user_id):
        raise NotFound(_("There is no such session in your classes."))
    return practice


def _figures_anew(session: Session, practice: PracticeSession) -> None:
    """After what was written, where there are figures already: a running session has none before its end."""
    session.flush()
    if practice.ended_at is not None:
        refresh_headline(session, practice)


def _word(session: Session, reviewer: User, session_id: uuid.UUID) -> Review:
    """The review's row, made where there is none; it carries the name of whoever wrote last."""
    reviewable(session, reviewer, session_id)
    # two first words at once would make two rows of one review
    session.exec(select(PracticeSession.id).where(PracticeSession.id == session_id).with_for_update())
    word = session.get(Review, session_id) or Review(session_id=session_id, reviewer_id=reviewer.id)
    word.reviewer_id, word.updated_at = reviewer.id, now()
    session.add(word)
    return word


def _words(text: str, field: str, *, required: bool) -> str:
    text = storable(text.replace("\r\n", "\n")).strip()
    if required and not text:
        raise Invalid(field, _("Write something first."))
    if len(text) > MAX_COMMENT:
        raise Invalid(
            field,
            _("This is %(length)d characters long; %(most)d are possible.")
            % {"length": len(text), "most": MAX_COMMENT},
        )
    return text


__all__ = [
    "MAX_COMMENT",
    "SORTS",
    "STATUSES",
    "Page",
    "QueueRow",
    "ReviewPart",
    "ReviewTurn",
    "ReviewUtterance",
    "ReviewView",
    "Wanted",
    "append_to_summary",
    "comment",
    "correct",
    "delete_comment",
    "mark_reviewed",
    "next_to_review",
    "queue",
    "rate_globals",
    "review",
    "reviewable",
    "unknown_code",
    "write_summary",
]
