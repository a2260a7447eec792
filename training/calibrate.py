"""Calibration: one temperature a head, fitted on held-out probabilities, and the error that is left."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def temperature(probabilities: Array, labels: Array) -> float:
    """The temperature that makes held-out probabilities (n, k) likeliest; `labels` masks (n, k) the right classes."""
    scores = np.log(np.maximum(probabilities, 1e-12))
    candidates = np.exp(np.linspace(np.log(0.4), np.log(2.5), 60))
    return float(min(candidates, key=lambda value: _loss(scores / value, labels)))


def _loss(scores: Array, labels: Array) -> float:
    shares = softmax(scores)
    return float(-np.log(np.maximum((shares * labels).sum(axis=1), 1e-12)).mean())


def tempered(probabilities: Array, temperature: float) -> Array:
    """Probabilities (…, k) at a temperature: above 1 flatter, below 1 sharper."""
    powered = probabilities ** (1 / temperature)
    return np.asarray(powered / powered.sum(axis=-1, keepdims=True))


def softmax(scores: Array) -> Array:
    """Row-wise softmax of (n, k)."""
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def calibration_error(probabilities: Array, labels: Array, bins: int = 10) -> float:
    """Expected calibration error of the likeliest class: mean gap of confidence and accuracy over equal-width bins."""
    sure, right = probabilities.max(axis=1), labels[np.arange(len(labels)), probabilities.argmax(axis=1)]
    place = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [
        abs(sure[place == number].mean() - right[place == number].mean()) * (place == number).mean()
        for number in range(bins)
        if (place == number).any()
    ]
    return float(sum(gaps))


__all__ = ["calibration_error", "softmax", "temperature", "tempered"]
