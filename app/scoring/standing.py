"""Where the simulated client stood before and after a trainee turn, and that change in plain words.

The figures are those of the simulation (`app.client.state`): what it did to a simulated client, not a measurement.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Standing:
    """The client's state at one moment. Resistance and trust 0–1, importance and confidence on rulers of 0–10."""

    resistance: float
    trust: float
    importance: float
    confidence: float


@dataclass(frozen=True)
class Shift:
    """What a trainee turn met and what it did.

    `act` is the client act that the turn answers (a name of `app.client.acts`), `reactance` the client's disposition to
    meet pressure with pressure, 0–1; both where they are known.
    """

    before: Standing
    after: Standing
    act: str = ""
    reactance: float | None = None


#: Changes smaller than these are none to speak of, and smaller than `CLEAR` (of shares) are "a little".
SLIGHT, SLIGHT_RULER, CLEAR = 0.005, 0.1, 0.05


def told(shift: Shift, name: str) -> str:
    """What the turn did to the client: "In the simulation, Ray’s resistance went from 62 % to 71 %, and trust …"."""
    before, after = shift.before, shift.after
    changes = [_resistance(before.resistance, after.resistance, name), _trust(before.trust, after.trust)]
    for what, was, now in (
        ("the importance of a change", before.importance, after.importance),
        ("confidence", before.confidence, after.confidence),
    ):
        if abs(now - was) >= SLIGHT_RULER:
            changes.append(f"{what} {'rose' if now > was else 'fell'} from {was:.1f} to {now:.1f} out of 10")
    return f"In the simulation, {', '.join(changes[:-1])} and {changes[-1]}."


def percent(share: float) -> str:
    """A share in the page's own way of writing: 62 %."""
    return f"{100 * share:.0f} %"


def _resistance(was: float, now: float, name: str) -> str:
    if abs(now - was) < SLIGHT or percent(was) == percent(now):
        return f"{name}’s resistance stayed at {percent(now)}"
    return f"{name}’s resistance went from {percent(was)} to {percent(now)}"


def _trust(was: float, now: float) -> str:
    if abs(now - was) < SLIGHT or percent(was) == percent(now):
        return f"trust stayed at {percent(now)}"
    little = "" if abs(now - was) >= CLEAR else " a little"
    return f"trust {'rose' if now > was else 'fell'}{little}, from {percent(was)} to {percent(now)}"


__all__ = ["Shift", "Standing", "percent", "told"]
