"""The report of an ended session: measures, techniques, resistance over the turns, what to keep and what to try."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.client.acts import ACTS
from app.practice.accounts import is_instructor, may_see
from app.practice.errors import Conflict, NotFound
from app.practice.headline import rows_of
from app.practice.house import House
from app.practice.reading import Reading, read
from app.practice.views import CodeView, CommentView, SessionRow, codes_in_force
from app.scoring.codes import CODES, FAMILIES
from app.scoring.feedback import Feedback, give_feedback
from app.scoring.measures import Measure, Row, SessionMeasures, measure
from app.store.queries import Transcript
from app.store.tables import PracticeSession, Speaker, Turn, User

COVERAGE = {
    "reflection": "Reflections",
    "choices": "Offering choices and autonomy",
    "paradoxical": "Paradoxical approach",
}

#: The family a trainee turn is drawn as in the timeline, the most telling first.
MARKERS = ("non_adherent", "paradoxical", "choices", "reflection", "adherent", "questions")


@dataclass(frozen=True)
class MeasureView:
    """One figure in words. `level` is "good", "fair", "below", or "none" where there is no threshold or no value."""

    id: str
    label: str
    value: str
    number: float | None
    fair: str
    good: str
    level: str
    note: str


@dataclass(frozen=True)
class QuoteView:
    """The trainee's own words."""

    turn_position: int
    text: str
    code: str
    label: str


@dataclass(frozen=True)
class CoverageView:
    """How often a technique was used, and where."""

    family: str
    label: str
    count: int
    quotes: list[QuoteView]


@dataclass(frozen=True)
class TimelinePoint:
    """One exchange: the trainee turn at `position`, its marker and codes, and the client's resistance after it, 0–1."""

    position: int
    resistance: float
    talk: str
    act: str
    codes: list[str]
    marker: str


@dataclass(frozen=True)
class FeedbackView:
    """A moment worth a word: what was said, why it matters, and (where something is to be tried) a rewrite."""

    turn_position: int
    quote: str
    label: str
    why: str
    rewrite: str | None


@dataclass(frozen=True)
class AnswerView:
    """A resistant client turn and what it was met with."""

    position: int
    client_text: str
    act: str
    trainee_text: str
    labels: list[str]
    met: bool
    possible: str


@dataclass(frozen=True)
class TranscriptTurn:
    """A turn in the report, with the codes in force and the instructor's comments."""

    id: int
    position: int
    speaker: str
    text: str
    codes: list[CodeView]
    comments: list[CommentView]


@dataclass(frozen=True)
class Report:
    """All that a report shows."""

    row: SessionRow
    headline: MeasureView
    measures: list[MeasureView]
    coverage: list[CoverageView]
    timeline: list[TimelinePoint]
    well: list[FeedbackView]
    try_next: list[FeedbackView]
    answers: list[AnswerView]
    transcript: list[TranscriptTurn]
    summary: str
    reviewer_name: str | None
    reviewed_at: datetime | None


def report(house: House, user: User, session_id: uuid.UUID) -> Report:
    """The report of one's own ended session, or of one that one may review.

    Raises NotFound, and Conflict while the session runs.
    """
    with house.database.read() as session:
        practice = _readable(session, user, session_id)
        reading = read(session, practice)
    transcript = reading.transcript
    rows = rows_of(transcript)
    measured = measure(rows)
    feedback = give_feedback(rows, house.coder)
    views = [_measure_view(figure) for figure in measured.measures.values()]
    return Report(
        row=reading.row,
        headline=views[0],
        measures=views[1:],
        coverage=_coverage(measured, transcript.turns),
        timeline=_timeline(transcript, rows),
        well=[_feedback_view(item, transcript.turns) for item in feedback.well],
        try_next=[_feedback_view(item, transcript.turns) for item in feedback.try_next],
        answers=_answers(measured, transcript.turns),
        transcript=[_transcript_turn(turn, reading) for turn in transcript.turns],
        summary=reading.summary,
        reviewer_name=reading.reviewer_name,
        reviewed_at=reading.reviewed_at,
    )


def marker_of(codes: Sequence[str]) -> str:
    """The family that a trainee turn is drawn as."""
    return next((family for family in MARKERS if set(codes) & set(FAMILIES[family])), "other")


def _readable(session: Session, user: User, session_id: uuid.UUID) -> PracticeSession:
    practice = session.get(PracticeSession, session_id)
    own = practice is not None and practice.user_id == user.id
    if practice is None or not (own or (is_instructor(user) and may_see(session, user, practice.user_id))):
        raise NotFound("There is no such session.")
    if practice.ended_at is None:
        raise Conflict("The report is made when the session has ended.")
    return practice


def _measure_view(figure: Measure) -> MeasureView:
    return MeasureView(
        figure.id,
        figure.label,
        _amount(figure, figure.value) + _counts(figure),
        figure.value,
        _amount(figure, figure.fair) if figure.fair is not None else "",
        _amount(figure, figure.good) if figure.good is not None else "",
        figure.level or "none",
        figure.note,
    )


def _amount(figure: Measure, value: float | None) -> str:
    if value is None:
        return "–"
    if figure.unit == "percent":
        return f"{value:.0f} %"
    return f"{value:.1f} : 1" if figure.unit == "ratio" else f"{value:.0f}"


def _counts(figure: Measure) -> str:
    return f" ({figure.part} of {figure.whole})" if figure.unit == "percent" and figure.value is not None else ""


def _coverage(measured: SessionMeasures, turns: Sequence[Turn]) -> list[CoverageView]:
    views = []
    for family, label in COVERAGE.items():
        quotes = [
            QuoteView(turns[quote.row].position, quote.text, quote.code, CODES[quote.code].label)
            for quote in measured.techniques[family]
        ]
        views.append(CoverageView(family, label, len(quotes), quotes))
    return views


def _timeline(transcript: Transcript, rows: Sequence[Row]) -> list[TimelinePoint]:
    answers = transcript.answers
    points = []
    for turn, row in zip(transcript.turns, rows, strict=True):
        if turn.speaker == Speaker.CLIENT:
            continue
        codes = [span.code for span in row.codes]
        answer = answers.get(turn.id or 0)
        talk = str(answer.talk["type"]) if answer and answer.talk else ""
        act = ACTS[answer.act].says if answer and answer.act else ""
        points.append(
            TimelinePoint(
                turn.position,
                turn.state["resistance"],
                talk,
                act,
                [CODES[code].label for code in codes],
                marker_of(codes),
            )
        )
    return points


def _feedback_view(item: Feedback, turns: Sequence[Turn]) -> FeedbackView:
    return FeedbackView(turns[item.row].position, item.quote, CODES[item.code].label, item.why, item.rewrite)


def _answers(measured: SessionMeasures, turns: Sequence[Turn]) -> list[AnswerView]:
    views = []
    for answer in measured.answers:
        client, trainee = turns[answer.client], turns[answer.counsellor]
        act = ACTS[client.act].says if client.act and ACTS[client.act].resistance else "talks against change"
        labels = [CODES[code].label for code in answer.codes]
        views.append(
            AnswerView(client.position, client.text, act, trainee.text, labels, answer.met, _possible(answer.met))
        )
    return views


def _possible(met: bool) -> str:
    return "" if met else "Also possible: say back what you heard, leave the choice, or come alongside."


def _transcript_turn(turn: Turn, reading: Reading) -> TranscriptTurn:
    turn_id, transcript = turn.id or 0, reading.transcript
    utterances = transcript.utterances.get(turn_id, [])
    codes = codes_in_force(turn, utterances, transcript.corrections) if turn.speaker == Speaker.COUNSELLOR else []
    return TranscriptTurn(turn_id, turn.position, turn.speaker, turn.text, codes, reading.comments(turn_id))


__all__ = [
    "COVERAGE",
    "AnswerView",
    "CoverageView",
    "FeedbackView",
    "MeasureView",
    "QuoteView",
    "Report",
    "TimelinePoint",
    "TranscriptTurn",
    "marker_of",
    "report",
]
