"""Fitting and calibration on data made up so that the right answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from app.scoring.features import NAMES, hashed
from training.calibrate import calibration_error, softmax, temperature
from training.fit import fit
from training.network import mask

CLASSES = ("a", "b", "c")
PENALTY = (1e-4, 1e-4)
Data = tuple[np.ndarray, list[dict[int, float]], list[str]]


def made_up(count: int, seed: int = 0) -> Data:
    """Three classes that signs and a word tell apart."""
    chooser = np.random.default_rng(seed)
    kinds = [CLASSES[number] for number in chooser.integers(3, size=count)]
    signs = chooser.integers(2, size=(count, len(NAMES))).astype(np.float32)
    signs[:, 0] = [float(kind == "b") for kind in kinds]
    words = [hashed("yes please" if kind == "c" else "no thanks") for kind in kinds]
    return signs, words, kinds


def sets(kinds: list[str]) -> np.ndarray:
    return mask([frozenset({kind}) for kind in kinds], CLASSES)


def accuracy(head: object, data: Data) -> float:
    signs, words, kinds = data
    shares = head.probabilities(np.zeros((len(kinds), 0), np.float32), signs, words)  # type: ignore[attr-defined]
    return float(np.mean([CLASSES[row.argmax()] == kind for row, kind in zip(shares, kinds, strict=True)]))


def test_a_head_learns_what_tells_classes_apart() -> None:
    signs, words, kinds = made_up(300)
    head = fit(signs, words, sets(kinds), np.ones(300), CLASSES, PENALTY)
    assert accuracy(head, made_up(200, seed=1)) > 0.95


def test_sets_of_labels_leave_the_choice_to_the_exact_ones() -> None:
    signs, words, kinds = made_up(400)
    coarse = [frozenset({kind}) if number < 150 else frozenset({kind, "a"}) for number, kind in enumerate(kinds)]
    head = fit(signs, words, mask(coarse, CLASSES), np.ones(400), CLASSES, PENALTY)
    assert accuracy(head, made_up(200, seed=1)) > 0.9


def test_fitting_twice_gives_the_same_head() -> None:
    signs, words, kinds = made_up(120)
    one, other = (fit(signs, words, sets(kinds), np.ones(120), CLASSES, PENALTY) for _ in range(2))
    assert np.array_equal(one.signs, other.signs)
    assert np.array_equal(one.words, other.words)


def test_an_example_of_no_weight_changes_nothing() -> None:
    signs, words, kinds = made_up(150)
    labels = np.vstack([sets(kinds), sets(["b"] * 150)])
    weights = np.array([1.0] * 150 + [0.0] * 150)
    twice = fit(np.vstack([signs, signs]), [*words, *words], labels, weights, CLASSES, PENALTY)
    assert accuracy(twice, made_up(200, seed=1)) > 0.9


def test_a_temperature_mends_overconfidence() -> None:
    chooser = np.random.default_rng(3)
    scores = chooser.normal(size=(4000, 3)) * 1.5
    truth = np.array([chooser.choice(3, p=row) for row in softmax(scores)])
    labels = np.eye(3, dtype=bool)[truth]
    loud = softmax(scores * 2)
    value = temperature(loud, labels)
    assert value == pytest.approx(2, rel=0.15)
    mended = softmax(np.log(loud) / value)
    assert calibration_error(mended, labels) < 0.03 < calibration_error(loud, labels)


def test_calibration_error_of_a_sure_and_wrong_reader_is_one() -> None:
    assert calibration_error(np.array([[1.0, 0.0]] * 4), np.array([[0, 1]] * 4)) == 1.0
