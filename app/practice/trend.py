"""Whether figures over sessions rise or fall by more than chance: the Mann–Kendall test, and Theil and Sen's slope.

Mann (1945) and Kendall (1975) count in how many pairs of sessions the later one is higher. That asks nothing of the
figures but their order, so one odd session cannot make a trend, and it works for shares as for ratios. With few
sessions the probability is exact, ties included (the inversions of a multiset), since the usual approximation is off
just where trainees are: at five to twenty sessions. SciPy has the test, but 100 MB for it are too much to install.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

#: Nothing is claimed from fewer sessions.
FEWEST = 5
#: How improbable an order must be, were there no trend, to be called one (two-sided).
ALPHA = 0.05
#: Up to this many sessions the probability is exact.
EXACT = 30

Direction = Literal["rising", "falling", "unclear", "too few"]


@dataclass(frozen=True)
class Trend:
    """Where figures go. `p`: how probable so clear an order is by chance; `slope`: the change from one to the next.

    Both are None where there are too few figures.
    """

    direction: Direction
    n: int
    p: float | None = None
    slope: float | None = None


def trend_of(values: Sequence[float]) -> Trend:
    """The trend of figures in the order of their sessions."""
    n = len(values)
    if n < FEWEST:
        return Trend("too few", n)
    figures = np.asarray(values, dtype=float)
    earlier, later = np.triu_indices(n, 1)
    rises = figures[later] - figures[earlier]
    score = int(np.sign(rises).sum())
    p = _probability(abs(score), n, tuple(sorted(Counter(values).values())))
    slope = float(np.median(rises / (later - earlier)))
    if p > ALPHA:
        return Trend("unclear", n, p, slope)
    return Trend("rising" if score > 0 else "falling", n, p, slope)


def _probability(score: int, n: int, ties: tuple[int, ...]) -> float:
    """The probability of a score this far from 0 or farther, in either direction, in a random order."""
    if score == 0:
        return 1.0
    if n <= EXACT:
        orders = _orders(n, ties)
        pairs = len(orders) - 1  # a score of `pairs - 2 * inversions`
        return min(1.0, 2 * sum(orders[: (pairs - score) // 2 + 1]) / sum(orders))
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    return math.erfc((score - 1) / math.sqrt(2 * variance))


@cache
def _orders(n: int, ties: tuple[int, ...]) -> list[int]:
    """How many orders of figures tied like this have 0, 1, 2 … inversions: the Gaussian multinomial coefficient."""
    pairs = math.comb(n, 2) - sum(math.comb(t, 2) for t in ties)
    found = [1] + [0] * pairs
    for size in range(1, n + 1):  # times 1 - q^size
        for power in range(pairs, size - 1, -1):
            found[power] -= found[power - size]
    for tied in ties:
        for size in range(1, tied + 1):  # over 1 - q^size
            for power in range(size, pairs + 1):
                found[power] += found[power - size]
    return found


__all__ = ["ALPHA", "FEWEST", "Direction", "Trend", "trend_of"]
