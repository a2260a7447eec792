"""Batches of about so many tokens, for both training loops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Each = TypeVar("Each")


def by_length(items: Sequence[Each], length: Callable[[Each], int], tokens: int, window: int) -> list[list[Each]]:
    """Batches of about `tokens` tokens, padding included; in each `window` of items like lengths stand together."""
    found: list[list[Each]] = []
    for first in range(0, len(items), window):
        batch: list[Each] = []
        for item in sorted(items[first : first + window], key=length):
            if batch and (len(batch) + 1) * length(item) > tokens:
                found.append(batch)
                batch = []
            batch.append(item)
        found.append(batch)
    return found


__all__ = ["by_length"]
