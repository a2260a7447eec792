"""What else was possible with a resistant client turn: techniques by name, with the reason why each would fit there.

What fits, and what would do harm, is decided where feedback decides it (`app.scoring.advice`); here only those are kept
that would have counted as an answer, so that what is proposed and what is graded agree.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from app.scoring.advice import fitting
from app.scoring.codes import CODES, FAMILIES
from app.scoring.measures import ANSWERING
from app.scoring.situation import Situation

#: Alternatives shown for one turn, at most and at least.
SHOWN, LEAST = 3, 2
#: A paradox is proposed in a report so often at most: more would be lingering.
PARADOXES = 2

_BOTH_SIDES = "The other side has been heard too: hold both, joined by “and”, and end on it."
#: What hardly ever does harm, for where little else is left.
_ANYWAY = {
    "simple_reflection": "Said back plainly, it has arrived and need not be said again.",
    "complex_reflection": "Heard once and fully, it need not be said again.",
    "summary": "Gathering what was said so far shows that all of it was heard.",
}


@dataclass(frozen=True)
class Alternative:
    """A technique that would have fitted: its code, its name and why."""

    code: str
    label: str
    why: str


def alternatives(at: Situation, used: Collection[str] = (), proposed: Collection[str] = ()) -> list[Alternative]:
    """Two or three techniques that would have fitted, best first, without those that were `used`.

    `proposed` are the techniques that this report proposed before.
    """
    found = {fit.code: fit.why for fit in fitting(at) if fit.code in ANSWERING}
    if "double_sided_reflection" in found:
        found["double_sided_reflection"] = _BOTH_SIDES
    if sum(code in FAMILIES["paradoxical"] for code in proposed) >= PARADOXES:
        found = {code: why for code, why in found.items() if code not in FAMILIES["paradoxical"]}
    left = [(code, why) for code, why in found.items() if code not in used]
    rest = [item for item in _ANYWAY.items() if item[0] not in {*used, *(code for code, _ in left)}]
    kept = left[:SHOWN] + rest[: max(0, LEAST - len(left))]
    return [Alternative(code, CODES[code].label, why) for code, why in kept]


__all__ = ["Alternative", "alternatives"]
