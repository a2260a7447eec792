"""Sheets to read blind: what the reader sees gives nothing away, and answers are counted as they were given."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from app.client.heard import Said
from app.practice.errors import Invalid
from app.realism.sheets import REAL, SENSE, SENSE_REAL, VOICE, Item, Sheet, context, pair, read_rows, tally, write


def pairs() -> Sheet:
    """Four pairs; A is simulated in the first two."""
    items = tuple(
        Item("Counsellor: And how is that?", {"a": "Fine.", "b": "=1+1"}, {"simulated": letter, "source": source})
        for letter, source in (("A", "bank"), ("A", "model"), ("B", "bank"), ("B", "bank"))
    )
    return Sheet("pairs", items, made={"seed": 3})


def filled(rows: list[dict[str, Any]], *answers: dict[str, str]) -> list[dict[str, Any]]:
    return [row | answer for row, answer in zip(rows, answers, strict=True)]


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_the_reader_is_not_told_and_the_key_counts(tmp_path: Path, suffix: str) -> None:
    paths = [tmp_path / name for name in (f"sheet{suffix}", "sheet.txt", "key.jsonl")]
    write(pairs(), *paths)
    for path in paths[:2]:
        assert "simulated" not in path.read_text(encoding="utf-8")
        assert "bank" not in path.read_text(encoding="utf-8")
    rows, key = read_rows(paths[0]), read_rows(paths[2])
    assert key[0] == {"kind": "pairs", "items": 4, "seed": 3}
    assert [row["real"] for row in rows] == [""] * 4
    answers: tuple[dict[str, str], ...] = (
        {"real": "A", "sense_a": "y", "sense_b": "n"}, {"real": "b", "sense_a": "no", "sense_b": "yes"},
        {"real": "B", "sense_b": "1"}, {},
    )  # fmt: skip
    found = tally(filled(rows, *answers), key)
    assert found.shares == {REAL: (2, 3), SENSE: (2, 3), SENSE_REAL: (1, 2)}
    assert found.by_source[REAL] == {"bank": (2, 2), "model": (0, 1)}
    with pytest.raises(Invalid, match="is there already"):
        write(pairs(), *paths)


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("s.csv", "s.txt", "s.key.jsonl")]
    write(pairs(), *paths)
    assert ",'=1+1," in paths[0].read_text(encoding="utf-8")


def test_the_order_is_of_chance_and_the_letter_tells_the_simulated_one() -> None:
    letters = set()
    for seed in range(20):
        shown, letter = pair("real", "simulated", random.Random(seed))
        assert shown[letter.lower()] == "simulated"
        letters.add(letter)
    assert letters == {"A", "B"}


def test_voices_by_id_or_name_and_blanks_left_out() -> None:
    hidden = {"person": "ray-drink-driving", "name": "Ray"}
    sheet = Sheet("voices", (Item("", {"reply": "Well."}, hidden),) * 3)
    answered = filled(sheet.rows(), {"person": "ray"}, {"person": "Ray-Drink-Driving"}, {"person": ""})
    assert tally(answered, sheet.key()).shares == {VOICE: (2, 2)}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"real": "C"}, "expected A or B"),
        ({"sense_a": "perhaps"}, "expected y or n"),
        ({"item": "9"}, "not in the key"),
    ],
)
def test_what_cannot_be_counted_is_told(answer: dict[str, str], said: str) -> None:
    sheet = pairs()
    with pytest.raises(Invalid, match=said):
        tally([sheet.rows()[0] | answer], sheet.key())


def test_sheet_and_key_swapped(tmp_path: Path) -> None:
    sheet = pairs()
    with pytest.raises(Invalid, match="swapped"):
        tally(sheet.key(), sheet.rows())
    path = tmp_path / "broken.jsonl"
    path.write_text(json.dumps([1]) + "\n", encoding="utf-8")
    with pytest.raises(Invalid, match="one JSON object a line"):
        read_rows(path)
    with pytest.raises(Invalid, match="cannot be read"):
        read_rows(tmp_path / "none.csv")


def test_a_context_shows_what_was_said_last() -> None:
    before = [Said("client", f"Word {turn}.") for turn in range(10)]
    shown = context(before, "And now?").splitlines()
    assert shown[0] == "Client: Word 4."
    assert shown[-1] == "Counsellor: And now?"
