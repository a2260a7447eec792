"""The training loop: AdamW, a warm-up and a linear way down, batches of turns of like length."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from training.batching import by_length
from training.examples import Example
from training.network import Item, Network, Reader, loss
from training.recipe import one_pass, talk_balance


@dataclass(frozen=True)
class Settings:
    """Chosen on held-out videos (docs/log.md)."""

    passes: int = 4
    rate: float = 1e-4
    head_rate: float = 1e-3
    warm_up: float = 0.06
    batch_tokens: int = 1600


def batches(items: Sequence[Item], draw: random.Random, tokens: int) -> list[list[Item]]:
    """Items in batches of about so many tokens, padding included; turns of like length stand together."""
    order = list(items)
    draw.shuffle(order)
    found = by_length(order, lambda item: len(item.ids), tokens, 512)
    draw.shuffle(found)
    return found


def tune(
    base: Path, examples: Sequence[Example], seed: int, say: Callable[[str], None], settings: Settings | None = None
) -> Network:
    """Train a network on the examples; the same seed on the same machine gives the same network."""
    chosen = settings or Settings()
    torch.manual_seed(seed)
    draw, reader, balance = random.Random(seed), Reader(base), talk_balance(examples)
    rounds = [
        batches([reader.item(example, balance) for example in one_pass(examples, draw)], draw, chosen.batch_tokens)
        for _ in range(chosen.passes)
    ]
    signs = np.concatenate([item.signs for batch in rounds[0] for item in batch])
    network = Network(base, signs.mean(axis=0), signs.std(axis=0) + 0.05).train()
    search, plan = _search(network, chosen, sum(map(len, rounds)))
    started = time.monotonic()
    for number, found in enumerate(rounds, 1):
        total = 0.0
        for batch in found:
            value = loss(network(batch), batch)
            value.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.encoder.parameters(), 1.0)
            search.step()
            search.zero_grad()
            plan.step()
            total += value.item() * len(batch)
        mean = total / sum(map(len, found))
        say(f"pass {number} of {chosen.passes}: loss {mean:.3f}, {time.monotonic() - started:.0f} s")
    return network.eval()


def _search(
    network: Network, chosen: Settings, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    own = [part for part in network.encoder.parameters() if part.requires_grad]
    groups = [
        {"params": [part for part in own if part.dim() > 1], "lr": chosen.rate, "weight_decay": 0.01},
        {"params": [part for part in own if part.dim() == 1], "lr": chosen.rate, "weight_decay": 0.0},
        {"params": list(network.heads.parameters()), "lr": chosen.head_rate, "weight_decay": 0.01},
    ]
    search = torch.optim.AdamW(groups, fused=True)
    plan = torch.optim.lr_scheduler.LambdaLR(
        search, lambda step: min((step + 1) / (chosen.warm_up * steps), 1 - step / steps)
    )
    return search, plan


__all__ = ["Settings", "batches", "tune"]
