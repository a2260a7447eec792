"""Frozen features kept on disk, so that training again costs seconds: a row for each (context, text)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from app.scoring.encoder import LAYERS, WIDTH, Encoder

Matrix = np.ndarray[Any, np.dtype[np.float32]]
SAVE_EVERY = 1000


class FeatureCache:
    """Features of whole texts behind their context, float16 on disk in `folder`, computed where they are missing."""

    def __init__(self, folder: Path, base_dir: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"features-{LAYERS}.npz"
        self._base_dir = base_dir
        self._rows: dict[str, Any] = {}
        if self._path.is_file():
            with np.load(self._path) as stored:
                self._rows = dict(zip(stored["keys"].tolist(), stored["rows"], strict=True))

    def features(self, items: Sequence[tuple[str, str]]) -> Matrix:
        """Features (len(items), 576) of (context, text) pairs."""
        keys = [hashlib.sha256("\0".join(item).encode("utf-8", "replace")).hexdigest()[:24] for item in items]
        missing = {key: item for key, item in zip(keys, items, strict=True) if key not in self._rows}
        if missing:
            self._compute(missing)
        return np.stack([self._rows[key] for key in keys]).astype(np.float32) if keys else np.zeros((0, WIDTH), "f4")

    def _compute(self, missing: dict[str, tuple[str, str]]) -> None:
        encoder = Encoder(self._base_dir)
        for number, (key, (before, text)) in enumerate(track(missing.items(), "Reading the texts"), 1):
            self._rows[key] = encoder.encode(before, text, [(0, len(text))])[0].astype(np.float16)
            if number % SAVE_EVERY == 0:
                self._save()
        self._save()

    def _save(self) -> None:
        part = self._path.with_suffix(".part.npz")
        np.savez(part, keys=np.array(list(self._rows)), rows=np.stack(list(self._rows.values())))
        part.replace(self._path)


__all__ = ["FeatureCache"]
