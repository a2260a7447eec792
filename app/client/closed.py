"""Closed topics: what a client keeps shut. Pressed on it, they steer away, then warn, then leave, or go cold.

Presses are counted per topic and cool down when the counsellor backs off.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from app.client.effects import Effect
from app.client.persona import ClosedTopic, Persona
from app.scoring.codes import FAMILIES

Closed = Literal["steer", "warn", "leave"]
Presses = tuple[tuple[str, int], ...]

#: What a client does at the first, second and third press.
LEVELS: tuple[Closed, ...] = ("steer", "warn", "leave")
#: Turns on something else after which one press is forgotten.
COOLS_AFTER = 3
#: What each press costs, times how often the topic has been pressed; and what it is worth to respect a warning.
PRESS = Effect(resistance=0.025, trust=-0.025)
RESPECTED = Effect(resistance=-0.020, trust=0.060)

_REFLECTIVE = {*FAMILIES["reflection"], "reframe", "affirmation", "support", "other"}


@dataclass(frozen=True)
class Pressed:
    """What came of a turn: the presses now, turns since the last one, what it does, whether the client goes cold."""

    presses: Presses
    quiet: int
    effect: Effect
    cold: bool


def touched(
    persona: Persona, codes: Collection[str], into: Collection[str], just_said: Collection[str], *, asks: bool
) -> tuple[str, ...]:
    """The closed topics among those that a turn goes `into`; reflecting what the client has `just_said` is none."""
    about = set(into)
    if not asks and set(codes) <= _REFLECTIVE:
        about -= set(just_said)
    return tuple(closed.topic for closed in persona.closed_topics if closed.topic in about)


def press(
    presses: Presses, quiet: int, persona: Persona, touches: Sequence[str], trust: float, *, gently: bool, off: bool
) -> Pressed:
    """What a turn does to the closed topics, with the `trust` from before it. `off`: it backs off."""
    counts = dict(presses)
    shut = [closed for closed in persona.closed_topics if closed.topic in touches and trust < closed.opens_at]
    if not shut:
        return _left_alone(presses, quiet, off=off)
    for closed in shut:
        before = counts.get(closed.topic, 0)
        counts[closed.topic] = max(before, 1) if gently else min(before + 1, len(LEVELS))
    hardest = max(counts[closed.topic] for closed in shut)
    effect = Effect() if gently else Effect(resistance=PRESS.resistance * hardest, trust=PRESS.trust * hardest)
    cold = any(closed.misses_next and counts[closed.topic] == len(LEVELS) for closed in shut)
    return Pressed(tuple(sorted(counts.items())), 0, effect, cold)


def _left_alone(presses: Presses, quiet: int, *, off: bool) -> Pressed:
    """Presses cool by one at once where the counsellor backs off, else after some turns on something else."""
    if not presses:
        return Pressed((), 0, Effect(), False)
    if not off and quiet + 1 < COOLS_AFTER:
        return Pressed(presses, quiet + 1, Effect(), False)
    warned = max(count for _, count in presses) == LEVELS.index("warn") + 1
    return Pressed(cooled(presses), 0, RESPECTED if warned else Effect(), False)


def cooled(presses: Presses) -> Presses:
    """Each press one less; what has cooled to nothing is dropped."""
    return tuple((topic, count - 1) for topic, count in presses if count > 1)


def closed_now(presses: Presses, persona: Persona, touches: Sequence[str], trust: float) -> ClosedTopic | None:
    """The closed topic that a turn has just pressed, the one pressed most often first; None where none is shut."""
    counts = dict(presses)
    shut = [
        closed
        for closed in persona.closed_topics
        if closed.topic in touches and trust < closed.opens_at and counts.get(closed.topic)
    ]
    return max(shut, key=lambda closed: counts[closed.topic]) if shut else None


def level(presses: Presses, topic: str) -> Closed:
    """What the client does about a topic pressed so often."""
    return LEVELS[min(dict(presses)[topic], len(LEVELS)) - 1]


def closed_lines(persona: Persona, topic: str, doing: Closed) -> tuple[str, ...]:
    """What the persona's file has to say about a closed topic at this level; empty where it has no such topic."""
    found = next((closed for closed in persona.closed_topics if closed.topic == topic), None)
    if found is None:
        return ()
    return {"steer": found.steers, "warn": found.warns, "leave": found.leaves}[doing]


__all__ = [
    "COOLS_AFTER",
    "LEVELS",
    "Closed",
    "Pressed",
    "Presses",
    "closed_lines",
    "closed_now",
    "cooled",
    "level",
    "press",
    "touched",
]
