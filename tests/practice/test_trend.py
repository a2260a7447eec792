"""A trend is claimed only where chance would seldom make it, and the probability is the exact one."""

from __future__ import annotations

import random
from itertools import permutations

import pytest
from scipy.stats import kendalltau

from app.practice.trend import ALPHA, EXACT, FEWEST, trend_of


def test_nothing_is_claimed_from_fewer_than_five() -> None:
    for count in range(FEWEST):
        assert trend_of([float(n) for n in range(count)]).direction == "too few"


@pytest.mark.parametrize(
    ("values", "direction"),
    [
        ([10, 20, 30, 40, 50], "rising"),
        ([50, 40, 30, 20, 10], "falling"),
        ([10, 30, 20, 40, 50], "unclear"),  # p = .083: four of five in order are not enough
        ([10, 30, 20, 40, 50, 60], "rising"),
        ([0, 0, 0, 0, 100], "unclear"),  # one good session is no trend
        ([40, 40, 40, 40, 40, 40], "unclear"),
        ([0, 100, 0, 100, 0, 100, 0, 100], "unclear"),
    ],
)
def test_what_is_called_a_trend(values: list[float], direction: str) -> None:
    assert trend_of(values).direction == direction


def test_without_ties_the_probability_is_scipys_exact_one() -> None:
    rng = random.Random(5)
    for n in (5, 6, 9, 14, EXACT):
        values = rng.sample(range(1000), n)
        expected = kendalltau(range(n), values, method="exact").pvalue
        assert trend_of(values).p == pytest.approx(expected)


@pytest.mark.parametrize("values", [[1, 2, 2, 3, 3, 3], [0, 0, 1, 1, 5], [4, 1, 1, 2, 4, 4], [0, 0, 0, 0, 1, 2, 2]])
def test_with_ties_the_probability_is_that_of_all_orders(values: list[float]) -> None:
    def score(order: tuple[float, ...]) -> int:
        return abs(sum((b > a) - (b < a) for i, a in enumerate(order) for b in order[i + 1 :]))

    orders = list(permutations(values))
    seen = score(tuple(values))
    assert trend_of(values).p == pytest.approx(sum(score(order) >= seen for order in orders) / len(orders))


def test_many_sessions_go_by_the_approximation_that_fits_there() -> None:
    rng = random.Random(1)
    values = [n / 40 + rng.random() for n in range(EXACT + 20)]
    assert trend_of(values).p == pytest.approx(kendalltau(range(len(values)), values).pvalue, abs=0.01)


def test_chance_makes_a_trend_no_more_often_than_is_told() -> None:
    rng = random.Random(2)
    found = sum(
        trend_of([rng.choice((0, 25, 50, 75, 100)) for _ in range(8)]).direction != "unclear" for _ in range(2000)
    )
    assert found / 2000 <= ALPHA + 0.01


def test_the_slope_is_the_middle_of_all_slopes() -> None:
    assert trend_of([1, 3, 5, 7, 900]).slope == pytest.approx(2)
