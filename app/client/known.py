"""Vectors that ship, so that nobody waits while a bank is read: those of all that is written for the people who ship.

Rounded to int8 with a scale for each text; what is not among them is read by the encoder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open

from app.client.vectors import MODEL_DIR, Vectors

FILE, ENCODER = "known.safetensors", "retriever.safetensors"


@dataclass(frozen=True)
class Known:
    """An encoder with what it need not read. `keys` (n,) sorted, `vectors` int8 (n, width), `scales` (n,)."""

    embed: Callable[[Sequence[str]], Vectors]
    keys: np.ndarray[Any, np.dtype[np.int64]]
    vectors: np.ndarray[Any, np.dtype[np.int8]]
    scales: np.ndarray[Any, np.dtype[np.float32]]

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Vectors of length 1: float32 (texts, width)."""
        wanted = np.array([key_of(text) for text in texts], dtype=np.int64)
        places = np.searchsorted(self.keys, wanted).clip(max=len(self.keys) - 1)
        here = self.keys[places] == wanted
        found = np.zeros((len(texts), self.vectors.shape[1]), dtype=np.float32)
        found[here] = self.vectors[places[here]] * self.scales[places[here], None]
        missing = np.flatnonzero(~here)
        if len(missing):
            found[missing] = self.embed([texts[place] for place in missing.tolist()])
        return found


def key_of(text: str) -> int:
    """The number that stands for a text: 63 bits of its SHA-256."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8], "big") >> 1


def rounded(
    vectors: Vectors,
) -> tuple[np.ndarray[Any, np.dtype[np.int8]], np.ndarray[Any, np.dtype[np.float32]]]:
    """Vectors as they are stored: int8 and the scale that gives each its length of 1 again, (n, width) and (n,)."""
    small = np.round(vectors * (127 / np.abs(vectors).max(axis=1, keepdims=True)))
    return small.astype(np.int8), (1 / np.linalg.norm(small, axis=1)).astype(np.float32)


def with_known(
    embed: Callable[[Sequence[str]], Vectors], folder: Path = MODEL_DIR
) -> Callable[[Sequence[str]], Vectors]:
    """The encoder with what ships beside it; as it is where there is nothing, or it was made by another encoder."""
    try:
        with safe_open(folder / FILE, framework="np") as file:
            if file.metadata()["encoder"] != encoder_digest(folder):
                return embed
            return Known(embed, *(file.get_tensor(name) for name in ("keys", "vectors", "scales")))
    except (OSError, KeyError, TypeError, SafetensorError):
        return embed


def encoder_digest(folder: Path = MODEL_DIR) -> str:
    """SHA-256 of the encoder's weights, by which vectors know whose they are."""
    return hashlib.sha256((folder / ENCODER).read_bytes()).hexdigest()


__all__ = ["ENCODER", "FILE", "Known", "encoder_digest", "key_of", "rounded", "with_known"]
