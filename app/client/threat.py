"""Threat: when a client needs a defence, and which of their own they reach for."""

from __future__ import annotations

import random

from app.client.defences import DEFENCES
from app.client.heard import Heard
from app.client.persona import Persona
from app.client.state import State

#: Reflections that go deeper than the client went.
DEEP = ("complex_reflection", "double_sided_reflection", "amplified_reflection", "reframe")
#: How much likelier an act becomes under threat, for each point of weight of a defence that comes out in it.
PULL = 0.08


def threatened(state: State, persona: Persona, heard: Heard) -> bool:
    """Whether a turn is hard to hear: pressure, a closed topic, something still kept back, a reflection that goes deep.

    `state` is that after hearing it.
    """
    if heard.pressed or heard.touches or set(heard.codes) & set(DEEP):
        return True
    gated = {topic for fact in persona.facts if fact.trust > state.trust for topic in fact.about}
    return bool(gated & set(heard.topics)) and heard.asks


def draw_defence(act: str, persona: Persona, rng: random.Random) -> str | None:
    """One of the persona's defences that comes out in this act, by weight; None where none does."""
    weights = {name: weight for name, weight in persona.style.defences.items() if act in DEFENCES[name].acts and weight}
    return rng.choices(list(weights), weights=list(weights.values()))[0] if weights else None


def defence_pull(act: str, persona: Persona) -> float:
    """How much likelier a client under threat does this act, by the defences that come out in it."""
    return 1 + PULL * sum(weight for name, weight in persona.style.defences.items() if act in DEFENCES[name].acts)


__all__ = ["defence_pull", "draw_defence", "threatened"]
