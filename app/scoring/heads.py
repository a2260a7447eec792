"""Linear heads over an utterance's features: one softmax each for codes, behaviour and talk type.

A head is three weight tables (hidden states, signs, hashed words), a bias and a temperature; numpy is all it needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Head:
    """A softmax over `classes`; tables are (hidden width, k), (signs, k), (buckets, k), the bias (k,)."""

    classes: tuple[str, ...]
    hidden: Array
    signs: Array
    words: Array
    bias: Array
    temperature: float = 1.0

    def probabilities(self, hidden: Array, signs: Array, hashed: Sequence[dict[int, float]]) -> Array:
        """Class probabilities (n, k) of n texts; rows sum to 1."""
        scores = hidden @ self.hidden + signs @ self.signs + self.bias
        for row, weights in enumerate(hashed):
            if weights:
                scores[row] += np.fromiter(weights.values(), np.float32) @ self.words[list(weights)]
        scores = scores / self.temperature
        scores -= scores.max(axis=1, keepdims=True)
        shares = np.exp(scores)
        return np.asarray(shares / shares.sum(axis=1, keepdims=True), dtype=np.float32)


__all__ = ["Array", "Head"]
