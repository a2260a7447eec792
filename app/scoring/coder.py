"""The first trained coder: frozen features of the embedded model, signs on the surface, linear heads.

One pass of the embedded model's first half reads a turn; each utterance is pooled out of it, so that a turn costs the
same however many utterances it has. Texts are read one at a time, never padded into a batch: the same text gives the
same numbers whatever stands beside it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from app.scoring.codes import BEHAVIOURS, CODES, Behaviour
from app.scoring.encoder import Encoder, Span, Vectors, context
from app.scoring.features import hashed, surface
from app.scoring.heads import MODEL_DIR, Head, load_heads
from app.scoring.segment import segment
from app.scoring.types import CodedTurn, CodedUtterance, Coder, Exchange, Talk, TalkType

#: Where the behaviour head and an utterance's own code disagree, the utterance that stands for the turn is picked by
#: its probability times this for a code of another behaviour.
OFF_BEHAVIOUR = 0.2
#: A thought runs over at most this many sentences or clauses.
LONGEST_THOUGHT = 5
#: What a cut between two thoughts is worth, in log-probability; chosen on two hands' answers, checked on a third's.
CUT = 0.2
#: "Okay." seldom stands for a turn that says more.
FILLER = 0.3


class LinearCoder:
    """Codes turns with an encoder and the heads `code`, `behaviour` and `talk`."""

    def __init__(self, encoder: Encoder, heads: dict[str, Head], name: str) -> None:
        self._encoder = encoder
        self._code, self._behaviour, self._talk = heads["code"], heads["behaviour"], heads["talk"]
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    def code(self, text: str, previous: str | None = None) -> CodedTurn:
        return self._coded(text, previous, segment(text))

    def code_many(self, items: Sequence[Exchange], *, segmented: bool = False) -> list[CodedTurn]:
        return [self._coded(text, previous, _whole(text) if segmented else segment(text)) for text, previous in items]

    def talk(self, text: str, previous: str | None = None) -> Talk:
        if not _readable(text):
            return Talk("neutral", *((0.0, 1.0, 0.0) if not _letters(text) else (0.3, 0.4, 0.3)))
        vectors = self._encoder.encode(context(previous, client=True), text, [(0, len(text))])
        shares = _shares(self._talk, vectors, [text], previous)[0]
        found = dict(zip(self._talk.classes, (float(share) for share in shares), strict=True))
        kind = max(found, key=lambda name: found[name])
        return Talk(cast("TalkType", kind), found["change"], found["neutral"], found["sustain"])

    def talk_many(self, items: Sequence[Exchange]) -> list[Talk]:
        return [self.talk(text, previous) for text, previous in items]

    def _coded(self, text: str, previous: str | None, spans: list[Span]) -> CodedTurn:
        if not spans or not _readable(text):
            return _unread(text, spans)
        runs = _runs([text[start:end] for start, end in spans])
        joined = [(spans[first][0], spans[last][1]) for first, last in runs]
        vectors = self._encoder.encode(context(previous), text, [*joined, (0, len(text))])
        parts = [text[start:end] for start, end in joined]
        codes = _shares(self._code, vectors[:-1], parts, previous)
        behaviours = _shares(self._behaviour, vectors[-1:], [text], previous)[0]
        found = dict(zip(self._behaviour.classes, (float(share) for share in behaviours), strict=True))
        behaviour = cast("Behaviour", max(found, key=lambda name: found[name]))
        utterances = tuple(
            _utterance(joined[run], parts[run], dict(zip(self._code.classes, map(float, codes[run]), strict=True)))
            for run in _thoughts(runs, codes.max(axis=1), len(spans))
        )
        return CodedTurn(utterances, _primary(utterances, behaviour), behaviour, found)


def load_coder(base_dir: Path, model_dir: Path = MODEL_DIR) -> Coder:
    """The coder that ships, over the embedded model in the folder `base_dir` (safetensors, `app.llm.embedded`).

    FileNotFoundError or ValueError where the embedded model is not there or not that model; CoderFilesError where the
    coder's own weights in `model_dir` are not as they were made.
    """
    heads, name = load_heads(model_dir)
    return LinearCoder(Encoder(base_dir), heads, name)


def _shares(head: Head, vectors: Vectors, texts: Sequence[str], previous: str | None) -> Vectors:
    signs = np.stack([surface(text, previous) for text in texts])
    return head.probabilities(vectors, signs, [hashed(text) for text in texts])


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


def _readable(text: str) -> bool:
    """Whether there are letters to read and most of them are Latin: the coder knows English only."""
    letters = _letters(text)
    latin = sum(letter.isascii() or unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return bool(letters) and 2 * latin >= len(letters)


def _unread(text: str, spans: Sequence[Span]) -> CodedTurn:
    """A turn without words is `other` for certain ("…", "🙂"); one in another script is `other` for want of better."""
    sure = 1.0 if not _letters(text) else 0.2
    rest: Any = (1.0 - sure) / (len(CODES) - 1)
    codes = {code: sure if code == "other" else rest for code in CODES}
    behaviours = {name: sure if name == "other" else (1.0 - sure) / 3 for name in BEHAVIOURS}
    utterances = tuple(CodedUtterance(a, b, text[a:b], "other", sure, codes) for a, b in spans)
    return CodedTurn(utterances, "other", "other", cast("dict[str, float]", behaviours))


__all__ = ["LinearCoder", "load_coder"]
