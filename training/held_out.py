"""What the coder says of turns that it was not trained on: each example judged by the member that never read its group.

Runs the coder's own code (int8 weights, one turn at a time), so that the figures are those of what ships.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from app.scoring.coder import TrainedCoder
from app.scoring.encoder import Encoder, TurnReader
from app.scoring.heads import Head
from app.scoring.weights import packed, unpacked
from training.examples import Example
from training.folds import folds
from training.members import MEMBERS, Member, fingerprint, merged, surface_heads, training_part
from training.network import Array

#: An example's shares: code (spans, 19), behaviour (4,), talk (3,); those that do not apply are empty.
Shares = dict[str, Array]


@dataclass(frozen=True)
class HeldOut:
    """Shares of every example, in order, and the coder of each fold."""

    shares: list[Shares]
    coders: list[TrainedCoder]


def coder_of(base: Path, networks: Sequence[Member], heads: dict[str, Head], name: str) -> TrainedCoder:
    """A coder out of trained members, its weights rounded as they are when they ship."""
    reader = TurnReader(Tokenizer.from_file(str(base / "tokenizer.json")))
    encoders = [Encoder(member.shape, unpacked(packed(member.encoder)), reader) for member in networks]
    return TrainedCoder(encoders, heads, name)


def held_out(base: Path, cache: Path, examples: Sequence[Example], found: Sequence[Member], workers: int) -> HeldOut:
    """Judge every example by the member of its fold; kept in the cache beside the members."""
    key = fingerprint(base, examples)
    surfaces = [cache / f"surface-{key}-{number}.pt" for number in range(MEMBERS)]
    parts = [cache / f"shares-{key}-{number}.pt" for number in range(MEMBERS)]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        jobs = [
            pool.submit(_judge, base, found[number], list(examples), number, surfaces[number], parts[number])
            for number in range(MEMBERS)
            if not parts[number].is_file()
        ]
        for job in jobs:
            job.result()
    shares: list[Shares] = [{} for _ in examples]
    for part in parts:
        for index, each in torch.load(part, weights_only=False).items():
            shares[index] = each
    coders = [
        coder_of(
            base, [found[number]], merged([found[number].heads], torch.load(path, weights_only=False)), f"fold {number}"
        )
        for number, path in enumerate(surfaces)
    ]
    return HeldOut(shares, coders)


def _judge(base: Path, member: Member, examples: list[Example], number: int, surface: Path, place: Path) -> None:
    torch.set_num_threads(1)
    if not surface.is_file():
        torch.save(surface_heads(training_part(examples, number)), surface)
    heads = merged([member.heads], torch.load(surface, weights_only=False))
    coder = coder_of(base, [member], heads, "")
    torch.save(
        {
            index: shares(coder, example)
            for index, (example, fold) in enumerate(zip(examples, folds(examples, MEMBERS), strict=True))
            if fold == number
        },
        place,
    )


def shares(coder: TrainedCoder, example: Example) -> Shares:
    """What a coder says of one example, its spans given."""
    spans = [*example.spans, (0, len(example.text))]
    return {
        name: np.asarray(found)
        for name, found in coder.shares(example.text, example.previous, spans, client=example.client).items()
    }


def tempered(found: HeldOut, temperatures: Mapping[str, float]) -> HeldOut:
    """The same with the temperatures of the coder that ships, by head: the probabilities that are shown."""
    return replace(
        found,
        shares=[{name: _tempered(rows, temperatures[name]) for name, rows in each.items()} for each in found.shares],
    )


def _tempered(rows: Array, temperature: float) -> Array:
    powered = rows ** (1 / temperature)
    return np.asarray(powered / powered.sum(axis=-1, keepdims=True))


__all__ = ["HeldOut", "Shares", "coder_of", "held_out", "shares", "tempered"]
