"""The actor: from a plan to the words that are spoken. Something is always said.

A model that can improvise proposes lines, and the person's own stand ready. The embedded one knows the people who ship
by heart: what is written for a moment like this is found (`gather.py`), judged by the model (`sense.py`) and chosen,
sense first (`choose.py`). Where nothing fits well enough it adapts or makes up a line (`improvise.py`), and where that
fails too, a small act that always fits is done (`small.py`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from app.client.acts import ACTS, Stance
from app.client.checks import Context
from app.client.choose import Candidate, Judge, Source, choose, sensible, weigh_model
from app.client.control import Control
from app.client.gather import ranked, with_evidence, written
from app.client.heard import Heard, Said, last_client
from app.client.improvise import improvised
from app.client.persona import Persona
from app.client.plan import Plan
from app.client.rank import Ranker, load_ranker
from app.client.retrieve import Retriever
from app.client.sense import Sense
from app.client.small import small_acts
from app.client.state import State
from app.client.voice import messages, propose
from app.llm.engine import Engine, EngineBusy, EngineError

logger = logging.getLogger(__name__)

#: Acts whose words are only ever the persona's own: leaving must read as leaving.
WRITTEN_ONLY = ("walk_out", "farewell", "silent")
#: Replies asked of a model that can improvise.
PROPOSALS = 4
#: Candidates kept for the transcript.
MOST_KEPT = 16


@dataclass(frozen=True)
class Spoken:
    """A client reply, with all that was considered for it."""

    text: str
    act: str
    stance: Stance
    fact: str | None
    source: Source
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class Turn:
    """What a reply is made from. `state` is that after hearing; `history` ends before what was `heard`."""

    persona: Persona
    plan: Plan
    state: State
    heard: Heard
    history: Sequence[Said]
    said_before: frozenset[str]

    @cached_property
    def context(self) -> Context:
        """What a reply is checked against."""
        told = frozenset(self.plan.facts) | frozenset(self.state.told)
        closed = tuple(fact.id for fact in self.persona.facts if fact.id not in told)
        return Context(self.persona, self.history, self.heard.text, closed)

    @property
    def own_words(self) -> bool:
        """Whether only the person's own written words are right."""
        plan = self.plan
        return bool(plan.moment or plan.closed or plan.belief) or plan.act in WRITTEN_ONLY

    def control(self) -> Control:
        """The control line of the plan."""
        facts = {fact.id: fact.text for fact in self.persona.facts}
        tells = next((facts[fact] for fact in self.plan.facts if self.plan.act in ("inform", "open_up")), None)
        return Control(self.plan.stance, self.plan.act, self.state.resistance, self.state.trust, tells)


@dataclass(frozen=True)
class Actor:
    """An engine with the means to choose among what is written and what it says.

    `candidates` None: as many proposals as pay. `timeout` in seconds covers all proposals of one turn, `judging` all
    that the embedded model is asked; after that the reply that fits best by the other evidence is spoken. `tuned`: the
    engine is the embedded model with its trained part.
    """

    engine: Engine
    judge: Judge
    candidates: int | None = None
    timeout: float = 60.0
    judging: float = 3600.0
    retriever: Retriever | None = None
    tuned: bool = False

    async def speak(
        self,
        persona: Persona,
        plan: Plan,
        state: State,
        heard: Heard,
        history: Sequence[Said],
        said_before: frozenset[str] = frozenset(),
    ) -> Spoken:
        """The client's answer to `heard`; `said_before` is what this trainee heard in earlier sessions.

        Raises EngineBusy where the queue is full. Any other failure of the engine is noted, and a written line is
        spoken.
        """
        turn = Turn(persona, plan, state, heard, history, said_before)
        considered = await asyncio.to_thread(self._written, turn)
        if self._proposals and not turn.own_words:
            considered = [*await self._proposed(turn), *considered]
        elif not self.engine.improvises and len(considered) > 1 and plan.moment != "silence":
            considered = await self._thought_over(turn, considered)
        if not turn.own_words and self.retriever and not sensible(considered):
            considered += self._small(turn)
        chosen = choose(considered, plan.seed)
        considered.sort(key=lambda candidate: (candidate.refused is not None, -candidate.score))
        kept = tuple(considered[:MOST_KEPT])
        return Spoken(chosen.text, chosen.act, ACTS[chosen.act].stance, chosen.fact, chosen.source, kept)

    @property
    def _proposals(self) -> int:
        """Free replies asked for beside the written ones, whatever those are worth."""
        if not self.engine.improvises:
            return 0
        return PROPOSALS if self.candidates is None else self.candidates

    @cached_property
    def _sense(self) -> Sense:
        return Sense(self.engine, self.tuned)

    @cached_property
    def _ranker(self) -> Ranker:
        return load_ranker()

    def _written(self, turn: Turn) -> list[Candidate]:
        return written(
            turn.persona,
            turn.plan,
            turn.heard,
            turn.state,
            turn.history,
            turn.said_before,
            self.retriever,
            self._ranker,
        )

    def _small(self, turn: Turn) -> list[Candidate]:
        """What always fits, for a turn for which nothing else makes sense."""
        said = {said.text for said in turn.history if said.speaker == "client"} | turn.said_before
        texts = small_acts(turn.persona, said, turn.plan.seed, asked_for_more=turn.heard.wants_more_than_yes)
        return [Candidate(text, "authored", "silent", None, 0.0, sense=1.0) for text in texts]

    async def _thought_over(self, turn: Turn, candidates: list[Candidate]) -> list[Candidate]:
        """The candidates with the embedded model's word on them; with new ones where none of them makes sense."""
        try:
            async with asyncio.timeout(min(self.timeout, self.judging)):
                judged = await self._judged(turn, candidates)
                if turn.own_words or sensible(judged) or not self._improvises_here:
                    return judged
                candidates = judged
                return [*judged, *await self._improvised(turn, judged)]
        except EngineBusy:
            raise
        except (EngineError, TimeoutError) as error:
            logger.warning("the model judged no reply: %s", str(error) or "there was no time")
            return candidates

    @property
    def _improvises_here(self) -> bool:
        """Whether the embedded model may make lines itself: it has learnt to, and nobody has forbidden it."""
        return self.tuned and self.candidates != 0

    async def _improvised(self, turn: Turn, near: list[Candidate]) -> list[Candidate]:
        made = await improvised(self.engine, turn.plan, turn.control(), turn.context, near, self.judge)
        passed = [candidate for candidate in made if candidate.refused is None]
        if self.retriever and passed:
            last = last_client(turn.history).text
            texts = [candidate.text for candidate in passed]
            fits = await asyncio.to_thread(self._fits, last, turn.heard.text, texts)
            passed = [with_evidence(candidate, fit=fit) for candidate, fit in zip(passed, fits, strict=True)]
        judged = await self._judged(turn, passed) if passed else []
        return [*judged, *(candidate for candidate in made if candidate.refused is not None)]

    def _fits(self, before: str, counsellor: str, texts: Sequence[str]) -> list[float]:
        assert self.retriever is not None
        return self.retriever.fits(self.retriever.asked(before, counsellor), texts)

    async def _judged(self, turn: Turn, candidates: list[Candidate]) -> list[Candidate]:
        """Candidates with the model's word; unchanged where it cannot say."""
        texts = [candidate.text for candidate in candidates]
        control = turn.control() if self.tuned else None
        worths = await self._sense.worth(turn.persona, turn.heard.text, turn.history, texts, control)
        if worths is None:
            return candidates
        heard = [
            with_evidence(candidate, gain=worth.gain, likely=worth.likely)
            for candidate, worth in zip(candidates, worths, strict=True)
        ]
        return [ranked(candidate, turn.plan, self._ranker) for candidate in heard]

    async def _proposed(self, turn: Turn) -> list[Candidate]:
        """Lines of a model that can improvise."""
        plan, context = turn.plan, turn.context
        prompt = messages(context.persona, plan, turn.state, context.trainee, context.history)
        try:
            async with asyncio.timeout(self.timeout):
                texts = await propose(self.engine, prompt, context, self._proposals, plan.seed)
        except EngineBusy:
            raise
        except (EngineError, TimeoutError) as error:
            reason = str(error) or f"no reply within {self.timeout:g} s"
            logger.warning("the model gave no reply, a written line is spoken: %s", reason)
            return [Candidate("", "model", plan.act, None, 0.0, f"engine: {reason}")]
        return [weigh_model(text, plan, context, self.judge) for text in texts]


__all__ = ["Actor", "Spoken"]
