"""The odds: how likely each stance and each act is now, by state, by the trainee's move and by the persona's style.

The intercepts follow AnnoMI: what real clients say after each counsellor move, and how a stance persists (figures in
`docs/client.md`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.client import paradox
from app.client.acts import ACTS, ROUND_A_QUESTION, Question, Stance
from app.client.heard import Heard
from app.client.persona import Persona
from app.client.state import State
from app.client.threat import defence_pull, threatened
from app.scoring.codes import FAMILIES


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

#: What an outcome of the paradoxical approach adds; arguing the other way grows with reactance and wears off.
PARADOX: dict[str, Pull] = {
    "argues": Pull(-0.4, 1.6),
    "sinks": Pull(0.9, -0.5),
    "laughs": Pull(-0.6, -0.2),
    "shrugs": Pull(-0.2, 0.2),
}
#: What is left of a paradox's pull at each repeat.
WEAR = 0.6
#: How going cold, and what a client has made their own, bend the stances.
COLD_PULL, OWN_PULL = Pull(-0.6, -1.6), 0.5

_REFLECTED = (*FAMILIES["reflection"], "reframe")
_KIND = ("affirmation", "support", "emphasize_autonomy")
_OWN = ("ability", "commitment", "taking_steps")


def stance_odds(state: State, persona: Persona, heard: Heard) -> dict[str, float]:
    """The probability of each stance in the next client turn; sums to 1."""
    sustain = -2.4 + 3.6 * (state.resistance - 0.2)
    change = -0.85 - 2.6 * (state.resistance - 0.2) + 0.12 * (state.importance - 5)
    for code in heard.codes:
        pull = _pull(code, state, persona, heard)
        sustain += pull.sustain
        change += pull.change
    sustain += 0.9 * (state.stance == Stance.SUSTAIN) + 0.4 * (heard.reflected == Stance.SUSTAIN)
    change += 0.9 * (state.stance == Stance.CHANGE) + 0.6 * (heard.reflected == Stance.CHANGE)
    change += OWN_PULL * state.ownership - 0.3 * (heard.belief is not None)
    sustain += 0.5 * (heard.belief is not None) - 0.3 * (heard.met is not None)
    if state.cold:
        sustain, change = sustain + COLD_PULL.sustain, change + COLD_PULL.change
    weights = {"sustain": math.exp(min(sustain, 4)), "neutral": 1.0, "change": math.exp(min(change, 3))}
    total = sum(weights.values())
    return {stance: weight / total for stance, weight in weights.items()}


def act_odds(
    stance: Stance, state: State, persona: Persona, heard: Heard, last_acts: tuple[str, ...]
) -> dict[str, float]:
    """Weights of the acts of one stance: the persona's style, bent by the moment and by what was just done."""
    weights: dict[str, float] = {}
    threat = threatened(state, persona, heard)
    for act, info in ACTS.items():
        if info.stance != stance or act in ("walk_out", "farewell"):
            continue
        base = persona.style.acts.get(act, 1.0 if stance == Stance.CHANGE else 0.3)
        weight = base * _fits_turn(act, heard) * _fits_state(act, state) * _fits_person(act, state, persona, heard)
        weights[act] = weight * (defence_pull(act, persona) if threat else 1.0) * 0.35 ** last_acts[-3:].count(act)
    return weights


def paradox_of(state: State, persona: Persona) -> str:
    """The outcome of the paradoxical turn just heard: as the state has it, or as this person takes it now."""
    if state.outcome in PARADOX:
        return state.outcome
    return paradox.outcome(persona.style.reactance, state.confidence, state.importance)


def _pull(code: str, state: State, persona: Persona, heard: Heard) -> Pull:
    if code != "paradoxical":
        good = code in FAMILIES["choices"] or code == "seek_collaboration"
        return PULLS["persuade"] if good and heard.false_choice else PULLS.get(code, Pull())
    result, worn = paradox_of(state, persona), WEAR ** max(0, state.paradox - 1)
    reactance = persona.style.reactance if result == "argues" else 1.0
    return Pull(PARADOX[result].sustain * worn, PARADOX[result].change * reactance * worn)


def _fits_turn(act: str, heard: Heard) -> float:
    last = heard.last_code
    if act in ROUND_A_QUESTION and heard.asks:
        return _round_a_question(act, last)
    if last in _KIND and act in ("challenge", "hostile", "excuse", "minimise", "blame", "refuse"):
        return 0.3
    if act in ("evade", "complain_about_question"):
        return 1.5 if heard.pressed and act == "complain_about_question" else 0.15
    if act == "inform":
        return 5.0 if last == "closed_question" else 3.0 if heard.asks else 0.7
    if act == "open_up":
        return 1.6 if last == "open_question" or last in _REFLECTED else 0.7
    if act == "hedge":
        return 1.5 if heard.asks else 1.0
    if act == "refuse" and last in (*_REFLECTED, "affirmation", "support", "other"):
        return 0.1  # nothing was asked that could be refused
    if act in ("hostile", "challenge", "refuse"):
        return 2.2 if heard.pressed else 0.7
    if act == "silent":
        return 3.0 if heard.pressed else 1.0 if last in ("closed_question", "give_information") else 0.6
    if act == "hollow_agreement":
        return 1.6 if last in (*FAMILIES["non_adherent"], "give_information", "support", "affirmation") else 0.6
    if act == "small_talk":
        return 0.3
    return 1.0


def _round_a_question(act: str, last: str) -> float:
    """How a question invites each way round it: closed ones are complained of and refused, open ones sidestepped."""
    closed = last == "closed_question"
    ways = {
        Question.REFUSAL: 1.2 if closed else 0.9,
        Question.ANOTHER: 0.9 if closed else 1.3,
        Question.COMPLAINT: 1.3 if closed else 0.9,
        Question.JOKE: 1.1,
    }
    way = ACTS[act].question
    return ways[way] * (0.4 if last == "seek_collaboration" else 1.0) if way else 1.0


def _fits_state(act: str, state: State) -> float:
    """Tired of questions a client complains and refuses; trusting, goes round fewer of them."""
    if act in ("refuse", "evade"):
        guarded = 1.4 - 0.9 * state.trust + 0.6 * state.fatigue
        return guarded * (0.2 + 1.8 * max(0.0, state.resistance - 0.3) if act == "refuse" else 0.8)
    if act == "joke":
        return 1.1 - 0.4 * state.trust + 0.2 * state.fatigue
    if act == "hostile":
        return 0.2 + 1.8 * max(0.0, state.resistance - 0.3)
    if act in ("open_up", "inform"):
        return 0.4 + 1.6 * state.trust
    if act == "complain_about_question":
        return (0.4 + 1.8 * state.fatigue) * (1.2 - 0.6 * state.trust)
    if act in ("desire", "concern"):
        return 2.0
    if act == "ability":
        return 0.2 + state.confidence / 5
    if act == "commitment":
        return 2.0 if state.resistance < 0.3 else 0.15
    if act == "taking_steps":
        return 1.5 if state.resistance < 0.25 else 0.05
    return 1.0


def _fits_person(act: str, state: State, persona: Persona, heard: Heard) -> float:
    """What owning the change, going cold and the outcome of a paradox make likelier."""
    weight = 1 + 1.5 * state.ownership if act in _OWN else 1.0
    if state.cold and act in ("silent", "hollow_agreement"):
        weight *= 4.0
    if state.cold and act in ("open_up", "inform", "joke", "small_talk"):
        weight *= 0.3
    if "paradoxical" in heard.codes:
        worn = WEAR ** max(0, state.paradox - 1)
        likely = {"sinks": ("pessimism",), "laughs": ("joke",)}.get(paradox_of(state, persona), ())
        weight *= 1 + 7 * worn if act in likely else 1.0
    return weight


__all__ = ["PULLS", "Pull", "act_odds", "paradox_of", "stance_odds"]
