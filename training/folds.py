"""Held-out predictions: groups (videos, moments, conversations) stay on one side of every split."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from app.scoring.heads import Head
from training.fit import Inputs
from training.recipe import Material

Array = np.ndarray[Any, Any]
Trainer = Callable[[list[int]], Head]


def fold_of(group: str, folds: int) -> int:
    """The fold of a group: from its name alone, so that it never moves when data are added."""
    return int(hashlib.sha256(group.encode()).hexdigest()[:8], 16) % folds


def splits(groups: Sequence[str], folds: int) -> Iterator[tuple[list[int], list[int]]]:
    """(training, held-out) indices for each fold."""
    places = [fold_of(group, folds) for group in groups]
    for number in range(folds):
        yield (
            [index for index, place in enumerate(places) if place != number],
            [index for index, place in enumerate(places) if place == number],
        )


def held_out(data: Inputs, groups: Sequence[str], folds: int, train: Trainer) -> Array:
    """Probabilities (n, k) of every example from a head that never saw its group; `train` takes training indices."""
    found: dict[int, Array] = {}
    for training, testing in splits(groups, folds):
        if testing:
            some = data.take(testing)
            shares = train(training).probabilities(some.hidden, some.signs, some.words)
            found |= dict(zip(testing, shares, strict=True))
    return np.stack([found[index] for index in range(len(data))])


def everything(data: Material) -> tuple[list[int], list[int], list[int]]:
    """Indices of all AnnoMI rows, written utterances and client replies."""
    return list(range(len(data.rows))), list(range(len(data.utterances))), list(range(len(data.replies)))


__all__ = ["everything", "fold_of", "held_out", "splits"]
