"""The state machine: every code's direction, bounds, and what is special about paradox, fatigue and reflection."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from app.client.acts import Stance
from app.client.persona import Persona
from app.client.state import EFFECTS, State, after_reply, next_state, start_state
from app.scoring.codes import CODES, FAMILIES
from tests.client.helpers import heard, ray, with_style


def with_reactance(persona: Persona, reactance: float) -> Persona:
    return with_style(persona, reactance=reactance)


def test_every_code_has_an_effect() -> None:
    assert set(EFFECTS) == set(CODES)


@pytest.mark.parametrize("code", [*FAMILIES["reflection"], *FAMILIES["adherent"], "offer_choices", "reframe"])
def test_good_moves_lower_resistance_and_raise_trust(code: str) -> None:
    before = start_state(ray())
    after = next_state(before, ray(), heard("x", code))
    assert after.resistance < before.resistance
    assert after.trust > before.trust


@pytest.mark.parametrize("code", FAMILIES["non_adherent"])
def test_pressure_raises_resistance_the_more_the_more_reactant(code: str) -> None:
    before = State(0.5, 0.5, 3, 5)
    calm = next_state(before, with_reactance(ray(), 0.1), heard("x", code))
    touchy = next_state(before, with_reactance(ray(), 1.0), heard("x", code))
    assert before.resistance < calm.resistance < touchy.resistance
    assert touchy.trust < before.trust


def test_it_is_pure_and_round_trips() -> None:
    state = start_state(ray())
    assert next_state(state, ray(), heard()) == next_state(state, ray(), heard())
    later = after_reply(next_state(state, ray(), heard()), Stance.SUSTAIN, "dui")
    assert State.from_dict(later.as_dict()) == later
    assert later.told == ("dui",)
    assert after_reply(later, Stance.NEUTRAL, "dui").told == ("dui",)


def test_nothing_leaves_its_bounds_in_a_hundred_turns() -> None:
    for codes in (("confront", "persuade"), ("complex_reflection", "affirmation", "emphasize_autonomy")):
        state = start_state(ray())
        for _ in range(100):
            state = next_state(state, ray(), heard("x", *codes, reflected=Stance.CHANGE))
        assert 0 <= state.resistance <= 1
        assert 0 <= state.trust <= 1
        assert 0 <= state.importance <= 10
        assert 0 <= state.confidence <= 10


def test_questions_in_a_row_tire_and_a_reflection_rests() -> None:
    state = start_state(ray())
    for _ in range(4):
        state = next_state(state, ray(), heard("x", "closed_question"))
    assert state.fatigue > 0.6
    tired = next_state(state, ray(), heard("x", "open_question"))
    fresh = next_state(start_state(ray()), ray(), heard("x", "open_question"))
    assert tired.resistance - state.resistance > fresh.resistance - start_state(ray()).resistance
    assert next_state(state, ray(), heard("x", "simple_reflection")).fatigue < state.fatigue


def test_reflected_change_talk_raises_importance_more_than_reflected_sustain_talk() -> None:
    state = State(0.5, 0.5, 3, 5)
    change = next_state(state, ray(), heard("x", "complex_reflection", reflected=Stance.CHANGE))
    sustain = next_state(state, ray(), heard("x", "complex_reflection", reflected=Stance.SUSTAIN))
    assert change.importance > sustain.importance
    assert change.resistance < sustain.resistance


def test_heat_counts_turns_at_the_walking_out_level_and_cools() -> None:
    level = ray().walks_out.resistance
    hot = next_state(State(1.0, 0.1, 3, 5), ray(), heard("x", "confront"))
    assert hot.heat == 1
    assert next_state(hot, ray(), heard("x", "confront")).heat == 2
    assert next_state(State(level - 0.05, 0.5, 3, 5, heat=1), ray(), heard("x", "summary")).heat == 0


def test_waiting_is_a_move_that_rests() -> None:
    state = State(0.5, 0.5, 3, 5, fatigue=0.5)
    after = next_state(state, ray(), heard("…", "other", moment="silence", silences=1))
    assert after.fatigue < state.fatigue
    assert after.resistance < state.resistance


def test_states_of_before_the_new_fields_still_load_and_new_ones_round_trip() -> None:
    old = {"resistance": 0.5, "trust": 0.4, "importance": 3, "confidence": 5, "told": ["dui"], "stance": "change"}
    state = State.from_dict(old | {"unknown": 1})
    assert (state.told, state.pressed, state.ownership, state.cold) == (("dui",), (), 0.0, False)
    full = State(
        0.5, 0.5, 3, 5, told=("a",), earlier=("a",), pressed=(("past", 2),), quiet=1, cold=True, outcome="room"
    )
    assert State.from_dict(json.loads(json.dumps(full.as_dict()))) == full


def test_choices_and_autonomy_become_ownership_and_pressure_takes_less_of_what_is_owned() -> None:
    state = State(0.5, 0.5, 5, 5)
    owned = state
    for code in ("offer_choices", "emphasize_autonomy", "offer_choices"):
        owned = next_state(owned, ray(), heard("x", code))
    assert 0.2 < owned.ownership < 1
    assert next_state(state, ray(), heard("x", "complex_reflection")).ownership == 0
    mine = replace(state, ownership=0.8)
    pressed, pressed_mine = (next_state(before, ray(), heard("x", "confront")) for before in (state, mine))
    assert pressed_mine.resistance < pressed.resistance
    assert pressed_mine.confidence > pressed.confidence
    assert pressed_mine.ownership < mine.ownership


def test_a_false_choice_gives_nothing_and_costs_the_reactant_most() -> None:
    state = State(0.5, 0.5, 5, 5)
    turn = heard("Do you want to quit today or tomorrow?", "offer_choices", false_choice=True)
    after = next_state(state, with_reactance(ray(), 0.2), turn)
    assert after.ownership == 0
    assert after.trust < state.trust
    assert state.resistance < after.resistance < next_state(state, with_reactance(ray(), 0.9), turn).resistance


def test_a_fact_of_an_earlier_session_may_be_told_again_once() -> None:
    state = State(0.5, 0.9, 5, 5, told=("dui", "eagles"), earlier=("dui", "eagles"))
    after = after_reply(state, Stance.NEUTRAL, "dui")
    assert after.earlier == ("eagles",)
    assert after.told == ("dui", "eagles")
