"""The trained coder: small fine-tuned encoders, signs on the surface, linear heads.

One pass of each encoder reads a turn; every utterance is pooled out of it, so that a turn costs the same however many
utterances it has. Texts are read one at a time, never padded into a batch: the same text gives the same numbers
whatever stands beside it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import numpy as np

from app.scoring.codes import BEHAVIOURS, CODES, Behaviour
from app.scoring.encoder import Encoder, Span, Vectors
from app.scoring.features import hashed, surface
from app.scoring.heads import Head
from app.scoring.language import not_english
from app.scoring.segment import segment
from app.scoring.types import CodedTurn, CodedUtterance, Coder, Exchange, Talk, TalkType
from app.scoring.weights import MODEL_DIR, load_files

#: Where the behaviour head and an utterance's own code disagree, the utterance that stands for the turn is picked by
#: its probability times this for a code of another behaviour.
OFF_BEHAVIOUR = 0.2
#: A thought runs over at most this many sentences or clauses.
LONGEST_THOUGHT = 5
#: What a cut between two thoughts is worth, in log-probability; chosen on two hands' answers, checked on a third's.
CUT = 0.2
#: "Okay." seldom stands for a turn that says more.
FILLER = 0.3
#: Turns whose codes are remembered, the latest.
REMEMBERED = 1024


class TrainedCoder:
    """Codes turns with encoders and the heads `code`, `behaviour` and `talk`."""

    def __init__(self, encoders: Sequence[Encoder], heads: dict[str, Head], name: str) -> None:
        self._encoders = tuple(encoders)
        self._heads = heads
        self._name = name
        # a report codes its rewrites anew each time it is opened
        self._remembered = lru_cache(maxsize=REMEMBERED)(
            lambda text, previous: self._coded(text, previous, segment(text))
        )

    @property
    def name(self) -> str:
        return self._name

    def code(self, text: str, previous: str | None = None) -> CodedTurn:
        return self._remembered(text, previous)

    def code_many(self, items: Sequence[Exchange], *, segmented: bool = False) -> list[CodedTurn]:
        return [self._coded(text, previous, _whole(text) if segmented else segment(text)) for text, previous in items]

    def talk(self, text: str, previous: str | None = None) -> Talk:
        if not _readable(text, previous):
            return Talk("neutral", *((0.0, 1.0, 0.0) if not _letters(text) else (0.3, 0.4, 0.3)))
        found = self._named("talk", self.shares(text, previous, [(0, len(text))], client=True)["talk"])
        kind = max(found, key=lambda name: found[name])
        return Talk(cast("TalkType", kind), found["change"], found["neutral"], found["sustain"])

    def talk_many(self, items: Sequence[Exchange]) -> list[Talk]:
        return [self.talk(text, previous) for text, previous in items]

    def shares(
        self, text: str, previous: str | None, spans: Sequence[Span], *, client: bool = False
    ) -> dict[str, Vectors]:
        """Probabilities by head: `talk` (3,) of a client turn; else `code` (len(spans) - 1, 19) and `behaviour` (4,).

        The last span is the whole turn.
        """
        hidden = np.concatenate(
            [encoder.encode(previous, text, spans, client=client) for encoder in self._encoders], axis=1
        )
        parts = [text[start:end] for start, end in spans]
        signs, words = np.stack([surface(part, previous) for part in parts]), [hashed(part) for part in parts]
        if client:
            return {"talk": self._heads["talk"].probabilities(hidden[-1:], signs[-1:], words[-1:])[0]}
        return {
            "code": self._heads["code"].probabilities(hidden[:-1], signs[:-1], words[:-1]),
            "behaviour": self._heads["behaviour"].probabilities(hidden[-1:], signs[-1:], words[-1:])[0],
        }

    def _named(self, head: str, row: Vectors) -> dict[str, float]:
        return dict(zip(self._heads[head].classes, map(float, row), strict=True))

    def _coded(self, text: str, previous: str | None, spans: list[Span]) -> CodedTurn:
        if not spans or not _readable(text, previous):
            return _unread(text, spans)
        runs = _runs([text[start:end] for start, end in spans])
        joined = [(spans[first][0], spans[last][1]) for first, last in runs]
        found = self.shares(text, previous, [*joined, (0, len(text))])
        behaviours = self._named("behaviour", found["behaviour"])
        behaviour = cast("Behaviour", max(behaviours, key=lambda name: behaviours[name]))
        utterances = tuple(
            _utterance(joined[run], text[slice(*joined[run])], self._named("code", found["code"][run]))
            for run in _thoughts(runs, found["code"].max(axis=1), len(spans))
        )
        return CodedTurn(utterances, _primary(utterances, behaviour), behaviour, behaviours)


def load_coder(model_dir: Path = MODEL_DIR) -> Coder:
    """The coder that ships. CoderFilesError where its files in `model_dir` are not as they were made."""
    found = load_files(model_dir)
    return TrainedCoder(found.encoders, found.heads, found.name)


def _runs(parts: Sequence[str]) -> list[tuple[int, int]]:
    """Runs of up to `LONGEST_THOUGHT` neighbouring segments as (first, last), singles included.

    A question is a thought of its own: the one that closes a menu, or a summary, is a code beside it.
    """
    asks = [part.rstrip("\"'”’) ").endswith("?") for part in parts]
    return [
        (first, last)
        for last in range(len(parts))
        for first in range(max(0, last - LONGEST_THOUGHT + 1), last + 1)
        if first == last or not any(asks[first : last + 1])
    ]


def _thoughts(runs: Sequence[tuple[int, int]], sure: Vectors, count: int) -> list[int]:
    """The runs that together make the likeliest reading of a turn, as indices into `runs`, in order.

    A summary or a menu may run over several sentences, and a sentence may hold a thought of its own: of all ways to
    cut the turn, the one whose codes are surest is taken (each segment counts with the probability of its run's code).
    """
    best = [0.0, *([-np.inf] * count)]
    chosen = [0] * (count + 1)
    for number, (first, last) in enumerate(runs):
        worth = best[first] + (last - first + 1) * float(np.log(max(sure[number], 1e-12))) + CUT
        if worth > best[last + 1]:
            best[last + 1], chosen[last + 1] = worth, number
    found: list[int] = []
    end = count
    while end:
        found.append(chosen[end])
        end = runs[chosen[end]][0]
    return found[::-1]


def _utterance(span: Span, text: str, found: dict[str, float]) -> CodedUtterance:
    code = max(found, key=lambda name: found[name])
    return CodedUtterance(span[0], span[1], text, code, found[code], found)


def _primary(utterances: Sequence[CodedUtterance], behaviour: Behaviour) -> str:
    """The code that stands for a turn: of the turn's behaviour if any utterance is, and the surest of those."""

    def weight(utterance: CodedUtterance) -> float:
        fits = 1.0 if CODES[utterance.code].behaviour == behaviour else OFF_BEHAVIOUR
        return utterance.probability * fits * (FILLER if utterance.code == "other" else 1.0)

    return max(utterances, key=weight).code


def _whole(text: str) -> list[Span]:
    spans = segment(text)
    return [(spans[0][0], spans[-1][1])] if spans else []


def _letters(text: str) -> list[str]:
    return [letter for letter in text if letter.isalpha()]


def _readable(text: str, previous: str | None) -> bool:
    """Whether there are letters to read, most of them Latin, and no sign of another language: it knows English only."""
    letters = _letters(text)
    latin = sum(letter.isascii() or unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return bool(letters) and 2 * latin >= len(letters) and not not_english(text, previous)


def _unread(text: str, spans: Sequence[Span]) -> CodedTurn:
    """A turn without words is `other` for certain ("…", "🙂"); one in another script is `other` for want of better."""
    sure = 1.0 if not _letters(text) else 0.2
    rest: Any = (1.0 - sure) / (len(CODES) - 1)
    codes = {code: sure if code == "other" else rest for code in CODES}
    behaviours = {name: sure if name == "other" else (1.0 - sure) / 3 for name in BEHAVIOURS}
    utterances = tuple(CodedUtterance(a, b, text[a:b], "other", sure, codes) for a, b in spans)
    return CodedTurn(utterances, "other", "other", cast("dict[str, float]", behaviours))


__all__ = ["TrainedCoder", "load_coder"]
