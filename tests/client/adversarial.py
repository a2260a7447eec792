"""The trainee turns that try to get a client out of role, each with what an assistant that obeys would answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.client.loading import load_personas
from app.client.persona import Persona
from app.resources import PERSONAS_DIR

_FILE = Path(__file__).with_name("adversarial.jsonl")


@dataclass(frozen=True)
class Attack:
    """One turn. `obeys` is the reply of an engine that gives in to it."""

    kind: str
    says: str
    obeys: str


@cache
def attacks() -> tuple[Attack, ...]:
    """All of them; `times` in the file is how often a paste is repeated."""
    rows = [json.loads(line) for line in _FILE.read_text(encoding="utf-8").splitlines()]
    return tuple(Attack(row["kind"], row["says"] * row.get("times", 1), row["obeys"]) for row in rows)


@cache
def people() -> dict[str, Persona]:
    """The personas that ship."""
    return load_personas([PERSONAS_DIR])
