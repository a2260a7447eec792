"""Surface features and the linear heads."""

from __future__ import annotations

import json
import math
import stat
from pathlib import Path

import numpy as np
import pytest

from app.scoring.codes import CODES
from app.scoring.encoder import CONTEXT_CHARACTERS, WIDTH, context
from app.scoring.features import BUCKETS, NAMES, hashed, surface
from app.scoring.heads import CARD, MODEL_DIR, WEIGHTS, CoderFilesError, Head, load_heads, save_heads


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


def test_context_is_the_end_of_what_was_said_before() -> None:
    assert context(None) == context("  ") == "Counsellor:"
    assert context("I'm fine.") == "Client: I'm fine.\nCounsellor:"
    assert context("Why?", client=True) == "Counsellor: Why?\nClient:"
    long = context("word " * 500 + "end")
    assert long.endswith("word end\nCounsellor:")
    assert len(long) < CONTEXT_CHARACTERS + 30
    assert context("line\nbreak") == "Client: line break\nCounsellor:"


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


def test_heads_come_back_as_they_were_written(tmp_path: Path) -> None:
    save_heads(tmp_path, {"code": head(("x", "y", "z"))}, {"trained_on": {"rows": 3}})
    heads, name = load_heads(tmp_path)
    assert heads["code"].classes == ("x", "y", "z")
    assert np.allclose(heads["code"].hidden, 0.01)
    assert name.startswith("coder-1 (")
    assert json.loads((tmp_path / CARD).read_text())["trained_on"] == {"rows": 3}
    assert stat.S_IMODE((tmp_path / WEIGHTS).stat().st_mode) & 0o044 == 0o044


def test_damaged_missing_or_foreign_weights_are_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CoderFilesError, match="cannot be read"):
        load_heads(tmp_path / "nowhere")
    save_heads(tmp_path, {"code": head()}, {})
    whole = (tmp_path / WEIGHTS).read_bytes()
    (tmp_path / WEIGHTS).write_bytes(whole[:-7])
    with pytest.raises(CoderFilesError, match=r"cannot be read|damaged"):
        load_heads(tmp_path)
    (tmp_path / WEIGHTS).write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(CoderFilesError, match="damaged"):
        load_heads(tmp_path)
    (tmp_path / WEIGHTS).write_bytes(whole)
    card = json.loads((tmp_path / CARD).read_text())
    (tmp_path / CARD).write_text(json.dumps(card | {"signs": ["other"]}))
    with pytest.raises(CoderFilesError, match="train again"):
        load_heads(tmp_path)


def test_the_weights_that_ship_know_the_codebook_and_are_small() -> None:
    heads, _ = load_heads(MODEL_DIR)
    assert heads["code"].classes == tuple(CODES)
    assert set(heads) == {"code", "behaviour", "talk"}
    assert sum(path.stat().st_size for path in MODEL_DIR.iterdir()) < 5e6
