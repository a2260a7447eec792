"""One turn as measures, ratings and guards see it, whoever coded it: the model, or an instructor who corrected it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.scoring.types import CodeSpan, TalkType

Speaker = Literal["counsellor", "client"]


@dataclass(frozen=True)
class Row:
    """One turn. `codes` are a counsellor turn's codes with the words that carry them; `talk` is a client's talk type.

    `resists` tells that a client turn is an act of resistance, where acts are known (a joke that dodges the question
    is neutral talk and resistance all the same). `talk_sure` is False where the coder was not sure of the talk type.
    """

    speaker: Speaker
    text: str
    codes: tuple[CodeSpan, ...] = ()
    talk: TalkType | None = None
    resists: bool = False
    talk_sure: bool = True

    @property
    def sure(self) -> tuple[CodeSpan, ...]:
        """The codes that the coder was sure of; only these are graded."""
        return tuple(span for span in self.codes if span.sure)

    @property
    def ungraded(self) -> bool:
        """Whether there are codes and the coder was sure of none."""
        return bool(self.codes) and not self.sure

    @property
    def sure_talk(self) -> TalkType | None:
        """The talk type, where the coder was sure of it."""
        return self.talk if self.talk_sure else None

    @property
    def resisting(self) -> bool:
        """Whether this client turn is an act of resistance, or sustain talk for sure."""
        return self.resists or self.sure_talk == "sustain"


@dataclass(frozen=True)
class Volley:
    """All that one side said in a row: the first row's index and the rows."""

    index: int
    rows: tuple[Row, ...]

    @property
    def speaker(self) -> Speaker:
        return self.rows[0].speaker

    @property
    def text(self) -> str:
        return " ".join(row.text for row in self.rows)


def volleys(rows: Sequence[Row]) -> Iterator[Volley]:
    """The session as the sides took turns: rows of one speaker in a row are one volley."""
    start = 0
    for index in range(1, len(rows) + 1):
        if index == len(rows) or rows[index].speaker != rows[start].speaker:
            yield Volley(start, tuple(rows[start:index]))
            start = index


__all__ = ["Row", "Speaker", "Volley", "volleys"]
