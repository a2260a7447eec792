"""Silence: what waiting does depends on what it follows, how early it comes and how long it lasts."""

from __future__ import annotations

from typing import Literal

from app.client.acts import CHANGE_TALK_KINDS
from app.client.effects import Effect

Waiting = Literal["room", "cooling", "uneasy", "stand_off", "plain"]

#: Client acts after which waiting gives room to go on, and those after which it lets things cool.
OPENED = ("open_up", *CHANGE_TALK_KINDS)
HEATED = ("hostile", "refuse", "challenge", "complain_about_question")
#: The first turns of a session, and the trust below which a silence in them is hard to bear.
EARLY, UNSURE = 4, 0.35
#: Silences in a row that make a stand-off, with a client who is at ease and with one who is not.
TOO_MANY, TOO_MANY_UNEASY = 3, 2

WAITING: dict[Waiting, Effect] = {
    "room": Effect(resistance=-0.015, trust=0.035, fatigue=-0.20),
    "cooling": Effect(resistance=-0.025, trust=0.010, fatigue=-0.25),
    "uneasy": Effect(resistance=0.010, trust=-0.015, fatigue=0.10),
    "stand_off": Effect(resistance=0.020, trust=-0.020, fatigue=0.30),
    "plain": Effect(resistance=-0.010, trust=0.010, fatigue=-0.20),
}


def waiting(after_act: str | None, silences: int, trust: float, turns: int) -> Waiting:
    """What this silence is to the client. `silences` in a row, this one included; `turns` heard before it."""
    if after_act in OPENED and silences <= TOO_MANY:
        return "room"
    uneasy = turns < EARLY and trust < UNSURE
    if silences >= (TOO_MANY_UNEASY if uneasy else TOO_MANY):
        return "stand_off"
    if after_act in HEATED:
        return "cooling"
    return "uneasy" if uneasy else "plain"


def goes_on(silences: int) -> float:
    """The chance that a client with room goes on unasked; each silence in a row halves it."""
    return 0.8 * 0.5 ** max(0, silences - 1)


def says_nothing(weight: float) -> float:
    """The chance that a client in a stand-off keeps silent too, by the persona's weight (0–10) of that act."""
    return min(0.95, 0.25 + 0.08 * weight)


__all__ = ["OPENED", "WAITING", "Waiting", "goes_on", "says_nothing", "waiting"]
