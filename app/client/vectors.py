"""How moments and replies are written down for the retriever, and what it makes of them; light, without the model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

#: Where what was trained for the client lies.
MODEL_DIR = Path(__file__).parent / "model"
#: Unit vectors of texts: float32 (texts, width), or (width,) for one.
Vectors = np.ndarray[Any, np.dtype[np.float32]]
#: Words of the client's turn before that a moment is known by.
BEFORE_WORDS = 16


def moment_text(before: str, counsellor: str) -> str:
    """A moment as the encoder reads it: the end of what the client said, then the counsellor's turn."""
    words = before.split()[-BEFORE_WORDS:]
    return f"client: {' '.join(words)} counsellor: {counsellor}"


def reply_text(text: str) -> str:
    """A reply as the encoder reads it."""
    return f"client: {text}"


__all__ = ["BEFORE_WORDS", "MODEL_DIR", "Vectors", "moment_text", "reply_text"]
