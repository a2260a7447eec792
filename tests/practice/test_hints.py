"""Hints by situation and goal: what fits goes first, what would do harm is warned of."""

from __future__ import annotations

from app.practice.hints import words_for
from app.scoring.rows import Row
from app.scoring.situation import Situation, situation
from app.scoring.standing import Shift, Standing

STANDING = Standing(0.6, 0.3, 4, 6)


def at(text: str, act: str = "", reactance: float = 0.8) -> Situation:
    rows = [Row("client", text, talk="sustain", resists=True)]
    return situation(rows, 1, name="Ray", shift=Shift(STANDING, STANDING, act, reactance))


def test_a_hint_names_techniques_with_their_reasons() -> None:
    said = words_for(at("Nobody tells me what to do.", "refuse"))
    assert said.startswith("One or two things to try here:\n• ")
    assert said.count("\n• ") == 2
    assert "fighting to decide" in said or "pushed back" in said


def test_the_goal_of_the_day_goes_first_where_it_fits() -> None:
    said = words_for(at("Nobody tells me what to do.", "refuse"), "choices")
    assert said.split("\n")[1].startswith(("• Autonomy", "• Offering choices"))
    assert "Your goal today fits here" in said


def test_a_goal_that_would_do_harm_waits() -> None:
    said = words_for(at("What's the point, nothing works, I've given up hope.", "pessimism"), "paradoxical")
    assert "paradoxical approach, can wait" in said
    assert "No paradoxical reply here" in said


def test_asked_again_it_says_something_else() -> None:
    here = at("Nobody tells me what to do.", "refuse")
    first, second = words_for(here), words_for(here, again=1)
    assert second.startswith("Or else:")
    assert not set(first.split("\n")[1:3]) & set(second.split("\n")[1:])
    assert words_for(here, again=9) == ""


def test_danger_comes_before_technique() -> None:
    said = words_for(at("I'd be better off dead."), "paradoxical")
    assert "danger" in said
    assert "Paradoxical approach:" not in said
