"""Choosing: of all that was proposed and written, one reply that is in role, in stance, fits the turn and is new."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from app.client.authored import Offer
from app.client.checks import Context, refuse
from app.client.heard import content_words
from app.client.plan import Plan

#: Probabilities of `change`, `neutral`, `sustain` for a client text that answers a trainee text.
Judge = Callable[[str, str], dict[str, float]]

#: A reply by the model must be of the planned stance with at least this probability.
STANCE_AT_LEAST = 0.4
#: How much a free line of the embedded model counts beside a written one, and that of a model that can improvise.
TRUST_EMBEDDED, TRUST_IMPROVISER = 0.62, 1.4
#: Spread of the draw among good replies; smaller is stricter.
TEMPERATURE = 0.05


@dataclass(frozen=True)
class Candidate:
    """One reply that was considered: where it comes from, its score, and why it was refused, if it was."""

    text: str
    source: Literal["authored", "model"]
    act: str
    fact: str | None
    score: float
    refused: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, for the transcript."""
        return asdict(self)


def choose(candidates: Sequence[Candidate], seed: int) -> Candidate:
    """One of the candidates that were not refused, the better the likelier. Raises ValueError if none is left."""
    good = [candidate for candidate in candidates if candidate.refused is None]
    if not good:
        raise ValueError("no candidate is left to speak; authored offers are never empty")
    best = max(candidate.score for candidate in good)
    weights = [math.exp((candidate.score - best) / TEMPERATURE) for candidate in good]
    return random.Random(seed).choices(good, weights=weights)[0]


def weigh_model(text: str, plan: Plan, context: Context, judge: Judge, *, improvises: bool) -> Candidate:
    """A reply by the model, refused where a rule or the stance speaks against it."""
    reason = refuse(text, context)
    stance = judge(text, context.trainee)[plan.stance]
    if reason is None and stance < STANCE_AT_LEAST:
        reason = f"stance: {plan.stance} at {stance:.2f}"
    if reason is None and not improvises and not _about_something_known(text, context):
        reason = "sense: about nothing that was said or that the sheet holds"
    trust = TRUST_IMPROVISER if improvises else TRUST_EMBEDDED
    return Candidate(text, "model", plan.act, None, round(trust * (0.6 + 0.4 * stance), 3), reason)


def weigh_authored(offer: Offer) -> Candidate:
    """An authored line: in role and stance as written, so only its fit counts."""
    return Candidate(offer.text, "authored", offer.act, offer.fact, offer.fit)


def _about_something_known(text: str, context: Context) -> bool:
    """Whether a free line has a word from the turn it answers or the sheet; short ones without content pass."""
    words = content_words(text)
    known = content_words(" ".join((context.trainee, context.persona.sheet, context.persona.target_behaviour)))
    return len(words) <= 1 or len(words & known) / len(words) >= 0.5


__all__ = ["STANCE_AT_LEAST", "Candidate", "Judge", "choose", "weigh_authored", "weigh_model"]
