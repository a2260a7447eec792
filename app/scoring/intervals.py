"""Intervals of shares and ratios out of counts: how far a figure from a few turns can be trusted."""

from __future__ import annotations

import math

#: Two-sided 95 %.
Z = 1.96

#: Low and high; high is None where nothing bounds it.
Interval = tuple[float, float | None]


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Wilson's score interval (1927) of a share, 0–1; all of it where `whole` is 0."""
    if not whole:
        return 0.0, 1.0
    share, spread = part / whole, Z * Z / whole
    middle = (share + spread / 2) / (1 + spread)
    half = Z * math.sqrt(share * (1 - share) / whole + spread / (4 * whole)) / (1 + spread)
    return max(0.0, middle - half) if part else 0.0, min(1.0, middle + half) if part < whole else 1.0


def share_interval(part: int, whole: int) -> Interval | None:
    """The interval of a percentage, 0–100; None where there is nothing to divide by."""
    if not whole:
        return None
    low, high = wilson(part, whole)
    return 100 * low, 100 * high


def odds_interval(part: int, other: int) -> Interval | None:
    """The interval of the ratio part : other, from that of part's share of both."""
    if not part + other:
        return None
    low, high = wilson(part, part + other)
    return low / (1 - low), high / (1 - high) if high < 1 else None


__all__ = ["Interval", "odds_interval", "share_interval", "wilson"]
