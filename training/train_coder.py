"""Trains the coder that ships: `python -m training.train_coder --annomi FILE --out app/scoring/model`.

Reads AnnoMI (never committed) and the written corpus, computes frozen features once (minutes on two cores, kept under
.cache/), fits the three heads, sets their temperatures on held-out folds and writes weights and card. No randomness:
the heads are convex, folds come from names.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import torch

from app.scoring.codes import BEHAVIOURS, CODES, TALK_TYPES
from app.scoring.heads import MODEL_DIR, Head, save_heads
from training.cache import FeatureCache
from training.calibrate import calibration_error, temperature
from training.data import MissingData, annomi, corpus_replies, corpus_utterances
from training.fit import allowed
from training.folds import everything, held_out
from training.recipe import Material, behaviour_head, code_head, material, talk_head

ROOT = Path(__file__).resolve().parents[1]
BASE = ROOT / ".cache" / "test-data" / "models" / "smollm2-135m-instruct"
CACHE = ROOT / ".cache" / "training"
ANNOMI = ROOT.parent / "shared" / "data" / "annomi-dev.csv"
FOLDS = 5


def load(annomi_csv: Path, base_dir: Path, cache_dir: Path) -> Material:
    """All the material with its features. MissingData where AnnoMI or the embedded model is not there."""
    rows, replies = annomi(annomi_csv)
    if not (base_dir / "config.json").is_file():
        raise MissingData(f"{base_dir}: no embedded model here; make it with: rollwith models, or name it with --base")
    cache = FeatureCache(cache_dir, base_dir)
    return material(rows, list(corpus_utterances()), [*replies, *corpus_replies()], cache)


def calibrated(data: Material) -> tuple[dict[str, Head], dict[str, float]]:
    """The three heads on everything, with temperatures from held-out folds, and the calibration error left."""
    rows, said, replies = everything(data)
    coded = held_out(
        data.utterance_inputs, [u.group for u in data.utterances], FOLDS, lambda part: code_head(data, rows, part)
    )
    behaved = held_out(
        data.row_inputs, [row.group for row in data.rows], FOLDS, lambda part: behaviour_head(data, part, said)
    )
    talked = held_out(
        data.reply_inputs, [reply.group for reply in data.replies], FOLDS, lambda part: talk_head(data, part)
    )
    truths = {
        "code": (coded, allowed([u.codes for u in data.utterances], tuple(CODES))),
        "behaviour": (behaved, allowed([frozenset({row.behaviour}) for row in data.rows], BEHAVIOURS)),
        "talk": (talked, allowed([frozenset({reply.talk}) for reply in data.replies], TALK_TYPES)),
    }
    heads = {
        "code": code_head(data, rows, said),
        "behaviour": behaviour_head(data, rows, said),
        "talk": talk_head(data, replies),
    }
    errors: dict[str, float] = {}
    for name, (shares, labels) in truths.items():
        value = temperature(shares, labels)
        powered = shares ** (1 / value)
        errors[name] = round(calibration_error(powered / powered.sum(axis=1, keepdims=True), labels), 4)
        heads[name] = Head(**(vars(heads[name]) | {"temperature": value}))
    return heads, errors


def card(data: Material, annomi_csv: Path, errors: dict[str, float]) -> dict[str, Any]:
    """What the weights were trained on, for the JSON beside them."""
    return {
        "trained_on": {
            "annomi_rows": len(data.rows),
            "annomi_sha256": hashlib.sha256(annomi_csv.read_bytes()).hexdigest(),
            "written_utterances": dict(sorted(Counter(u.source for u in data.utterances).items())),
            "client_turns": dict(sorted(Counter(reply.source for reply in data.replies).items())),
        },
        "calibration_error_held_out": errors,
    }


def main(arguments: list[str] | None = None) -> int:
    """Train and write. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training.train_coder", description="Train the coder that ships.")
    add_places(parser)
    parser.add_argument("--out", type=Path, default=MODEL_DIR, help="where weights and card go (%(default)s)")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    try:
        data = load(options.annomi, options.base, options.cache)
    except MissingData as error:
        print(error, file=sys.stderr)
        return 2
    heads, errors = calibrated(data)
    save_heads(options.out, heads, card(data, options.annomi, errors))
    size = sum(path.stat().st_size for path in options.out.iterdir()) / 1e6
    print(f"{options.out}: {size:.1f} MB; held-out calibration error {errors}")
    return 0


def add_places(parser: argparse.ArgumentParser) -> None:
    """The options that training and evaluation share."""
    parser.add_argument("--annomi", type=Path, default=ANNOMI, help="AnnoMI as CSV (%(default)s)")
    parser.add_argument("--base", type=Path, default=BASE, help="folder of the embedded model (%(default)s)")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where features are kept (%(default)s)")
    parser.add_argument("--threads", type=int, default=2, help="threads to use (%(default)s)")


if __name__ == "__main__":
    sys.exit(main())
