"""Linear heads over an utterance's features: one softmax each for codes, behaviour and talk type.

A head is three weight tables (hidden states, signs, hashed words), a bias and a temperature. All heads lie in one
safetensors file beside a JSON that says what they were trained on; neither needs more than numpy to be used.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from app.scoring.encoder import LAYERS, WIDTH
from app.scoring.features import BUCKETS, NAMES

MODEL_DIR = Path(__file__).parent / "model"
WEIGHTS, CARD = "coder.safetensors", "coder.json"
VERSION = 1

Array = np.ndarray[Any, np.dtype[np.float32]]


class CoderFilesError(RuntimeError):
    """The coder's own files are missing, damaged or made for another version of the features."""


@dataclass(frozen=True)
class Head:
    """A softmax over `classes`; tables are (576, k), (signs, k), (buckets, k), the bias (k,)."""

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


def save_heads(folder: Path, heads: dict[str, Head], card: dict[str, Any]) -> None:
    """Write the heads and their card; `card` says what they were trained on and how they did."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        f"{name}.{part}": np.ascontiguousarray(getattr(head, part), dtype=np.float16 if part == "words" else np.float32)
        for name, head in heads.items()
        for part in ("hidden", "signs", "words", "bias")
    }
    save_file(tables, folder / WEIGHTS)
    (folder / WEIGHTS).chmod(0o644)  # it is written for its owner alone, and ships for everybody
    shape = {
        "version": VERSION,
        "sha256": hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest(),
        "layers": LAYERS,
        "signs": list(NAMES),
        "heads": {
            name: {"classes": list(head.classes), "temperature": head.temperature} for name, head in heads.items()
        },
    }
    text = json.dumps(shape | card, indent=1, ensure_ascii=False)
    (folder / CARD).write_text(text + "\n", encoding="utf-8")


def load_heads(folder: Path) -> tuple[dict[str, Head], str]:
    """Read the heads and the coder's name; CoderFilesError names the file that is not as it should be."""
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        digest = hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
        tables = load_file(folder / WEIGHTS)
    except (OSError, ValueError, SafetensorError) as error:
        raise CoderFilesError(
            f"{folder}: the coder's weights cannot be read ({error}); install Rollwith again"
        ) from error
    if digest != card.get("sha256"):
        raise CoderFilesError(f"{folder / WEIGHTS} is damaged (its checksum is not the one in {CARD}); install again")
    if card["signs"] != list(NAMES) or card["layers"] != LAYERS or card["version"] != VERSION:
        raise CoderFilesError(
            f"{folder / CARD} was made for other features; train again: python -m training.train_coder"
        )
    heads = {name: _head(name, shape, tables) for name, shape in card["heads"].items()}
    return heads, f"coder-{VERSION} ({digest[:8]})"


def _head(name: str, shape: dict[str, Any], tables: dict[str, Any]) -> Head:
    hidden, signs, words, bias = (
        tables[f"{name}.{part}"].astype(np.float32) for part in ("hidden", "signs", "words", "bias")
    )
    if hidden.shape[0] != WIDTH or signs.shape[0] != len(NAMES) or words.shape[0] != BUCKETS:
        raise CoderFilesError(f"the coder's head {name!r} has tables of another size; train again")
    return Head(tuple(shape["classes"]), hidden, signs, words, bias, float(shape["temperature"]))


__all__ = ["CARD", "MODEL_DIR", "WEIGHTS", "CoderFilesError", "Head", "load_heads", "save_heads"]
