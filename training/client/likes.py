"""For each written reply another one much like it, to adapt from (retrieve and refine, Weston et al. 2018)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from training.client.material import Moment

#: Cosine of two replies' words: nearer is the same line, further has nothing to do with it.
NEAREST, FURTHEST = 0.85, 0.2


def likes(moments: Sequence[Moment]) -> dict[str, str]:
    """Reply → the nearest other reply of the same act that was written for another moment; some have none."""
    by_act: dict[str, dict[str, int]] = defaultdict(dict)
    for number, moment in enumerate(moments):
        for answer in moment.answers:
            by_act[answer.act][answer.text] = number
    found: dict[str, str] = {}
    for texts in by_act.values():
        found |= _nearest(list(texts), np.array(list(texts.values())))
    return found


def _nearest(texts: list[str], of: np.ndarray) -> dict[str, str]:
    if len(texts) < 2:
        return {}
    vectors = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\b\w+\b", sublinear_tf=True).fit_transform(texts)
    near = (vectors @ vectors.T).toarray()
    near[of[:, None] == of[None]] = 0
    near[near > NEAREST] = 0
    best = near.argmax(axis=1)
    return {
        text: texts[other]
        for text, other, value in zip(texts, best, near.max(axis=1), strict=True)
        if value >= FURTHEST
    }


__all__ = ["likes"]
