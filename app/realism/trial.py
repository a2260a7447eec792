"""A client tried out: a session with each counsellor made of rules, its figures, and an honest verdict in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.client.dialogue import NOTHING, dialogue
from app.client.heard import Said
from app.client.lacks import lacks, written
from app.client.persona import Persona
from app.llm.engine import Engine, Message
from app.practice.simulate import Exchange
from app.realism.talk import shares

#: What the verdict calls a repeat too many, replies that are all short or all long, and a session that goes nowhere.
REPEATS, SHORT, LONG, STILL = 0.05, 3, 25, 0.05
#: The share of replies that the conversation has to make likelier, where the engine can judge.
SENSIBLE = 0.7
#: Turns of the conversation that the engine judges a reply by.
HISTORY = 2


@dataclass(frozen=True)
class Trial:
    """One session of a client. `sense`: what the conversation adds to each reply's likelihood; None: no judge."""

    policy: str
    start: float
    exchanges: tuple[Exchange, ...]
    sense: tuple[float, ...] | None = None

    @property
    def texts(self) -> list[str]:
        return [exchange.spoken.text for exchange in self.exchanges]

    @property
    def acts(self) -> Counter[str]:
        return Counter(exchange.spoken.act for exchange in self.exchanges)

    @property
    def mix(self) -> tuple[float, float, float]:
        """Change, neutral, sustain, as the coder reads the replies."""
        return shares([exchange.talk.type for exchange in self.exchanges])

    @property
    def repeats(self) -> int:
        return len(self.texts) - len(set(self.texts))

    @property
    def words(self) -> float:
        return float(np.median([len(text.split()) for text in self.texts]))

    @property
    def end(self) -> float:
        """Resistance after the last reply."""
        return self.exchanges[-1].state.resistance

    @property
    def sensible(self) -> float | None:
        """The share of replies that the conversation makes likelier."""
        return None if self.sense is None else sum(gain > 0 for gain in self.sense) / max(1, len(self.sense))

    def used(self, persona: Persona) -> float:
        """The share of all that is written for the client which was spoken here."""
        return len(set(self.texts)) / max(1, written(persona).whole)


async def judged(engine: Engine, persona: Persona, exchanges: Sequence[Exchange]) -> tuple[float, ...] | None:
    """What the conversation adds to each reply's likelihood (nats a token); None where the engine cannot judge."""
    about = Message("system", f"You are {persona.name}, a client. {persona.sheet} You answer briefly.")
    alone = await engine.score((about, NOTHING), [exchange.spoken.text for exchange in exchanges])
    if alone is None:
        return None
    history, gains = [Said("client", exchanges[0].previous)], list[float]()
    for exchange, worth in zip(exchanges, alone, strict=True):
        said = exchange.spoken.text
        here = await engine.score((about, *dialogue(history[-HISTORY:]), Message("user", exchange.text)), [said])
        if here is None:
            return None
        gains.append(here[0] - worth)
        history += [Said("counsellor", exchange.text), Said("client", said)]
    return tuple(gains)


def verdict(persona: Persona, trials: Sequence[Trial]) -> tuple[list[str], list[str]]:
    """What works and what is thin, in words."""
    found = [judge(persona, trials) for judge in (_moves, _repeats, _sense, _length, _facts, _acts)]
    works = [text for good, text in found if good and text]
    thin = [text for good, text in found if not good and text]
    return works, thin + lacks(persona)


def _moves(persona: Persona, trials: Sequence[Trial]) -> tuple[bool, str]:
    """Whether good counselling leads elsewhere than poor."""
    ends = {trial.policy: trial.end for trial in trials}
    if not {"good", "poor"} <= set(ends):
        return True, ""
    gap = ends["poor"] - ends["good"]
    said = f"resistance ends at {ends['good']:.2f} with good counselling and at {ends['poor']:.2f} with poor"
    return gap > STILL, said if gap > STILL else f"{said}: it makes no difference how {persona.name} is talked with"


def _repeats(_persona: Persona, trials: Sequence[Trial]) -> tuple[bool, str]:
    repeats, whole = sum(trial.repeats for trial in trials), sum(len(trial.texts) for trial in trials)
    if repeats <= REPEATS * whole:
        return True, "hardly a reply comes twice in a session" if repeats else "no reply comes twice in a session"
    often = Counter(text for trial in trials for text in trial.texts).most_common(1)[0]
    return False, f"{repeats} of {whole} replies were repeats; “{often[0]}” came {often[1]} times"


def _sense(_persona: Persona, trials: Sequence[Trial]) -> tuple[bool, str]:
    values = [gain for trial in trials for gain in trial.sense or ()]
    if not values:
        return True, ""
    share = sum(gain > 0 for gain in values) / len(values)
    said = f"the engine finds {share:.0%} of the replies likelier for what was said before them"
    return share >= SENSIBLE, said if share >= SENSIBLE else f"{said}: many may not answer"


def _length(_persona: Persona, trials: Sequence[Trial]) -> tuple[bool, str]:
    words = [len(text.split()) for trial in trials for text in trial.texts]
    middle, top = np.median(words), np.quantile(words, 0.9)
    said = f"half of the replies have {middle:.0f} words or fewer, one in ten more than {top:.0f}"
    return bool(SHORT < middle < LONG), f"{said} (real clients: 7 and 38)"


def _facts(persona: Persona, trials: Sequence[Trial]) -> tuple[bool, str]:
    told = {exchange.spoken.fact for trial in trials for exchange in trial.exchanges if exchange.spoken.fact}
    trust = max((exchange.state.trust for trial in trials for exchange in trial.exchanges), default=0.0)
    open_ = [fact.id for fact in persona.facts if fact.trust <= trust]
    never = [fact for fact in open_ if fact not in told]
    if not never:
        return True, "every fact that trust allowed was told"
    said = f"of {len(open_)} facts that trust allowed {len(open_) - len(never)} were told; never: {', '.join(never)}"
    return len(never) <= len(open_) / 2, said


def _acts(persona: Persona, trials: Sequence[Trial]) -> tuple[bool, str]:
    """Whether the client's usual ways were seen."""
    usual = sorted(persona.style.acts, key=lambda act: -persona.style.acts[act])[:5]
    done: Mapping[str, int] = sum((trial.acts for trial in trials), Counter())
    missing = [act for act in usual if not done.get(act)]
    said = ", ".join(usual)
    if missing:
        return False, f"never seen, though among the five likeliest acts: {', '.join(missing)}"
    return True, f"the five likeliest acts were all seen: {said}"


__all__ = ["Trial", "judged", "verdict"]
