"""What finding and choosing is tested with: an embedder of words, an engine that judges by a rule, small banks."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence

import numpy as np

from app.client.acts import ACTS
from app.client.dialogue import NOTHING
from app.client.heard import Said
from app.client.persona import Persona, WrittenMoment
from app.client.plan import Plan
from app.client.rank import Ranker
from app.client.retrieve import Retriever
from app.client.state import State
from app.client.vectors import Vectors
from app.llm.engine import EngineError, Message
from tests.client.helpers import ray
from tests.support.engines import ScriptedEngine

#: A ranker that goes by the model's word where there is one, else by the moment.
RANKER = Ranker({"bias": -2.0, "gain": 2.0}, {"bias": -4.0, "near": 20.0})
STATE = State(0.7, 0.3, 3, 5)
OPENING = "Judge says I have to be here."
HISTORY = (Said("client", OPENING, "inform", "neutral"),)
FRIDAY = "How much do you drink on a Friday night?"


def by_words(texts: Sequence[str]) -> Vectors:
    """Texts as unit vectors by the words that they hold."""
    found = np.zeros((len(texts), 256), dtype=np.float32)
    for row, text in zip(found, texts, strict=True):
        for word in text.lower().split():
            row[zlib.crc32(word.strip(".,?!").encode()) % 256] += 1
        row /= max(1e-6, float(np.linalg.norm(row)))
    return found


class JudgingEngine(ScriptedEngine):
    """In the place of the embedded model: what the talk adds to a text is `worth(text)`, in nats a token.

    With `cannot_judge` it raises that instead; `judged` keeps what it was asked, `lines` are what it makes up.
    """

    def __init__(
        self,
        worth: Callable[[str], float] = lambda text: 0.0,  # noqa: ARG005
        lines: Sequence[str] = (),
        error: EngineError | None = None,
        cannot_judge: EngineError | None = None,
    ) -> None:
        super().__init__(lines, error, improvises=False)
        self.worth, self.cannot_judge = worth, cannot_judge
        self.judged: list[tuple[tuple[Message, ...], tuple[str, ...]]] = []

    async def score(self, request_messages: Sequence[Message], continuations: Sequence[str]) -> list[float] | None:
        self.judged.append((tuple(request_messages), tuple(continuations)))
        if self.cannot_judge:
            raise self.cannot_judge
        alone = request_messages[-1] == NOTHING
        return [-3.0 + (0.0 if alone else self.worth(text)) for text in continuations]


def moment(counsellor: str, *replies: tuple[str, ...], before: str = OPENING) -> WrittenMoment:
    """A written moment; each reply is its act, its text and the fact that it tells, if any."""
    written = [dict(zip(("act", "text", "fact"), reply, strict=False)) for reply in replies]
    return WrittenMoment.model_validate(
        {"stage": "early", "before": before, "counsellor": counsellor, "codes": ("open_question",), "replies": written}
    )


def banked(*moments: WrittenMoment) -> Persona:
    """The court-ordered client with this bank."""
    return ray().model_copy(update={"bank": moments})


def retriever() -> Retriever:
    """A retriever that goes by words."""
    return Retriever(by_words)


def plan(act: str = "minimise", *, seed: int = 3, facts: tuple[str, ...] = (), **more: object) -> Plan:
    """A plan for an act."""
    return Plan(act, str(ACTS[act].stance), None, facts, "early", seed, **more)  # type: ignore[arg-type]


__all__ = [
    "FRIDAY",
    "HISTORY",
    "OPENING",
    "RANKER",
    "STATE",
    "JudgingEngine",
    "banked",
    "by_words",
    "moment",
    "plan",
    "retriever",
]
