"""Folds: groups (videos, chats, moments, people) stay on one side of every split."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from training.examples import Example


def folds(examples: Sequence[Example], count: int) -> list[int]:
    """The fold of each example: whole groups, largest first, each to the fold that has least of its source."""
    sizes = Counter((example.source, example.group) for example in examples)
    filled: dict[str, list[int]] = defaultdict(lambda: [0] * count)
    places: dict[str, int] = {}
    for (source, group), size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        if group not in places:
            places[group] = filled[source].index(min(filled[source]))
        filled[source][places[group]] += size
    return [places[example.group] for example in examples]


__all__ = ["folds"]
