"""Fits one linear head: softmax over the classes, with labels that may be sets (partial-label likelihood).

The loss of an example is −log of the probability that its set of allowed classes gets together, so that a coarse label
("complex reflection, of whatever kind") trains a fine head without pretending to know more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from app.scoring.encoder import WIDTH, context
from app.scoring.features import BUCKETS, hashed, surface
from app.scoring.heads import Head
from training.cache import FeatureCache

Array = np.ndarray[Any, Any]
Penalty = tuple[float, float, float]

#: How large the hidden states and the words are beside the signs.
HIDDEN_SCALE = 10 / WIDTH**0.5
WORDS_SCALE = 3.0
STEPS = 120


@dataclass(frozen=True)
class Inputs:
    """Features of n texts: hidden (n, 576), signs (n, s), hashed words (n dicts)."""

    hidden: Array
    signs: Array
    words: list[dict[int, float]]

    def __len__(self) -> int:
        return len(self.words)

    def take(self, rows: Sequence[int] | Array) -> Inputs:
        return Inputs(self.hidden[rows], self.signs[rows], [self.words[row] for row in rows])


def inputs(items: Sequence[tuple[str, str | None]], cache: FeatureCache, *, client: bool = False) -> Inputs:
    """Features of (text, turn before) pairs, as the coder computes them at run time."""
    hidden = cache.features([(context(previous, client=client), text) for text, previous in items])
    signs = np.stack([surface(text, previous) for text, previous in items])
    return Inputs(hidden, signs, [hashed(text) for text, _ in items])


def joined(parts: Iterable[Inputs]) -> Inputs:
    """Several sets of inputs as one."""
    found = list(parts)
    return Inputs(
        np.concatenate([part.hidden for part in found]),
        np.concatenate([part.signs for part in found]),
        [row for part in found for row in part.words],
    )


def allowed(sets: Sequence[frozenset[str]], classes: Sequence[str]) -> Array:
    """Sets of class names as a mask (n, k)."""
    return np.array([[name in names for name in classes] for names in sets], dtype=bool)


def fit(data: Inputs, labels: Array, weights: Array, classes: Sequence[str], penalty: Penalty) -> Head:
    """Fit a head on `labels`, a mask (n, k) of the classes allowed, each example counting as its weight says.

    `penalty` holds the L2 penalties of the three tables: hidden states, signs, words.
    """
    mean, spread = data.hidden.mean(axis=0), data.hidden.std(axis=0) + 1e-6
    sign_mean, sign_spread = data.signs.mean(axis=0), data.signs.std(axis=0) + 1e-2
    dense = torch.tensor(
        np.hstack([(data.hidden - mean) / spread * HIDDEN_SCALE, (data.signs - sign_mean) / sign_spread]),
        dtype=torch.float32,
    )
    table, words, bias = _solve(dense, _sparse(data.words), torch.tensor(labels), torch.tensor(weights), penalty)
    hidden = table[:WIDTH] * (HIDDEN_SCALE / spread)[:, None]
    signs = table[WIDTH:] / sign_spread[:, None]
    return Head(
        tuple(classes),
        hidden.astype(np.float32),
        signs.astype(np.float32),
        (words * WORDS_SCALE).astype(np.float32),
        (bias - mean @ hidden - sign_mean @ signs).astype(np.float32),
    )


def _solve(
    dense: torch.Tensor, words: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor, penalty: Penalty
) -> list[Array]:
    share = (weights / weights.sum()).to(torch.float32)
    product = _Product(words)
    shapes = ((dense.shape[1], labels.shape[1]), (BUCKETS, labels.shape[1]), (labels.shape[1],))
    table, counts, bias = tensors = [torch.zeros(shape, requires_grad=True) for shape in shapes]
    search = torch.optim.LBFGS(tensors, max_iter=STEPS, history_size=10, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        search.zero_grad()
        scores = torch.log_softmax(dense @ table + WORDS_SCALE * product(counts) + bias, dim=1)
        likelihood = torch.logsumexp(scores.masked_fill(~labels, -1e9), dim=1)
        value = -(share * likelihood).sum()
        for part, cost in zip((table[:WIDTH], table[WIDTH:], counts), penalty, strict=True):
            value = value + cost * part.pow(2).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    search.step(loss)  # type: ignore[no-untyped-call]
    return [tensor.detach().numpy() for tensor in tensors]


def _sparse(rows: Sequence[dict[int, float]]) -> torch.Tensor:
    places = [(row, bucket) for row, weights in enumerate(rows) for bucket in weights]
    values = [value for weights in rows for value in weights.values()]
    return torch.sparse_coo_tensor(torch.tensor(places).T, torch.tensor(values), (len(rows), BUCKETS)).coalesce()


class _Product:
    """Sparse matrix times a dense table, with the gradient that torch does not bring for compressed rows."""

    def __init__(self, matrix: torch.Tensor) -> None:
        forward = matrix.to_sparse_csr()
        backward = matrix.t().coalesce().to_sparse_csr()

        class Multiply(torch.autograd.Function):
            @staticmethod
            def forward(ctx: Any, table: torch.Tensor) -> torch.Tensor:  # noqa: ARG004
                return forward @ table

            @staticmethod
            def backward(ctx: Any, gradient: torch.Tensor) -> torch.Tensor:  # noqa: ARG004
                return backward @ gradient

        self._apply = Multiply.apply

    def __call__(self, table: torch.Tensor) -> torch.Tensor:
        product: torch.Tensor = self._apply(table)  # type: ignore[no-untyped-call]
        return product


__all__ = ["Inputs", "Penalty", "allowed", "fit", "inputs", "joined"]
