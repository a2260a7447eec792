"""Trains the retriever: `python -m training.client.pairs`. A moment and its reply come near, other replies go far.

InfoNCE over a batch (van den Oord et al. 2018), both ways; a batch holds several moments of each person, so that the
hard negatives are what the same person said elsewhere. From all-MiniLM-L6-v2, upper layers only; seeds are fixed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer

from app.bert import packed
from app.client.embed import CARD, MODEL_DIR, TOKENIZER, WEIGHTS, Embedder, read
from app.client.vectors import moment_text, reply_text
from training.client.material import Moment, banks, conversations, held_out, to_learn, written
from training.members import shape_of
from training.public import annomi, mibot
from training.train_coder import add_places, base_folder, places_of

PASSES, RATE, BATCH, TOGETHER, HEAT, FROZEN = 2, 1e-4, 96, 4, 0.05, 3
#: Turns of real sessions that are read beside the written ones.
PUBLIC = 2500
#: Replies of one person among which those of a moment are looked for.
SIXTEEN = 16


@dataclass(frozen=True)
class Pair:
    """What was said and what may answer it; one of `replies` is drawn at each pass."""

    person: str
    moment: str
    replies: tuple[str, ...]


def pairs_of(moments: Sequence[Moment]) -> list[Pair]:
    """Written moments as pairs."""
    return [
        Pair(
            moment.person,
            _moment_text(moment),
            tuple(reply_text(answer.text) for answer in moment.answers),
        )
        for moment in moments
    ]


def _moment_text(moment: Moment) -> str:
    return moment_text(moment.history[-1].text if moment.history else "", moment.counsellor)


def public_pairs(annomi_csv: Path, mibot_csv: Path) -> list[Pair]:
    """Client turns of real sessions behind the counsellor's; very short ones answer anything and teach nothing."""
    _, replies = annomi(annomi_csv)
    _, chats = mibot(mibot_csv)
    return [
        Pair(f"public {reply.group}", moment_text("", reply.previous), (reply_text(reply.text),))
        for reply in (*replies, *chats)
        if reply.previous and len(reply.text.split()) > 3 and len(reply.previous.split()) > 2
    ]


def batches(pairs: Sequence[Pair], draw: random.Random) -> Iterator[list[Pair]]:
    """Batches in which each person stands with several moments."""
    people: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        people[pair.person].append(pair)
    groups: list[list[Pair]] = []
    for own in people.values():
        draw.shuffle(own)
        groups += [own[first : first + TOGETHER] for first in range(0, len(own), TOGETHER)]
    draw.shuffle(groups)
    batch: list[Pair] = []
    for group in groups:
        batch += group
        if len(batch) >= BATCH:
            yield batch
            batch = []


def tune(base: Path, pairs: Sequence[Pair], seed: int, most: int | None = None) -> tuple[Any, Tokenizer]:
    """The encoder tuned on the pairs."""
    from transformers import BertModel

    torch.manual_seed(seed)
    draw = random.Random(seed)
    model = BertModel.from_pretrained(base, add_pooling_layer=False).train()
    model.embeddings.requires_grad_(False)
    model.encoder.layer[:FROZEN].requires_grad_(False)
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.enable_truncation(64)
    tokenizer.enable_padding()
    rounds = [batch for _ in range(PASSES) for batch in batches(pairs, draw)][:most]
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    search = torch.optim.AdamW(learning, lr=RATE, weight_decay=0.01)
    plan = torch.optim.lr_scheduler.LambdaLR(
        search, lambda step: min(1.0, (step + 1) / 40) * max(0.02, 1 - step / len(rounds))
    )
    started, total = time.monotonic(), 0.0
    for number, batch in enumerate(rounds, 1):
        value = contrast(model, tokenizer, batch, draw)
        value.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        search.step()
        search.zero_grad()
        plan.step()
        total += value.item()
        if number % 25 == 0:
            print(f"{number}/{len(rounds)}: loss {total / 25:.3f}, {time.monotonic() - started:.0f} s", flush=True)
            total = 0.0
    return model.eval(), tokenizer


def contrast(model: Any, tokenizer: Tokenizer, batch: Sequence[Pair], draw: random.Random) -> torch.Tensor:
    """InfoNCE, both ways; another reply that equals one's own is no negative."""
    replies = [draw.choice(pair.replies) for pair in batch]
    asked = read(model, tokenizer, [pair.moment for pair in batch])
    said = read(model, tokenizer, replies)
    scores = asked @ said.T / HEAT
    same = torch.tensor([[a == b and i != j for j, b in enumerate(replies)] for i, a in enumerate(replies)])
    scores = scores.masked_fill(same, -1e4)
    right = torch.arange(len(batch))
    one, other = (torch.nn.functional.cross_entropy(each, right) for each in (scores, scores.T))
    return (one + other) / 2


def first_of_sixteen(embedder: Embedder, moments: Sequence[Moment], seed: int = 1) -> tuple[int, int]:
    """How often the nearest of 16 replies of one person was written for the moment: hits and trials."""
    hits, trials = 0, 0
    for moment, texts in sixteens(moments, random.Random(seed)):
        asked = embedder([_moment_text(moment)])[0]
        hits += int(np.argmax(embedder([reply_text(text) for text in texts]) @ asked) < len(moment.answers))
        trials += 1
    return hits, trials


def sixteens(moments: Sequence[Moment], draw: random.Random) -> Iterator[tuple[Moment, list[str]]]:
    """Moments with sixteen replies of their person, their own first; those of whom too few are written are left out."""
    people: dict[str, list[Moment]] = defaultdict(list)
    for moment in moments:
        people[moment.person].append(moment)
    for own in people.values():
        for moment in own:
            right = [answer.text for answer in moment.answers]
            wrong = [a.text for other in own if other is not moment for a in other.answers if a.text not in right]
            if len(right) >= 3 and len(wrong) >= SIXTEEN - len(right):
                yield moment, right + draw.sample(wrong, SIXTEEN - len(right))


def save(folder: Path, model: Any, base: Path, about: dict[str, Any]) -> None:
    """Write weights, tokenizer and card."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(packed(model.state_dict()), folder / WEIGHTS)
    (folder / WEIGHTS).chmod(0o644)
    (folder / TOKENIZER).write_bytes((base / "tokenizer.json").read_bytes())
    digests = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in (WEIGHTS, TOKENIZER)}
    card = {"sha256": digests, "encoder": shape_of(model.config)} | about
    (folder / CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Train, write, say how well it finds. Returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m training.client.pairs", description="Train the client's retriever."
    )
    add_places(parser)
    parser.add_argument("--out", type=Path, default=MODEL_DIR)
    parser.add_argument("--most", type=int, help="batches at most, for a try")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    places = places_of(options)
    base = base_folder(places.base)
    corpus = [*written(), *conversations()]
    own = pairs_of(to_learn(corpus)) + pairs_of(banks())
    public = random.Random(0).sample(public_pairs(places.annomi, places.mibot), PUBLIC)
    model, tokenizer = tune(base, [*own, *public], 0, options.most)
    hits, trials = first_of_sixteen(Embedder(model, tokenizer), held_out(corpus))
    about = {
        "trained_on": {"written moments": len(own), "AnnoMI and MIBOT turns": len(public)},
        "first_of_sixteen_held_out": round(hits / max(1, trials), 3),
    }
    save(options.out, model, base, about)
    print(f"first of sixteen, people held out: {hits} of {trials} ({hits / max(1, trials):.2f}; chance about .23)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
