"""How a client leaves when the counsellor ends the session: warmly, coldly or as ever, by how things stand."""

from __future__ import annotations

import random

from app.client.persona import Line, Persona, Tone
from app.client.state import State

#: Warm from this trust on, where there is no more resistance than that.
WARM_TRUST, WARM_RESISTANCE = 0.5, 0.55
#: Cold from this resistance on, or below this trust where anything much is in the way.
COLD_RESISTANCE, COLD_TRUST, COLD_TRUST_RESISTANCE = 0.8, 0.15, 0.5


def tone_of(state: State) -> Tone | None:
    """How a client in this state says goodbye; None where there is nothing to hear in it."""
    cold = state.resistance >= COLD_RESISTANCE
    cold = cold or (state.trust < COLD_TRUST and state.resistance >= COLD_TRUST_RESISTANCE)
    if state.cold or state.heat or cold:
        return "cold"
    return "warm" if state.trust >= WARM_TRUST and state.resistance <= WARM_RESISTANCE else None


def goodbye(persona: Persona, state: State, seed: int) -> str:
    """The last words."""
    lines = [line for line in persona.lines["farewell"] if line.fact is None]
    return random.Random(seed).choice(_fitting(lines, tone_of(state)) or ["Bye, then."])


def _fitting(lines: list[Line], tone: Tone | None) -> list[str]:
    """The lines of this tone; where there are none, those without any, and at last any at all."""
    same = [line.text for line in lines if line.tone == tone]
    plain = [line.text for line in lines if line.tone is None]
    return same or plain or [line.text for line in lines]


__all__ = ["goodbye", "tone_of"]
