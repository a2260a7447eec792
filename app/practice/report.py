"""The report of an ended session: measures, techniques, resistance over the turns, what to keep and what to try."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlmodel import Session

from app.client.acts import ACTS
from app.i18n import gettext as _
from app.i18n import ngettext
from app.practice.accounts import is_instructor, may_see
from app.practice.alternatives import Alternative, alternatives
from app.practice.blind import stay_blind
from app.practice.errors import Conflict, NotFound
from app.practice.faces import Client, face_of
from app.practice.figures import MeasureView, RatingView, measure_view, not_sure, rating_view
from app.practice.headline import graded, rows_of
from app.practice.house import House
from app.practice.modes import goals, modes
from app.practice.reading import Reading, read
from app.practice.report_views import (
    AnswerView,
    CoverageView,
    FeedbackView,
    GoalView,
    QuoteView,
    Report,
    RewriteView,
    TimelinePoint,
    TranscriptTurn,
)
from app.practice.shifts import shifts_of
from app.practice.views import codes_in_force, part_views, waits
from app.scoring.codes import CODES, FAMILIES
from app.scoring.feedback import Feedback, SessionFeedback, give_feedback
from app.scoring.measures import Answer, SessionMeasures, measure
from app.scoring.quality import estimate, unlike
from app.scoring.ratings import rate
from app.scoring.rows import Row
from app.scoring.situation import situation
from app.scoring.types import CodeSpan, Talk
from app.store.queries import Transcript
from app.store.tables import PracticeSession, Speaker, Turn, User

#: The techniques whose use is shown with quotes, named as the goals are.
COVERAGE = ("reflection", "choices", "paradoxical")

#: The family a trainee turn is drawn as in the timeline, the most telling first.
MARKERS = ("non_adherent", "paradoxical", "choices", "reflection", "adherent", "questions")


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
        own=practice.user_id == user.id,
        mode=modes()[practice.mode],
        goal=_goal(practice.goal, rows, transcript.turns),
        mood=practice.mood,
        reflection=practice.reflection,
        reflected_at=practice.reflected_at,
        globals_given=bool(reading.given),
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
        raise NotFound(_("There is no such session."))
    if practice.ended_at is None:
        raise Conflict(_("The report is made when the session has ended."))
    if not own:
        stay_blind(session, user, session_id)
    return practice


def _coverage(measured: SessionMeasures, turns: Sequence[Turn]) -> list[CoverageView]:
    views = []
    for family in COVERAGE:
        quotes = [
            QuoteView(turns[quote.row].position, quote.text, quote.code, CODES[quote.code].label)
            for quote in measured.techniques[family]
        ]
        views.append(CoverageView(family, goals()[family].label, len(quotes), quotes))
    return views


def _goal(family: str, rows: Sequence[Row], turns: Sequence[Turn]) -> GoalView | None:
    """Today's goal and where it was met, in the trainee's own words."""
    goal = goals().get(family)
    if goal is None:
        return None
    codes = set(FAMILIES[family])
    own = [(row, turn) for row, turn in zip(rows, turns, strict=True) if row.speaker == "counsellor"]
    met = [(turn, next((span for span in row.sure if span.code in codes), None)) for row, turn in own]
    quotes = [
        QuoteView(turn.position, turn.text[span.start : span.end], span.code, CODES[span.code].label)
        for turn, span in met
        if span is not None
    ]
    return GoalView(goal.label, goal.says, len(quotes), len(own), _how_often(len(quotes), len(own)), quotes)


def _how_often(done: int, turns: int) -> str:
    if not turns:
        return _("You said nothing, so there was no turn to do it in.")
    if not done:
        return _("You did not do it this time. The moments below show where it would have fitted.")
    words = ngettext("You did it in {done} of your {turns} turn.", "You did it in {done} of your {turns} turns.", turns)
    return words.format(done=done, turns=turns)


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
                "" if talk is None else _talk_words()[talk.type] if talk.sure else _("not sure"),
                act,
                [_("Waiting")] if waits(turn) else [_code_words(span) for span in row.codes],
                "" if row.ungraded else marker_of([span.code for span in row.sure]),
                turn.state["trust"],
            )
        )
    return points


def _code_words(span: CodeSpan) -> str:
    label = CODES[span.code].label
    return label if span.sure else _("{code} (not sure)").format(code=label)


def _talk_words() -> dict[str, str]:
    return {"change": _("change"), "neutral": _("neutral"), "sustain": _("sustain")}


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
        trainee.position,
        client.text,
        ACTS[client.act].says if client.act and resisting else _("talks against change"),
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
    "GoalView",
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
