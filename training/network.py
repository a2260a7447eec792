"""The network that is trained: a small encoder, spans pooled out of two of its layers, and linear heads.

What goes into a head is the mean of a span's token states after a middle layer and after the last one, and the signs
on its surface. `app/scoring/encoder.py` reads a turn in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn

from app.scoring.encoder import MIDDLE, TurnReader
from app.scoring.features import NAMES, surface
from app.scoring.heads import Head
from training.examples import Example, Names
from training.recipe import CLASSES, weight

Array = np.ndarray[Any, Any]

#: Longer turns are cut when training.
TURN_TOKENS = 128


@dataclass(frozen=True)
class Item:
    """An example as numbers: token ids, where the speaker's part and the words begin, token spans, signs, masks."""

    ids: list[int]
    turn: int
    own: tuple[int, int]
    spans: list[tuple[int, int]]
    signs: Array
    whole: Array
    allowed: dict[str, Array]
    weights: dict[str, float]


class Reader:
    """Turns examples into items."""

    def __init__(self, base: Path) -> None:
        self._reader = TurnReader(Tokenizer.from_file(str(base / "tokenizer.json")))

    def item(self, example: Example, balance: Mapping[str, float]) -> Item:
        """The example as numbers; `balance` is what a talk type counts."""
        head, other = self._reader.head(example.previous, client=example.client)
        ids, offsets = self._reader.tokens(example.text)
        ids, offsets = ids[:TURN_TOKENS], offsets[:TURN_TOKENS]
        spans = [_token_span(span, offsets, len(head)) for span in example.spans]
        read = [span[0] >= len(head) for span in spans]
        weights = {name: weight(example, name) for name in CLASSES}
        weights["talk"] *= balance[min(example.talk)] if example.talk else 0.0
        return Item(
            [*head, *ids, self._reader.end],
            other,
            _token_span((0, len(example.text)), offsets, len(head)),
            spans,
            np.stack([surface(part, example.previous) for part in example.parts]),
            surface(example.text, example.previous),
            {
                "code": mask(example.codes, CLASSES["code"]) & np.array(read)[:, None],
                "behaviour": mask([example.behaviour], CLASSES["behaviour"]),
                "talk": mask([example.talk], CLASSES["talk"]),
            },
            weights,
        )


def _token_span(span: tuple[int, int], offsets: Sequence[tuple[int, int]], start: int) -> tuple[int, int]:
    # a span beyond the cut has no tokens: it stands on the speaker's name and teaches nothing
    inside = [place for place, (first, last) in enumerate(offsets) if first < span[1] and last > span[0]]
    return (start + inside[0], start + inside[-1] + 1) if inside else (start - 1, start)


def mask(sets: Sequence[Names], classes: Sequence[str]) -> Array:
    """Sets of class names as a mask (n, k)."""
    return np.array([[name in names for name in classes] for names in sets], dtype=bool)


class Network(nn.Module):
    """Encoder and heads; `base` is the folder of the encoder to start from, the signs' mean and spread fold into it."""

    def __init__(self, base: Path, sign_mean: Array, sign_spread: Array, dropout: float = 0.1) -> None:
        super().__init__()
        from transformers import BertModel

        self.encoder = BertModel.from_pretrained(base, attn_implementation="eager", add_pooling_layer=False)
        self.encoder.embeddings.requires_grad_(False)
        self.sign_mean = nn.Buffer(torch.tensor(sign_mean))
        self.sign_spread = nn.Buffer(torch.tensor(sign_spread))
        self.dropout = nn.Dropout(dropout)
        size = 2 * self.encoder.config.hidden_size + len(NAMES)
        self.heads = nn.ModuleDict({name: nn.Linear(size, len(classes)) for name, classes in CLASSES.items()})

    def forward(self, items: Sequence[Item]) -> dict[str, torch.Tensor]:
        """Scores: code (spans, 19), behaviour (turns, 4), talk (turns, 3)."""
        ids, seen, kinds = _padded(items)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = self.encoder(
                ids, attention_mask=seen, token_type_ids=kinds, output_hidden_states=True
            ).hidden_states
        both = torch.cat([states[MIDDLE].float(), states[-1].float()], dim=-1)
        spans = [(row, a, b) for row, item in enumerate(items) for a, b in item.spans]
        wholes = [(row, *item.own) for row, item in enumerate(items)]
        parts = self._features(_means(both, spans), np.concatenate([item.signs for item in items]))
        turns = self._features(_means(both, wholes), np.stack([item.whole for item in items]))
        return {name: head(parts if name == "code" else turns) for name, head in self.heads.items()}

    def _features(self, pooled: torch.Tensor, signs: Array) -> torch.Tensor:
        scaled = (torch.tensor(signs) - self.sign_mean) / self.sign_spread
        dropped: torch.Tensor = self.dropout(torch.cat([pooled, scaled], dim=-1))
        return dropped

    def linear(self, name: str) -> Head:
        """A head as the coder uses it: the scale of the signs folded into its table, no words."""
        layer = cast("nn.Linear", self.heads[name])
        table, width = layer.weight.detach().T.numpy(), 2 * self.encoder.config.hidden_size
        signs = table[width:] / self.sign_spread.numpy()[:, None]
        bias = layer.bias.detach().numpy() - self.sign_mean.numpy() @ signs
        return Head(CLASSES[name], table[:width].copy(), signs, np.zeros((0, len(CLASSES[name])), np.float32), bias)


def _padded(items: Sequence[Item]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    shape = (len(items), max(len(item.ids) for item in items))
    ids, seen, kinds = (torch.zeros(shape, dtype=torch.long) for _ in range(3))
    for row, item in enumerate(items):
        length = len(item.ids)
        ids[row, :length] = torch.tensor(item.ids)
        seen[row, :length] = 1
        kinds[row, item.turn : length] = 1
    return ids, seen, kinds


def _means(states: torch.Tensor, spans: Sequence[tuple[int, int, int]]) -> torch.Tensor:
    """Means over the spans (row, first, last) of states (rows, tokens, width), as one product."""
    rows, tokens, width = states.shape
    table = torch.zeros(len(spans), rows, tokens)
    for number, (row, first, last) in enumerate(spans):
        table[number, row, first:last] = 1 / (last - first)
    return table.view(len(spans), rows * tokens) @ states.reshape(rows * tokens, width)


def loss(scores: Mapping[str, torch.Tensor], items: Sequence[Item]) -> torch.Tensor:
    """Partial-label likelihood of all heads: −log of what the allowed classes get together, weighted, per turn."""
    total = torch.zeros(())
    for name, found in scores.items():
        allowed = torch.tensor(np.concatenate([item.allowed[name] for item in items]))
        weights = torch.tensor([item.weights[name] for item in items for _ in (item.spans if name == "code" else [0])])
        known = allowed.any(dim=1)
        if known.any():
            logs = torch.log_softmax(found[known], dim=1)
            likelihood = torch.logsumexp(logs.masked_fill(~allowed[known], -1e9), dim=1)
            total = total - (weights[known] * likelihood).sum() / len(items)
    return total


__all__ = ["Array", "Item", "Network", "Reader", "loss", "mask"]
