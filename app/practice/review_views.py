"""What the review page shows of a session: each turn, its utterances with all codes, what a client act was, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.client.acts import ACTS
from app.practice.arrivals import ArrivalView
from app.practice.headline import graded, rows_of
from app.practice.miti import GlobalView, global_views
from app.practice.reading import Reading
from app.practice.snippets import suggestions
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
from app.store.tables import Speaker, Turn, Utterance


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

    @property
    def in_force(self) -> str:
        """The code that counts: the correction, else the model's where it was sure; empty where nothing counts."""
        return self.correction or (self.code if self.sure else "")


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
    """A session on the instructor's desk. `suggestions`: sentences from its figures that may go into the summary.

    `may_delete`: the reader runs a class of the trainee's, or the room.
    """

    row: SessionRow
    card: PersonaCard
    arrival: ArrivalView
    turns: list[ReviewTurn]
    summary: str
    reviewed_at: datetime | None
    reviewer_name: str | None
    engine: str
    coder: str
    mode: str
    reflection: str
    globals: list[GlobalView]
    suggestions: list[str]
    may_delete: bool


def review_view(reading: Reading, may_delete: bool) -> ReviewView:
    """The session as the desk shows it."""
    practice = reading.transcript.session
    rows = rows_of(graded(reading.transcript))
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
        practice.mode,
        practice.reflection,
        global_views(rows, reading.word.globals_given if reading.word else None),
        suggestions(rows, reading.called) if practice.ended_at else [],
        may_delete,
    )


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


__all__ = ["ReviewPart", "ReviewTurn", "ReviewUtterance", "ReviewView", "review_view"]
