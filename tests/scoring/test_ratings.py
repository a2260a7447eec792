"""Global ratings by rule: what raises and lowers each, how few turns weigh, and what an instructor's rating does."""

from __future__ import annotations

import pytest

from app.scoring.ratings import COMPOSITES, GLOBALS, GlobalId, rate
from app.scoring.rows import Row
from app.scoring.types import TalkType
from tests.scoring.scripted import CLIENTS, said, session

THINGS = (
    "the van",
    "my sister",
    "the nights",
    "that letter",
    "the dog",
    "money",
    "my knee",
    "the boss",
    "school",
    "June",
)


def repeated(talk: TalkType, *codes: str, times: int = 8) -> list[Row]:
    """A client who says one kind of thing about ten things, and a counsellor with one kind of answer."""
    rows: list[Row] = []
    for number in range(times):
        thing = THINGS[number % len(THINGS)]
        rows.append(Row("client", f"It has to do with {thing}, number {number}.", talk=talk))
        words = f"With {thing.replace('my', 'your')} there is more than meets the eye in week {number}."
        rows.append(said(*((words, code) for code in codes)))
    return rows


def value(rows: list[Row], name: GlobalId) -> float:
    return rate(rows)[name].value


def test_there_are_four_globals_and_two_means() -> None:
    found = rate(repeated("sustain", "complex_reflection"))
    assert set(found) == {*GLOBALS, *COMPOSITES}
    for rating in found.values():
        assert 1 <= rating.low <= rating.value <= rating.high <= 5
    assert found["relational"].value == pytest.approx(
        (found["partnership"].value + found["empathy"].value) / 2, abs=0.01
    )
    assert (found["relational"].fair, found["relational"].good) == (3.5, 4.0)
    assert (found["technical"].fair, found["technical"].good) == (3.0, 4.0)


@pytest.mark.parametrize("rows", [[], [Row("client", "Hello?")], [said(("Hello.", "other"))]])
def test_with_nothing_to_go_by_all_is_in_the_middle_and_open(rows: list[Row]) -> None:
    for rating in rate(rows).values():
        assert rating.value == 3
        assert rating.high - rating.low >= 3


def test_few_turns_stay_near_the_middle_with_a_wider_interval() -> None:
    few, many = rate(repeated("sustain", "confront", times=1)), rate(repeated("sustain", "confront", times=10))
    for name in ("partnership", "empathy", "softening"):
        assert many[name].value < few[name].value < 3
        assert few[name].n < many[name].n
    assert few["empathy"].high - few["empathy"].low > 2


def test_cultivating_goes_by_what_follows_change_talk() -> None:
    taken_up = value(repeated("change", "complex_reflection"), "cultivating")
    passed_over = value(repeated("change", "closed_question"), "cultivating")
    argued = value(repeated("change", "persuade"), "cultivating")
    assert taken_up > 4 > 3 > passed_over > argued
    assert value(repeated("sustain", "complex_reflection"), "cultivating") == 3


def test_a_paradox_after_change_talk_lowers_cultivating() -> None:
    assert value(repeated("change", "paradoxical", times=2), "cultivating") < 3


def test_softening_drops_with_argument_and_with_lingering() -> None:
    turned = value(repeated("sustain", "double_sided_reflection"), "softening")
    lingering = value(repeated("sustain", "simple_reflection"), "softening")
    assert turned > lingering
    assert value(repeated("sustain", "simple_reflection", times=2), "softening") > lingering
    assert value(repeated("sustain", "confront"), "softening") < 2


def test_one_paradox_softens_and_repeated_ones_do_not() -> None:
    once = session([("I won't.", "sustain", True)], [[("Perhaps now is not the time.", "paradoxical")]])
    assert value(once, "softening") > 3
    assert value(repeated("sustain", "paradoxical"), "softening") < 2.5


def test_partnership_weighs_shared_power_against_pushing() -> None:
    assert value(repeated("neutral", "seek_collaboration"), "partnership") > 4
    assert 2.5 < value(repeated("neutral", "closed_question"), "partnership") < 3
    assert value(repeated("neutral", "persuade"), "partnership") < 2
    assert value(repeated("neutral", "seek_collaboration", "confront"), "partnership") < 2


def test_empathy_goes_by_reflections_that_add() -> None:
    deep, plain = (value(repeated("neutral", code), "empathy") for code in ("complex_reflection", "simple_reflection"))
    assert deep > plain > 3.5
    assert value(repeated("neutral", "closed_question"), "empathy") < 3
    assert value(repeated("neutral", "confront"), "empathy") < 2


def test_an_instructors_rating_stands_in_place_of_the_estimate() -> None:
    rows = session(*CLIENTS["driver"])
    found = rate(rows, {"empathy": 2, "partnership": 3})
    assert (found["empathy"].value, found["empathy"].low, found["empathy"].high) == (2, 2, 2)
    assert found["empathy"].given
    assert found["relational"].given
    assert found["relational"].value == 2.5
    assert not found["softening"].given
    with pytest.raises(ValueError, match="Empathy: 7 is not a rating"):
        rate(rows, {"empathy": 7})
