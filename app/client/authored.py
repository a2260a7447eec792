"""Authored lines: what the persona's file offers for a planned act, and how well each line fits the turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.client.acts import ACTS, Stance
from app.client.heard import Heard, Said, content_words
from app.client.persona import Line, Persona
from app.client.plan import Plan
from app.client.state import State


@dataclass(frozen=True)
class Offer:
    """A line that may be spoken: the act it does, the fact it tells, and its fit to the turn, 0–1."""

    text: str
    act: str
    fact: str | None
    fit: float


#: Where an act has no line left that fits, the next of the same stance that fits almost anywhere.
NEIGHBOURS = {
    Stance.SUSTAIN: ("unwilling", "minimise", "justify", "refuse"),
    Stance.NEUTRAL: ("hedge", "evade", "silent"),
    Stance.CHANGE: ("concern", "desire", "reason"),
}

_REFLECTIONS = ("simple_reflection", "complex_reflection", "double_sided_reflection", "amplified_reflection", "summary")
_GOOD_FIT = 0.45


def offers(persona: Persona, plan: Plan, heard: Heard, state: State, history: Sequence[Said]) -> list[Offer]:
    """Lines for the plan, best fit first; never empty: silence is the last of them."""
    spoken = {said.text for said in history if said.speaker == "client"}
    if plan.moment:
        found = _moment_lines(persona, plan, state, spoken)
    else:
        found = _act_lines(persona, plan.act, plan, heard, spoken)
        if not found or found[0].fit < _GOOD_FIT:
            for act in NEIGHBOURS[ACTS[plan.act].stance]:
                found += _act_lines(persona, act, plan, heard, spoken) if act != plan.act else []
    return sorted(found, key=lambda offer: -offer.fit) or [Offer("…", "silent", None, 0.0)]


def fit(line: Line, plan: Plan, heard: Heard) -> float:
    """How well a line answers the turn, 0–1; 0 where it does not fit at all."""
    if (line.stage and plan.stage not in line.stage) or (line.fact and line.fact not in plan.facts):
        return 0.0
    code = _code_fit(line, heard)
    topic = _topic_fit(line, heard)
    if not code or not topic:
        return 0.0
    shared = len(content_words(line.text) & content_words(heard.text))
    return min(1.0, code * topic + 0.08 * min(shared, 2) + (0.06 if line.fact else 0.0))


def _code_fit(line: Line, heard: Heard) -> float:
    if not line.after:
        # a question wants an answer: a line written for none in particular is the second choice
        return 0.7 if heard.asks else 0.8
    if heard.last_code in line.after:
        return 1.0
    alike = heard.last_code in _REFLECTIONS and set(line.after) & set(_REFLECTIONS)
    return 0.75 if alike else 0.6 if set(line.after) & set(heard.codes) and not heard.asks else 0.0


def _topic_fit(line: Line, heard: Heard) -> float:
    if not line.about:
        return 0.75 if heard.topics else 0.85
    if not set(line.about) & set(heard.topics):
        return 0.0
    # a turn that names this topic alone is surely about it
    return 1.0 if len(heard.topics) <= 2 else 0.9


def _act_lines(persona: Persona, act: str, plan: Plan, heard: Heard, spoken: set[str]) -> list[Offer]:
    weight = 1.0 if act == plan.act else 0.8
    return [
        Offer(line.text, act, line.fact, round(value * weight, 3))
        for line in persona.lines[act]
        if line.text not in spoken and (value := fit(line, plan, heard)) > 0
    ]


def _moment_lines(persona: Persona, plan: Plan, state: State, spoken: set[str]) -> list[Offer]:
    assert plan.moment is not None
    texts = [
        text.replace("{importance}", str(round(state.importance))).replace("{confidence}", str(round(state.confidence)))
        for text in persona.moments[plan.moment]
    ]
    unsaid = [text for text in texts if text not in spoken]
    return [Offer(text, plan.act, None, 1.0) for text in unsaid or texts]


__all__ = ["NEIGHBOURS", "Offer", "fit", "offers"]
