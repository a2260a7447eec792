"""The paradoxical approach has different outcomes by person; one function says which, for the state and for the plan.

Told to go on as they are, a reactant client argues the other way (Brehm & Brehm 1981), a hopeless one sinks, a bored
one laughs, and the rest shrug. Lingering there helps nobody: repeats wear off (MITI 4.2.1 on softening sustain talk).
"""

from __future__ import annotations

from typing import Literal

from app.client.effects import Effect

Outcome = Literal["argues", "sinks", "laughs", "shrugs"]

#: Where a person counts as reactant (0–1), hopeless and bored (rulers 0–10).
REACTANT, HOPELESS, BORED = 0.5, 3.0, 4.0
#: What is left of an effect at each repeat.
WEAR = 0.5


def outcome(reactance: float, confidence: float, importance: float) -> Outcome:
    """What the paradoxical approach does to this person now."""
    if reactance >= REACTANT:
        return "argues"
    if confidence < HOPELESS:
        return "sinks"
    return "laughs" if importance < BORED else "shrugs"


def effect(result: Outcome, reactance: float, repeats: int) -> Effect:
    """What that outcome does to the state; `repeats` counts the paradoxical turns before."""
    worn = WEAR**repeats
    trust = -0.02 if repeats >= 2 else 0.01
    if result == "argues":
        pull = 2 * reactance * worn
        return Effect(-0.045 * pull, 0.02 if repeats < 2 else trust, importance=0.20 * pull, fatigue=-0.20)
    if result == "sinks":
        return Effect(0.010, trust, confidence=-0.40 * worn)
    if result == "laughs":
        return Effect(-0.010 * worn, trust, fatigue=-0.10)
    return Effect(-0.010 * worn, trust)


__all__ = ["BORED", "HOPELESS", "REACTANT", "Outcome", "effect", "outcome"]
