"""What a move does to the client: the unit that the state is moved by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Effect:
    """Changes of resistance, trust, question fatigue and ownership (0–1), and of the two MI rulers (0–10)."""

    resistance: float = 0.0
    trust: float = 0.0
    importance: float = 0.0
    confidence: float = 0.0
    fatigue: float = 0.0
    ownership: float = 0.0


__all__ = ["Effect"]
