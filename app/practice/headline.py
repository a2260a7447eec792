"""Stored rows as the measures read them, and the figures kept with each session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from app.client.acts import ACTS
from app.practice.milestones import mark_reached
from app.practice.miti import given_ratings
from app.practice.summary import summarise
from app.practice.views import codes_in_force, waits
from app.scoring.measures import measure
from app.scoring.rows import Row
from app.scoring.types import CodeSpan, Talk
from app.store.queries import Transcript, transcript_of
from app.store.tables import PracticeSession, Review, Speaker, Turn


def graded(transcript: Transcript) -> Transcript:
    """The transcript without the turns in which the trainee waited: silence is no answer and no missed one either.

    What the client said before a silence and after it then stands together, and the trainee's next words answer it.
    """
    return replace(transcript, turns=[turn for turn in transcript.turns if not waits(turn)])


def rows_of(transcript: Transcript) -> list[Row]:
    """The transcript's turns with the codes in force (an instructor's correction before the model's)."""
    return [_row(turn, transcript) for turn in transcript.turns]


def refresh_headline(session: Session, practice: PracticeSession) -> None:
    """Work out headline, summary and the milestones they reach, after the end, a correction or a reviewer's ratings."""
    transcript = graded(transcript_of(session, practice))
    rows = rows_of(transcript)
    word = session.get(Review, practice.id)
    summary = summarise(transcript, rows, given_ratings(word.globals_given if word else None))
    practice.headline, practice.figures, practice.unsure = headline_of(rows), summary.as_dict(), summary.unsure
    session.add(practice)
    mark_reached(session, practice, summary)


def headline_of(rows: Sequence[Row]) -> float | None:
    """The share (0–1) of resistant client turns that were answered well, of those that are graded; None without any."""
    value = measure(rows).measures["answers_to_resistance"].value
    return None if value is None else value / 100


def _row(turn: Turn, transcript: Transcript) -> Row:
    if turn.speaker == Speaker.CLIENT:
        resists = bool(turn.act and ACTS[turn.act].resistance)
        talk = Talk(**turn.talk) if turn.talk else None
        return Row(
            "client", turn.text, talk=talk.type if talk else None, resists=resists, talk_sure=not talk or talk.sure
        )
    views = codes_in_force(turn, transcript.utterances.get(turn.id or 0, []), transcript.corrections)
    return Row("counsellor", turn.text, tuple(CodeSpan(v.code, v.probability, v.start, v.end) for v in views))


__all__ = ["graded", "headline_of", "refresh_headline", "rows_of"]
