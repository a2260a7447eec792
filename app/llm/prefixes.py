"""Keys and values of prompts already read, so that the next turn of a conversation reads only what is new."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from app.llm.decoding import Layers, Tree

__all__ = ["PIECE", "PrefixCache"]

PIECE = 128
"""Prompts are read in pieces that start at multiples of this, and known up to such a place: so every token is always
computed in the same company, and a seed gives the same text whatever has been read before."""


class PrefixCache:
    """The most recently used prompts, up to `limit` bytes, found by their longest common beginning. For one thread."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._entries: OrderedDict[tuple[int, ...], Layers] = OrderedDict()
        self.size = 0
        """Bytes held."""

    def fill(self, tree: Tree, prompt: Sequence[int]) -> int:
        """Start an empty tree with what is known of a prompt; the number of tokens that need not be read again.

        The last token is never among them: its logits are wanted.
        """
        best, common = max(((key, _common(key, prompt)) for key in self._entries), key=_length, default=((), 0))
        common = min(common, len(prompt) - 1) // PIECE * PIECE
        if not common:
            return 0
        self._entries.move_to_end(best)
        tree.fill_prompt(self._entries[best], common)
        return common

    def keep(self, tree: Tree, prompt: Sequence[int]) -> None:
        """Remember a prompt that a tree has read; prompts that it continues are forgotten, then the oldest."""
        key = tuple(prompt)
        for known in [known for known in self._entries if _common(known, key) == len(known)]:
            self._drop(known)
        layers = tree.prompt_copy()
        self._entries[key] = layers
        self.size += _bytes(layers)
        while self.size > self._limit:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: tuple[int, ...]) -> None:
        self.size -= _bytes(self._entries.pop(key))


def _length(found: tuple[tuple[int, ...], int]) -> int:
    return found[1]


def _common(left: Sequence[int], right: Sequence[int]) -> int:
    for place, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return place
    return min(len(left), len(right))


def _bytes(layers: Layers) -> int:
    return sum(keys.nbytes + values.nbytes for keys, values in layers)
