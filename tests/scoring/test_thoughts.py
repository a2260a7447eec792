"""How segments are joined into thoughts: the surest reading of the whole turn."""

from __future__ import annotations

import numpy as np

from app.scoring.coder import LONGEST_THOUGHT, _runs, _thoughts


def reading(count: int, sure: dict[tuple[int, int], float], otherwise: float) -> list[tuple[int, int]]:
    runs = _runs(["Words."] * count)
    shares = np.array([sure.get(run, otherwise) for run in runs], dtype=np.float32)
    return [runs[run] for run in _thoughts(runs, shares, count)]


def test_sure_segments_stay_apart() -> None:
    assert reading(3, {(0, 0): 0.9, (1, 1): 0.9, (2, 2): 0.9}, 0.9) == [(0, 0), (1, 1), (2, 2)]


def test_unsure_segments_join_where_together_they_are_sure() -> None:
    assert reading(3, {(0, 1): 0.95, (2, 2): 0.95}, 0.4) == [(0, 1), (2, 2)]


def test_every_segment_is_in_exactly_one_thought_and_none_is_too_long() -> None:
    chooser = np.random.default_rng(1)
    for count in range(1, 12):
        runs = _runs(["Words."] * count)
        found = [runs[run] for run in _thoughts(runs, chooser.random(len(runs)).astype(np.float32), count)]
        assert [segment for first, last in found for segment in range(first, last + 1)] == list(range(count))
        assert all(last - first < LONGEST_THOUGHT for first, last in found)


def test_a_question_is_a_thought_of_its_own() -> None:
    assert _runs(["You came.", "You stayed.", "Why?", "Hm."]) == [(0, 0), (0, 1), (1, 1), (2, 2), (3, 3)]
    assert (0, 1) not in _runs(["He asked “why?”", "You stayed."])


def test_a_code_of_no_probability_is_no_error() -> None:
    assert reading(2, {}, 0.0) == [(0, 0), (1, 1)]
