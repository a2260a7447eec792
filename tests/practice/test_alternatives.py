"""What else was possible with a resistant turn."""

from __future__ import annotations

from itertools import combinations

import pytest

from app.client.acts import ACTS
from app.practice.alternatives import LEAST, PARADOXES, SHOWN, alternatives
from app.scoring.codes import FAMILIES
from app.scoring.measures import ANSWERING
from app.scoring.rows import Row
from app.scoring.situation import Situation, situation
from app.scoring.standing import Shift, Standing
from tests.scoring.scripted import said

RESISTING = [act for act, info in ACTS.items() if info.resistance]
PARADOXICAL = set(FAMILIES["paradoxical"])


def place(
    act: str, *, text: str = "I'm not doing that.", confidence: float = 6, reactance: float = 0.7, wavered: bool = False
) -> Situation:
    standing = Standing(0.7, 0.2, 3, confidence)
    rows = [Row("client", text, talk="sustain", resists=True), said(("Mm.", "other"))]
    return situation(rows, 1, name="Ray", shift=Shift(standing, standing, act, reactance), both_sides=wavered)


def codes(at: Situation, *used: str) -> list[str]:
    return [other.code for other in alternatives(at, used)]


@pytest.mark.parametrize("act", [*RESISTING, ""])
@pytest.mark.parametrize("reactance", [0.2, 0.7])
@pytest.mark.parametrize("confidence", [1.0, 6.0])
@pytest.mark.parametrize("text", ["I'm not doing that.", "I want to die, if you must know."])
def test_there_are_always_two_that_would_count_as_an_answer_each_with_its_reason(
    act: str, reactance: float, confidence: float, text: str
) -> None:
    at = place(act, text=text, confidence=confidence, reactance=reactance)
    for used in ((), *combinations(("complex_reflection", "emphasize_autonomy", "offer_choices", "paradoxical"), 2)):
        found = alternatives(at, used)
        assert LEAST <= len(found) <= SHOWN
        assert len({other.code for other in found}) == len(found)
        for other in found:
            assert other.code in ANSWERING
            assert other.code not in used
            assert other.why.endswith(".")
            assert other.label


def test_what_fits_hangs_on_how_the_client_resists() -> None:
    found = [
        tuple(alternatives(place(act, text="It's the nights, mostly.", reactance=0.2)))
        for act in ("unwilling", "joke", "deny", "pessimism")
    ]
    assert len(set(found)) == len(found)


def test_a_paradox_is_for_those_who_guard_their_freedom_and_have_hope() -> None:
    assert PARADOXICAL & set(codes(place("justify")))
    for at in (place("justify", confidence=1.0), place("pessimism"), place("justify", text="I want to die.")):
        assert not PARADOXICAL & set(codes(at))


def test_a_paradox_is_proposed_only_so_often() -> None:
    at = place("justify")
    fresh = next(other for other in alternatives(at) if other.code in PARADOXICAL)
    assert not PARADOXICAL & {other.code for other in alternatives(at, (), [fresh.code] * PARADOXES)}


def test_both_sides_are_held_only_once_both_were_heard() -> None:
    assert "double_sided_reflection" not in codes(place("deny"))
    assert "double_sided_reflection" in codes(place("deny", wavered=True))
