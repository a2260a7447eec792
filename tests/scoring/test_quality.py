"""The quality estimate: its inputs, its interval, and its file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.scoring.quality import GROUPS, estimate, features
from app.scoring.rows import Row
from tests.scoring.scripted import CLIENTS, said, session

MODEL = {
    "features": ["reflection", "advice", "information", "words"],
    "mean": [0.25, 0.06, 0.11, 2.9],
    "scale": [0.15, 0.08, 0.09, 0.6],
    "weights": [0.7, -0.8, -0.3, -0.3],
    "bias": 0.9,
}
PUSHING = [
    said(("You should stop drinking.", "persuade"), ("Do you see?", "closed_question")),
    Row("client", "No."),
] * 8
HONEST = session(*CLIENTS["driver"])


def model_file(folder: Path, **changes: object) -> Path:
    """A model as `training/quality.py` writes it."""
    file = folder / f"quality-{len(list(folder.iterdir()))}.json"
    file.write_text(json.dumps(MODEL | changes), encoding="utf-8")
    return file


def test_there_are_few_features_and_all_are_finite_for_any_session() -> None:
    for rows in ([], [Row("client", "Hello?")], [said(("Hello.", "other"))], HONEST, PUSHING):
        found = features(rows)
        assert set(found) == {*GROUPS, "words"}
        assert all(0 <= found[name] <= 1 for name in GROUPS)


def test_an_empty_session_is_an_average_one() -> None:
    assert {name: features([])[name] for name in GROUPS} == pytest.approx(
        {name: usual for name, (_, usual) in GROUPS.items()}
    )


def test_shares_follow_the_codes() -> None:
    assert features(HONEST)["reflection"] > 0.5 > features(PUSHING)["reflection"]
    assert features(PUSHING)["advice"] > 0.3 > features(HONEST)["advice"]


def test_a_turn_is_divided_among_its_codes_by_their_length() -> None:
    one = features([said(("Stop.", "persuade"), ("Stop.", "open_question"), probability=1.0)])
    two = features([said(("Stop.", "persuade"), probability=1.0), said(("Stop.", "open_question"), probability=1.0)])
    whole = features([said(("Stop.", "persuade"), probability=1.0)])
    assert one["advice"] == pytest.approx((0.5 + 3 * 0.05) / 4)
    assert two["advice"] == pytest.approx((1.0 + 3 * 0.05) / 5)
    assert whole["advice"] == pytest.approx((1.0 + 3 * 0.05) / 4)


def test_what_the_coder_doubts_moves_less() -> None:
    shares = [features([said(("Stop.", "persuade"), probability=sure)] * 5)["advice"] for sure in (0.0, 0.4, 0.9)]
    assert shares[0] == pytest.approx(GROUPS["advice"][1])
    assert shares == sorted(shares)


def test_honest_counselling_looks_better_than_pushing(tmp_path: Path) -> None:
    file = model_file(tmp_path)
    good, poor = estimate(HONEST, file), estimate(PUSHING, file)
    assert good is not None
    assert poor is not None
    assert good.low > poor.high
    assert good.turns == len(HONEST) // 2


def test_the_interval_holds_the_estimate_and_narrows_with_more_turns(tmp_path: Path) -> None:
    file = model_file(tmp_path)
    short, long = estimate(PUSHING[:4], file), estimate(PUSHING * 10, file)
    assert short is not None
    assert long is not None
    for quality in (short, long):
        assert 0 < quality.low < quality.probability < quality.high < 1
    assert long.high - long.low < short.high - short.low


def test_nothing_is_said_without_a_model_or_a_turn(tmp_path: Path) -> None:
    assert estimate(HONEST, tmp_path / "nothing.json") is None
    assert estimate([Row("client", "Hello?")], model_file(tmp_path)) is None
    assert estimate([], model_file(tmp_path)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"features": ["reflection", "advice", "information", "sighs"]},
        {"mean": [0.1]},
        {"scale": [1, 1, 1, 0]},
        {"bias": "x"},
    ],
)
def test_a_file_for_other_features_is_named(tmp_path: Path, changes: dict[str, object]) -> None:
    file = model_file(tmp_path, **changes)
    with pytest.raises(ValueError, match=file.name):
        estimate(HONEST, file)
