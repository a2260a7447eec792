"""The state machine: every code's direction, bounds, and what is special about paradox, fatigue and reflection."""

from __future__ import annotations

import pytest

from app.client.acts import Stance
from app.client.persona import Persona
from app.client.state import EFFECTS, State, after_reply, next_state, start_state
from app.scoring.codes import CODES, FAMILIES
from tests.client.helpers import heard, ray


def with_reactance(persona: Persona, reactance: float) -> Persona:
    return persona.model_copy(update={"style": persona.style.model_copy(update={"reactance": reactance})})


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


def test_the_same_paradox_moves_a_reactant_client_sinks_a_hopeless_one_and_wears_off() -> None:
    paradox = heard("Maybe now isn't the time.", "paradoxical")
    reactant = next_state(State(0.7, 0.3, 3, 6), with_reactance(ray(), 0.9), paradox)
    hopeless = next_state(State(0.7, 0.3, 3, 2), with_reactance(ray(), 0.2), paradox)
    assert reactant.resistance < 0.7
    assert hopeless.confidence < 2
    state, drops = State(0.7, 0.3, 3, 6), []
    for _ in range(4):
        after = next_state(state, with_reactance(ray(), 0.9), paradox)
        drops.append(state.resistance - after.resistance)
        state = after
    assert drops == sorted(drops, reverse=True)
    assert drops[0] > 3 * drops[-1]


def test_heat_counts_turns_at_the_walking_out_level_and_cools() -> None:
    level = ray().walks_out.resistance
    hot = next_state(State(1.0, 0.1, 3, 5), ray(), heard("x", "confront"))
    assert hot.heat == 1
    assert next_state(hot, ray(), heard("x", "confront")).heat == 2
    assert next_state(State(level - 0.05, 0.5, 3, 5, heat=1), ray(), heard("x", "summary")).heat == 0


def test_waiting_is_a_move_that_rests() -> None:
    state = State(0.5, 0.5, 3, 5, fatigue=0.5)
    after = next_state(state, ray(), heard("…", "other", moment="silence"))
    assert after.fatigue < state.fatigue
    assert after.resistance < state.resistance
