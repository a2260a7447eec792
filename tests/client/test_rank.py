"""The ranker: which weights weigh what, and that those which ship point the right way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.client.rank import Evidence, Ranker, load_ranker

#: An ordinary reply of the bank for a moment like this one.
BANKED = Evidence(0.35, moment=0.75, gain=0.4, likely=-2.8, words=8)
UNJUDGED = replace(BANKED, gain=None, likely=None)


def test_the_more_a_reply_gains_by_the_talk_the_likelier_it_makes_sense() -> None:
    senses = [load_ranker().sense(replace(BANKED, gain=gain)) for gain in (-1.0, 0.0, 0.5, 1.0, 2.0)]
    assert senses == sorted(senses)
    assert senses[0] < senses[-1]


@pytest.mark.parametrize("evidence", [BANKED, UNJUDGED])
def test_the_nearer_its_moment_the_likelier_a_reply_makes_sense(evidence: Evidence) -> None:
    senses = [load_ranker().sense(replace(evidence, moment=moment)) for moment in (0.6, 0.7, 0.8, 0.9, 1.0)]
    assert senses == sorted(senses)
    assert senses[0] < senses[-1]


def test_every_weight_that_ships_weighs_something_that_is_measured() -> None:
    ranker = load_ranker()
    assert set(ranker.judged) <= {"bias", *BANKED.measures()}
    assert set(ranker.unjudged) <= {"bias", *UNJUDGED.measures()}
    assert "gain" in ranker.judged


def test_with_the_models_word_other_weights_count_than_without() -> None:
    ranker = Ranker({"bias": 9.0}, {"bias": -9.0})
    assert ranker.sense(BANKED) > 0.99
    assert ranker.sense(UNJUDGED) < 0.01
    assert "gain" not in UNJUDGED.measures()


def test_what_is_not_known_counts_for_nothing() -> None:
    bare = Evidence(0.0).measures()
    assert {name for name, value in bare.items() if value} == {"long"}
    line = Evidence(0.0, rule=0.0).measures()
    assert (line["rule"], line["ruled"], line["banked"]) == (0.0, 1.0, 0.0)
    assert Evidence(0.0, moment=0.0).measures()["banked"] == 1.0


@pytest.mark.parametrize("total", [-1e9, 1e9])
def test_a_probability_stays_one_however_large_the_numbers(total: float) -> None:
    assert 0 <= Ranker({"bias": 0.0, "gain": total}, {"bias": 0.0}).sense(BANKED) <= 1


@pytest.mark.parametrize(
    ("text", "error"),
    [("{", ValueError), ('{"judged": {}}', KeyError), (None, OSError)],
)
def test_a_damaged_file_is_told(tmp_path: Path, text: str | None, error: type[Exception]) -> None:
    path = tmp_path / "ranker.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(error):
        load_ranker(path)
