"""Sense: how well a reply answers what was just said, by the language model's own likelihood.

What counts is log p(reply | conversation) − log p(reply | nothing said): what the conversation adds. The likelihood
alone prefers what is short and common; the difference prefers what answers. The tuned model reads the control line too;
the untuned one, where the tuned part is not used, is told the sheet (docs/log.md, `python -m benchmarks.sense`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.client.control import Control, who
from app.client.control import alone as nothing_said
from app.client.control import conversation as controlled
from app.client.dialogue import NOTHING, dialogue
from app.client.heard import Said
from app.client.persona import Persona
from app.client.vectors import MODEL_DIR
from app.llm.engine import Engine, Message

#: The part of the embedded model that was trained to be a client.
VOICE = MODEL_DIR / "voice.safetensors"
#: Turns before the trainee's that the untuned model judges by; with four it is right less often.
HISTORY = 2


@dataclass(frozen=True)
class Worth:
    """What the model says of a reply, in nats a token: how likely it is here, and how much likelier than anywhere."""

    likely: float
    gain: float


def sheet(name: str, text: str) -> Message:
    """Who speaks, as the untuned model is told."""
    return Message("system", f"You are {name}, a client. {text} You answer briefly.")


def conversation(about: Message, trainee: str, history: Sequence[Said], turns: int = HISTORY) -> tuple[Message, ...]:
    """The messages that the untuned model judges a reply to `trainee` by."""
    recent = history[-turns:] if turns else ()
    return (about, *dialogue(recent), Message("user", trainee))


@dataclass
class Sense:
    """Judges replies with an engine; what replies are worth with nothing said is remembered."""

    engine: Engine
    tuned: bool = False
    _alone: dict[tuple[str, str], float] = field(default_factory=dict, repr=False)

    async def worth(
        self, persona: Persona, trainee: str, history: Sequence[Said], texts: Sequence[str], control: Control | None
    ) -> list[Worth] | None:
        """What the model says of each text; None where the engine cannot judge. Raises EngineError."""
        if self.tuned:
            about = who(persona.name, persona.age, persona.sheet)
            asked, nothing = controlled(about, trainee, history, control), nothing_said(about)
        else:
            about = sheet(persona.name, persona.sheet)
            asked, nothing = conversation(about, trainee, history), (about, NOTHING)
        # asked together, so that in a full room a reply's second half does not wait behind everybody's first
        here, alone = await asyncio.gather(self.engine.score(asked, texts), self._anywhere(persona, nothing, texts))
        if here is None or alone is None:
            return None
        return [Worth(with_it, with_it - without) for with_it, without in zip(here, alone, strict=True)]

    async def _anywhere(
        self, persona: Persona, nothing: tuple[Message, ...], texts: Sequence[str]
    ) -> list[float] | None:
        """The texts' likelihoods as this person's words with nothing said."""
        known = {text: self._alone[key] for text in texts if (key := (persona.id, text)) in self._alone}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            scores = await self.engine.score(nothing, new)
            if scores is None:
                return None
            if len(self._alone) > 50_000:
                self._alone = {key: value for key, value in self._alone.items() if key[1] in texts}
            self._alone.update({(persona.id, text): score for text, score in zip(new, scores, strict=True)})
            known |= zip(new, scores, strict=True)
        return [known[text] for text in texts]


__all__ = ["HISTORY", "VOICE", "Sense", "Worth", "conversation", "sheet"]
