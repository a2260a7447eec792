"""Small acts: one's own first, none twice while others are left, none that could be taken for an answer."""

from __future__ import annotations

import re

import pytest

from app.client.persona import Line, Persona
from app.client.small import DONE, SAID, small_acts
from tests.client.helpers import ray

OWN = ("(turns the cap)", "(reads the poster)")
AGREES = re.compile(r"(?:yes|yeah|yep|no|nope|sure|okay|ok|right|maybe|mm-hm|uh-huh)\W*$", re.IGNORECASE)


def person(*own: str, medium: str = "speech") -> Persona:
    """The client with these silences and no others."""
    lines = {**ray().lines, "silent": tuple(Line(text=text) for text in own)}
    return ray().model_copy(update={"lines": lines, "voice": ray().voice.model_copy(update={"medium": medium})})


@pytest.mark.parametrize("seed", range(5))
def test_ones_own_come_first(seed: int) -> None:
    found = small_acts(person(*OWN), (), seed, asked_for_more=False)
    assert len(found) == len(set(found)) == 6
    assert set(found[:2]) == set(OWN)
    assert set(found[2:]) <= {*DONE, *SAID}


def test_an_own_silence_that_was_written_for_something_is_kept_for_it() -> None:
    silent = (Line(text="(at the photo)", about=("kids",)), Line(text="(after that)", after=("confront",)))
    somebody = ray().model_copy(update={"lines": {**ray().lines, "silent": silent}})
    assert not {line.text for line in silent} & set(small_acts(somebody, (), 1, asked_for_more=False))


def test_nothing_is_done_twice_while_something_else_is_left() -> None:
    said: list[str] = []
    for seed in range(len(DONE) + len(SAID) + len(OWN)):
        said.append(small_acts(person(*OWN), said, seed, asked_for_more=False)[0])
    assert len(set(said)) == len(said)
    assert len(small_acts(person(*OWN), said, 1, asked_for_more=False)) == 6


@pytest.mark.parametrize("seed", range(20))
def test_what_wants_more_than_yes_is_not_answered_by_one(seed: int) -> None:
    somebody = person("Yeah.", "Mm-hm.", "Okay.", "(waits)")
    said: list[str] = []
    for turn in range(8):
        found = small_acts(somebody, said, seed + turn, asked_for_more=True)
        assert not [text for text in found if AGREES.match(text) or "nods" in text or "shakes" in text]
        said.append(found[0])


def test_of_the_people_who_ship_nobody_answers_what_with_yes(personas: dict[str, Persona]) -> None:
    for somebody in personas.values():
        for seed in range(12):
            assert not [t for t in small_acts(somebody, (), seed, asked_for_more=True) if AGREES.match(t)]


def test_in_a_chat_nothing_is_done_that_nobody_would_see() -> None:
    for seed in range(5):
        assert set(small_acts(person(medium="chat"), (), seed, asked_for_more=False)) <= set(SAID)


def test_the_same_seed_gives_the_same_acts_and_others_give_others() -> None:
    draws = [tuple(small_acts(person(), (), seed, asked_for_more=False)) for seed in range(10)]
    assert draws == [tuple(small_acts(person(), (), seed, asked_for_more=False)) for seed in range(10)]
    assert len(set(draws)) > 5
