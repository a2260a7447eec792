"""The paradoxical approach: the same words, three people, three outcomes."""

from __future__ import annotations

from collections import Counter

import pytest

from app.client.heard import Heard
from app.client.odds import paradox_of, stance_odds
from app.client.paradox import outcome
from app.client.persona import Persona
from app.client.plan import make_plan
from app.client.state import State, next_state
from tests.client.helpers import heard, ray, with_style

PARADOX = heard("Maybe now isn't the time to change anything.", "paradoxical")
PEOPLE = {
    "argues": (with_style(ray(), reactance=0.9), State(0.7, 0.3, 3, 2)),
    "sinks": (with_style(ray(), reactance=0.2), State(0.7, 0.3, 3, 2)),
    "laughs": (with_style(ray(), reactance=0.2), State(0.7, 0.3, 3, 6)),
    "shrugs": (with_style(ray(), reactance=0.2), State(0.7, 0.3, 6, 6)),
}


@pytest.mark.parametrize("result", PEOPLE)
def test_one_function_says_which(result: str) -> None:
    persona, state = PEOPLE[result]
    assert outcome(persona.style.reactance, state.confidence, state.importance) == result
    assert next_state(state, persona, PARADOX).outcome == result


@pytest.mark.parametrize("codes", [("paradoxical",), ("paradoxical", "affirmation"), ("affirmation", "paradoxical")])
def test_state_and_plan_agree_at_every_border(codes: tuple[str, ...]) -> None:
    turn = heard("x", *codes)
    for confidence in (2.7, 2.95, 3.0, 3.2):
        for importance in (3.8, 3.99, 4.0):
            before = State(0.7, 0.3, importance, confidence)
            for persona in (with_style(ray(), reactance=0.49), with_style(ray(), reactance=0.5)):
                after = next_state(before, persona, turn)
                assert paradox_of(after, persona) == outcome(persona.style.reactance, confidence, importance)


def acts(persona: Persona, state: State, turn: Heard = PARADOX) -> Counter[str]:
    after = next_state(state, persona, turn)
    return Counter(make_plan(after, persona, turn, (), seed).act for seed in range(500))


def test_what_it_does_to_each() -> None:
    states = {result: next_state(state, persona, PARADOX) for result, (persona, state) in PEOPLE.items()}
    assert states["argues"].importance > 3.2
    assert states["argues"].resistance < min(states[other].resistance for other in ("sinks", "laughs"))
    assert states["sinks"].confidence < 2
    assert states["laughs"].confidence == 6
    odds = {name: stance_odds(states[name], PEOPLE[name][0], PARADOX) for name in states}
    assert odds["argues"]["change"] > odds["laughs"]["change"] > odds["sinks"]["change"]
    assert odds["sinks"]["sustain"] > max(odds["laughs"]["sustain"], odds["argues"]["sustain"])


def test_how_each_answers() -> None:
    sunk, amused = acts(*PEOPLE["sinks"]), acts(*PEOPLE["laughs"])
    assert sunk["pessimism"] > 3 * max(1, amused["pessimism"])
    assert amused["joke"] == max(amused.values())


@pytest.mark.parametrize("result", ["argues", "sinks"])
def test_repeats_wear_off(result: str) -> None:
    persona, state = PEOPLE[result]
    steps: list[float] = []
    for _ in range(4):
        after = next_state(state, persona, PARADOX)
        moved = after.importance - state.importance if result == "argues" else state.confidence - after.confidence
        steps.append(moved)
        state = after
    assert steps == sorted(steps, reverse=True)
    assert steps[0] > 3 * steps[-1] > 0
    late, first = (stance_odds(State(0.7, 0.3, 3, 2, paradox=count), persona, PARADOX) for count in (5, 1))
    assert late["change" if result == "argues" else "sustain"] < first["change" if result == "argues" else "sustain"]
