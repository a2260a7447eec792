"""The plan: one client act, drawn from a distribution that the state, the trainee's move and the persona's style shape.

The stance is drawn first (sustain, neutral, change), then an act of that stance. The intercepts follow AnnoMI: what
real clients say after each counsellor move, and how a stance persists (figures in `docs/client.md`).
"""

from __future__ import annotations

import math
import random
from dataclasses import asdict, dataclass
from typing import Any

from app.client.acts import ACTS, Stance
from app.client.heard import Heard
from app.client.persona import Persona, Stage
from app.client.state import State
from app.scoring.codes import FAMILIES


@dataclass(frozen=True)
class Plan:
    """What the client is about to do. `facts` are the ids that may be told: gate open and not told yet."""

    act: str
    stance: str
    moment: str | None
    facts: tuple[str, ...]
    stage: Stage
    seed: int

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, for the store."""
        return asdict(self) | {"facts": list(self.facts)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Plan:
        """The plan that `as_dict` wrote."""
        return cls(**(values | {"facts": tuple(values["facts"])}))


@dataclass(frozen=True)
class Pull:
    """What a trainee code adds to the log-odds of sustain and of change talk against neutral talk."""

    sustain: float = 0.0
    change: float = 0.0


PULLS: dict[str, Pull] = {
    "open_question": Pull(0.2, 0.6),
    "closed_question": Pull(-0.2, -0.4),
    "simple_reflection": Pull(-0.3, 0.0),
    "complex_reflection": Pull(0.0, 0.1),
    "double_sided_reflection": Pull(-0.2, 0.5),
    "amplified_reflection": Pull(-0.2, 0.4),
    "affirmation": Pull(-0.5, 0.2),
    "emphasize_autonomy": Pull(-0.5, 0.3),
    "offer_choices": Pull(-0.5, 0.1),
    "reframe": Pull(-0.2, 0.2),
    "seek_collaboration": Pull(-0.5, -0.2),
    "give_information": Pull(0.1, -0.6),
    "persuade_with_permission": Pull(0.1, -0.2),
    "persuade": Pull(0.9, -0.6),
    "confront": Pull(1.5, -1.2),
    "support": Pull(-0.3, 0.0),
    "summary": Pull(-0.3, 0.3),
}

#: Acts that a moment calls for, where the act is not drawn.
MOMENT_ACTS = {
    "greeting": "small_talk",
    "small_talk": "small_talk",
    "ask_permission": "hedge",
    "confidentiality": "hedge",
    "ruler_importance": "inform",
    "ruler_confidence": "inform",
    "apology": "hedge",
    "thanks": "hollow_agreement",
    "silence": "silent",
    "unintelligible": "ask_back",
    "asked_if_real": "challenge",
    "out_of_role": "complain_about_question",
    "abuse": "hostile",
}

_REFLECTED = (*FAMILIES["reflection"], "reframe")
_KIND = ("affirmation", "support", "emphasize_autonomy")
_PRESSED = FAMILIES["non_adherent"]


def make_plan(state: State, persona: Persona, heard: Heard, last_acts: tuple[str, ...], seed: int) -> Plan:
    """Plan the answer to one trainee turn. `state` is that after hearing it; `last_acts` the recent acts, newest last.

    The same arguments give the same plan.
    """
    rng = random.Random(seed)
    if state.heat >= persona.walks_out.patience:
        act, moment = "walk_out", None
    elif heard.moment is not None:
        act, moment = MOMENT_ACTS[heard.moment], heard.moment
    else:
        stance = _draw(stance_odds(state, persona, heard), rng)
        act, moment = _draw(act_odds(Stance(stance), state, persona, heard, last_acts), rng), None
    return Plan(act, str(ACTS[act].stance), moment, open_facts(state, persona), stage_of(state), seed)


def stance_odds(state: State, persona: Persona, heard: Heard) -> dict[str, float]:
    """The probability of each stance in the next client turn; sums to 1."""
    sustain = -2.4 + 3.6 * (state.resistance - 0.2)
    change = -0.9 - 3.0 * (state.resistance - 0.2) + 0.12 * (state.importance - 5)
    for code in heard.codes:
        pull = _pull(code, state, persona)
        sustain += pull.sustain
        change += pull.change
    sustain += 0.9 * (state.stance == Stance.SUSTAIN) + 0.4 * (heard.reflected == Stance.SUSTAIN)
    change += 0.9 * (state.stance == Stance.CHANGE) + 0.6 * (heard.reflected == Stance.CHANGE)
    weights = {"sustain": math.exp(min(sustain, 4)), "neutral": 1.0, "change": math.exp(min(change, 3))}
    total = sum(weights.values())
    return {stance: weight / total for stance, weight in weights.items()}


def act_odds(
    stance: Stance, state: State, persona: Persona, heard: Heard, last_acts: tuple[str, ...]
) -> dict[str, float]:
    """Weights of the acts of one stance: the persona's style, bent by the moment and by what was just done."""
    weights: dict[str, float] = {}
    for act, info in ACTS.items():
        if info.stance != stance or act in ("walk_out", "farewell"):
            continue
        base = persona.style.acts.get(act, 1.0 if stance == Stance.CHANGE else 0.3)
        weights[act] = base * _fits_turn(act, heard) * _fits_state(act, state) * 0.35 ** last_acts[-3:].count(act)
    return weights


def open_facts(state: State, persona: Persona) -> tuple[str, ...]:
    """Ids of the facts that may be told now."""
    return tuple(fact.id for fact in persona.facts if fact.trust <= state.trust and fact.id not in state.told)


def stage_of(state: State) -> Stage:
    """Where in a session the client is; twenty turns are a usual one."""
    return "early" if state.turns <= 4 else "middle" if state.turns <= 12 else "late"


def _pull(code: str, state: State, persona: Persona) -> Pull:
    """The paradoxical approach has three outcomes: arguing the other way, sinking, or a shrug."""
    if code != "paradoxical":
        return PULLS.get(code, Pull())
    if state.confidence < 3 and persona.style.reactance < 0.5:
        return Pull(0.9, -0.5)
    return Pull(-0.4, 1.6 * persona.style.reactance * 0.6 ** max(0, state.paradox - 1))


def _fits_turn(act: str, heard: Heard) -> float:
    last = heard.last_code
    if last in _KIND and act in ("challenge", "hostile", "excuse", "minimise", "blame", "refuse"):
        return 0.3
    if act in ("evade", "complain_about_question"):
        return 1.0 if heard.asks else 0.15
    if act == "inform":
        return 5.0 if last == "closed_question" else 3.0 if heard.asks else 0.7
    if act == "open_up":
        return 1.6 if last == "open_question" or last in _REFLECTED else 0.7
    if act == "hedge":
        return 1.5 if heard.asks else 1.0
    if act == "refuse" and not heard.asks and last in (*_REFLECTED, "affirmation", "support", "other"):
        return 0.1  # nothing was asked that could be refused
    if act in ("hostile", "challenge", "refuse"):
        return 2.2 if set(heard.codes) & set(_PRESSED) else 0.7
    if act in ("hollow_agreement", "silent"):
        return 1.6 if last in (*_PRESSED, "give_information", "support", "affirmation") else 0.6
    if act == "small_talk":
        return 0.3
    return 1.0


def _fits_state(act: str, state: State) -> float:
    if act in ("hostile", "refuse"):
        return 0.2 + 1.8 * max(0.0, state.resistance - 0.3)
    if act in ("open_up", "inform"):
        return 0.4 + 1.6 * state.trust
    if act == "complain_about_question":
        return 0.4 + 1.6 * state.fatigue
    if act in ("desire", "concern"):
        return 2.0
    if act == "ability":
        return 0.2 + state.confidence / 5
    if act == "commitment":
        return 2.0 if state.resistance < 0.3 else 0.15
    if act == "taking_steps":
        return 1.5 if state.resistance < 0.25 else 0.05
    return 1.0


def _draw(weights: dict[str, float], rng: random.Random) -> str:
    return rng.choices(list(weights), weights=list(weights.values()))[0]


__all__ = ["MOMENT_ACTS", "PULLS", "Plan", "Pull", "act_odds", "make_plan", "open_facts", "stage_of", "stance_odds"]
