"""A trainee made of rules, whose skill grows: the more of it, the more turns are a good counsellor's."""

from __future__ import annotations

import random

from app.practice.policies import Policy

#: Of the turns that are not a good counsellor's, the share that is an average one's; the rest is a poor one's.
AVERAGE = 0.62


class Learner:
    """What a trainee of this `skill` (0–1) says in one session of `turns` turns; the same seed says the same."""

    def __init__(self, skill: float, turns: int, seed: int) -> None:
        self._skill, self._rng = skill, random.Random(f"learner {seed}")
        self._voices = {name: Policy(name, turns, seed) for name in ("good", "average", "poor")}

    def __call__(self, client: str, act: str, turn: int) -> str:
        """The next words, after the client's words and act; `turn` counts from 1."""
        chance = self._rng.random()
        name = "good" if chance < self._skill else "average" if self._rng.random() < AVERAGE else "poor"
        return self._voices[name](client, act, turn)


__all__ = ["AVERAGE", "Learner"]
