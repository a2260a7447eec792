"""Fitting, folds and calibration on data made up so that the right answer is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.scoring.encoder import WIDTH
from app.scoring.features import NAMES, hashed
from training import evaluate, train_coder
from training.calibrate import calibration_error, softmax, temperature
from training.fit import Inputs, allowed, fit, joined
from training.folds import fold_of, held_out, splits

CLASSES = ("a", "b", "c")
PENALTY = (1e-4, 1e-4, 1e-4)


def made_up(count: int, seed: int = 0) -> tuple[Inputs, list[str]]:
    """Three classes that a hidden dimension, a sign and a word tell apart."""
    chooser = np.random.default_rng(seed)
    kinds = [CLASSES[number] for number in chooser.integers(3, size=count)]
    hidden = chooser.normal(size=(count, WIDTH)).astype(np.float32)
    signs = chooser.integers(2, size=(count, len(NAMES))).astype(np.float32)
    hidden[:, 0] = [5.0 if kind == "a" else 0.0 for kind in kinds]
    signs[:, 0] = [float(kind == "b") for kind in kinds]
    words = [hashed("yes please" if kind == "c" else "no thanks") for kind in kinds]
    return Inputs(hidden, signs, words), kinds


def accuracy(shares: np.ndarray, kinds: list[str]) -> float:
    return float(np.mean([CLASSES[row.argmax()] == kind for row, kind in zip(shares, kinds, strict=True)]))


def test_a_head_learns_what_tells_classes_apart() -> None:
    data, kinds = made_up(300)
    head = fit(data, allowed([frozenset({kind}) for kind in kinds], CLASSES), np.ones(300), CLASSES, PENALTY)
    new, truth = made_up(200, seed=1)
    assert accuracy(head.probabilities(new.hidden, new.signs, new.words), truth) > 0.95


def test_sets_of_labels_leave_the_choice_to_the_exact_ones() -> None:
    data, kinds = made_up(400)
    coarse = [frozenset({kind}) if number < 150 else frozenset({kind, "a"}) for number, kind in enumerate(kinds)]
    head = fit(data, allowed(coarse, CLASSES), np.ones(400), CLASSES, PENALTY)
    new, truth = made_up(200, seed=1)
    assert accuracy(head.probabilities(new.hidden, new.signs, new.words), truth) > 0.9


def test_fitting_twice_gives_the_same_head() -> None:
    data, kinds = made_up(120)
    labels = allowed([frozenset({kind}) for kind in kinds], CLASSES)
    one, other = (fit(data, labels, np.ones(120), CLASSES, PENALTY) for _ in range(2))
    assert np.array_equal(one.hidden, other.hidden)
    assert np.array_equal(one.words, other.words)


def test_an_example_of_no_weight_changes_nothing() -> None:
    data, kinds = made_up(150)
    labels = allowed([frozenset({kind}) for kind in kinds], CLASSES)
    wrong = allowed([frozenset({"b"})] * 150, CLASSES)
    weights = np.array([1.0] * 150 + [0.0] * 150)
    twice = fit(joined([data, data]), np.vstack([labels, wrong]), weights, CLASSES, PENALTY)
    new, truth = made_up(200, seed=1)
    assert accuracy(twice.probabilities(new.hidden, new.signs, new.words), truth) > 0.9


def test_folds_keep_groups_together_and_cover_everything() -> None:
    groups = [f"g{number // 3}" for number in range(90)]
    held: list[int] = []
    for training, testing in splits(groups, 5):
        assert {groups[index] for index in training}.isdisjoint(groups[index] for index in testing)
        held += testing
    assert sorted(held) == list(range(90))
    assert fold_of("g1", 5) == fold_of("g1", 5)


def test_held_out_predictions_never_come_from_a_head_that_saw_the_group() -> None:
    data, kinds = made_up(60)
    groups = [str(number // 2) for number in range(60)]
    labels = allowed([frozenset({kind}) for kind in kinds], CLASSES)
    seen: list[set[str]] = []

    def train(part: list[int]):  # type: ignore[no-untyped-def]
        seen.append({groups[index] for index in part})
        return fit(data.take(part), labels[part], np.ones(len(part)), CLASSES, PENALTY)

    shares = held_out(data, groups, 3, train)
    assert shares.shape == (60, 3)
    assert all(len(part) < 30 for part in seen)
    assert set.intersection(*seen) == set()


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


@pytest.mark.parametrize("command", [train_coder.main, evaluate.main])
def test_without_annomi_the_commands_say_so(command, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    assert command(["--annomi", str(tmp_path / "annomi.csv")]) == 2
    assert "AnnoMI is not here" in capsys.readouterr().err
