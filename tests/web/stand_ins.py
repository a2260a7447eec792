"""Stand-ins for the models, fast and predictable: a coder that goes by a word, and a hand on the client's voice.

The web tests ask whether pages and statuses are right, not whether the codes are; the real models have the browser
tests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from app.llm.engine import EngineBusy
from app.practice import turns
from app.practice.house import House
from app.practice.parties import Answer
from app.scoring.codes import CODES, Behaviour
from app.scoring.segment import segment
from app.scoring.types import CodedTurn, CodedUtterance, Exchange, Talk

SIGNS = {
    "up to you": "emphasize_autonomy",
    "or we could": "offer_choices",
    "should": "persuade",
    "drunk": "confront",
    "sounds like": "complex_reflection",
    "you feel": "simple_reflection",
    "what": "open_question",
    "?": "closed_question",
    "strong": "affirmation",
}


class KeywordCoder:
    """Codes by the first sign that an utterance holds; unsure (0.4) where the text says “perhaps”."""

    name = "keyword coder"

    def code(self, text: str, previous: str | None = None) -> CodedTurn:  # noqa: ARG002
        utterances = tuple(self._utterance(text, start, end) for start, end in segment(text))
        primary = utterances[0].code if utterances else "other"
        behaviours: dict[str, float] = dict.fromkeys(("question", "reflection", "input", "other"), 0.25)
        behaviour: Behaviour = CODES[primary].behaviour
        return CodedTurn(utterances, primary, behaviour, behaviours)

    def code_many(self, items: Sequence[Exchange], *, segmented: bool = False) -> list[CodedTurn]:  # noqa: ARG002
        return [self.code(text, previous) for text, previous in items]

    def talk(self, text: str, previous: str | None = None) -> Talk:  # noqa: ARG002
        return Talk("sustain", 0.1, 0.2, 0.7)

    def talk_many(self, items: Sequence[Exchange]) -> list[Talk]:
        return [self.talk(text, previous) for text, previous in items]

    @staticmethod
    def _utterance(text: str, start: int, end: int) -> CodedUtterance:
        words = text[start:end]
        code = next((code for sign, code in SIGNS.items() if sign in words.lower()), "other")
        probability = 0.4 if "perhaps" in words.lower() else 0.8
        rest = (1 - probability) / (len(CODES) - 1)
        probabilities = {known: probability if known == code else rest for known in CODES}
        return CodedUtterance(start, end, words, code, probability, probabilities)


@dataclass
class Voice:
    """Holds the client's tongue: each reply takes `delay` seconds, or is refused while `busy`."""

    delay: float = 0.0
    busy: bool = False
    spoken: int = 0

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Stand between the turn and the actor."""
        speak = turns._speak

        async def held(house: House, due: turns._Due) -> Answer:
            if self.busy:
                raise EngineBusy("the queue is full", 2.0)
            await asyncio.sleep(self.delay)
            self.spoken += 1
            return await speak(house, due)

        monkeypatch.setattr(turns, "_speak", held)


__all__ = ["KeywordCoder", "Voice"]
