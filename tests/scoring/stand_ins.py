"""A coder without a model: it looks for the codes that a test has written for a text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.scoring.codes import CODES
from app.scoring.segment import segment
from app.scoring.types import CodedTurn, CodedUtterance, Exchange, Talk


class ScriptedCoder:
    """Codes each utterance by a function of its text; every client turn is sustain talk if it holds "not"."""

    name = "scripted"

    def __init__(self, of: Callable[[str], str]) -> None:
        self._of = of
        self.asked: list[tuple[str, str | None]] = []

    def code(self, text: str, previous: str | None = None) -> CodedTurn:
        return self._coded(text, previous, segmented=False)

    def code_many(self, items: Sequence[Exchange], *, segmented: bool = False) -> list[CodedTurn]:
        return [self._coded(text, previous, segmented=segmented) for text, previous in items]

    def talk(self, text: str, previous: str | None = None) -> Talk:
        self.asked.append((text, previous))
        return Talk("sustain", 0.1, 0.2, 0.7) if "not" in text else Talk("neutral", 0.1, 0.8, 0.1)

    def talk_many(self, items: Sequence[Exchange]) -> list[Talk]:
        return [self.talk(text, previous) for text, previous in items]

    def _coded(self, text: str, previous: str | None, *, segmented: bool) -> CodedTurn:
        self.asked.append((text, previous))
        spans = [(0, len(text))] if segmented and text else segment(text)
        utterances = tuple(
            CodedUtterance(
                a, b, text[a:b], code := self._of(text[a:b]), 0.8, {name: float(name == code) for name in CODES}
            )
            for a, b in spans
        )
        primary = utterances[0].code if utterances else "other"
        return CodedTurn(utterances, primary, CODES[primary].behaviour, {})


__all__ = ["ScriptedCoder"]
