"""The plan: odds that follow the state and the move, gates, walking out, determinism."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.client.acts import ACTS, Stance
from app.client.heard import Heard
from app.client.persona import MOMENTS
from app.client.plan import MOMENT_ACTS, Plan, act_odds, make_plan, open_facts, stage_of, stance_odds
from app.client.state import State, start_state
from tests.client.helpers import heard, ray
from tests.client.test_state import with_reactance

NEW = State(0.75, 0.2, 3, 5)
WON = State(0.2, 0.8, 7, 6)


def test_every_moment_has_an_act() -> None:
    assert set(MOMENT_ACTS) == set(MOMENTS)
    assert set(MOMENT_ACTS.values()) <= set(ACTS)


@pytest.mark.parametrize(
    "codes", [("open_question",), ("confront",), ("complex_reflection", "open_question"), ("other",)]
)
def test_stance_odds_are_a_distribution(codes: tuple[str, ...]) -> None:
    odds = stance_odds(NEW, ray(), heard("x", *codes))
    assert sum(odds.values()) == pytest.approx(1)
    assert min(odds.values()) > 0


def test_a_resistant_client_hardly_talks_change_and_a_won_one_hardly_talks_sustain() -> None:
    new, won = stance_odds(NEW, ray(), heard()), stance_odds(WON, ray(), heard())
    assert new["change"] < 0.08 < new["sustain"]
    assert won["sustain"] < 0.12
    assert won["change"] > 0.3


def test_pressure_brings_sustain_talk_and_reflection_less() -> None:
    pressed = stance_odds(NEW, ray(), heard("x", "confront"))["sustain"]
    advised = stance_odds(NEW, ray(), heard("x", "persuade"))["sustain"]
    reflected = stance_odds(NEW, ray(), heard("x", "simple_reflection"))["sustain"]
    assert pressed > advised > reflected


def test_talk_persists_and_what_is_reflected_comes_back() -> None:
    plain = stance_odds(NEW, ray(), heard())
    after_sustain = stance_odds(replace(NEW, stance=Stance.SUSTAIN), ray(), heard())
    assert after_sustain["sustain"] > plain["sustain"]
    reflection = heard("x", "complex_reflection")
    kept = stance_odds(NEW, ray(), replace(reflection, reflected=Stance.SUSTAIN))
    lifted = stance_odds(NEW, ray(), replace(reflection, reflected=Stance.CHANGE))
    assert kept["sustain"] > lifted["sustain"]
    assert lifted["change"] > kept["change"]


def test_one_paradox_three_outcomes() -> None:
    paradox = heard("Maybe now isn't the time.", "paradoxical")
    reactant = stance_odds(NEW, with_reactance(ray(), 0.9), paradox)
    calm = stance_odds(NEW, with_reactance(ray(), 0.2), paradox)
    hopeless = stance_odds(replace(NEW, confidence=1), with_reactance(ray(), 0.2), paradox)
    assert reactant["change"] > calm["change"] > hopeless["change"]
    assert hopeless["sustain"] > calm["sustain"]


def test_acts_are_of_the_stance_and_leaving_is_never_drawn() -> None:
    for stance in Stance:
        odds = act_odds(stance, NEW, ray(), heard(), ())
        assert odds
        assert {ACTS[act].stance for act in odds} == {stance}
        assert not {"walk_out", "farewell"} & set(odds)


def test_what_was_just_done_is_done_less() -> None:
    fresh = act_odds(Stance.SUSTAIN, NEW, ray(), heard(), ())
    again = act_odds(Stance.SUSTAIN, NEW, ray(), heard(), ("minimise", "minimise"))
    assert again["minimise"] < fresh["minimise"] / 5


def test_facts_wait_behind_their_gates_and_are_told_once() -> None:
    new = open_facts(start_state(ray()), ray())
    won = open_facts(State(0.2, 1.0, 5, 5), ray())
    assert set(new) < set(won)
    assert len(won) == len(ray().facts)
    assert won[0] not in open_facts(State(0.2, 1.0, 5, 5, told=(won[0],)), ray())


def test_a_client_pushed_too_far_walks_out() -> None:
    patience = ray().walks_out.patience
    plan = make_plan(State(1.0, 0.0, 3, 5, heat=patience), ray(), heard("x", "confront"), (), 1)
    assert plan.act == "walk_out"


def test_moments_come_first_and_plans_round_trip() -> None:
    plan = make_plan(NEW, ray(), heard("Hello", "other", moment="greeting"), (), 7)
    assert (plan.act, plan.moment) == ("small_talk", "greeting")
    assert Plan.from_dict(plan.as_dict()) == plan


def test_the_same_seed_plans_the_same_and_seeds_differ() -> None:
    def acts(heard_turn: Heard) -> list[str]:
        return [make_plan(NEW, ray(), heard_turn, (), seed).act for seed in range(40)]

    assert acts(heard()) == acts(heard())
    assert len(set(acts(heard()))) > 5


def test_stages() -> None:
    assert [stage_of(replace(NEW, turns=turns)) for turns in (0, 4, 5, 12, 13)] == [
        "early",
        "early",
        "middle",
        "middle",
        "late",
    ]
