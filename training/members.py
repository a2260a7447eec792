"""The members of the coder: each is trained without one fold of the material, and judged on that fold.

Shipped together they have read everything; one by one they give honest figures. A trained member is kept under
.cache/ by a fingerprint of its data and of the code that makes it, so that an evaluation after a training costs no
training. Members are independent: with two cores they train side by side, one thread each, in 40 % less time.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch

from app.scoring.heads import Head
from training.examples import Example
from training.fit import surface_head
from training.folds import folds
from training.recipe import CLASSES
from training.tune import tune

MEMBERS = 3
#: What the network's scores count beside those of the surface alone.
NETWORK_SHARE = 0.65

_CODE = ("batching.py", "examples.py", "folds.py", "network.py", "recipe.py", "tune.py")
_READ = ("features.py", "signs.py", "segment.py", "codes.py")


@dataclass(frozen=True)
class Member:
    """A trained network as plain parts: BERT's tensors by name, their configuration, and its linear heads."""

    encoder: dict[str, torch.Tensor]
    shape: dict[str, object]
    heads: dict[str, Head]


def training_part(examples: Sequence[Example], number: int) -> list[Example]:
    """What member `number` is trained on."""
    return [example for example, fold in zip(examples, folds(examples, MEMBERS), strict=True) if fold != number]


def members(base: Path, cache: Path, examples: Sequence[Example], workers: int) -> list[Member]:
    """All members, trained where the cache has them not."""
    cache.mkdir(parents=True, exist_ok=True)
    key = fingerprint(base, examples)
    missing = [number for number in range(MEMBERS) if not _place(cache, key, number).is_file()]
    if missing:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            jobs = [
                pool.submit(_train, base, _place(cache, key, number), training_part(examples, number), number)
                for number in missing
            ]
            for job in jobs:
                job.result()
    return [torch.load(_place(cache, key, number), weights_only=False) for number in range(MEMBERS)]


def fingerprint(base: Path, examples: Sequence[Example]) -> str:
    """What a member depends on, in sixteen letters."""
    root = Path(__file__).parent
    found = hashlib.sha256()
    for path in [*(root / name for name in _CODE), *(root.parent / "app" / "scoring" / name for name in _READ)]:
        found.update(ast.dump(ast.parse(path.read_text(encoding="utf-8"))).encode())  # however it is laid out
    found.update((base / "model.safetensors").read_bytes())
    for example in examples:
        found.update(
            repr(replace(example, codes=(), behaviour=frozenset(), talk=frozenset())).encode("utf-8", "replace")
        )
        found.update(repr([sorted(names) for names in (*example.codes, example.behaviour, example.talk)]).encode())
    return found.hexdigest()[:16]


def _place(cache: Path, key: str, number: int) -> Path:
    return cache / f"member-{key}-{number}.pt"


def _train(base: Path, place: Path, examples: Sequence[Example], number: int) -> None:
    torch.set_num_threads(1)
    network = tune(base, examples, number, lambda line: print(f"member {number + 1}: {line}", flush=True))
    encoder = {name: tensor.detach().clone() for name, tensor in network.encoder.state_dict().items()}
    heads = {name: network.linear(name) for name in CLASSES}
    part = place.with_suffix(".part")
    torch.save(Member(encoder, shape_of(network.encoder.config), heads), part)
    part.replace(place)


def shape_of(config: Any) -> dict[str, object]:
    """What of an encoder's configuration is needed to build it again."""
    names = ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size",
             "max_position_embeddings", "type_vocab_size", "layer_norm_eps", "hidden_act", "pad_token_id")  # fmt: skip
    return {name: getattr(config, name) for name in names}


def surface_heads(examples: Sequence[Example]) -> dict[str, Head]:
    """The heads on the surface alone."""
    return {name: surface_head(name, examples) for name in CLASSES}


def merged(networks: Sequence[Mapping[str, Head]], surfaces: Mapping[str, Head]) -> dict[str, Head]:
    """One set of heads over the features of all networks: scores averaged, so that shares are a geometric mean."""
    return {name: _merged([heads[name] for heads in networks], surfaces[name]) for name in CLASSES}


def _merged(heads: Sequence[Head], surface: Head) -> Head:
    each, rest = NETWORK_SHARE / len(heads), 1 - NETWORK_SHARE
    return Head(
        surface.classes,
        np.concatenate([head.hidden * each for head in heads]).astype(np.float32),
        (sum(head.signs * each for head in heads) + surface.signs * rest).astype(np.float32),
        (surface.words * rest).astype(np.float32),
        (sum(head.bias * each for head in heads) + surface.bias * rest).astype(np.float32),
    )


__all__ = ["MEMBERS", "Member", "fingerprint", "members", "merged", "shape_of", "surface_heads", "training_part"]
