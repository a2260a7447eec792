"""The figures of a session: one definition each, whoever told the talk types."""

from __future__ import annotations

import math

import pytest

from app.realism.talk import (
    effect_size,
    fifth,
    leaning,
    leaves,
    leaves_state,
    mid_peak,
    motivated,
    motivated_state,
    shares,
    stays,
    total_variation,
)

C, N, S = "change", "neutral", "sustain"


@pytest.mark.parametrize(
    ("talk", "is_motivated"),
    [
        ([], False),
        ([C], False),
        ([S, S, S, C, N, C, N, N], True),
        ([C, C, N, S, S], False),
        ([C, C, C, S, S], True),
        ([C, C, N, N, N, N, N], False),
        ([N] * 18 + [C, C] + [S] * 5, True),
    ],
    ids=["nothing", "once", "twice of five", "as much sustain", "more change", "long ago", "within twenty turns"],
)
def test_motivated_is_change_talk_at_the_end(talk: list[str], is_motivated: bool) -> None:
    assert motivated(talk) is is_motivated


def test_the_same_by_the_state() -> None:
    assert motivated_state([0.7, 0.39])
    assert not motivated_state([0.2, 0.4])
    assert not motivated_state([])


def test_precontemplation_is_left_with_the_second_change_talk_of_four_turns() -> None:
    assert leaves([N, C, N, C, N]) == 4
    assert leaves([C, N, N, N, C, C]) == 6
    assert leaves([C, N, N, N, N, C], 7) == 7
    assert leaves_state([0.6, 0.5, 0.49]) == 3
    assert leaves_state([0.6], 11) == 11


def test_shares_and_how_far_they_are_apart() -> None:
    assert shares([C, N, N, S]) == (0.25, 0.5, 0.25)
    assert shares([]) == (0, 0, 0)
    assert total_variation((0.25, 0.64, 0.11), (0.25, 0.64, 0.11)) == 0
    assert total_variation((1, 0, 0), (0, 0, 1)) == 1


def test_what_follows_and_where_it_peaks() -> None:
    assert stays([[S, S, N], [S, N, S]], S) == (1, 3)
    session = [C, C, S, S, S, N, N, N, N, N]
    assert fifth([session], 1) == [S, S]
    assert mid_peak([session]) == 1.0
    assert math.isnan(mid_peak([]))
    assert leaning([C, N, N, N, C, C]) == 0.4


def test_the_effect_size_is_within_persons() -> None:
    # two people who are far apart from each other, and each by 1 with a spread of about .7
    apart = effect_size([([1.0, 2.0], [0.0, 1.0]), ([11.0, 12.0], [10.0, 11.0])])
    assert apart == pytest.approx(1 / math.sqrt(0.5))
    assert math.isnan(effect_size([([1.0], [0.0])]))
    assert effect_size([([1.0, 1.0], [0.0, 0.0])]) == math.inf
