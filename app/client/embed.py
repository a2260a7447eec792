"""The retriever's encoder: it puts a counsellor turn and the replies that fit it near each other.

Fine-tuned from all-MiniLM-L6-v2 (Wang et al. 2020) on written moments and real sessions (`training/client/pairs.py`),
shipped in int8, computed in float32: rounded states moved the nearest reply of two moments in five. A text becomes the
normalised mean of its last token states (Reimers & Gurevych 2019).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from tokenizers import Tokenizer

from app.bert import SmallEmbedding, bert, give_back, unpacked
from app.client.vectors import MODEL_DIR, Vectors

WEIGHTS, TOKENIZER, CARD = "retriever.safetensors", "tokenizer.json", "retriever.json"
WORDS = "embeddings.word_embeddings.weight"
#: Tokens of one text that are read, and texts read in one pass.
MOST_TOKENS, BATCH = 96, 64


class RetrieverFilesError(RuntimeError):
    """The retriever's files are missing or damaged."""


class Embedder:
    """Texts to vectors of length 1: float32 (texts, width)."""

    def __init__(self, model: Any, tokenizer: Tokenizer) -> None:
        tokenizer.enable_truncation(MOST_TOKENS)
        tokenizer.enable_padding()
        self._model, self._tokenizer = model, tokenizer

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Those of like length are read together, so that little is padding."""
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        found = np.zeros((len(texts), self._model.config.hidden_size), dtype=np.float32)
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            found[batch] = self._read([texts[number] for number in batch])
        return found

    def _read(self, texts: Sequence[str]) -> Vectors:
        with torch.inference_mode():
            vectors = read(self._model, self._tokenizer, [text.encode("utf-8", "replace").decode() for text in texts])
        return np.asarray(vectors.float().numpy(), dtype=np.float32)


def read(model: Any, tokenizer: Tokenizer, texts: Sequence[str]) -> torch.Tensor:
    """Texts to unit vectors (texts, width) in one pass of the model; the tokenizer pads."""
    tokens = tokenizer.encode_batch(list(texts))
    ids, seen = (torch.tensor([getattr(one, part) for one in tokens]) for part in ("ids", "attention_mask"))
    return pooled(model(ids, attention_mask=seen).last_hidden_state, seen)


def pooled(states: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
    """Token states (n, tokens, width) to unit vectors (n, width): the mean over the tokens that are `seen`."""
    mean = (states * seen[..., None]).sum(1) / seen.sum(1, keepdim=True).clamp(min=1)
    return torch.nn.functional.normalize(mean, dim=-1)


def load_embedder(folder: Path = MODEL_DIR) -> Embedder:
    """The encoder that ships. RetrieverFilesError names the file that is not as it should be."""
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        for file, digest in card["sha256"].items():
            if hashlib.sha256((folder / file).read_bytes()).hexdigest() != digest:
                raise RetrieverFilesError(f"{folder / file} is damaged; install Rollwith again")
        stored = load_file(folder / WEIGHTS)
        words = SmallEmbedding(stored.pop(WORDS), stored.pop(f"{WORDS}:scale"))
        model = bert(card["encoder"], unpacked(stored), words, rounded=False)
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SafetensorError) as error:
        raise RetrieverFilesError(
            f"{folder}: the retriever's files cannot be read ({error}); install Rollwith again"
        ) from error
    give_back()
    return Embedder(model, tokenizer)


__all__ = [
    "MODEL_DIR",
    "Embedder",
    "RetrieverFilesError",
    "load_embedder",
    "pooled",
    "read",
]
