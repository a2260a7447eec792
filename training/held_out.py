"""What the coder says of turns that it was not trained on: each example judged by the member that never read its group.

Runs the coder's own code (int8 weights, one turn at a time), so that the figures are those of what ships.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from app.bert import packed, unpacked
from app.scoring.coder import TrainedCoder
from app.scoring.encoder import Encoder, TurnReader
from app.scoring.heads import Head
from training.examples import Example
from training.folds import folds
from training.members import MEMBERS, Member, fingerprint, merged, surface_heads, training_part
from training.network import Array

#: An example's shares: code (spans, 19), behaviour (4,), talk (3,); those that do not apply are empty.
Shares = dict[str, Array]


#: The shares of every example, in the order of the examples.
HeldOut = list[Shares]


def coder_of(base: Path, member: Member, heads: dict[str, Head]) -> TrainedCoder:
    """A coder out of one trained member, its weights rounded as they are when they ship."""
    reader = TurnReader(Tokenizer.from_file(str(base / "tokenizer.json")))
    return TrainedCoder([Encoder(member.shape, unpacked(packed(member.encoder)), reader)], heads, "held out")


def held_out(base: Path, cache: Path, examples: Sequence[Example], found: Sequence[Member], workers: int) -> HeldOut:
    """Judge every example by the member of its fold; kept in the cache beside the members."""
    key = fingerprint(base, examples)
    parts = [cache / f"shares-{key}-{number}.pt" for number in range(MEMBERS)]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        jobs = [
            pool.submit(_judge, base, found[number], list(examples), number, parts[number])
            for number in range(MEMBERS)
            if not parts[number].is_file()
        ]
        for job in jobs:
            job.result()
    judged: HeldOut = [{} for _ in examples]
    for part in parts:
        for index, each in torch.load(part, weights_only=False).items():
            judged[index] = each
    return judged


def _judge(base: Path, member: Member, examples: list[Example], number: int, place: Path) -> None:
    torch.set_num_threads(1)
    coder = coder_of(base, member, merged([member.heads], surface_heads(training_part(examples, number))))
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


__all__ = ["HeldOut", "Shares", "coder_of", "held_out", "shares"]
