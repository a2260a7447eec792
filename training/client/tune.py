"""Tunes the embedded model to be a client: `python -m training.client.tune`. The trained part is a low-rank difference.

Loss on the client's words only, and a contrastive term: a reply must be likelier under the control line that it was
written for than under another one of its moment, and under its person's sheet than under a stranger's (docs/log.md).
Two stages: the corpus, then the banks of those who ship with some of the corpus. Seeds are fixed.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from app.client.sense import VOICE
from app.llm.chat import Chat, load_model, load_tokenizer
from app.llm.embedded import ensure
from training.batching import by_length
from training.client.branches import Sequence_, Writer, padded
from training.client.likes import likes
from training.client.lowrank import attach, restore, save
from training.client.material import Moment, banks, conversations, to_learn, written

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "training" / "client"
#: Where the embedded model is converted to, once.
MODELS = ROOT / ".cache" / "training" / "embedded"
#: What the contrast counts beside the words (docs/log.md).
CONTRAST = 0.4


@dataclass(frozen=True)
class Stage:
    """One pass: what is read, with what rate to start from, and how that goes down to `last`."""

    name: str
    rate: float
    last: float
    batch_tokens: int = 1500
    warm_up: int = 30


CORPUS_STAGE = Stage("corpus", 8e-4, 3e-4)
PARTS_STAGE = Stage("parts", 5e-4, 2e-5)


def material(stage: str, draw: random.Random) -> list[Moment]:
    """The moments of a stage, in the order in which they are read."""
    corpus, talks = to_learn(written()), to_learn(conversations())
    if stage == CORPUS_STAGE.name:
        found = [*draw.sample(corpus, len(corpus) * 3 // 4), *draw.sample(talks, len(talks) // 4)]
    else:
        parts = banks()
        found = [
            *draw.sample(parts, len(parts) * 2 // 3),
            *draw.sample(corpus, len(corpus) // 4),
            *draw.sample(talks, len(talks) // 8),
        ]
    draw.shuffle(found)
    return found


def batches(sequences: Sequence[Sequence_], draw: random.Random, tokens: int) -> list[list[Sequence_]]:
    """Batches of about so many tokens, padding included; those of like length stand together."""
    found = by_length(sequences, lambda sequence: len(sequence.ids), tokens, 128)
    draw.shuffle(found)
    return found


def log_likelihoods(model: Any, batch: Sequence[Sequence_]) -> list[list[torch.Tensor]]:
    """Log-probability of every token of every reply, by sequence."""
    states = model.model(**padded(batch), use_cache=False).last_hidden_state
    found: list[list[torch.Tensor]] = []
    for number, sequence in enumerate(batch):
        rows = torch.tensor([row for said in sequence.said for row in said.rows])
        targets = torch.tensor([token for said in sequence.said for token in said.targets])
        logits = model.lm_head(states[number, rows]).float()
        each = logits.log_softmax(-1).gather(1, targets[:, None])[:, 0]
        found.append(list(each.split([len(said.rows) for said in sequence.said])))
    return found


def loss(model: Any, batch: Sequence[Sequence_]) -> tuple[torch.Tensor, float, float]:
    """The loss, and for the record: nats a token, and the share of replies that hear the right line of two."""
    words: list[torch.Tensor] = []
    margins: list[torch.Tensor] = []
    for sequence, values in zip(batch, log_likelihoods(model, batch), strict=True):
        sums: dict[int, dict[bool, torch.Tensor]] = {}
        for said, value in zip(sequence.said, values, strict=True):
            if said.true:
                words.append(value)
            if said.group >= 0:
                sums.setdefault(said.group, {})[said.true] = value.sum()
        margins += [pair[True] - pair[False] for pair in sums.values() if len(pair) == 2]
    likelihood = -torch.cat(words).mean()
    margin = torch.stack(margins)
    value = likelihood + CONTRAST * torch.nn.functional.softplus(-margin).mean()
    return value, float(likelihood.detach()), float((margin.detach() > 0).float().mean())


def run(model: Any, chat: Chat, stage: Stage, seed: int, say: Callable[[str], None], most: int | None = None) -> None:
    """One stage; `most` batches at most."""
    torch.manual_seed(seed)
    draw = random.Random(f"{stage.name} {seed}")
    moments = material(stage.name, draw)
    writer = Writer(chat, draw, likes(moments), moments)
    rounds = batches([s for m in moments for s in writer.sequences(m)], draw, stage.batch_tokens)[:most]
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    search = torch.optim.AdamW(learning, lr=stage.rate, weight_decay=0.01, betas=(0.9, 0.98))
    plan = torch.optim.lr_scheduler.LambdaLR(search, lambda step: _rate(stage, step, len(rounds)))
    started, seen = time.monotonic(), [0.0, 0.0, 0.0]
    for number, batch in enumerate(rounds, 1):
        value, nats, right = loss(model, batch)
        value.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        search.step()
        search.zero_grad()
        plan.step()
        seen = [seen[0] + 1, seen[1] + nats, seen[2] + right]
        if number % 25 == 0 or number == len(rounds):
            spent = time.monotonic() - started
            count, nats, right = seen
            say(
                f"{stage.name} {number}/{len(rounds)}: {nats / count:.3f} nats, "
                f"hears {right / count:.2f}, {spent:.0f} s"
            )
            seen = [0.0, 0.0, 0.0]


def _rate(stage: Stage, step: int, steps: int) -> float:
    """The share of the rate at a step: up in a straight line, then down in one."""
    if step < stage.warm_up:
        return (step + 1) / stage.warm_up
    low = stage.last / stage.rate
    return low + (1 - low) * (1 - step / max(1, steps))


def open_model(folder: Path) -> tuple[Any, Chat]:
    """The embedded model with differences that learn, and its chat."""
    model = load_model(folder, torch.bfloat16)
    chat = Chat(load_tokenizer(folder), model, folder.name)
    torch.manual_seed(0)
    attach(model)
    return model, chat


def main(arguments: list[str] | None = None) -> int:
    """Train what the cache has not, and keep it there. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training.client.tune", description="Tune the client's model.")
    parser.add_argument("--data", type=Path, default=MODELS, help="where the embedded model lies")
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--out", type=Path, default=VOICE, help="where the trained part goes (%(default)s)")
    parser.add_argument(
        "--stage", choices=(CORPUS_STAGE.name, PARTS_STAGE.name), help="only this one, whatever is there"
    )
    parser.add_argument("--most", type=int, help="batches at most, for a try")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    model, chat = open_model(ensure(options.data, print))
    first = options.cache / f"{CORPUS_STAGE.name}.safetensors"
    say = lambda line: print(line, flush=True)  # noqa: E731
    if options.stage == CORPUS_STAGE.name or not first.is_file():
        run(model, chat, CORPUS_STAGE, 0, say, options.most)
        save(model, first)
    if options.stage != CORPUS_STAGE.name:
        restore(model, first)
        run(model, chat, PARTS_STAGE, 0, say, options.most)
        save(model, options.out, torch.bfloat16)
    return 0


if __name__ == "__main__":
    sys.exit(main())
