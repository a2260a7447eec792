"""The plan: odds that follow the state and the move, gates, walking out, determinism."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from app.client.acts import ACTS, ROUND_A_QUESTION, Question, Stance
from app.client.defences import DEFENCES
from app.client.heard import Heard
from app.client.odds import act_odds, stance_odds
from app.client.persona import MOMENTS
from app.client.plan import MOMENT_ACTS, Plan, make_plan, open_facts, stage_of
from app.client.state import State, start_state
from tests.client.helpers import guarded, heard, ray, with_style

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


def acts_after(turn: Heard, state: State = NEW, seeds: int = 600) -> Counter[str]:
    return Counter(make_plan(state, ray(), turn, (), seed).act for seed in range(seeds))


def test_each_way_round_a_question_is_an_act_with_its_group_and_happens() -> None:
    assert {ACTS[act].question for act in ROUND_A_QUESTION} == set(Question)
    assert all(ACTS[act].resistance for act in ROUND_A_QUESTION)
    for code in ("open_question", "closed_question"):
        assert set(ROUND_A_QUESTION) <= set(acts_after(heard("How much do you drink?", code), seeds=1500))


def test_questions_are_gone_round_more_by_the_tired_and_less_by_the_trusting() -> None:
    def share(state: State) -> float:
        counts = acts_after(heard("How much do you drink?", "closed_question"), state)
        return sum(counts[act] for act in ROUND_A_QUESTION) / counts.total()

    calm, tired = replace(NEW, fatigue=0.0), replace(NEW, fatigue=1.0)
    assert share(replace(calm, trust=0.9)) < share(calm) < share(tired)
    question = heard("x", "closed_question")
    for act in ("refuse", "complain_about_question"):
        stance = Stance(ACTS[act].stance)
        weary, rested = (act_odds(stance, state, ray(), question, ())[act] for state in (tired, calm))
        assert weary > rested


def test_style_says_which_way_round() -> None:
    def joker(weight: float) -> float:
        style = ray().style.acts | {"joke": weight}
        return act_odds(Stance.NEUTRAL, NEW, with_style(ray(), acts=style), heard(), ())["joke"]

    assert joker(0) == 0 < joker(2) < joker(9)


def test_saying_nothing_is_for_the_silent_and_for_the_pressed() -> None:
    def silent(weight: float, code: str) -> float:
        persona = with_style(ray(), acts=ray().style.acts | {"silent": weight})
        odds = act_odds(Stance.NEUTRAL, NEW, persona, heard("x", code), ())
        return odds["silent"] / sum(odds.values())

    assert silent(8, "confront") > silent(8, "simple_reflection") > silent(1, "simple_reflection")


def test_what_is_owned_is_acted_on() -> None:
    mine = replace(WON, ownership=1.0)
    assert stance_odds(mine, ray(), heard())["change"] > stance_odds(WON, ray(), heard())["change"]
    before, after = (act_odds(Stance.CHANGE, state, ray(), heard(), ()) for state in (WON, mine))
    for act in ("commitment", "ability", "taking_steps"):
        assert after[act] / sum(after.values()) > before[act] / sum(before.values())


def test_a_false_choice_is_challenged_or_complained_of() -> None:
    turn = heard("Do you want to quit today or tomorrow?", "offer_choices", false_choice=True)
    assert set(acts_after(turn, seeds=60)) == {"challenge", "complain_about_question"}


@pytest.mark.parametrize(
    ("turn", "under_threat"),
    [
        (heard("You have to stop.", "persuade"), True),
        (heard("Part of you is scared.", "complex_reflection"), True),
        (heard("What would have to happen?", "open_question"), False),
        (heard("It's up to you.", "emphasize_autonomy"), False),
    ],
)
def test_a_defence_is_shown_under_threat_in_an_act_of_its_own(turn: Heard, under_threat: bool) -> None:
    plans = [make_plan(NEW, guarded(), turn, (), seed) for seed in range(300)]
    shown = {plan.defence for plan in plans} - {None}
    assert shown == ({"denial", "displacement"} if under_threat else set())
    for plan in plans:
        if plan.defence:
            assert plan.act in DEFENCES[plan.defence].acts


def test_plans_of_before_the_new_fields_still_load() -> None:
    old = {"act": "deny", "stance": "sustain", "moment": None, "facts": ["dui"], "stage": "early", "seed": 3}
    assert Plan.from_dict(old | {"unknown": 1}) == Plan("deny", "sustain", None, ("dui",), "early", 3)


def test_facts_of_earlier_sessions_may_come_up_again_after_the_new_ones() -> None:
    state = State(0.2, 0.05, 5, 5, told=("brother",), earlier=("brother",))
    assert open_facts(state, ray())[-1] == "brother"
    assert "brother" not in open_facts(replace(state, earlier=()), ray())
