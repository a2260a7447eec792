"""What a report is made of: plain values for the page and the document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.practice.alternatives import Alternative
from app.practice.arrivals import ArrivalView
from app.practice.figures import MeasureView, RatingView
from app.practice.modes import ModeInfo
from app.practice.views import AsideView, CodeView, CommentView, PartView, SessionRow
from app.scoring.quality import Quality


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
    """One exchange: the trainee turn at `position`, its marker and codes, the client's resistance and trust after, 0–1.

    The marker is empty where the coder was sure of no code; codes it was not sure of are told apart.
    """

    position: int
    resistance: float
    talk: str
    act: str
    codes: list[str]
    marker: str
    trust: float


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
    trainee_position: int
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
class GoalView:
    """What the trainee set out to do, and how often they did it: `done` of their `turns`; `says`: that in words."""

    label: str
    what: str
    done: int
    turns: int
    says: str
    quotes: list[QuoteView]


@dataclass(frozen=True)
class Report:
    """All that a report shows.

    `habits` are the forms that were used too often to count, in words; `not_sure` says what was left ungraded, empty
    where nothing was. `quality_withheld`: so much of the session is worn that nothing is said about its quality.
    `called`: the client, or the group, in the middle of a sentence. `own`: the reader is the trainee. `mode` in words;
    `goal` is None where none was set. `globals_given`: an instructor rated the session.
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
    own: bool
    mode: ModeInfo
    goal: GoalView | None
    mood: int | None
    reflection: str
    reflected_at: datetime | None
    globals_given: bool


__all__ = [
    "AnswerView",
    "CoverageView",
    "FeedbackView",
    "GoalView",
    "QuoteView",
    "Report",
    "RewriteView",
    "TimelinePoint",
    "TranscriptTurn",
]
