"""What a session comes to, in one small stored value: progress and the dashboard read it instead of every turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from app.client.acts import ACTS
from app.scoring.measures import SessionMeasures, measure
from app.scoring.quality import estimate
from app.scoring.ratings import GlobalId, rate
from app.scoring.rows import Row
from app.store.queries import Transcript

#: What resistance is called that no act names: the coder heard the client talk against change.
SUSTAIN = "talking against change"
#: Raised when what a summary holds changes, so that stored ones are made anew.
VERSION = 1


@dataclass(frozen=True)
class Figure:
    """One measure: `value` in its own unit (None: nothing to divide by) and the counts behind it."""

    value: float | None
    part: int
    whole: int


@dataclass(frozen=True)
class Met:
    """How often a kind of resistance came and was answered, how many answers were graded, how many of these met it."""

    times: int = 0
    graded: int = 0
    met: int = 0


@dataclass(frozen=True)
class Summary:
    """The figures of an ended session. `turns`: the trainee's; `codes` and `talk`: what the coder was sure of.

    `resistance`: by kind (`Resistance`, or SUSTAIN); `ratings`: the globals, 1–5, given or estimated; `quality`: the
    probability that experts would call the session good, None where nothing can be said; `unsure`: utterances not
    graded.
    """

    turns: int
    measures: dict[str, Figure]
    codes: dict[str, int]
    talk: dict[str, int]
    resistance: dict[str, Met]
    ratings: dict[str, float]
    quality: float | None
    unsure: int
    version: int = field(default=VERSION)

    def as_dict(self) -> dict[str, Any]:
        """The value as it is stored."""
        return asdict(self)


def summarise(transcript: Transcript, rows: Sequence[Row], given: Mapping[GlobalId, float] | None = None) -> Summary:
    """The summary of what is graded: `rows`, one for each of the transcript's turns; `given`: a reviewer's globals."""
    measured = measure(rows)
    quality = estimate(rows)
    return Summary(
        turns=measured.counsellor_turns,
        measures={name: Figure(one.value, one.part, one.whole) for name, one in measured.measures.items()},
        codes={code: count for code, count in measured.counts.items() if count},
        talk=measured.talk,
        resistance=_resistance(transcript, measured),
        ratings={str(name): rating.value for name, rating in rate(rows, given).items()},
        quality=quality.probability if quality else None,
        unsure=sum(not span.sure for row in rows for span in row.codes),
    )


def summary_of(stored: Mapping[str, Any] | None) -> Summary | None:
    """A stored summary; None where there is none, or one of an earlier version."""
    if stored is None or stored.get("version") != VERSION:
        return None
    return Summary(
        **{
            **stored,
            "measures": {name: Figure(**value) for name, value in stored["measures"].items()},
            "resistance": {name: Met(**value) for name, value in stored["resistance"].items()},
        }
    )


def _resistance(transcript: Transcript, measured: SessionMeasures) -> dict[str, Met]:
    kinds: dict[str, Met] = {}
    for answer in measured.answers:
        act = transcript.turns[answer.client].act
        kind = (ACTS[act].resistance if act in ACTS else None) or SUSTAIN
        so_far = kinds.get(str(kind), Met())
        graded = answer.met is not None
        kinds[str(kind)] = Met(so_far.times + 1, so_far.graded + graded, so_far.met + (answer.met is True))
    return kinds


__all__ = ["SUSTAIN", "VERSION", "Figure", "Met", "Summary", "summarise", "summary_of"]
