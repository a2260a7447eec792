"""What the instructor and the assistant of the demo did: reviews, corrections, comments, codings of their own."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, select

from app.practice.demo.words import Words
from app.practice.headline import refresh_headline
from app.scoring.types import SURE
from app.store.queries import transcript_of
from app.store.tables import (
    CodedByHand,
    Coding,
    Comment,
    Correction,
    PracticeSession,
    Review,
    Speaker,
    Turn,
    User,
    Utterance,
    now,
)

#: The share of sessions that have been reviewed, of unsure utterances that were corrected there, and of hand-given
#: codes that are another than the model's.
REVIEWED, CORRECTED, DIFFERS = 0.6, 0.5, 0.15
GLOBALS = ("partnership", "empathy", "cultivating", "softening")
DOUBLE_CODED = 6
MOST_COMMENTS = 3


@dataclass(frozen=True)
class Desk:
    """Who sits at it, and with what words."""

    instructor: User
    assistant: User
    words: Words


def review_all(session: Session, desk: Desk, practices: list[PracticeSession], rng: random.Random) -> None:
    """Review most of the sessions, the older the likelier, and code a few of them twice."""
    ended = sorted(practices, key=lambda one: one.started_at)
    for place, practice in enumerate(ended):
        if rng.random() < 2 * REVIEWED * (1 - place / len(ended)):
            _review(session, desk, practice, rng)
    for practice in rng.sample(ended, min(DOUBLE_CODED, len(ended))):
        for coder in (desk.instructor, desk.assistant):
            _code(session, practice, coder, desk.instructor, rng)


def level_of(headline: float | None) -> str:
    """Which of the words fit a session."""
    return "fair" if headline is None else "good" if headline >= 0.6 else "fair" if headline >= 0.35 else "poor"


def _review(session: Session, desk: Desk, practice: PracticeSession, rng: random.Random) -> None:
    reviewer = desk.instructor if rng.random() < 0.75 else desk.assistant
    at = min(now(), practice.started_at + timedelta(days=rng.uniform(0.5, 4)))
    level = level_of(practice.headline)
    given = {"good": 4, "fair": 3, "poor": 2}[level]
    session.add(
        Review(
            session_id=practice.id,
            reviewer_id=reviewer.id,
            summary=rng.choice(desk.words.summaries[level]),
            globals_given={name: min(5, max(1, given + rng.choice((-1, 0, 0, 1)))) for name in GLOBALS},
            reviewed_at=at,
            updated_at=at,
        )
    )
    _comment(session, desk, practice, reviewer, rng)
    for utterance in _utterances(session, practice):
        if utterance.probability < SURE and rng.random() < CORRECTED:
            code = _by_hand(utterance, rng)
            session.add(Correction(utterance_id=utterance.id or 0, reviewer_id=reviewer.id, code=code, created_at=at))
    session.flush()
    refresh_headline(session, practice)


def _comment(session: Session, desk: Desk, practice: PracticeSession, reviewer: User, rng: random.Random) -> None:
    """A word on a few turns, each about a code that was found there."""
    transcript = transcript_of(session, practice)
    places = [
        (turn, utterance.code)
        for turn in transcript.turns
        for utterance in transcript.utterances.get(turn.id or 0, [])
        if utterance.code in desk.words.comments and utterance.probability >= SURE
    ]
    for turn, code in rng.sample(places, min(len(places), rng.randint(0, MOST_COMMENTS))):
        text = rng.choice(desk.words.comments[code])
        session.add(Comment(turn_id=turn.id or 0, author_id=reviewer.id, text=text))


def _code(session: Session, practice: PracticeSession, coder: User, by: User, rng: random.Random) -> None:
    """One person's own coding, which mostly agrees with the model."""
    coding = Coding(session_id=practice.id, coder_id=coder.id, assigned_by=by.id, finished_at=now())
    session.add(coding)
    session.flush()
    for utterance in _utterances(session, practice):
        session.add(CodedByHand(coding_id=coding.id, utterance_id=utterance.id or 0, code=_by_hand(utterance, rng)))


def _by_hand(utterance: Utterance, rng: random.Random) -> str:
    """The code that a person gives: drawn by the model's own doubt, and now and then simply another."""
    codes, weights = zip(*utterance.probabilities.items(), strict=True)
    return str(rng.choices(codes, weights)[0]) if rng.random() < 2 * DIFFERS else utterance.code


def _utterances(session: Session, practice: PracticeSession) -> list[Utterance]:
    query = (
        select(Utterance)
        .join(Turn, col(Turn.id) == col(Utterance.turn_id))
        .where(Turn.session_id == practice.id, Turn.speaker == Speaker.COUNSELLOR.value)
        .order_by(col(Utterance.id))
    )
    return list(session.exec(query))


__all__ = ["Desk", "level_of", "review_all"]
