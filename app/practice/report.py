"""The report of an ended session: measures, techniques, resistance over the turns, what to keep and what to try."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.client.acts import ACTS
from app.practice.accounts import is_instructor, may_see
from app.practice.alternatives import Alternative, alternatives
from app.practice.arrivals import ArrivalView
from app.practice.errors import Conflict, NotFound
from app.practice.faces import Client, face_of
from app.practice.figures import MeasureView, RatingView, measure_view, not_sure, rating_view
from app.practice.headline import graded, rows_of
from app.practice.house import House
from app.practice.reading import Reading, read
from app.practice.shifts import shifts_of
from app.practice.views import AsideView, CodeView, CommentView, PartView, SessionRow, codes_in_force, part_views, waits
from app.scoring.codes import CODES, FAMILIES
from app.scoring.feedback import Feedback, SessionFeedback, give_feedback
from app.scoring.measures import Answer, SessionMeasures, measure
from app.scoring.quality import Quality, estimate, unlike
from app.scoring.ratings import rate
from app.scoring.rows import Row
from app.scoring.situation import situation
from app.scoring.types import Talk
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
    """One exchange: the trainee turn at `position`, its marker and codes, and the client's resistance after it, 0–1.

    The marker is empty where the coder was sure of no code; codes it was not sure of are told apart.
    """

    position: int
    resistance: float
    talk: str
    act: str
    codes: list[str]
    marker: str


@dataclass(frozen=True)
class RewriteView:
    """What could have been said instead: the technique, the words, and why it fits there."""

    label: str
    text: str
    why: str


@dataclass(frozen=True)
class FeedbackView:
    """A moment worth a word: what was said, why it matters, what it did to the simulated client, and what to try.

    `rewrites` are of different techniques, the best first; `caution` says which technique would do harm there.
    """

    turn_position: int
    quote: str
    label: str
    why: str
    effect: str
    rewrites: list[RewriteView]
    caution: str | None

    @property
    def rewrite(self) -> str | None:
        """The words of the first rewrite."""
        return self.rewrites[0].text if self.rewrites else None


@dataclass(frozen=True)
class AnswerView:
    """A resistant client turn, what it was met with, and what else was possible there.

    `met` is None where the coder was not sure, so that it is not graded; `worn` tells that the answer is of a form that
    was used too often to count.
    """

    position: int
    client_text: str
    act: str
    trainee_text: str
    labels: list[str]
    met: bool | None
    worn: bool
    possible: list[Alternative]


@dataclass(frozen=True)
class TranscriptTurn:
    """A turn in the report, with the codes in force, the instructor's comments and the pauses after it.

    `waits`: the trainee said nothing and waited. `parts` and `to` as in RoomTurn.
    """

    id: int
    position: int
    speaker: str
    text: str
    codes: list[CodeView]
    comments: list[CommentView]
    waits: bool
    asides: list[AsideView]
    parts: tuple[PartView, ...]
    to: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """All that a report shows.

    `habits` are the forms that were used too often to count, in words; `not_sure` says what was left ungraded, empty
    where nothing was. `quality_withheld`: so much of the session is worn that nothing is said about its quality.
    `called`: the client, or the group, in the middle of a sentence.
    """

    row: SessionRow
    called: str
    arrival: ArrivalView
    headline: MeasureView
    measures: list[MeasureView]
    coverage: list[CoverageView]
    timeline: list[TimelinePoint]
    well: list[FeedbackView]
    try_next: list[FeedbackView]
    answers: list[AnswerView]
    habits: list[str]
    not_sure: str
    ratings: list[RatingView]
    quality: Quality | None
    quality_withheld: bool
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
    transcript, rows = _graded(reading)
    measured = measure(rows)
    feedback = _feedback(house, transcript, reading.client, rows)
    views = [measure_view(figure) for figure in measured.measures.values()]
    return Report(
        row=reading.row,
        called=reading.called,
        arrival=reading.arrival,
        headline=views[0],
        measures=views[1:],
        coverage=_coverage(measured, transcript.turns),
        timeline=_timeline(reading.transcript),
        well=[_feedback_view(item, transcript.turns) for item in feedback.well],
        try_next=[_feedback_view(item, transcript.turns) for item in feedback.try_next],
        answers=_answers(measured, transcript, reading.client, rows),
        habits=[habit.says for habit in measured.habits],
        not_sure=not_sure(measured),
        ratings=[rating_view(rating) for rating in rate(rows, reading.given).values()],
        quality=estimate(rows),
        quality_withheld=unlike(rows),
        transcript=[_transcript_turn(turn, reading) for turn in reading.transcript.turns],
        summary=reading.summary,
        reviewer_name=reading.reviewer_name,
        reviewed_at=reading.reviewed_at,
    )


def points_of(house: House, user: User, session_id: uuid.UUID) -> tuple[list[Row], SessionFeedback]:
    """The rows of an ended session with the feedback on them, as the report would show it now. Raises as it does."""
    with house.database.read() as session:
        reading = read(session, _readable(session, user, session_id))
    transcript, rows = _graded(reading)
    return rows, _feedback(house, transcript, reading.client, rows)


def marker_of(codes: Sequence[str]) -> str:
    """The family that a trainee turn is drawn as."""
    return next((family for family in MARKERS if set(codes) & set(FAMILIES[family])), "other")


def _graded(reading: Reading) -> tuple[Transcript, list[Row]]:
    """What is graded, and its rows, one for each turn."""
    transcript = graded(reading.transcript)
    return transcript, rows_of(transcript)


def _readable(session: Session, user: User, session_id: uuid.UUID) -> PracticeSession:
    practice = session.get(PracticeSession, session_id)
    own = practice is not None and practice.user_id == user.id
    if practice is None or not (own or (is_instructor(user) and may_see(session, user, practice.user_id))):
        raise NotFound("There is no such session.")
    if practice.ended_at is None:
        raise Conflict("The report is made when the session has ended.")
    return practice


def _coverage(measured: SessionMeasures, turns: Sequence[Turn]) -> list[CoverageView]:
    views = []
    for family, label in COVERAGE.items():
        quotes = [
            QuoteView(turns[quote.row].position, quote.text, quote.code, CODES[quote.code].label)
            for quote in measured.techniques[family]
        ]
        views.append(CoverageView(family, label, len(quotes), quotes))
    return views


def _timeline(transcript: Transcript) -> list[TimelinePoint]:
    answers = transcript.answers
    points = []
    for turn, row in zip(transcript.turns, rows_of(transcript), strict=True):
        if turn.speaker == Speaker.CLIENT:
            continue
        answer = answers.get(turn.id or 0)
        talk = Talk(**answer.talk) if answer and answer.talk else None
        act = ACTS[answer.act].says if answer and answer.act else ""
        points.append(
            TimelinePoint(
                turn.position,
                turn.state["resistance"],
                "" if talk is None else talk.type if talk.sure else "not sure",
                act,
                ["Waiting"]
                if waits(turn)
                else [CODES[span.code].label + ("" if span.sure else " (not sure)") for span in row.codes],
                "" if row.ungraded else marker_of([span.code for span in row.sure]),
            )
        )
    return points


def _feedback(house: House, transcript: Transcript, client: Client, rows: Sequence[Row]) -> SessionFeedback:
    face = face_of(client)
    return give_feedback(
        rows,
        house.coder,
        states=shifts_of(transcript, client),
        name=face.called,
        aim=face.aim,
        written=house.written.of(transcript.session.id),
    )


def _feedback_view(item: Feedback, turns: Sequence[Turn]) -> FeedbackView:
    rewrites = [RewriteView(CODES[other.code].label, other.text, other.why) for other in item.rewrites]
    label = CODES[item.code].label
    return FeedbackView(turns[item.row].position, item.quote, label, item.why, item.effect, rewrites, item.caution)


def _answers(
    measured: SessionMeasures, transcript: Transcript, client: Client, rows: Sequence[Row]
) -> list[AnswerView]:
    """Each answer to resistance, with what else was possible there."""
    views: list[AnswerView] = []
    shifts, name = shifts_of(transcript, client), face_of(client).called
    for answer in measured.answers:
        wavered = any(row.sure_talk == "change" for row in rows[: answer.client])
        at = situation(rows, answer.counsellor, name=name, shift=shifts.get(answer.counsellor), both_sides=wavered)
        proposed = [other.code for view in views for other in view.possible]
        views.append(_answer_view(answer, transcript.turns, alternatives(at, answer.codes, proposed)))
    return views


def _answer_view(answer: Answer, turns: Sequence[Turn], possible: list[Alternative]) -> AnswerView:
    client, trainee = turns[answer.client], turns[answer.counsellor]
    resisting = client.act and ACTS[client.act].resistance
    return AnswerView(
        client.position,
        client.text,
        ACTS[client.act].says if client.act and resisting else "talks against change",
        trainee.text,
        [CODES[code].label for code in answer.codes],
        answer.met,
        answer.worn,
        possible,
    )


def _transcript_turn(turn: Turn, reading: Reading) -> TranscriptTurn:
    turn_id, transcript = turn.id or 0, reading.transcript
    utterances = transcript.utterances.get(turn_id, [])
    coded = turn.speaker == Speaker.COUNSELLOR and not waits(turn)
    codes = codes_in_force(turn, utterances, transcript.corrections) if coded else []
    return TranscriptTurn(
        turn_id,
        turn.position,
        turn.speaker,
        turn.text,
        codes,
        reading.comments(turn_id),
        waits(turn),
        reading.asides(turn.position),
        part_views(turn),
        reading.to(turn),
    )


__all__ = [
    "COVERAGE",
    "AnswerView",
    "CoverageView",
    "FeedbackView",
    "MeasureView",
    "QuoteView",
    "RatingView",
    "Report",
    "RewriteView",
    "TimelinePoint",
    "TranscriptTurn",
    "marker_of",
    "points_of",
    "report",
]
