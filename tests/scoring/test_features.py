"""Surface features and the linear heads."""

from __future__ import annotations

import math

import numpy as np
import pytest

from app.scoring.features import BUCKETS, NAMES, hashed, surface
from app.scoring.heads import Head

WIDTH = 32


def sign(name: str, text: str, previous: str | None = None) -> float:
    return float(surface(text, previous)[NAMES.index(name)])


def test_names_are_unique_and_one_a_number() -> None:
    assert len(set(NAMES)) == len(NAMES) == len(surface("", None))


@pytest.mark.parametrize(
    ("name", "yes", "no"),
    [
        ("ends_question", 'Did he say "no"?', "He did."),
        ("starts_wh", "So, what now?", "You know what?"),
        ("starts_you", "Okay, you’re tired.", "I see you."),
        ("starts_negated_aux", "Don’t you think so?", "Do you think so?"),
        ("autonomy", "It's up to you.", "It's up there."),
        ("or_two", "A, or B, or C.", "A or B."),
        ("permission", "Would it be OK if I told you?", "I told you."),
        ("listening", "Mm-hm.", "Mm-hm, you're tired."),
        ("tag", "It's hard, isn't it?", "Isn't it hard to be you?"),
        ("modal_should", "You should stop.", "You stop."),
        ("some_people", "Some people try patches.", "People are odd."),
    ],
)
def test_signs(name: str, yes: str, no: str) -> None:
    assert sign(name, yes) == 1.0
    assert sign(name, no) == 0.0


def test_an_echo_is_heard_through_the_change_of_person() -> None:
    said = "I'm not an addict, my wife is wrong."
    assert sign("echo_verbatim", "You're not an addict", said) == 1.0
    assert sign("echo_share", "Your wife is wrong.", said) == 1.0
    assert sign("echo_share", "Let us look at the weather.", said) == 0.0
    assert sign("previous_missing", "Hello.") == 1.0
    assert sign("previous_missing", "Hello.", "hi") == 0.0


@pytest.mark.parametrize("text", ["", "…", "🙂", "a " * 10_000, "ماذا", "\x00"])
def test_features_are_finite_and_bounded_on_anything(text: str) -> None:
    row = surface(text, text)
    assert np.isfinite(row).all()
    assert row.min() >= 0
    assert row.max() < 11


def test_hashed_words_have_length_one_and_stay_where_they_were() -> None:
    weights = hashed("What brings you here?")
    assert math.isclose(sum(value**2 for value in weights.values()), 1.0)
    assert all(0 <= bucket < BUCKETS for bucket in weights)
    assert hashed("what BRINGS you here?") == weights
    assert hashed("you bring what here?") != weights


def head(classes: tuple[str, ...] = ("a", "b")) -> Head:
    hidden, signs, words = (np.full((rows, len(classes)), 0.01, np.float32) for rows in (WIDTH, len(NAMES), BUCKETS))
    return Head(classes, hidden, signs, words, np.full(len(classes), 0.01, np.float32))


def test_a_head_gives_probabilities_and_a_temperature_flattens_them() -> None:
    sharp = head()
    sharp.words[3] = (2.0, 0.0)
    hidden, signs = np.zeros((1, WIDTH), np.float32), np.zeros((1, len(NAMES)), np.float32)
    one = sharp.probabilities(hidden, signs, [{3: 1.0}])[0]
    assert one[0] == pytest.approx(1 / (1 + math.exp(-2)))
    flat = Head(**(vars(sharp) | {"temperature": 4.0})).probabilities(hidden, signs, [{3: 1.0}])[0]
    assert 0.5 < flat[0] < one[0]
    assert sharp.probabilities(hidden, signs, [{}])[0] == pytest.approx([0.5, 0.5])
