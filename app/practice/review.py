"""The instructor's desk: the queue of sessions, a transcript with its codes, corrections, comments, the summary.

A correction is stored beside the model's code, never over it; the newest counts.
"""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, select

from app.client.acts import ACTS
from app.practice.accounts import may_see, require_instructor
from app.practice.arrivals import ArrivalView
from app.practice.errors import Invalid, NotFound
from app.practice.headline import refresh_headline
from app.practice.house import House
from app.practice.listing import SORTS, STATUSES, Page, filtered, ordered, visible
from app.practice.reading import Reading, read
from app.practice.sessions import session_query, session_rows
from app.practice.storing import storable, storing
from app.practice.views import (
    AsideView,
    CommentView,
    PartView,
    PersonaCard,
    SessionRow,
    part_views,
    persona_card_of,
    waits,
)
from app.scoring.codes import CODES
from app.scoring.types import SURE, Talk
from app.store.tables import (
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

MAX_COMMENT = 4000


@dataclass(frozen=True)
class ReviewUtterance:
    """An utterance with the model's code, its three likeliest codes, and the correction where there is one.

    `sure` tells whether the model was sure enough for its code to count.
    """

    id: int
    text: str
    start: int
    end: int
    code: str
    label: str
    probability: float
    sure: bool
    probabilities: list[tuple[str, float]]
    correction: str | None
    corrected_by: str | None


@dataclass(frozen=True)
class ReviewPart:
    """What one of a group said, with all that an instructor may see of it."""

    said: PartView
    act_label: str
    talk: dict[str, Any]
    talk_sure: bool
    fact: str | None
    source: str


@dataclass(frozen=True)
class ReviewTurn:
    """One turn with all that an instructor may see of it. `state`: after this turn; `talk_sure`: its type counts.

    `waits`: the trainee said nothing and waited, so there is nothing to code; `asides`: the pauses after the turn.
    `parts`: who of a group said what; `to`: the names that a trainee turn was spoken to, none where it was to all.
    """

    id: int
    position: int
    speaker: str
    text: str
    state: dict[str, float]
    comments: list[CommentView]
    utterances: list[ReviewUtterance]
    talk: dict[str, Any] | None
    talk_sure: bool
    act: str | None
    act_label: str | None
    fact: str | None
    source: str | None
    candidates: list[dict[str, Any]]
    waits: bool
    asides: list[AsideView]
    parts: list[ReviewPart]
    to: tuple[str, ...]


@dataclass(frozen=True)
class ReviewView:
    """A session on the instructor's desk."""

    row: SessionRow
    card: PersonaCard
    arrival: ArrivalView
    turns: list[ReviewTurn]
    summary: str
    reviewed_at: datetime | None
    reviewer_name: str | None
    engine: str
    coder: str


def queue(
    house: House,
    reviewer: User,
    *,
    trainee: str = "",
    persona: str = "",
    status: str = "all",
    sort: str = "newest",
    page: int = 1,
    per_page: int = 25,
) -> Page[SessionRow]:
    """The sessions this reviewer may see. Raises NotAllowed, and Invalid for an unknown status or sort."""
    require_instructor(reviewer)
    query = filtered(visible(session_query(), reviewer), storable(trainee), storable(persona), status)
    with house.database.read() as session:
        total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
        pages = max(1, math.ceil(total / per_page))
        page = max(1, min(page, pages))
        found = session.execute(ordered(query, sort).offset((page - 1) * per_page).limit(per_page)).all()
        return Page(session_rows(found), page, pages, total)


def review(house: House, reviewer: User, session_id: uuid.UUID) -> ReviewView:
    """One session with everything. Raises NotAllowed, NotFound."""
    with house.database.read() as session:
        practice = _reviewable(session, reviewer, session_id)
        reading = read(session, practice)
    return ReviewView(
        reading.row,
        persona_card_of(reading.client),
        reading.arrival,
        [_turn(turn, reading) for turn in reading.transcript.turns],
        reading.summary,
        reading.reviewed_at,
        reading.reviewer_name,
        practice.engine,
        practice.coder,
    )


def correct(house: House, reviewer: User, utterance_id: int, code: str) -> None:
    """The reviewer's code for an utterance; "" takes it back. Raises Invalid, NotFound, NotAllowed.

    The model's own code confirms it where the model was not sure, and else takes the reviewer's back.
    """
    if code and code not in CODES:
        raise Invalid("code", f"{code!r} is not a code. Known codes: {', '.join(CODES)}.")
    with storing(house.database) as session:
        utterance = session.get(Utterance, utterance_id)
        turn = session.get(Turn, utterance.turn_id) if utterance else None
        if utterance is None or turn is None:
            raise NotFound("There is no such utterance.")
        practice = _reviewable(session, reviewer, turn.session_id)
        for earlier in session.exec(select(Correction).where(Correction.utterance_id == utterance_id)):
            session.delete(earlier)
        if code and (code != utterance.code or utterance.probability < SURE):
            session.add(Correction(utterance_id=utterance_id, reviewer_id=reviewer.id, code=code))
        session.flush()
        refresh_headline(session, practice)


def comment(house: House, reviewer: User, turn_id: int, text: str) -> None:
    """A word on a turn. Raises Invalid, NotFound, NotAllowed."""
    text = _words(text, "text", required=True)
    with storing(house.database) as session:
        turn = session.get(Turn, turn_id)
        if turn is None:
            raise NotFound("There is no such turn.")
        _reviewable(session, reviewer, turn.session_id)
        session.add(Comment(turn_id=turn_id, author_id=reviewer.id, text=text))


def delete_comment(house: House, reviewer: User, comment_id: int) -> None:
    """Take one's own comment back. Raises NotFound."""
    with storing(house.database) as session:
        found = session.get(Comment, comment_id)
        if found is None or found.author_id != reviewer.id:
            raise NotFound("There is no such comment of yours.")
        session.delete(found)


def write_summary(house: House, reviewer: User, session_id: uuid.UUID, text: str) -> None:
    """The instructor's word on the session. Raises Invalid, NotFound, NotAllowed."""
    text = _words(text, "summary", required=False)
    with storing(house.database) as session:
        _word(session, reviewer, session_id).summary = text


def mark_reviewed(house: House, reviewer: User, session_id: uuid.UUID, reviewed: bool) -> None:
    """Mark the session as reviewed, or not. Raises NotFound, NotAllowed."""
    with storing(house.database) as session:
        _word(session, reviewer, session_id).reviewed_at = now() if reviewed else None


def _reviewable(session: Session, reviewer: User, session_id: uuid.UUID) -> PracticeSession:
    require_instructor(reviewer)
    practice = session.get(PracticeSession, session_id)
    if practice is None or not may_see(session, reviewer, practice.user_id):
        raise NotFound("There is no such session in your classes.")
    return practice


def _word(session: Session, reviewer: User, session_id: uuid.UUID) -> Review:
    """The review's row, made where there is none; it carries the name of whoever wrote last."""
    _reviewable(session, reviewer, session_id)
    # two first words at once would make two rows of one review
    session.exec(select(PracticeSession.id).where(PracticeSession.id == session_id).with_for_update())
    word = session.get(Review, session_id) or Review(session_id=session_id, reviewer_id=reviewer.id)
    word.reviewer_id, word.updated_at = reviewer.id, now()
    session.add(word)
    return word


def _words(text: str, field: str, *, required: bool) -> str:
    text = storable(text.replace("\r\n", "\n")).strip()
    if required and not text:
        raise Invalid(field, "Write something first.")
    if len(text) > MAX_COMMENT:
        raise Invalid(field, f"This is {len(text):,} characters long; {MAX_COMMENT:,} are possible.")
    return text


def _turn(turn: Turn, reading: Reading) -> ReviewTurn:
    turn_id = turn.id or 0
    coded = turn.speaker == Speaker.COUNSELLOR and not waits(turn)
    utterances = reading.transcript.utterances.get(turn_id, []) if coded else []
    return ReviewTurn(
        turn_id,
        turn.position,
        turn.speaker,
        turn.text,
        {key: turn.state[key] for key in ("resistance", "trust", "importance", "confidence")},
        reading.comments(turn_id),
        [_utterance(utterance, turn, reading) for utterance in utterances],
        turn.talk,
        turn.talk is not None and Talk(**turn.talk).sure,
        turn.act,
        ACTS[turn.act].says if turn.act else None,
        turn.fact,
        turn.source,
        turn.candidates or [],
        waits(turn),
        reading.asides(turn.position),
        _parts(turn),
        reading.to(turn),
    )


def _parts(turn: Turn) -> list[ReviewPart]:
    return [
        ReviewPart(said, ACTS[part["act"]].says, part["talk"], Talk(**part["talk"]).sure, part["fact"], part["source"])
        for said, part in zip(part_views(turn), turn.parts or (), strict=True)
    ]


def _utterance(utterance: Utterance, turn: Turn, reading: Reading) -> ReviewUtterance:
    correction = reading.transcript.corrections.get(utterance.id or 0)
    likeliest = sorted(utterance.probabilities.items(), key=lambda pair: -pair[1])[:3]
    return ReviewUtterance(
        utterance.id or 0,
        turn.text[utterance.start : utterance.end],
        utterance.start,
        utterance.end,
        utterance.code,
        CODES[utterance.code].label,
        utterance.probability,
        utterance.probability >= SURE,
        likeliest,
        correction.code if correction else None,
        reading.names.get(correction.reviewer_id) if correction else None,
    )


__all__ = [
    "MAX_COMMENT",
    "SORTS",
    "STATUSES",
    "Page",
    "ReviewPart",
    "ReviewTurn",
    "ReviewUtterance",
    "ReviewView",
    "comment",
    "correct",
    "delete_comment",
    "mark_reviewed",
    "queue",
    "review",
    "write_summary",
]
