"""Frozen features from the embedded language model: an utterance is the mean of its tokens.

A middle layer encodes what an utterance does, the last one what it is about (docs/log.md), so only the first layers
are loaded and run. The turn that is answered stands before the text, so that the features know what is replied to.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

LAYERS = 15
WIDTH = 576
#: Characters of the turn before that are read: its end is what is answered.
CONTEXT_CHARACTERS = 240
#: Tokens read in one pass; a longer turn is read in pieces, each behind the same context.
WINDOW_TOKENS = 384

Span = tuple[int, int]
Vectors = np.ndarray[Any, np.dtype[np.float32]]


def context(previous: str | None, *, client: bool = False) -> str:
    """The text that stands before a turn: the other side's last words and the speaker's name.

    `client` tells that the turn itself is the client's.
    """
    other, own = ("Counsellor", "Client") if client else ("Client", "Counsellor")
    said = " ".join((previous or "").split())
    if len(said) > CONTEXT_CHARACTERS:
        said = said[-CONTEXT_CHARACTERS:].partition(" ")[2]
    return f"{other}: {said}\n{own}:" if said else f"{own}:"


def bfloat16_pays() -> bool:
    """Whether this processor multiplies bfloat16 natively (AVX512-BF16 or AMX)."""
    check = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(check and check())


class Encoder:
    """The first layers of the embedded model, read from a safetensors folder.

    Raises FileNotFoundError where the folder has no model, OSError or ValueError where it does not load.
    """

    def __init__(self, base_dir: Path, dtype: torch.dtype | None = None) -> None:
        from tokenizers import Tokenizer
        from transformers import LlamaModel
        from transformers.utils import logging as transformers_logging

        if not (base_dir / "config.json").is_file():
            raise FileNotFoundError(f"{base_dir}: no embedded model here (config.json is missing)")
        # the plain tokenizer: unlike the wrapper around it, it may be called from several threads at once
        self._tokenizer = Tokenizer.from_file(str(base_dir / "tokenizer.json"))
        verbosity, bar = transformers_logging.get_verbosity(), transformers_logging.is_progress_bar_enabled()
        transformers_logging.set_verbosity_error()  # the unused upper layers are left out on purpose
        transformers_logging.disable_progress_bar()
        try:
            self._model = LlamaModel.from_pretrained(
                base_dir,
                num_hidden_layers=LAYERS,
                dtype=dtype or (torch.bfloat16 if bfloat16_pays() else torch.float32),
            ).eval()
        finally:
            transformers_logging.set_verbosity(verbosity)
            if bar:
                transformers_logging.enable_progress_bar()
        if self._model.config.hidden_size != WIDTH:
            raise ValueError(
                f"{base_dir}: hidden size {self._model.config.hidden_size}, the coder was made for {WIDTH}"
            )
        self._model.norm = torch.nn.Identity()
        self._start = self._ids("<|im_start|>")[0]

    def encode(self, before: str, text: str, spans: Sequence[Span]) -> Vectors:
        """Mean of the hidden states over the tokens of each span of `text`, after the context `before`.

        Returns float32 (len(spans), 576). A span without a token is a row of zeros. Each span sees the text before it
        in the same turn, never what follows.
        """
        head = self._ids(before)
        ids, offsets = self._tokens(text)
        windows = [
            self._states([self._start, *head, *ids[first : first + WINDOW_TOKENS]], 1 + len(head))
            for first in range(0, len(ids), WINDOW_TOKENS)
        ]
        # sums up to each token, so that a span costs the same however long it is
        sums = np.cumsum(np.concatenate([np.zeros((1, WIDTH)), *windows]), axis=0)
        starts, ends = np.array(offsets, dtype=np.int64).reshape(-1, 2).T
        first_token = np.searchsorted(ends, [start for start, _ in spans], side="right")
        last_token = np.maximum(np.searchsorted(starts, [end for _, end in spans], side="left"), first_token)
        counts = np.maximum(last_token - first_token, 1)
        return np.asarray((sums[last_token] - sums[first_token]) / counts[:, None], dtype=np.float32)

    def _states(self, ids: list[int], skip: int) -> Vectors:
        with torch.inference_mode():
            hidden = self._model(torch.tensor([ids]), use_cache=False).last_hidden_state[0, skip:].float()
            # each token counts alike: a few carry activations a hundred times larger than the rest
            hidden = hidden * torch.rsqrt(hidden.pow(2).mean(dim=-1, keepdim=True) + 1e-6)
        return np.asarray(hidden.numpy(), dtype=np.float32)

    def _ids(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(_whole(text), add_special_tokens=False).ids)

    def _tokens(self, text: str) -> tuple[list[int], list[Span]]:
        # the space joins the text to the speaker's name as in running text; offsets are moved back by it
        found = self._tokenizer.encode(" " + _whole(text), add_special_tokens=False)
        return list(found.ids), [(max(a - 1, 0), b - 1) for a, b in found.offsets]


def _whole(text: str) -> str:
    """The same characters with half of a surrogate pair, which JSON can hold and UTF-8 cannot, as "?"."""
    return text.encode("utf-8", "replace").decode("utf-8")


__all__ = ["CONTEXT_CHARACTERS", "LAYERS", "WIDTH", "Encoder", "Span", "Vectors", "bfloat16_pays", "context"]
