"""Drawing the next token, with randomness that belongs to a candidate and not to the batch it happens to run in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import torch

__all__ = ["draw", "luck", "penalise"]

_NUCLEUS = 256
"""The nucleus is sought among this many of the likeliest tokens: sorting a whole vocabulary costs too much."""


def luck(seed: int, candidates: int, tokens: int) -> torch.Tensor:
    """Uniform numbers in [0, 1) for each token of each candidate, shape [candidates, tokens].

    Row i depends on the seed and i alone, so fewer candidates or a fuller batch change nothing.
    """
    rows = [np.random.default_rng([seed & (2**64 - 1), number]).random(tokens) for number in range(candidates)]
    return torch.from_numpy(np.stack(rows))


def penalise(logits: torch.Tensor, seen: Sequence[Iterable[int]], penalty: float) -> torch.Tensor:
    """Make tokens already seen less likely (Keskar et al. 2019): positive logits are divided, others multiplied.

    `logits` [rows, vocabulary]; `seen` holds each row's tokens; a penalty of 1 changes nothing.
    """
    if penalty == 1.0:
        return logits
    logits = logits.clone()
    for row, tokens in zip(logits, seen, strict=True):
        index = torch.tensor(sorted(set(tokens)), device=logits.device)
        scores = row[index]
        row[index] = torch.where(scores > 0, scores / penalty, scores * penalty)
    return logits


def draw(logits: torch.Tensor, uniform: torch.Tensor, temperature: float, top_p: float) -> list[int]:
    """One token a row, from the smallest set of tokens that holds `top_p` of the probability.

    `logits` [rows, vocabulary] float32; `uniform` [rows], one number in [0, 1) each. Temperature 0 takes the likeliest.
    """
    if temperature == 0:
        return [int(token) for token in logits.argmax(-1)]
    scaled = logits / temperature
    best, tokens = scaled.topk(min(_NUCLEUS, scaled.shape[-1]), dim=-1)
    chances = (best - scaled.logsumexp(-1, keepdim=True)).exp()
    chances = chances.masked_fill(chances.cumsum(-1) - chances >= top_p, 0.0)
    totals = chances.cumsum(-1)
    target = uniform.to(totals.dtype).to(totals.device)[:, None] * totals[:, -1:]
    places = torch.searchsorted(totals, target, right=True).clamp(max=tokens.shape[-1] - 1)
    return [int(token) for token in tokens.gather(-1, places)[:, 0]]
