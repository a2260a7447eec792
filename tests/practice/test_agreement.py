"""Agreement figures: against what can be worked out by hand, and where there is nothing to work out."""

from __future__ import annotations

import random

import numpy as np
import pytest

from app.practice import agreement
from app.practice.agreement import alpha, differing, kappa, pairs
from app.scoring.codes import CODES

A, B, C = "open_question", "closed_question", "affirmation"


def test_kappa_is_that_of_the_textbook() -> None:
    """Cohen's own shape: 50 items, agreement .7, chance .5."""
    found = kappa({(A, A): 20, (A, B): 5, (B, A): 10, (B, B): 15})
    assert found.value == pytest.approx(0.4)
    assert found.n == 50
    assert found.interval is not None
    assert found.interval[0] < 0.4 < found.interval[1]


def test_perfect_agreement_has_no_interval_and_one_code_alone_no_figure() -> None:
    assert kappa({(A, A): 3, (B, B): 4}).value == pytest.approx(1)
    assert kappa({(A, A): 30}) == agreement.Agreed(None, 30, why="one code only")
    assert kappa({}).why == "nothing in common"
    assert alpha({"ann": {1: A, 2: A}, "bob": {1: A, 2: A}}).why == "one code only"
    assert alpha({"ann": {1: A}, "bob": {2: A}}).why == "nothing in common"
    assert alpha({}).value is None


def test_alpha_is_krippendorffs_own_example() -> None:
    """Nominal data of two observers, ten units: alpha .095 (Krippendorff, Computing alpha-reliability, example A)."""
    one = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    other = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    names = (A, B)
    raters = {
        "one": {item: names[value] for item, value in enumerate(one)},
        "other": {item: names[value] for item, value in enumerate(other)},
    }
    assert alpha(raters).value == pytest.approx(0.095, abs=0.001)


def test_alpha_leaves_out_what_one_alone_coded() -> None:
    both = {"ann": {1: A, 2: B, 3: A}, "bob": {1: A, 2: B, 3: B}}
    more = {"ann": {**both["ann"], 4: C}, "bob": both["bob"]}
    assert alpha(more) == alpha(both)


def test_the_bootstraps_formula_is_the_librarys_figure() -> None:
    draw = random.Random(3)
    raters = {name: {item: draw.choice((A, B, C)) for item in range(40)} for name in ("ann", "bob", "cleo")}
    counts = agreement._counts(raters)
    draws = agreement._alpha_draws(counts)
    assert alpha(raters).value == pytest.approx(float(np.nanmean(draws)), abs=0.05)


def test_each_pair_has_its_codes_against_all_others() -> None:
    raters = {"ann": {1: A, 2: A, 3: B}, "bob": {1: A, 2: B, 3: B, 4: C}, "cleo": {9: C}}
    (pair,) = pairs(raters)
    assert (pair.one, pair.other, pair.same, pair.kappa.n) == ("ann", "bob", 2, 3)
    assert pair.used == [code for code in CODES if code in (A, B)]
    first = next(one for one in pair.codes if one.code == A)
    assert (first.one, first.other, first.both) == (2, 1, 1)
    assert list(differing(raters)) == [2]
