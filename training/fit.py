"""Fits a linear head on what is on the surface alone: signs and hashed words, by partial-label likelihood.

The loss of an example is −log of the probability that its set of allowed classes gets together, so that a coarse label
("complex reflection, of whatever kind") trains a fine head without pretending to know more. L-BFGS, no randomness.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from app.scoring.features import BUCKETS, NAMES, hashed, surface
from app.scoring.heads import Head
from training.examples import Example, Names
from training.network import mask
from training.recipe import CLASSES, talk_balance, weight

Array = np.ndarray[Any, Any]

#: L2 penalties of the two tables (signs, words), by head; chosen on held-out videos and other hands' answers.
PENALTIES = {"code": (1e-3, 3e-4), "behaviour": (3e-3, 1e-3), "talk": (3e-3, 3e-3)}
#: How large the words are beside the signs.
WORDS_SCALE = 3.0
STEPS = 120


def surface_head(name: str, examples: Sequence[Example]) -> Head:
    """The head `name` on the surface of all spans that have a label for it."""
    balance = talk_balance(examples)
    found: list[tuple[str, str | None, Names, float]] = []
    for example in examples:
        if name == "code":
            parts = zip(example.parts, example.codes, strict=True)
            found += [(part, example.previous, codes, weight(example, name)) for part, codes in parts if codes]
        elif labels := (example.behaviour if name == "behaviour" else example.talk):
            scale = balance[min(labels)] if name == "talk" else 1.0
            found.append((example.text, example.previous, labels, weight(example, name) * scale))
    signs = np.stack([surface(text, previous) for text, previous, _, _ in found])
    words = [hashed(text) for text, _, _, _ in found]
    allowed = mask([names for _, _, names, _ in found], CLASSES[name])
    return fit(signs, words, allowed, np.array([each[3] for each in found]), CLASSES[name], PENALTIES[name])


def fit(
    signs: Array,
    words: Sequence[dict[int, float]],
    labels: Array,
    weights: Array,
    classes: Sequence[str],
    penalty: tuple[float, float],
) -> Head:
    """Fit a head on `labels`, a mask (n, k) of the classes allowed, each example counting as its weight says."""
    mean, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-2
    dense = torch.tensor((signs - mean) / spread, dtype=torch.float32)
    table, counts, bias = _solve(dense, _sparse(words), torch.tensor(labels), torch.tensor(weights), penalty)
    scaled = table / spread[:, None]
    return Head(
        tuple(classes),
        np.zeros((0, len(classes)), dtype=np.float32),
        scaled.astype(np.float32),
        (counts * WORDS_SCALE).astype(np.float32),
        (bias - mean @ scaled).astype(np.float32),
    )


def _solve(
    dense: torch.Tensor, words: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor, penalty: tuple[float, float]
) -> list[Array]:
    share = (weights / weights.sum()).to(torch.float32)
    product = _Product(words)
    shapes = ((len(NAMES), labels.shape[1]), (BUCKETS, labels.shape[1]), (labels.shape[1],))
    table, counts, bias = tensors = [torch.zeros(shape, requires_grad=True) for shape in shapes]
    search = torch.optim.LBFGS(tensors, max_iter=STEPS, history_size=10, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        search.zero_grad()
        scores = torch.log_softmax(dense @ table + WORDS_SCALE * product(counts) + bias, dim=1)
        likelihood = torch.logsumexp(scores.masked_fill(~labels, -1e9), dim=1)
        value = -(share * likelihood).sum()
        for part, cost in zip((table, counts), penalty, strict=True):
            value = value + cost * part.pow(2).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    search.step(loss)  # type: ignore[no-untyped-call]
    return [tensor.detach().numpy() for tensor in tensors]


def _sparse(rows: Sequence[dict[int, float]]) -> torch.Tensor:
    places = [(row, bucket) for row, weights in enumerate(rows) for bucket in weights]
    values = [value for weights in rows for value in weights.values()]
    shape = (len(rows), BUCKETS)
    return torch.sparse_coo_tensor(
        torch.tensor(places).T, torch.tensor(values), shape, check_invariants=False
    ).coalesce()


class _Product:
    """Sparse matrix times a dense table, with the gradient that torch does not bring for compressed rows."""

    def __init__(self, matrix: torch.Tensor) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # compressed rows are called a beta; two products are all that is asked
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


__all__ = ["fit", "surface_head"]
