"""The coder's small encoder: it reads a turn once, behind the words it answers, and pools each utterance out of it.

Fine-tuned from all-MiniLM-L6-v2 (Wang et al. 2020; 6 layers of 384) and shipped in int8. An utterance is the mean of
its tokens after a middle layer, which knows what an utterance does, and after the last one (docs/log.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from app.bert import SmallEmbedding, bert

#: The layer read beside the last one.
MIDDLE = 3
#: Tokens of the other side's last words that are read: their end is what is answered.
CONTEXT_TOKENS = 32
#: Tokens of a turn read in one pass; a longer turn is read in pieces, each behind the same context.
WINDOW_TOKENS = 384

Span = tuple[int, int]
Vectors = np.ndarray[Any, np.dtype[np.float32]]


class TurnReader:
    """Turns text into token ids: the other side's last words, then the turn, each behind its speaker's name."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        self._start, self.end = self._mark("[CLS]"), self._mark("[SEP]")
        self._names = {client: self._ids("client:" if client else "counsellor:") for client in (True, False)}

    def head(self, previous: str | None, *, client: bool) -> tuple[list[int], int]:
        """The ids before a turn, and how many of them belong to the other side. `client`: the turn is the client's."""
        before = [self._start, *self._names[not client], *self._ids(previous or "")[-CONTEXT_TOKENS:], self.end]
        return [*before, *self._names[client]], len(before)

    def tokens(self, text: str) -> tuple[list[int], list[Span]]:
        """The ids of a text and the characters that each stands for."""
        found = self._tokenizer.encode(_whole(text), add_special_tokens=False)
        return list(found.ids), list(found.offsets)

    def _mark(self, name: str) -> int:
        found: int | None = self._tokenizer.token_to_id(name)
        if found is None:
            raise ValueError(f"the tokenizer has no {name}")
        return found

    def _ids(self, text: str) -> list[int]:
        return self.tokens(text)[0]


class Encoder:
    """One fine-tuned encoder. `weights` are BERT's tensors as transformers names them, `shape` its configuration.

    `words` stands in for the table of word embeddings, where encoders share one.
    """

    def __init__(
        self,
        shape: Mapping[str, Any],
        weights: Mapping[str, torch.Tensor],
        reader: TurnReader,
        words: SmallEmbedding | None = None,
    ) -> None:
        self._model = bert(shape, weights, words)
        self._reader = reader
        self.width = 2 * int(shape["hidden_size"])

    def encode(self, previous: str | None, text: str, spans: Sequence[Span], *, client: bool = False) -> Vectors:
        """Mean of the token states of each span of `text` read behind `previous`: float32 (len(spans), width).

        A span without a token is a row of zeros. `client` tells that the turn is the client's.
        """
        head, other = self._reader.head(previous, client=client)
        ids, offsets = self._reader.tokens(text)
        windows = [
            self._states(head, other, ids[first : first + WINDOW_TOKENS]) for first in range(0, len(ids), WINDOW_TOKENS)
        ]
        # sums up to each token, so that a span costs the same however long it is
        sums = np.cumsum(np.concatenate([np.zeros((1, self.width)), *windows]), axis=0)
        starts, ends = np.array(offsets, dtype=np.int64).reshape(-1, 2).T
        first_token = np.searchsorted(ends, [start for start, _ in spans], side="right")
        last_token = np.maximum(np.searchsorted(starts, [end for _, end in spans], side="left"), first_token)
        counts = np.maximum(last_token - first_token, 1)
        return np.asarray((sums[last_token] - sums[first_token]) / counts[:, None], dtype=np.float32)

    def _states(self, head: list[int], other: int, ids: list[int]) -> Vectors:
        whole = torch.tensor([[*head, *ids, self._reader.end]])
        kinds = torch.ones_like(whole)
        kinds[:, :other] = 0
        with torch.inference_mode():
            states = self._model(whole, token_type_ids=kinds, output_hidden_states=True).hidden_states
        own = slice(len(head), len(head) + len(ids))
        return np.concatenate([states[MIDDLE][0, own].float().numpy(), states[-1][0, own].float().numpy()], axis=1)


def _whole(text: str) -> str:
    """The same characters with half of a surrogate pair, which JSON can hold and UTF-8 cannot, as "?"."""
    return text.encode("utf-8", "replace").decode("utf-8")


__all__ = ["CONTEXT_TOKENS", "MIDDLE", "WINDOW_TOKENS", "Encoder", "Span", "TurnReader", "Vectors"]
