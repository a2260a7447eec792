"""Counsellors made of rules, for simulated sessions: good, average, poor, and one who only fills in a form.

The lines stand in `policies.yaml`. Which group speaks depends on what the client just did; a line comes again only when
its group is used up. The good counsellor often says the client's own words back, the average one now and then. The
average one follows the mix of annotated sessions (AnnoMI, good and poor ones alike): a third of the turns only shows
listening, questions are mostly closed, advice and information come without asking.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import cast

from ruamel.yaml import YAML

from app.client.acts import ACTS
from app.scoring.mirror import mirror
from app.scoring.rewrite import complex_reflections, simple_reflections
from app.scoring.types import TalkType

POLICIES = ("good", "average", "poor", "neutral")
STANCES = ("sustain", "neutral", "change")
GROUPS = ("opening", *STANCES, "question", "silence", "closing")
ADDED, LISTENING = "added", "listening"

#: How often a counsellor only shows listening, says the client's words back, and adds a line to that.
LISTENS = {"average": 0.3}
REFLECTS = {"good": 0.5, "average": 0.22}
ADDS = 0.5

_FILE = Path(__file__).with_name("policies.yaml")


class Policy:
    """A counsellor of one kind, for one session of `turns` turns; the same seed says the same to the same client."""

    def __init__(self, name: str, turns: int, seed: int) -> None:
        self._lines = read_policies()[name]
        self._listens, self._reflects = LISTENS.get(name, 0.0), REFLECTS.get(name, 0.0)
        self._turns, self._rng = turns, random.Random(f"{name} {seed}")
        self._spoken: Counter[str] = Counter()

    def __call__(self, client: str, act: str, turn: int) -> str:
        """The next words, after the client's words and act; `turn` counts from 1."""
        group = group_of(client, act, turn, self._turns)
        chance = self._rng.random() if group in STANCES else 1.0
        if chance < self._reflects:
            reflection = self._reflection(client, group)
            if reflection is not None:
                return f"{reflection} {self._pick(ADDED)}" if self._rng.random() < ADDS else reflection
        return self._pick(LISTENING if chance >= 1 - self._listens and group in STANCES else group)

    def _reflection(self, client: str, stance: str) -> str | None:
        """The client's own words said back, once; None where they can't be turned round."""
        heard = mirror(client)
        if heard is None or self._spoken[heard.you] or "you" not in re.split(r"\W", heard.you):
            return None
        self._spoken[heard.you] += 1
        return self._rng.choice((*simple_reflections(heard), *complex_reflections(heard, cast("TalkType", stance))))

    def _pick(self, group: str) -> str:
        lines = self._lines[group]
        fewest = min(self._spoken[line] for line in lines)
        line = self._rng.choice([line for line in lines if self._spoken[line] == fewest])
        self._spoken[line] += 1
        return line


@lru_cache(maxsize=1)
def read_policies() -> dict[str, dict[str, list[str]]]:
    """Lines by group by policy."""
    loaded = YAML(typ="safe").load(_FILE.read_text(encoding="utf-8"))
    return {
        policy: {group: list(map(str, lines)) for group, lines in groups.items()} for policy, groups in loaded.items()
    }


def group_of(client: str, act: str, turn: int, turns: int) -> str:
    """Which lines fit: by the place in the session first, then by what the client did."""
    if turn == 1:
        return "opening"
    if turn == turns:
        return "closing"
    if client.rstrip().endswith("?"):
        return "question"
    if act == "silent" or len(re.findall(r"\w+", client)) < 2:
        return "silence"
    return str(ACTS[act].stance)


__all__ = ["ADDED", "GROUPS", "LISTENING", "POLICIES", "STANCES", "Policy", "group_of", "read_policies"]
