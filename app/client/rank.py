"""The ranker: how likely a reply makes sense as the answer to a turn, from what speaks for it and against it.

A logistic regression on a few measures, fitted to replies that readers judged in their context
(`training/client/rank.py`, `training/corpus/judged/`). One set of weights with the model's word, one without it, for
the turn in which the model had no time.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.client.vectors import MODEL_DIR

RANKER = MODEL_DIR / "ranker.json"


@dataclass(frozen=True)
class Evidence:
    """What is known of a reply and the turn that it answers.

    `gain`: log p(reply | talk, control) − log p(reply | nothing said), nats a token; `likely`: the first of the two;
    both None without the model. `moment`, `fit`: cosines of the retriever (the first None where the reply has no
    moment). `rule`: how the line's own tags fit, 0–1, None where it has none. `words` of the reply; `made`: by the
    model.
    """

    fit: float
    moment: float | None = None
    rule: float | None = None
    gain: float | None = None
    likely: float | None = None
    words: int = 1
    made: bool = False

    def measures(self) -> dict[str, float]:
        """The numbers that the ranker weighs."""
        long = math.log1p(self.words)
        found = {
            "fit": self.fit,
            "moment": self.moment or 0.0,
            "near": max(0.0, (self.moment or 0.0) - 0.6),
            "banked": float(self.moment is not None),
            "rule": self.rule or 0.0,
            "ruled": float(self.rule is not None),
            "long": long,
            "fit x long": self.fit * long,
            "made": float(self.made),
        }
        if self.gain is not None and self.likely is not None:
            found |= {"gain": self.gain, "gain x long": self.gain * long, "likely": self.likely}
        return found


@dataclass(frozen=True)
class Ranker:
    """Weights by measure, with the model's word and without."""

    judged: Mapping[str, float]
    unjudged: Mapping[str, float]

    def sense(self, evidence: Evidence) -> float:
        """The probability that the reply makes sense."""
        weights = self.unjudged if evidence.gain is None else self.judged
        total = weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in evidence.measures().items())
        return round(1 / (1 + math.exp(-max(-30.0, min(30.0, total)))), 4)


@lru_cache(maxsize=4)
def load_ranker(path: Path = RANKER) -> Ranker:
    """The ranker that ships. Raises OSError, ValueError or KeyError for a damaged file."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    return Ranker(stored["judged"], stored["unjudged"])


__all__ = ["RANKER", "Evidence", "Ranker", "load_ranker"]
