"""Figures of a session out of its client turns' talk types, defined once for simulated, prompted and real clients.

Every function takes the talk types in the order they were said, whoever told them: the acts, the coder, annotators.
The two definitions by what is said were chosen on annotated sessions (those of AnnoMI with eight client turns or more,
of 109), where they give .43 motivated within 20 turns and 12 as the median turn that leaves precontemplation, beside
.48 and 11 in the literature (Yang et al., ACL 2025).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

TALK = ("change", "neutral", "sustain")
#: Change, neutral, sustain in annotated sessions.
REAL_MIX = (0.25, 0.64, 0.11)
#: Motivated: at the end (of 20 turns at most), among the last so many turns at least so many of change talk, and more
#: change than sustain talk. By the state: resistance below this after the last turn.
END, END_CHANGE, MOTIVATED_BELOW = 5, 2, 0.4
#: Out of precontemplation: the first turn by which so many of the last so many hold change talk. By the state: the
#: first with resistance below this.
WINDOW, WINDOW_CHANGE, LEFT_BELOW = 4, 2, 0.5
TURNS = 20


def motivated(talk: Sequence[str]) -> bool:
    """Whether a client sounds motivated by the end of 20 turns."""
    last = talk[:TURNS][-END:]
    change = last.count("change")
    return change >= END_CHANGE and change > last.count("sustain")


def motivated_state(resistance: Sequence[float]) -> bool:
    """The same by the client's state."""
    return bool(resistance) and resistance[:TURNS][-1] < MOTIVATED_BELOW


def leaves(talk: Sequence[str], never: int = TURNS + 1) -> int:
    """The turn (from 1) that leaves precontemplation; `never` where none does."""
    for turn in range(1, len(talk) + 1):
        if talk[max(0, turn - WINDOW) : turn].count("change") >= WINDOW_CHANGE:
            return turn
    return never


def leaves_state(resistance: Sequence[float], never: int = TURNS + 1) -> int:
    """The same by the client's state."""
    return next((turn for turn, value in enumerate(resistance, 1) if value < LEFT_BELOW), never)


def shares(talk: Sequence[str]) -> tuple[float, float, float]:
    """Change, neutral, sustain as shares; zeros of nothing."""
    counts, whole = Counter(talk), max(1, len(talk))
    return counts["change"] / whole, counts["neutral"] / whole, counts["sustain"] / whole


def total_variation(first: Sequence[float], second: Sequence[float]) -> float:
    """Half the summed differences of two distributions: 0 the same, 1 nothing in common."""
    return sum(abs(a - b) for a, b in zip(first, second, strict=True)) / 2


def stays(sessions: Sequence[Sequence[str]], kind: str) -> tuple[int, int]:
    """How many turns of a kind are followed by one of the same, and how many are followed by any."""
    after = [then for talk in sessions for now, then in pairwise(talk) if now == kind]
    return after.count(kind), len(after)


def fifth(sessions: Sequence[Sequence[str]], number: int) -> list[str]:
    """The talk types of one fifth (0–4) of the sessions."""
    return [kind for talk in sessions for turn, kind in enumerate(talk) if 5 * turn // len(talk) == number]


def mid_peak(sessions: Sequence[Sequence[str]], kind: str = "sustain") -> float:
    """The largest share of a kind in one of the three middle fifths."""
    parts = [fifth(sessions, number) for number in (1, 2, 3)]
    return max((part.count(kind) / len(part) for part in parts if part), default=math.nan)


def leaning(talk: Sequence[str]) -> float:
    """Which way a session's last turns lean, −1 (all sustain) to 1 (all change)."""
    change, _, sustain = shares(talk[-END:])
    return change - sustain


def effect_size(groups: Sequence[tuple[Sequence[float], Sequence[float]]]) -> float:
    """Cohen's d of first against second values within groups (the same person): mean difference over pooled spread.

    Groups with fewer than two values on a side are left out; nan where none is left.
    """
    whole = [(first, second) for first, second in groups if min(len(first), len(second)) > 1]
    if not whole:
        return math.nan
    gap = float(np.mean([np.mean(first) - np.mean(second) for first, second in whole]))
    spread = math.sqrt(float(np.mean([(np.var(a, ddof=1) + np.var(b, ddof=1)) / 2 for a, b in whole])))
    return gap / spread if spread else math.copysign(math.inf, gap)


__all__ = [
    "REAL_MIX",
    "TALK",
    "TURNS",
    "effect_size",
    "fifth",
    "leaning",
    "leaves",
    "leaves_state",
    "mid_peak",
    "motivated",
    "motivated_state",
    "shares",
    "stays",
    "total_variation",
]
