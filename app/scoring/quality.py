"""How much a session looks like one that experts call good: a small logistic regression on shares of codes.

Fitted by `training/quality.py` on AnnoMI's sessions with the codes of a coder that had not seen them. Pure but for the
file read once. Where many turns are worn (`gaming`) nothing is said: no session that experts rated was like that.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.scoring.gaming import habits, worn_rows
from app.scoring.intervals import Z
from app.scoring.rows import Row

QUALITY_FILE = Path(__file__).parent / "model" / "quality.json"

#: Groups of codes with the share of a counsellor's turns that they have in AnnoMI.
GROUPS: dict[str, tuple[frozenset[str], float]] = {
    "reflection": (
        frozenset(
            (
                "simple_reflection",
                "complex_reflection",
                "double_sided_reflection",
                "amplified_reflection",
                "paradoxical",
                "reframe",
                "summary",
            )
        ),
        0.27,
    ),
    "advice": (frozenset(("persuade", "confront")), 0.05),
    "information": (frozenset(("give_information", "persuade_with_permission")), 0.11),
}
#: Words in a counsellor's turn on average in AnnoMI.
USUAL_WORDS = 18.0
#: So many average turns are added to those seen, so that a short session is not extreme.
PRIOR = 3
#: Above this share of worn turns there is no estimate.
MOST_WORN = 0.25


@dataclass(frozen=True)
class Quality:
    """The probability (0–1) that experts would call the session good, its 95 % interval, and the turns behind it."""

    probability: float
    low: float
    high: float
    turns: int


@dataclass(frozen=True)
class _Model:
    features: tuple[str, ...]
    mean: tuple[float, ...]
    slopes: tuple[float, ...]
    bias: float


def features(rows: Sequence[Row]) -> dict[str, float]:
    """What the estimate is made from: shares of the counsellor's turns (0–1) and the logarithm of words a turn.

    A turn of several codes is divided among them by their length. A code counts as much as the coder is sure of it;
    the rest, and a few turns more, count as AnnoMI's average does. A worn turn counts for no group.
    """
    worn = worn_rows(habits(rows))
    shares = [
        _shares(row) if index not in worn else ({}, 0.0)
        for index, row in enumerate(rows)
        if row.speaker == "counsellor" and row.codes
    ]
    doubt = PRIOR + sum(unknown for _, unknown in shares)
    found = {
        name: (sum(share.get(name, 0.0) for share, _ in shares) + doubt * usual) / (len(shares) + PRIOR)
        for name, (_, usual) in GROUPS.items()
    }
    said = sum(len(row.text.split()) for row in rows if row.speaker == "counsellor" and row.codes)
    return found | {"words": math.log1p((said + PRIOR * USUAL_WORDS) / (len(shares) + PRIOR))}


def estimate(rows: Sequence[Row], file: Path = QUALITY_FILE) -> Quality | None:
    """The estimate for a session; None without the model's file, without a coded turn, or with too many worn turns.

    ValueError names the file where it was made for other features.
    """
    model = _model(file)
    turns = sum(row.speaker == "counsellor" and bool(row.codes) for row in rows)
    if model is None or not turns or unlike(rows):
        return None
    found = features(rows)
    steps = zip(model.features, model.mean, model.slopes, strict=True)
    score = model.bias + sum(slope * (found[name] - mean) for name, mean, slope in steps)
    spread = math.sqrt(
        sum(
            slope * slope * _variance(name, found[name], turns)
            for name, slope in zip(model.features, model.slopes, strict=True)
        )
    )
    return Quality(_logistic(score), _logistic(score - Z * spread), _logistic(score + Z * spread), turns)


def unlike(rows: Sequence[Row]) -> bool:
    """Whether so many turns are worn that the session is like none that experts rated."""
    turns = sum(row.speaker == "counsellor" and bool(row.codes) for row in rows)
    return len(worn_rows(habits(rows))) > MOST_WORN * turns


def _shares(row: Row) -> tuple[dict[str, float], float]:
    """Each group's part of a turn, and the part that the coder leaves open."""
    length = sum(span.end - span.start for span in row.codes) or 1
    found: dict[str, float] = {}
    known = 0.0
    for span in row.codes:
        part = (span.end - span.start) / length * span.probability
        known += part
        for name, (codes, _) in GROUPS.items():
            if span.code in codes:
                found[name] = found.get(name, 0.0) + part
    return found, 1.0 - known


def _variance(name: str, value: float, turns: int) -> float:
    """How much a feature would vary from one such session to the next: a binomial share, or words that vary by half."""
    return (value * (1 - value) if name in GROUPS else 0.25) / (turns + PRIOR)


@functools.lru_cache(maxsize=4)
def _model(file: Path) -> _Model | None:
    if not file.is_file():
        return None
    try:
        card = json.loads(file.read_text(encoding="utf-8"))
        slopes = tuple(weight / scale for weight, scale in zip(card["weights"], card["scale"], strict=True))
        model = _Model(tuple(card["features"]), tuple(card["mean"]), slopes, float(card["bias"]))
    except (OSError, ValueError, KeyError, TypeError, ZeroDivisionError) as error:
        raise ValueError(f"{file}: cannot be read ({error}); fit it again: python -m training.quality") from error
    if set(model.features) != {*GROUPS, "words"} or not len(model.features) == len(model.mean) == len(model.slopes):
        raise ValueError(f"{file}: was made for other features; fit it again: python -m training.quality")
    return model


def _logistic(score: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


__all__ = ["GROUPS", "QUALITY_FILE", "Quality", "estimate", "features", "unlike"]
