"""What a coder takes and gives: the interface that outlives every model behind it.

A counsellor turn is coded utterance by utterance; a client turn gets one talk type. Every offset counts characters in
the text that was passed in, so that `text[start:end]` is always the quoted words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from app.scoring.codes import Behaviour

TalkType = Literal["change", "neutral", "sustain"]

#: Below this probability the product says “not sure” instead of grading. Probabilities are calibrated, so that at .5 a
#: code is as likely wrong as right.
SURE = 0.5

#: A counsellor's text and the client turn it answers (None: there was none), or a client's text and the counsellor
#: turn before it.
Exchange = tuple[str, str | None]


@dataclass(frozen=True)
class CodedUtterance:
    """One complete thought of a counsellor turn and its primary code.

    `probability` is that of `code`; `probabilities` holds all codes of the codebook and sums to 1.
    """

    start: int
    end: int
    text: str
    code: str
    probability: float
    probabilities: dict[str, float]

    @property
    def sure(self) -> bool:
        """Whether the coder is sure enough for a grade."""
        return self.probability >= SURE


@dataclass(frozen=True)
class CodeSpan:
    """A code that a turn carries, with the best probability it got and the words that carry it."""

    code: str
    probability: float
    start: int
    end: int

    @property
    def sure(self) -> bool:
        """Whether the coder is sure enough for a grade; an instructor's code has probability 1."""
        return self.probability >= SURE


@dataclass(frozen=True)
class CodedTurn:
    """A counsellor turn: its utterances, the code that stands for the whole, and AnnoMI's main behaviour.

    `primary` is always one of the utterances' codes. A turn without words has no utterances, primary `other` and
    behaviour `other`.
    """

    utterances: tuple[CodedUtterance, ...]
    primary: str
    behaviour: Behaviour
    behaviour_probabilities: dict[str, float]

    @property
    def codes(self) -> tuple[CodeSpan, ...]:
        """The set of the utterances' codes, each once with its best utterance, in order of first appearance."""
        best: dict[str, CodeSpan] = {}
        for utterance in self.utterances:
            known = best.get(utterance.code)
            if known is None or utterance.probability > known.probability:
                best[utterance.code] = CodeSpan(utterance.code, utterance.probability, utterance.start, utterance.end)
        return tuple(best.values())

    @property
    def probability(self) -> float:
        """How sure the coder is of `primary`, 0–1."""
        return next((span.probability for span in self.codes if span.code == self.primary), 1.0)


@dataclass(frozen=True)
class Talk:
    """A client turn: its talk type and the probability of each."""

    type: TalkType
    change: float
    neutral: float
    sustain: float

    @property
    def sure(self) -> bool:
        """Whether the coder is sure enough of `type` for a grade."""
        return max(self.change, self.neutral, self.sustain) >= SURE


class Coder(Protocol):
    """Codes turns. Deterministic: the same texts give the same codes, one at a time or in any batch."""

    @property
    def name(self) -> str:
        """Version and weights, e.g. `coder-1 (3fa9c2d1)`; stored beside what it coded."""
        ...

    def code(self, text: str, previous: str | None = None) -> CodedTurn:
        """Code one counsellor turn; `previous` is the client turn it answers."""
        ...

    def code_many(self, items: Sequence[Exchange], *, segmented: bool = False) -> list[CodedTurn]:
        """Code counsellor turns in the order given; `segmented` takes each text as one utterance."""
        ...

    def talk(self, text: str, previous: str | None = None) -> Talk:
        """Type one client turn; `previous` is the counsellor turn before it."""
        ...

    def talk_many(self, items: Sequence[Exchange]) -> list[Talk]:
        """Type client turns in the order given."""
        ...


__all__ = ["SURE", "CodeSpan", "CodedTurn", "CodedUtterance", "Coder", "Exchange", "Talk", "TalkType"]
