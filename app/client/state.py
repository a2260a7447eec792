"""The client's state: small, typed, pure. What each trainee move does to it stands in one table.

Resistance is explicit and outside the language model, since prompted models give in (Yang et al., ACL 2025). The
directions follow MI's causal model (Miller & Rose 2009); after reflected sustain talk more sustain talk follows
(Gaume et al. 2010; the figures are in `docs/client.md`). The sizes are the project's own, set so that simulated
sessions come near the figures of real ones.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from app.client.acts import Stance
from app.client.heard import Heard
from app.client.persona import Persona
from app.scoring.codes import FAMILIES


@dataclass(frozen=True)
class State:
    """Where the client stands after a turn. Shares are 0–1, the two MI rulers 0–10.

    `fatigue` grows with questions in a row; `heat` counts turns at or above the persona's walking-out level; `paradox`
    counts paradoxical turns so far, since lingering there helps nobody; `stance` is that of the last client turn.
    """

    resistance: float
    trust: float
    importance: float
    confidence: float
    fatigue: float = 0.0
    heat: int = 0
    paradox: int = 0
    turns: int = 0
    stance: str = Stance.NEUTRAL
    told: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, for the store."""
        return asdict(self) | {"told": list(self.told), "stance": str(self.stance)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> State:
        """The state that `as_dict` wrote."""
        return cls(**(values | {"told": tuple(values["told"])}))


@dataclass(frozen=True)
class Effect:
    """What one code does: changes of resistance and trust (0–1), of the rulers (0–10) and of question fatigue."""

    resistance: float = 0.0
    trust: float = 0.0
    importance: float = 0.0
    confidence: float = 0.0
    fatigue: float = 0.0


EFFECTS: dict[str, Effect] = {
    "open_question": Effect(resistance=-0.010, trust=0.010, fatigue=0.16),
    "closed_question": Effect(fatigue=0.26),
    "simple_reflection": Effect(resistance=-0.030, trust=0.030, fatigue=-0.30),
    "complex_reflection": Effect(resistance=-0.042, trust=0.045, importance=0.10, fatigue=-0.35),
    "double_sided_reflection": Effect(resistance=-0.045, trust=0.045, importance=0.20, fatigue=-0.35),
    "amplified_reflection": Effect(resistance=-0.035, trust=0.015, importance=0.15, fatigue=-0.25),
    "affirmation": Effect(resistance=-0.025, trust=0.045, confidence=0.25, fatigue=-0.10),
    "emphasize_autonomy": Effect(resistance=-0.050, trust=0.045, confidence=0.10, fatigue=-0.15),
    "offer_choices": Effect(resistance=-0.045, trust=0.035, confidence=0.15, fatigue=-0.05),
    "paradoxical": Effect(resistance=-0.045, trust=0.020, importance=0.20, fatigue=-0.20),
    "reframe": Effect(resistance=-0.025, trust=0.020, importance=0.10, confidence=0.10),
    "seek_collaboration": Effect(resistance=-0.030, trust=0.035, fatigue=0.05),
    "give_information": Effect(resistance=0.005, importance=0.03),
    "persuade_with_permission": Effect(resistance=0.005, trust=0.005, importance=0.05, confidence=0.05),
    "persuade": Effect(resistance=0.040, trust=-0.030, fatigue=0.05),
    "confront": Effect(resistance=0.085, trust=-0.085, confidence=-0.10, fatigue=0.05),
    "support": Effect(resistance=-0.010, trust=0.020),
    "summary": Effect(resistance=-0.035, trust=0.045, importance=0.15, fatigue=-0.40),
    "other": Effect(),
}

#: No single turn moves resistance or trust further than this, however many codes it holds.
LARGEST_STEP = 0.14
#: Waiting in silence, rather than filling the gap, is a move with a small effect of its own.
WAITING = Effect(resistance=-0.010, trust=0.010, fatigue=-0.20)
TIRED = 0.6
#: Resistance that a further question costs a tired client.
TIRESOME = 0.012
#: Resistance moves slowly near its ends: below `SOFT` steps down shrink with what is left, above `HARD` steps up shrink
#: with the room there is. `benchmarks/realism.py` shows where twenty turns lead.
SOFT, HARD = 0.6, 0.6


def start_state(persona: Persona) -> State:
    """The state before the trainee's first word."""
    start = persona.start
    return State(start.resistance, start.trust, start.importance, start.confidence)


def next_state(state: State, persona: Persona, heard: Heard) -> State:
    """The state after hearing one trainee turn. Pure: the same arguments give the same state."""
    moves = [WAITING] if heard.moment == "silence" else [_move(code, state, persona) for code in heard.codes]
    moves += _reflected(heard)
    fatigue = _clamp(state.fatigue + sum(move.fatigue for move in moves))
    tired = TIRESOME if fatigue > TIRED and set(heard.codes) & set(FAMILIES["questions"]) else 0.0
    pressed = _step(sum(move.resistance for move in moves) + tired)
    resistance = _clamp(state.resistance + pressed * _give(state.resistance, pressed))
    hot = resistance >= persona.walks_out.resistance
    return replace(
        state,
        resistance=resistance,
        trust=_clamp(state.trust + _step(sum(move.trust for move in moves))),
        importance=_clamp(state.importance + sum(move.importance for move in moves), 10),
        confidence=_clamp(state.confidence + sum(move.confidence for move in moves), 10),
        fatigue=fatigue,
        heat=state.heat + 1 if hot else 0,
        paradox=state.paradox + ("paradoxical" in heard.codes),
        turns=state.turns + 1,
    )


def after_reply(state: State, stance: Stance, fact: str | None) -> State:
    """The state once the client has spoken: the stance taken, and what has been told."""
    told = (*state.told, fact) if fact and fact not in state.told else state.told
    return replace(state, stance=str(stance), told=told)


def _move(code: str, state: State, persona: Persona) -> Effect:
    """A code's effect on this client now: reactance magnifies pressure and freedom alike (Brehm & Brehm 1981)."""
    effect = EFFECTS[code]
    reactance = persona.style.reactance
    if code in FAMILIES["non_adherent"] or code in ("emphasize_autonomy", "offer_choices"):
        return replace(effect, resistance=effect.resistance * (0.6 + 0.8 * reactance))
    if code == "paradoxical":
        return _paradox(effect, state, reactance)
    return effect


def _paradox(effect: Effect, state: State, reactance: float) -> Effect:
    """Told to go on as they are, a reactant client argues the other way, a hopeless one sinks; repeats wear off."""
    if state.confidence < 3 and reactance < 0.5:
        return Effect(resistance=0.01, trust=0.01, confidence=-0.4)
    worn = 0.5**state.paradox
    return replace(
        effect,
        resistance=effect.resistance * 2 * reactance * worn,
        importance=effect.importance * 2 * reactance * worn,
        trust=effect.trust if state.paradox < 2 else -0.02,
    )


def _reflected(heard: Heard) -> list[Effect]:
    """What was reflected matters, not only that something was."""
    if heard.reflected == Stance.CHANGE:
        return [Effect(resistance=-0.020, importance=0.25, confidence=0.10)]
    if heard.reflected == Stance.SUSTAIN:
        return [Effect(resistance=-0.005, trust=0.010)]
    return []


def _give(resistance: float, change: float) -> float:
    """How much of a step is taken, 0–1: nobody is won over, or lost for good, as fast as moved out of the middle."""
    return min(1.0, (resistance / SOFT) if change < 0 else (1 - resistance) / (1 - HARD))


def _step(change: float) -> float:
    return max(-LARGEST_STEP, min(LARGEST_STEP, change))


def _clamp(value: float, top: float = 1.0) -> float:
    return round(max(0.0, min(top, value)), 4)


__all__ = ["EFFECTS", "Effect", "State", "after_reply", "next_state", "start_state"]
