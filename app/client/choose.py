"""Choosing: of all that was written, adapted and made up, one reply that makes sense here, then one that was planned.

Sense comes first: below `GOOD` a reply is not considered beside one above it. Then stance and act, the defence, a fact
that may be told.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from app.client.acts import ACTS
from app.client.checks import Context, refuse_free
from app.client.plan import Plan
from app.client.rank import Evidence

#: Probabilities of `change`, `neutral`, `sustain` for a client text that answers a trainee text.
Judge = Callable[[str, str], dict[str, float]]
#: Where a reply comes from: the persona's sheet, its bank, the bank adapted by the model, or the model alone.
Source = Literal["authored", "bank", "adapted", "model"]

#: A reply by the model must be of the planned stance with at least this probability.
STANCE_AT_LEAST = 0.4
#: From this probability on a reply makes sense. Readers were strict, and the turns that they read were hard.
GOOD = 0.42
#: The sense that the lines of a model which can improvise are credited with.
TRUSTED = 0.95
#: What the planned act, its stance, a sensible neighbour of it, the planned defence and an untold fact add (log-odds).
ACT, STANCE, NEUTRAL, DEFENCE, FACT = 0.9, 1.1, 0.3, 0.3, 0.2
#: What a reply loses for each unit of the logarithm that its length is off; real turns have a median of 7–8
#: words and a 90th percentile of 38 (docs/client.md).
LENGTH, USUAL_WORDS, SPREAD = 0.6, 7.5, 1.25
#: Spread of the draw among good replies, in log-odds; smaller is stricter.
TEMPERATURE = 0.35


@dataclass(frozen=True)
class Candidate:
    """One reply that was considered: where it comes from, how likely it makes sense, and why it was refused, if it was.

    `sense` is a probability, None where nothing could say; `score` decides among those that make sense.
    """

    text: str
    source: Source
    act: str
    fact: str | None
    score: float
    refused: str | None = None
    sense: float | None = None
    defence: str | None = None
    evidence: Evidence | None = field(default=None, repr=False, compare=False)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, for the transcript."""
        return asdict(self)


def choose(candidates: Sequence[Candidate], seed: int, temperature: float = TEMPERATURE) -> Candidate:
    """One of the candidates that were not refused: of those that make sense, the better the likelier.

    Raises ValueError if none is left.
    """
    good = sensible(candidates) or [candidate for candidate in candidates if candidate.refused is None]
    if not good:
        raise ValueError("no candidate is left to speak; authored offers are never empty")
    best = max(candidate.score for candidate in good)
    weights = [math.exp((candidate.score - best) / temperature) for candidate in good]
    return random.Random(seed).choices(good, weights=weights)[0]


def weigh_model(text: str, plan: Plan, context: Context, judge: Judge) -> Candidate:
    """A reply by a model that can improvise, refused where a rule or the stance speaks against it."""
    reason = refuse_free(text, context)
    stance = judge(text, context.trainee)[plan.stance]
    reason = reason or off_stance(stance, plan)
    score = log_odds(TRUSTED) + planned(plan.act, None, None, plan) + stance
    return Candidate(text, "model", plan.act, None, round(score, 3), reason, TRUSTED)


def off_stance(stance: float, plan: Plan) -> str | None:
    """Why a reply by a model is refused that takes the planned stance with so little probability; None if it is not."""
    return f"stance: {plan.stance} at {stance:.2f}" if stance < STANCE_AT_LEAST else None


def sensible(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those that make sense and may be said."""
    return [c for c in candidates if c.refused is None and c.sense is not None and c.sense >= GOOD]


def planned(act: str, defence: str | None, fact: str | None, plan: Plan) -> float:
    """How much a reply is what was planned, in log-odds."""
    stance = str(ACTS[act].stance)
    near = STANCE if stance == plan.stance else NEUTRAL if stance == "neutral" else 0.0
    shows = DEFENCE if defence and defence == plan.defence else 0.0
    return near + (ACT if act == plan.act else 0.0) + shows + (FACT if fact else 0.0)


def wanted_words(seed: int) -> float:
    """How many words this turn is to have: people are brief and now and then go on."""
    drawn = random.Random(f"words {seed}").lognormvariate(math.log(USUAL_WORDS), SPREAD)
    return min(max(drawn, 1.0), 60.0)


def length_loss(words: int, seed: int) -> float:
    """What a reply of so many words loses, in log-odds."""
    return LENGTH * abs(math.log((words + 1) / (wanted_words(seed) + 1)))


def log_odds(probability: float) -> float:
    """The log-odds of a probability, kept within ±6."""
    inside = min(max(probability, 0.0025), 0.9975)
    return math.log(inside / (1 - inside))


__all__ = [
    "GOOD",
    "STANCE_AT_LEAST",
    "TEMPERATURE",
    "Candidate",
    "Judge",
    "Source",
    "choose",
    "length_loss",
    "log_odds",
    "off_stance",
    "planned",
    "sensible",
    "weigh_model",
]
