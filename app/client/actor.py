"""The actor: from a plan to the words that are spoken. Model and authored lines compete; something is always said."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from app.client.acts import ACTS, Stance
from app.client.authored import offers
from app.client.checks import Context
from app.client.choose import Candidate, Judge, choose, weigh_authored, weigh_model
from app.client.heard import Heard, Said
from app.client.persona import Persona
from app.client.plan import Plan
from app.client.sense import Sense
from app.client.state import State
from app.client.voice import messages, propose
from app.llm.engine import Engine, EngineBusy, EngineError

logger = logging.getLogger(__name__)

#: Acts whose words are only ever the persona's own: leaving must read as leaving.
WRITTEN_ONLY = ("walk_out", "farewell", "silent")
#: Replies asked of a model that can improvise. The embedded one judges better than it writes (docs/log.md).
PROPOSALS = 4
#: Authored lines weighed for one turn, and candidates kept for the transcript.
MOST_OFFERS, MOST_KEPT = 12, 16


@dataclass(frozen=True)
class Spoken:
    """A client reply, with all that was considered for it."""

    text: str
    act: str
    stance: Stance
    fact: str | None
    source: Literal["authored", "model"]
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class Actor:
    """An engine with the means to choose among what it says. `timeout` in seconds covers all proposals of one turn.

    `candidates` None: as many as pay, which is none for an engine that cannot improvise. Lines are judged for at most
    `judging` seconds; after that the one that fits best by the rules is spoken.
    """

    engine: Engine
    judge: Judge
    candidates: int | None = None
    timeout: float = 60.0
    judging: float = 3600.0

    async def speak(self, persona: Persona, plan: Plan, state: State, heard: Heard, history: Sequence[Said]) -> Spoken:
        """The client's answer to `heard`; `history` ends before it. `state` is that after hearing it.

        Raises EngineBusy where the queue is full. Any other failure of the engine is noted, and an authored line is
        spoken.
        """
        told = frozenset(plan.facts) | frozenset(state.told)
        closed = tuple(fact.id for fact in persona.facts if fact.id not in told)
        context = Context(persona, history, heard.text, closed)
        written = [weigh_authored(offer) for offer in offers(persona, plan, heard, state, history)[:MOST_OFFERS]]
        free = await self._improvise(plan, state, context)
        considered = [*free, *written]
        if not self.engine.improvises and plan.moment != "silence":
            considered = await self._judged(considered, context)
        chosen = choose(considered, plan.seed)
        considered.sort(key=lambda candidate: (candidate.refused is not None, -candidate.score))
        return Spoken(
            chosen.text,
            chosen.act,
            ACTS[chosen.act].stance,
            chosen.fact,
            chosen.source,
            tuple(considered[:MOST_KEPT]),
        )

    @property
    def _proposals(self) -> int:
        if self.candidates is not None:
            return self.candidates
        return PROPOSALS if self.engine.improvises else 0

    @cached_property
    def _sense(self) -> Sense:
        return Sense(self.engine)

    async def _judged(self, candidates: list[Candidate], context: Context) -> list[Candidate]:
        """Candidates with what the model thinks of their sense added to the score; unchanged where it cannot say."""
        live = [candidate for candidate in candidates if candidate.refused is None]
        if len(live) < 2:
            return candidates
        texts = [candidate.text for candidate in live]
        try:
            async with asyncio.timeout(min(self.timeout, self.judging)):
                bonuses = await self._sense.bonuses(context.persona, context.trainee, context.history, texts)
        except EngineBusy:
            raise
        except (EngineError, TimeoutError) as error:
            logger.warning("the model judged no reply: %s", str(error) or "there was no time")
            return candidates
        scored = [
            replace(candidate, score=round(candidate.score + bonus, 3))
            for candidate, bonus in zip(live, bonuses or [0.0] * len(live), strict=True)
        ]
        return scored + [candidate for candidate in candidates if candidate.refused is not None]

    async def _improvise(self, plan: Plan, state: State, context: Context) -> list[Candidate]:
        if self._proposals < 1 or plan.moment or plan.act in WRITTEN_ONLY:
            return []
        prompt = messages(context.persona, plan, state, context.trainee, context.history)
        try:
            async with asyncio.timeout(self.timeout):
                texts = await propose(self.engine, prompt, context, self._proposals, plan.seed)
        except EngineBusy:
            raise
        except (EngineError, TimeoutError) as error:
            reason = str(error) or f"no reply within {self.timeout:g} s"
            logger.warning("the model gave no reply, an authored line is spoken: %s", reason)
            return [Candidate("", "model", plan.act, None, 0.0, f"engine: {reason}")]
        improvises = self.engine.improvises
        return [weigh_model(text, plan, context, self.judge, improvises=improvises) for text in texts]


__all__ = ["Actor", "Spoken"]
