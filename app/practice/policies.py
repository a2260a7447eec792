"""Counsellors made of rules, for simulated sessions: a good one, a poor one, and one who only fills in a form.

The lines stand in `policies.yaml`. Which group speaks depends on what the client just did; a line comes again only when
its group is used up. The good counsellor often says the client's own words back.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML

from app.client.acts import ACTS

POLICIES = ("good", "poor", "neutral")
GROUPS = ("opening", "sustain", "neutral", "change", "question", "silence", "closing")
ADDED = "added"

#: How often the good counsellor reflects the client's words, and how often a line follows that.
REFLECTS, ADDS = 0.5, 0.5

_FILE = Path(__file__).with_name("policies.yaml")


class Policy:
    """A counsellor of one kind, for one session of `turns` turns; the same seed says the same to the same client."""

    def __init__(self, name: str, turns: int, seed: int) -> None:
        self._lines = read_policies()[name]
        self._turns, self._rng = turns, random.Random(f"{name} {seed}")
        self._spoken: Counter[str] = Counter()

    def __call__(self, client: str, act: str, turn: int) -> str:
        """The next words, after the client's words and act; `turn` counts from 1."""
        group = group_of(client, act, turn, self._turns)
        if ADDED in self._lines and group in ("sustain", "neutral", "change") and self._rng.random() < REFLECTS:
            reflection = mirror(client)
            if reflection is not None and not self._spoken[reflection]:
                self._spoken[reflection] += 1
                return f"{reflection} {self._pick(ADDED)}" if self._rng.random() < ADDS else reflection
        return self._pick(group)

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


_SWAPS = {
    "i": "you", "me": "you", "my": "your", "mine": "yours", "myself": "yourself", "i'm": "you're", "i've": "you've",
    "i'd": "you'd", "i'll": "you'll", "am": "are", "we": "you", "us": "you", "our": "your", "ours": "yours",
    "we're": "you're", "we've": "you've", "we'd": "you'd", "we'll": "you'll",
}  # fmt: skip
#: A sentence with one of these speaks to the counsellor, so handing it back would turn it round.
_ADDRESSED = re.compile(r"\b(?:you|your|yours|you're|you've|you'd|you'll|yourself|y'all)\b", re.IGNORECASE)
_LEAD = re.compile(
    r"^(?:(?:well|so|look|listen|yeah|yes|no|nah|ok|okay|oh|ah|and|but|because|honestly|anyway|i mean|i guess|i suppose"
    r"|like|see)\b[,.\s]*)+",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")


def mirror(client: str) -> str | None:
    """The client's longest sentence of 4 to 14 words said back (“I hate this place.” → “You hate this place.”).

    None where no sentence can be turned: questions, and what is said about the counsellor.
    """
    sentences = [_LEAD.sub("", part).strip() for part in re.findall(r"[^.!?…]+[.!?…]*", client)]
    fit = [part for part in sentences if not part.endswith("?") and not _ADDRESSED.search(part)]
    fit = [
        part
        for part in fit
        if 4 <= len(part.split()) <= 14 and re.search(r"\b(?:i|my|me|we|us|our)\b", part, re.IGNORECASE)
    ]
    if not fit:
        return None
    turned = _WORD.sub(_swap, max(fit, key=len)).rstrip(".!…,;:–— ")
    turned = re.sub(r"\byou was\b", "you were", turned, flags=re.IGNORECASE)
    return f"{turned[0].upper()}{turned[1:]}."


def _swap(match: re.Match[str]) -> str:
    word = match[0]
    return _SWAPS.get(word.lower().replace("’", "'"), word)


__all__ = ["ADDED", "GROUPS", "POLICIES", "Policy", "group_of", "mirror", "read_policies"]
