"""Choosing: sense first, then what was planned; never what was refused."""

from __future__ import annotations

from collections import Counter

import pytest

from app.client.checks import Context
from app.client.choose import (
    ACT,
    FACT,
    GOOD,
    STANCE,
    STANCE_AT_LEAST,
    Candidate,
    choose,
    log_odds,
    planned,
    sensible,
    weigh_model,
)
from tests.client.helpers import even_judge, ray
from tests.client.judging import FRIDAY, HISTORY, plan

CONTEXT = Context(ray(), HISTORY, FRIDAY, ())


def reply(text: str, score: float, sense: float | None = 0.9, refused: str | None = None) -> Candidate:
    return Candidate(text, "bank", "deny", None, score, refused, sense)


def draws(*candidates: Candidate) -> Counter[str]:
    return Counter(choose(candidates, seed).text for seed in range(200))


def test_what_makes_sense_wins_over_what_was_planned_but_makes_none() -> None:
    assert set(draws(reply("planned", 9.0, GOOD - 0.01), reply("sensible", -3.0, GOOD))) == {"sensible"}


def test_among_what_makes_sense_the_better_is_the_likelier() -> None:
    found = draws(reply("good", 1.0), reply("as good", 0.9), reply("poor", 0.2), reply("far off", -4.0))
    assert found["good"] > found["as good"] > found["poor"]
    assert not found["far off"]


def test_where_nothing_makes_sense_the_best_that_may_be_said_is() -> None:
    assert set(draws(reply("best", 2.0, 0.3), reply("worse", -2.0, 0.2), reply("no", 9.0, 0.2, "role: no"))) == {"best"}
    assert set(draws(reply("unjudged", 1.0, None), reply("worse", -3.0, None))) == {"unjudged"}


def test_what_was_refused_is_never_said() -> None:
    assert set(draws(reply("good", 0.0), reply("bad", 9.0, 0.99, "role: no"))) == {"good"}
    with pytest.raises(ValueError, match="no candidate"):
        choose([reply("bad", 9.0, 0.99, "role: no")], 1)
    with pytest.raises(ValueError, match="no candidate"):
        choose([], 1)


def test_the_same_seed_gives_the_same_choice() -> None:
    candidates = [reply(str(number), 0.0) for number in range(9)]
    assert [choose(candidates, seed) for seed in range(30)] == [choose(candidates, seed) for seed in range(30)]


def test_sensible_is_what_may_be_said_and_reaches_the_mark() -> None:
    just, below, unknown, refused = (
        reply("a", 0, GOOD), reply("b", 9, GOOD - 1e-6), reply("c", 9, None), reply("d", 9, 1.0, "form: cut off"),
    )  # fmt: skip
    assert sensible([just, below, unknown, refused]) == [just]


def test_act_stance_defence_and_fact_each_count() -> None:
    doing = plan("minimise", defence="denial")
    whole = planned("minimise", "denial", "dui", doing)
    parts = [planned(*what, doing) for what in (("minimise", None, None), ("deny", None, None), ("hedge", None, None))]
    assert whole > parts[0] > parts[1] > parts[2] > planned("concern", None, None, doing) == 0
    assert parts[0] == pytest.approx(ACT + STANCE)
    assert planned("hedge", None, "dui", doing) == pytest.approx(parts[2] + FACT)
    assert planned("deny", "displacement", None, doing) == planned("deny", None, None, doing)


def test_log_odds_stay_within_bounds() -> None:
    assert log_odds(0.5) == 0
    assert log_odds(0.9) == pytest.approx(-log_odds(0.1))
    assert -6 < log_odds(0.0) < -5.9
    assert 5.9 < log_odds(1.0) < 6


def test_a_line_of_a_capable_model_is_trusted_unless_a_rule_or_its_stance_speaks_against_it() -> None:
    good = weigh_model("A couple of beers, no more.", plan(), CONTEXT, even_judge)
    assert (good.refused, good.source, sensible([good])) == (None, "model", [good])
    out = weigh_model("As an AI I do not drink.", plan(), CONTEXT, even_judge)
    assert (out.refused or "").startswith("role")

    def unlike(text: str, previous: str) -> dict[str, float]:  # noqa: ARG001
        return {"change": 0.9, "neutral": 0.1, "sustain": STANCE_AT_LEAST - 0.01}

    against = weigh_model("I want to stop for good.", plan(), CONTEXT, unlike)
    assert (against.refused or "").startswith("stance: sustain")
