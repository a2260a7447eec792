"""The coder's own files: heads and encoders in safetensors, a tokenizer, and a card that says what they are.

Large tables ship as int8, one scale a row. The encoders share their embedding table, since training leaves it as it
was: it lies with the heads in one file, what each encoder has of its own in another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from app.bert import SmallEmbedding, Tensors, give_back, packed, unpacked
from app.scoring.encoder import Encoder, TurnReader
from app.scoring.features import BUCKETS, NAMES
from app.scoring.heads import Head

MODEL_DIR = Path(__file__).parent / "model"
WEIGHTS, TOKENIZER, CARD = "coder.safetensors", "tokenizer.json", "coder.json"
VERSION = 2
SHARED = "shared."
WORDS = f"{SHARED}embeddings.word_embeddings.weight"


class CoderFilesError(RuntimeError):
    """The coder's own files are missing, damaged or made for another version of the features."""


@dataclass(frozen=True)
class Trained:
    """What the files hold: encoders, heads by name, and the coder's name with the beginning of its checksum."""

    encoders: tuple[Encoder, ...]
    heads: dict[str, Head]
    name: str
    card: dict[str, Any]


def save_coder(
    folder: Path,
    encoders: Sequence[Tensors],
    shape: Mapping[str, Any],
    heads: Mapping[str, Head],
    tokenizer: Path,
    card: Mapping[str, Any],
) -> None:
    """Write the files. `encoders` are BERT's tensors, their embeddings the same; `card` is added to what is known."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {WEIGHTS: {f"{SHARED}{name}": tensor for name, tensor in encoders[0].items() if _is_shared(name)}}
    for name, head in heads.items():
        files[WEIGHTS] |= {
            f"head.{name}.{part}": torch.tensor(getattr(head, part)) for part in ("hidden", "signs", "words", "bias")
        }
    for number, encoder in enumerate(encoders, 1):
        files[f"encoder-{number}.safetensors"] = {
            name: tensor for name, tensor in encoder.items() if not _is_shared(name)
        }
    for file, tensors in files.items():
        save_file(packed(tensors), folder / file)
        (folder / file).chmod(0o644)  # safetensors writes for its owner alone; these ship for everybody
    (folder / TOKENIZER).write_bytes(tokenizer.read_bytes())
    known = {
        "version": VERSION,
        "sha256": {file: _digest(folder / file) for file in (*files, TOKENIZER)},
        "encoder": dict(shape),
        "signs": list(NAMES),
        "heads": {
            name: {"classes": list(head.classes), "temperature": head.temperature} for name, head in heads.items()
        },
    }
    (folder / CARD).write_text(json.dumps(known | dict(card), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load_files(folder: Path) -> Trained:
    """Read the files; CoderFilesError names the one that is not as it should be."""
    card = _card(folder)
    try:
        for file, digest in card["sha256"].items():
            if _digest(folder / file) != digest:
                raise CoderFilesError(
                    f"{folder / file} is damaged (its checksum is not the one in {CARD}); install Rollwith again"
                )
        stored = load_file(folder / WEIGHTS)
        words = SmallEmbedding(stored.pop(WORDS), stored.pop(f"{WORDS}:scale")) if f"{WORDS}:scale" in stored else None
        common = unpacked(stored)
        reader = TurnReader(Tokenizer.from_file(str(folder / TOKENIZER)))
    except (OSError, ValueError, SafetensorError) as error:
        raise CoderFilesError(
            f"{folder}: the coder's weights cannot be read ({error}); install Rollwith again"
        ) from error
    try:
        heads = {name: _head(name, about, common) for name, about in card["heads"].items()}
        shared = {name.removeprefix(SHARED): tensor for name, tensor in common.items() if name.startswith(SHARED)}
        # one after the other: each is large until it is in int8
        encoders = tuple(
            Encoder(card["encoder"], shared | unpacked(load_file(folder / file)), reader, words)
            for file in card["sha256"]
            if file not in (WEIGHTS, TOKENIZER)
        )
    except (KeyError, ValueError) as error:
        raise CoderFilesError(f"{folder}: the coder's weights are incomplete ({error}); train again") from error
    give_back()
    return Trained(encoders, heads, f"coder-{VERSION} ({card['sha256'][WEIGHTS][:8]})", card)


def _card(folder: Path) -> dict[str, Any]:
    try:
        card: dict[str, Any] = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CoderFilesError(
            f"{folder / CARD}: the coder's card cannot be read ({error}); install Rollwith again"
        ) from error
    if card.get("version") != VERSION or card.get("signs") != list(NAMES):
        raise CoderFilesError(
            f"{folder / CARD} was made for other features; train again: python -m training.train_coder"
        )
    return card


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _is_shared(name: str) -> bool:
    return name.startswith("embeddings.")


def _head(name: str, about: Mapping[str, Any], tensors: Tensors) -> Head:
    hidden, signs, words, bias = (
        tensors[f"head.{name}.{part}"].numpy() for part in ("hidden", "signs", "words", "bias")
    )
    if signs.shape[0] != len(NAMES) or words.shape[0] != BUCKETS:
        raise ValueError(f"the head {name!r} has tables of another size")
    return Head(tuple(about["classes"]), hidden, signs, words, bias, float(about["temperature"]))


__all__ = ["CARD", "MODEL_DIR", "TOKENIZER", "WEIGHTS", "CoderFilesError", "Trained", "load_files", "save_coder"]
