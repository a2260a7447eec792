"""Scores the rows of a transcript in batches as they stream, and sums conversations up."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.scoring.codes import CODES
from app.scoring.language import NOT_ENGLISH, not_english
from app.scoring.measures import Measure, SessionMeasures, measure
from app.scoring.quality import estimate
from app.scoring.ratings import Rating, rate
from app.scoring.reading.columns import kept
from app.scoring.rows import Row, Speaker
from app.scoring.transcripts import OPEN, TranscriptRow
from app.scoring.types import CodedTurn, Coder, Talk

BATCH = 32
#: Characters of the other side's last turn that are kept: their end is what is answered.
CONTEXT = 4000
#: Measures that need words of both sides.
OF_BOTH = frozenset({"answers_to_resistance", "talk_time"})

_WHY_NONE = {
    "answers_to_resistance": "no resistant client turn was answered",
    "reflections_to_questions": "no reflections and no questions",
    "complex_share": "no reflections",
    "open_share": "no questions",
    "talk_time": "no words",
}


@dataclass(frozen=True)
class ScoredRow:
    """A row and what was found: codes for a counsellor, a talk type for a client, None for a blank row.

    `foreign` tells that the text is surely not English, the one language that is coded.
    """

    row: TranscriptRow
    found: CodedTurn | Talk | None
    foreign: bool = False

    def as_dict(self) -> dict[str, Any]:
        """What `score` prints: the input's columns in their order, then the result."""
        given = kept(self.row.given)
        if isinstance(self.found, CodedTurn):
            given |= counsellor_columns(self.found)
        elif self.found is not None:
            given |= client_columns(self.found)
        return given | ({"language": NOT_ENGLISH} if self.foreign else {})


def score_rows(
    coder: Coder, rows: Iterable[TranscriptRow], *, segmented: bool = False, batch: int = BATCH
) -> Iterator[ScoredRow]:
    """Score rows as they stream, in the same order, one result a row.

    `segmented` takes each counsellor row as one utterance. What a row answers is the other side's last turn in the
    same conversation.
    """
    for chunk in _chunks(_with_context(rows), batch):
        counsellor = [(row.text, previous) for row, previous in chunk if row.speaker == "counsellor"]
        client = [(row.text, previous) for row, previous in chunk if row.speaker == "client"]
        coded = iter(coder.code_many(counsellor, segmented=segmented))
        typed = iter(coder.talk_many(client))
        for row, previous in chunk:
            if row.speaker is None:
                yield ScoredRow(row, None)
            else:
                found = next(coded) if row.speaker == "counsellor" else next(typed)
                yield ScoredRow(row, found, not_english(row.text, previous))


@dataclass
class _Open:
    """What was said last in a conversation, by side, and by whom."""

    speaking: Speaker | None = None
    last: dict[Speaker, str] = field(default_factory=dict)

    def hear(self, speaker: Speaker, text: str) -> None:
        """Rows of one speaker in a row are one turn."""
        text = f"{self.last[speaker]} {text}" if self.speaking == speaker else text
        self.last[speaker] = text if len(text) <= CONTEXT else text[-CONTEXT:].partition(" ")[2]
        self.speaking = speaker


def _with_context(rows: Iterable[TranscriptRow]) -> Iterator[tuple[TranscriptRow, str | None]]:
    """Each row with the other side's last turn. Blank rows and repeated ones are no turns of their own."""
    conversations: OrderedDict[str, _Open] = OrderedDict()
    for row in rows:
        talk = conversations.pop(row.key, None) or _Open()
        conversations[row.key] = talk
        if len(conversations) > OPEN:
            conversations.popitem(last=False)
        if row.speaker is None:
            yield row, None
            continue
        yield row, talk.last.get("client" if row.speaker == "counsellor" else "counsellor")
        if row.text.strip() and not row.repeated:
            talk.hear(row.speaker, row.text)


def _chunks(
    rows: Iterator[tuple[TranscriptRow, str | None]], size: int
) -> Iterator[list[tuple[TranscriptRow, str | None]]]:
    while chunk := list(itertools.islice(rows, size)):
        yield chunk


def counsellor_columns(turn: CodedTurn) -> dict[str, Any]:
    """What `score` prints for a counsellor row: primary, codes with their spans, behaviour."""
    return {
        "primary": turn.primary,
        "codes": [
            {
                "code": span.code,
                "probability": round(span.probability, 4),
                "sure": span.sure,
                "start": span.start,
                "end": span.end,
            }
            for span in turn.codes
        ],
        "behaviour": turn.behaviour,
    }


def client_columns(talk: Talk) -> dict[str, Any]:
    """What `score` prints for a client row: the talk type and the probability of each."""
    shares = {kind: round(getattr(talk, kind), 4) for kind in ("change", "neutral", "sustain")}
    return {"talk": {"type": talk.type, "sure": talk.sure, **shares}}


@dataclass
class _Session:
    """A conversation while its rows come in."""

    given: Any
    rows: list[Row] = field(default_factory=list)
    foreign: int = 0
    seen: int = 0

    def add(self, scored: ScoredRow) -> None:
        row, found = scored.row, scored.found
        self.seen += 1
        if found is None or row.repeated:
            return
        self.foreign += scored.foreign
        if isinstance(found, CodedTurn):
            self.rows.append(Row("counsellor", row.text, codes=found.codes))
        else:
            self.rows.append(Row("client", row.text, talk=found.type, talk_sure=found.sure))


def summaries(scored: Iterable[ScoredRow], sizes: Mapping[str, int] | None = None) -> Iterator[dict[str, Any]]:
    """Session measures out of scored rows, one object a conversation, in order of first appearance.

    With `sizes`, the rows of each conversation by its `key`, one is summed up and let go as soon as it is whole;
    without it, all are kept to the end.
    """
    sessions: OrderedDict[str, _Session | dict[str, Any]] = OrderedDict()
    for result in scored:
        key = result.row.key
        if result.row.speaker is None and not key.strip():
            continue  # an empty row of a spreadsheet is no conversation
        session = sessions.setdefault(key, _Session(result.row.conversation))
        if isinstance(session, _Session):
            session.add(result)
            if sizes is not None and session.seen == sizes.get(key):
                sessions[key] = _summary(session)
        while sessions and isinstance(first := next(iter(sessions.values())), dict):
            sessions.popitem(last=False)
            yield first
    for session in sessions.values():
        yield _summary(session) if isinstance(session, _Session) else session


def _summary(session: _Session) -> dict[str, Any]:
    measured = measure(session.rows)
    summary = {
        "conversation": session.given,
        "counsellor_turns": measured.counsellor_turns,
        "client_turns": measured.client_turns,
        "counts": {code: measured.counts[code] for code in CODES},
        "talk": measured.talk,
        "not_sure": {"counsellor": measured.ungraded, "client": measured.untyped},
        "measures": {figure.id: _figure(figure, measured) for figure in measured.measures.values()},
        "globals": {name: _rating(rating) for name, rating in rate(session.rows).items()},
        "quality": _quality(session.rows),
    }
    note = "; ".join(_notes(session, measured))
    return {**summary, "note": note} if note else summary


def _rating(rating: Rating) -> dict[str, Any]:
    """An estimated global, 1–5; without a value where no moment bears on it."""
    known = rating.n > 0
    return {
        "estimate": _rounded(rating.value) if known else None,
        "interval": [_rounded(rating.low), _rounded(rating.high)] if known else None,
        "moments": rating.n,
    }


def _quality(rows: list[Row]) -> dict[str, Any] | None:
    """The probability that experts would call the session good; None where nothing can be said."""
    quality = estimate(rows)
    if quality is None:
        return None
    return {
        "probability": _rounded(quality.probability),
        "interval": [_rounded(quality.low), _rounded(quality.high)],
        "turns": quality.turns,
    }


def _figure(figure: Measure, measured: SessionMeasures) -> dict[str, Any]:
    """A measure as plain values; where there is no value, `note` says why."""
    why = _why_none(figure, measured)
    interval = None if why or figure.interval is None else [_rounded(end) for end in figure.interval]
    plain = {
        "value": None if why else _rounded(figure.value),
        "part": figure.part,
        "whole": figure.whole,
        "unit": figure.unit,
        "interval": interval,
        "level": None if why else figure.level,
    }
    return {**plain, "note": why} if why else plain


def _why_none(figure: Measure, measured: SessionMeasures) -> str:
    if not measured.counsellor_turns:
        return "no counsellor turns"
    if not measured.client_turns and figure.id in OF_BOTH:
        return "no client turns"
    if figure.value is not None:
        return ""
    if measured.ungraded == measured.counsellor_turns:
        return "the coder was not sure of any counsellor turn"
    return _WHY_NONE.get(figure.id, "nothing to count")


def _notes(session: _Session, measured: SessionMeasures) -> Iterator[str]:
    """What a reader of the summary must know about the conversation as a whole."""
    if not any(row.text.strip() for row in session.rows):
        yield "empty: no words"
    elif not measured.counsellor_turns:
        yield "only client turns"
    elif not measured.client_turns:
        yield "only counsellor turns"
    if session.foreign:
        yield f"{session.foreign} of {len(session.rows)} turns are not English and not to be trusted"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


__all__ = ["BATCH", "ScoredRow", "client_columns", "counsellor_columns", "score_rows", "summaries"]
