"""Intervals out of counts."""

from __future__ import annotations

import pytest

from app.scoring.intervals import odds_interval, share_interval, wilson


def test_wilson_gives_the_published_interval() -> None:
    # Newcombe 1998, table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29
    for part, whole, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert wilson(part, whole) == pytest.approx((low, high), abs=5e-5)


def test_it_holds_the_share_and_narrows_with_more() -> None:
    for part in range(6):
        low, high = wilson(part, 5)
        assert 0 <= low <= part / 5 <= high <= 1
        finer = wilson(part * 20, 100)
        assert finer[1] - finer[0] < high - low


def test_nothing_counted_is_no_interval() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert share_interval(0, 0) is None
    assert odds_interval(0, 0) is None


def test_a_ratio_is_unbounded_where_its_other_side_is_missing() -> None:
    low, high = odds_interval(3, 0) or (0.0, 0.0)
    assert low > 0
    assert high is None
    low, high = odds_interval(4, 4) or (9.0, 0.0)
    assert low < 1 < (high or 0)
    assert low * (high or 0) == pytest.approx(1)
