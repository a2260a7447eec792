"""What the coder is trained on and with what weight: one recipe for shipping and for every figure of the evaluation."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from app.scoring.codes import BEHAVIOURS, CODES, TALK_TYPES
from training.examples import Example, from_reply, from_row, from_utterances, one_utterance
from training.public import annomi, mibot
from training.written import corpus_replies, corpus_utterances

CLASSES: dict[str, tuple[str, ...]] = {
    "code": tuple(CODES), "behaviour": tuple(BEHAVIOURS), "talk": tuple(TALK_TYPES),
}  # fmt: skip

#: The files of the written corpus that the shipped coder was trained on. What is written later waits here for the
#: next training, so that an evaluation of what ships stays what it was.
FILES: dict[str, tuple[str, ...]] = {
    "answers": ("c1-c4", "c5", "c6", "c7", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9", "d10"),
    "conversations": ("v1-v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10"),
    "replies": (
        "w1-w7",
        "w11",
        "w12",
        "w13",
        "w14",
        "w15",
        "w16",
        "w17",
        "w18",
        "w20",
        "w21",
        "replies-w19",
        "replies-w22",
        "replies-w23",
        "replies-w24",
    ),
}

#: How much an example of a source counts in each head; others count as "written".
WEIGHTS: dict[str, dict[str, float]] = {
    "code": {"annomi": 0.5, "mibot": 0.5, "written": 1.0},
    "behaviour": {"annomi": 1.0, "mibot": 0.3, "written": 0.3},
    "talk": {"annomi": 1.0, "mibot": 0.7, "written": 0.3},
}
#: Written client turns drawn for each pass: there are more of them than of people's own.
REPLIES = 2500
#: The share of turns of several utterances of which one is read by itself.
ALONE = 0.3


def material(annomi_csv: Path, mibot_csv: Path) -> list[Example]:
    """Everything there is to train on. MissingData where a public set is not where it should be."""
    rows, replies = annomi(annomi_csv)
    said, chat_replies = mibot(mibot_csv)
    return [
        *map(from_row, rows),
        *from_utterances([*said, *corpus_utterances(FILES["answers"], FILES["conversations"])]),
        *map(from_reply, [*replies, *chat_replies, *corpus_replies(FILES["replies"], FILES["conversations"])]),
    ]


def weight(example: Example, head: str) -> float:
    """How much an example counts in a head."""
    table = WEIGHTS[head]
    return table.get(example.source, table["written"])


def talk_balance(examples: Sequence[Example]) -> dict[str, float]:
    """What a talk type counts beside its frequency: without it a head would call nearly everything neutral."""
    found = Counter(kind for example in examples if example.source == "annomi" for kind in example.talk)
    return {kind: (sum(found.values()) / (len(TALK_TYPES) * (found[kind] or 1))) ** 0.5 for kind in TALK_TYPES}


def one_pass(examples: Sequence[Example], draw: random.Random) -> list[Example]:
    """What is read in one pass over the material."""
    written = [example for example in examples if example.client and example.source not in ("annomi", "mibot")]
    rest = [example for example in examples if not (example.client and example.source not in ("annomi", "mibot"))]
    alone = [
        one_utterance(example, draw) if len(example.spans) > 1 and draw.random() < ALONE else example
        for example in rest
    ]
    return [*alone, *draw.sample(written, min(REPLIES, len(written)))]


__all__ = ["CLASSES", "material", "one_pass", "talk_balance", "weight"]
