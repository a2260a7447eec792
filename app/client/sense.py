"""Sense: how well a written reply answers what was just said, by the embedded model's own likelihood.

The score is log p(reply | conversation) − log p(reply | nothing said): what the conversation adds. The plain likelihood
prefers what is short and common; the difference prefers what answers. Small models judge better than they write: among
16 replies of one person the untuned embedded model picks one written for the moment in 60 % of 100 trials (95 %
interval 50–69; chance 23, plain likelihood 42; `docs/log.md`, `python -m benchmarks.sense`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.client.dialogue import NOTHING, dialogue
from app.client.heard import Said
from app.client.persona import Persona
from app.llm.engine import Engine, Message

#: Turns before the trainee's that the reply is judged by; with four the untuned model is right less often.
HISTORY = 2
#: The furthest that sense moves a score of 0–1 up or down, and how steeply (per nat a token).
MOST, SLOPE = 0.3, 0.45


def sheet(name: str, text: str) -> Message:
    """Who speaks, as the judging model is told."""
    return Message("system", f"You are {name}, a client. {text} You answer briefly.")


def conversation(about: Message, trainee: str, history: Sequence[Said], turns: int = HISTORY) -> tuple[Message, ...]:
    """The messages that a reply to `trainee` is judged by: the last `turns` of what was said before it."""
    recent = history[-turns:] if turns else ()
    return (about, *dialogue(recent), Message("user", trainee))


@dataclass
class Sense:
    """Judges replies with an engine; what replies are worth with nothing said is remembered."""

    engine: Engine
    _alone: dict[tuple[str, str], float] = field(default_factory=dict, repr=False)

    async def bonuses(
        self, persona: Persona, trainee: str, history: Sequence[Said], texts: Sequence[str]
    ) -> list[float] | None:
        """What to add to each text's score, within ±MOST and around 0; None where the engine cannot judge.

        Raises EngineError.
        """
        about = sheet(persona.name, persona.sheet)
        # asked together, so that in a full room a reply's second half does not wait behind everybody's first
        here, alone = await asyncio.gather(
            self.engine.score(conversation(about, trainee, history), texts), self._worth(persona, about, texts)
        )
        if here is None or alone is None:
            return None
        gains = [with_it - without for with_it, without in zip(here, alone, strict=True)]
        middle = sum(gains) / len(gains)
        return [round(max(-MOST, min(MOST, SLOPE * (gain - middle))), 3) for gain in gains]

    async def _worth(self, persona: Persona, about: Message, texts: Sequence[str]) -> list[float] | None:
        """The texts' likelihoods as this person's words with nothing said."""
        new = [text for text in dict.fromkeys(texts) if (persona.id, text) not in self._alone]
        if new:
            scores = await self.engine.score((about, NOTHING), new)
            if scores is None:
                return None
            if len(self._alone) > 50_000:
                self._alone.clear()
            self._alone.update({(persona.id, text): score for text, score in zip(new, scores, strict=True)})
        return [self._alone[persona.id, text] for text in texts]


__all__ = ["HISTORY", "MOST", "SLOPE", "Sense", "conversation", "sheet"]
