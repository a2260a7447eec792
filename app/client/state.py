"""The client's state: small, typed, pure. What each trainee move does to it stands in one table.

Resistance is explicit and outside the language model, since prompted models give in (Yang et al., ACL 2025). The
directions follow MI's causal model (Miller & Rose 2009); after reflected sustain talk more sustain talk follows
(Gaume et al. 2010; the figures are in `docs/client.md`). The sizes are the project's own, set so that simulated
sessions come near the figures of real ones.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from app.client import paradox
from app.client.acts import Stance
from app.client.beliefs import DEFENDED, UNDERSTOOD
from app.client.closed import Presses, press
from app.client.effects import Effect
from app.client.heard import Heard
from app.client.persona import Persona
from app.client.silence import WAITING, waiting
from app.scoring.codes import FAMILIES


@dataclass(frozen=True)
class State:
    """Where the client stands after a turn. Shares are 0–1, the two MI rulers 0–10.

    `fatigue` grows with questions in a row; `heat` counts turns at or above the persona's walking-out level; `paradox`
    counts paradoxical turns so far, since lingering there helps nobody; `stance` is that of the last client turn.
    `told` are the facts told, `earlier` those of them told in an earlier session and not yet in this one.
    `ownership` is how far the change is the client's own. `pressed` counts presses on closed topics, `quiet` the turns
    since the last; `cold`: pressed to the end, the client only sits the session out. `outcome`: what the last turn was
    to this person, where that depends on the person (of a paradox or a silence), else empty.
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
    earlier: tuple[str, ...] = ()
    ownership: float = 0.0
    pressed: Presses = ()
    quiet: int = 0
    cold: bool = False
    outcome: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, for the store."""
        lists = {
            "told": list(self.told),
            "earlier": list(self.earlier),
            "pressed": [list(item) for item in self.pressed],
        }
        return asdict(self) | lists | {"stance": str(self.stance)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> State:
        """The state that `as_dict` wrote; what an older one lacks has its default, what is not known here is left."""
        known = {field.name: values[field.name] for field in fields(cls) if field.name in values}
        known |= {name: tuple(known.get(name, ())) for name in ("told", "earlier")}
        return cls(**known | {"pressed": tuple((topic, count) for topic, count in known.get("pressed", ()))})


EFFECTS: dict[str, Effect] = {
    "open_question": Effect(resistance=-0.015, trust=0.012, fatigue=0.16),
    "closed_question": Effect(resistance=0.004, fatigue=0.26),
    "simple_reflection": Effect(resistance=-0.030, trust=0.030, fatigue=-0.30),
    "complex_reflection": Effect(resistance=-0.042, trust=0.045, importance=0.10, fatigue=-0.35),
    "double_sided_reflection": Effect(resistance=-0.045, trust=0.045, importance=0.20, fatigue=-0.35),
    "amplified_reflection": Effect(resistance=-0.035, trust=0.015, importance=0.15, fatigue=-0.25),
    "affirmation": Effect(resistance=-0.025, trust=0.045, confidence=0.25, fatigue=-0.10),
    "emphasize_autonomy": Effect(resistance=-0.050, trust=0.045, confidence=0.10, fatigue=-0.15, ownership=0.08),
    "offer_choices": Effect(resistance=-0.045, trust=0.035, confidence=0.15, fatigue=-0.05, ownership=0.12),
    "paradoxical": Effect(),  # depends on the person: app/client/paradox.py
    "reframe": Effect(resistance=-0.025, trust=0.020, importance=0.10, confidence=0.10),
    "seek_collaboration": Effect(resistance=-0.030, trust=0.035, fatigue=0.05),
    "give_information": Effect(resistance=0.005, importance=0.03),
    "persuade_with_permission": Effect(resistance=0.005, trust=0.005, importance=0.05, confidence=0.05),
    "persuade": Effect(resistance=0.054, trust=-0.030, fatigue=0.05, ownership=-0.03),
    "confront": Effect(resistance=0.120, trust=-0.085, confidence=-0.10, fatigue=0.05, ownership=-0.05),
    "support": Effect(resistance=-0.015, trust=0.020),
    "summary": Effect(resistance=-0.035, trust=0.045, importance=0.15, fatigue=-0.40),
    "other": Effect(resistance=-0.006),  # “mm-hm”: shown to be listening
}

#: No single turn moves resistance or trust further than this, however many codes it holds.
LARGEST_STEP = 0.14
#: A choice that is none gives nothing and costs this, times reactance; the codes in it count for nothing.
FALSE_CHOICE = Effect(resistance=0.050, trust=-0.040, ownership=-0.03)
VOID_IN_FALSE_CHOICE = ("offer_choices", "emphasize_autonomy", "seek_collaboration", "persuade_with_permission")
#: How much less, at full ownership, pressure raises resistance, and how much less the rulers fall.
STICKS = 0.5
#: What a client who has gone cold takes in of anything good.
COLD = 0.4
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
    outcome = _outcome(state, persona, heard)
    closed = press(
        state.pressed, state.quiet, persona, heard.touches, state.trust, gently=heard.gently, off=heard.backs_off
    )
    moves = [*_moves(state, persona, heard, outcome), *_reflected(heard), *_believed(heard), closed.effect]
    fatigue = _clamp(state.fatigue + sum(move.fatigue for move in moves))
    tired = TIRESOME if fatigue > TIRED and set(heard.codes) & set(FAMILIES["questions"]) else 0.0
    pushed = _step(sum(move.resistance for move in moves) + tired)
    resistance = _clamp(state.resistance + _taken(state, pushed))
    hot = resistance >= persona.walks_out.resistance
    return replace(
        state,
        resistance=resistance,
        trust=_clamp(state.trust + _warms(state, _step(sum(move.trust for move in moves)))),
        importance=_clamp(state.importance + _sticks(state, sum(move.importance for move in moves)), 10),
        confidence=_clamp(state.confidence + _sticks(state, sum(move.confidence for move in moves)), 10),
        fatigue=fatigue,
        heat=state.heat + 1 if hot else 0,
        paradox=state.paradox + ("paradoxical" in heard.codes),
        turns=state.turns + 1,
        ownership=_clamp(state.ownership + _owned(state, sum(move.ownership for move in moves))),
        pressed=closed.presses,
        quiet=closed.quiet,
        cold=state.cold or closed.cold,
        outcome=outcome,
    )


def after_reply(state: State, stance: Stance, fact: str | None) -> State:
    """The state once the client has spoken: the stance taken, and what has been told."""
    told = (*state.told, fact) if fact and fact not in state.told else state.told
    return replace(state, stance=str(stance), told=told, earlier=tuple(old for old in state.earlier if old != fact))


def _outcome(state: State, persona: Persona, heard: Heard) -> str:
    """What the turn is to this person, decided once: the plan reads it from the state."""
    if heard.moment == "silence":
        return waiting(heard.after_act, heard.silences, state.trust, state.turns)
    if "paradoxical" in heard.codes:
        return paradox.outcome(persona.style.reactance, state.confidence, state.importance)
    return ""


def _moves(state: State, persona: Persona, heard: Heard, outcome: str) -> list[Effect]:
    """What the turn's codes do; a silence does what it means, and a false choice takes the good out of them."""
    reactance = persona.style.reactance
    if heard.moment == "silence":
        return [effect for waits, effect in WAITING.items() if waits == outcome]
    codes = [code for code in heard.codes if not (heard.false_choice and code in VOID_IN_FALSE_CHOICE)]
    moves = [_move(code, reactance) for code in codes if code != "paradoxical"]
    if "paradoxical" in codes:
        result = paradox.outcome(reactance, state.confidence, state.importance)
        moves.append(paradox.effect(result, reactance, state.paradox))
    return [*moves, _by_reactance(FALSE_CHOICE, reactance)] if heard.false_choice else moves


def _move(code: str, reactance: float) -> Effect:
    """A code's effect on this client: reactance magnifies pressure and freedom alike (Brehm & Brehm 1981)."""
    magnified = code in FAMILIES["non_adherent"] or code in FAMILIES["choices"]
    return _by_reactance(EFFECTS[code], reactance) if magnified else EFFECTS[code]


def _by_reactance(effect: Effect, reactance: float) -> Effect:
    return replace(effect, resistance=effect.resistance * (0.6 + 0.8 * reactance))


def _believed(heard: Heard) -> list[Effect]:
    """A belief argued with hardens, one that is understood softens."""
    return [DEFENDED] * (heard.belief is not None) + [UNDERSTOOD] * (heard.met is not None)


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


def _taken(state: State, change: float) -> float:
    """A step of resistance as it is taken: what is the client's own stands up to pressure, a cold one hardly thaws."""
    held = 1 - STICKS * state.ownership if change > 0 else COLD if state.cold else 1.0
    return change * held * _give(state.resistance, change)


def _warms(state: State, change: float) -> float:
    return change * COLD if state.cold and change > 0 else change


def _sticks(state: State, change: float) -> float:
    """A change of a ruler: gains made by the client's own choice are lost less easily."""
    return change * (1 - STICKS * state.ownership) if change < 0 else change


def _owned(state: State, change: float) -> float:
    return change * (1 - state.ownership) if change > 0 else change


def _step(change: float) -> float:
    return max(-LARGEST_STEP, min(LARGEST_STEP, change))


def _clamp(value: float, top: float = 1.0) -> float:
    return round(max(0.0, min(top, value)), 4)


__all__ = ["EFFECTS", "State", "after_reply", "next_state", "start_state"]
