"""Queries by aggregate: a session with its turns, their utterances, corrections and comments."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.store.tables import Aside, Comment, Correction, PracticeSession, Review, Speaker, Turn, User, Utterance

#: How many earlier sessions a client looks back on, so as not to repeat what was said there.
LOOKS_BACK = 5


@dataclass
class Transcript:
    """A session's rows. `utterances` by turn id, `corrections` by utterance id (the newest), `comments` by turn id.

    `asides`: the pauses, oldest first.
    """

    session: PracticeSession
    turns: list[Turn]
    utterances: dict[int, list[Utterance]] = field(default_factory=dict)
    corrections: dict[int, Correction] = field(default_factory=dict)
    comments: dict[int, list[Comment]] = field(default_factory=dict)
    asides: list[Aside] = field(default_factory=list)

    @property
    def answers(self) -> dict[int, Turn]:
        """Client turns by the id of the trainee turn that they answer."""
        return {turn.answers_id: turn for turn in self.turns if turn.answers_id is not None}

    @property
    def unanswered(self) -> Turn | None:
        """The trainee turn that still waits for its reply."""
        last = self.turns[-1] if self.turns else None
        return last if last is not None and last.speaker == Speaker.COUNSELLOR else None


def turns_of(session: Session, session_id: uuid.UUID) -> list[Turn]:
    """The session's turns in order."""
    query = select(Turn).where(Turn.session_id == session_id).order_by(col(Turn.position))
    return list(session.exec(query))


def transcript_of(session: Session, practice: PracticeSession) -> Transcript:
    """The session with everything that hangs on its turns, in six queries whatever its length."""
    transcript = Transcript(practice, turns_of(session, practice.id))
    turn_ids = [turn.id for turn in transcript.turns if turn.id is not None]
    transcript.utterances = utterances_of(session, turn_ids)
    transcript.corrections = corrections_of(session, transcript.utterances)
    comments = defaultdict(list)
    query = select(Comment).where(col(Comment.turn_id).in_(turn_ids)).order_by(col(Comment.id))
    for comment in session.exec(query):
        comments[comment.turn_id].append(comment)
    transcript.comments = dict(comments)
    transcript.asides = asides_of(session, practice.id)
    return transcript


def asides_of(session: Session, session_id: uuid.UUID) -> list[Aside]:
    """The session's pauses, oldest first; the last one may still run."""
    return list(session.exec(select(Aside).where(Aside.session_id == session_id).order_by(col(Aside.id))))


def last_ended(session: Session, user_id: uuid.UUID, persona_id: str) -> PracticeSession | None:
    """The session of these two that ended last, one that the client did not come to included; no try at a moment."""
    query = (
        select(PracticeSession)
        .where(PracticeSession.user_id == user_id, PracticeSession.persona_id == persona_id)
        .where(col(PracticeSession.ended_at).is_not(None), col(PracticeSession.parent_id).is_(None))
        .order_by(col(PracticeSession.ended_at).desc(), col(PracticeSession.started_at).desc())
    )
    return session.exec(query.limit(1)).first()


def said_before(session: Session, practice: PracticeSession) -> frozenset[str]:
    """What the client said in the last sessions of these two before this one, tries at moments left out."""
    earlier = (
        select(PracticeSession.id)
        .where(PracticeSession.user_id == practice.user_id, PracticeSession.persona_id == practice.persona_id)
        .where(col(PracticeSession.started_at) < practice.started_at, col(PracticeSession.parent_id).is_(None))
        .order_by(col(PracticeSession.started_at).desc())
        .limit(LOOKS_BACK)
    )
    ids = session.exec(earlier).all()
    query = select(Turn.text).where(col(Turn.session_id).in_(ids), Turn.speaker == Speaker.CLIENT.value)
    return frozenset(session.exec(query))


def count_tries(session: Session, session_id: uuid.UUID) -> int:
    """How many tries there are at moments of this session."""
    query = select(func.count()).where(PracticeSession.parent_id == session_id)
    return session.scalar(query) or 0


def utterances_of(session: Session, turn_ids: Sequence[int]) -> dict[int, list[Utterance]]:
    """Utterances in order, by turn id."""
    found = defaultdict(list)
    query = (
        select(Utterance)
        .where(col(Utterance.turn_id).in_(turn_ids))
        .order_by(col(Utterance.turn_id), col(Utterance.ordinal))
    )
    for utterance in session.exec(query):
        found[utterance.turn_id].append(utterance)
    return dict(found)


def corrections_of(session: Session, utterances: dict[int, list[Utterance]]) -> dict[int, Correction]:
    """The newest correction of each utterance that has one, by utterance id."""
    ids = [utterance.id for group in utterances.values() for utterance in group]
    query = select(Correction).where(col(Correction.utterance_id).in_(ids)).order_by(col(Correction.id))
    return {correction.utterance_id: correction for correction in session.exec(query)}


def names_in(session: Session, transcript: Transcript, word: Review | None) -> dict[uuid.UUID, str]:
    """Names of those who corrected, commented on or reviewed the session, by their id."""
    ids = {entry.author_id for group in transcript.comments.values() for entry in group}
    ids |= {correction.reviewer_id for correction in transcript.corrections.values()}
    ids |= {word.reviewer_id} if word else set()
    return dict(session.exec(select(User.id, User.name).where(col(User.id).in_(ids))).all())


def hold_users(session: Session) -> None:
    """Let nobody else add an account until this transaction ends; on SQLite every writer holds all there is anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE")


__all__ = [
    "LOOKS_BACK",
    "Transcript",
    "asides_of",
    "corrections_of",
    "count_tries",
    "hold_users",
    "last_ended",
    "names_in",
    "said_before",
    "transcript_of",
    "turns_of",
    "utterances_of",
]
