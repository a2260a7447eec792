"""Each bound of the corpus check is told where it is passed, and what real people do is let pass."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import pytest
from rich.console import Console

from app.scoring.codes import CODES
from tests.training.corpora import (
    answers,
    hand_of_clients,
    hand_of_counsellors,
    said,
    sentences,
    texts_of,
    write,
)
from training.check_corpus import table
from training.checks import bounds
from training.checks.bounds import Bounds
from training.checks.counting import counting
from training.checks.language import STRETCH, counsellor_talk, distinct
from training.checks.measure import Measure
from training.checks.reading import read
from training.checks.saying import saying
from training.checks.texts import texts


def outside(measures: Sequence[Measure], of: str) -> set[str]:
    return {measure.name for measure in measures if measure.of == of and not measure.ok}


def drawn(count: int, seed: int = 1, least: int = 2, most: int = 30) -> list[str]:
    return list(islice(sentences(seed, least, most), count))


def test_a_hand_that_writes_as_people_talk_is_let_pass(tmp_path: Path) -> None:
    clients, counsellors = hand_of_clients(drawn(300)), hand_of_counsellors(drawn(300, 2), list(CODES))
    measures = saying(texts_of(tmp_path, replies=clients, answers=counsellors))
    for of in ("r2", "a2", "all"):
        assert not outside(measures, of)
        assert [measure for measure in measures if measure.of == of]


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (drawn(300, most=6), "words of the longest tenth of client turns, at least"),
        (drawn(300, least=31, most=50), "words of a client turn, median"),
        (drawn(300, least=8), "share of client turns of 3 words or fewer"),
        (drawn(200, most=4), "share of client turns of 3 words or fewer"),
        ([f"Well, {text}" for text in drawn(20)] * 15, "share of client turns said twice"),
        (
            [f"i do not {text}" for text in drawn(40)] + drawn(260, 3),
            "share of client turns with the commonest opening",
        ),
        (
            [f"It sounds like you {text}" for text in drawn(8)] + drawn(292, 3),
            "share of client turns with counsellor talk",
        ),
        ([f"what i want is {n} to go home" for n in range(300)], "distinct 1-grams of client turns"),
        ([f"what i want is {n} to go home" for n in range(300)], "distinct 2-grams of client turns"),
        ([f"what i want is {n} to go home" for n in range(300)], "distinct 3-grams of client turns"),
    ],
)
def test_clients_who_do_not_talk_as_people_do_are_told(tmp_path: Path, texts: Sequence[str], told: str) -> None:
    unique = [f"{text} {number}" if text in texts[:number] else text for number, text in enumerate(texts)]
    planted = texts if "twice" in told else unique
    assert told in outside(saying(texts_of(tmp_path, replies=hand_of_clients(planted))), "r2")


def test_counsellors_out_of_a_template_are_told(tmp_path: Path) -> None:
    texts = [f"it may be {text}" for text in drawn(30)] + drawn(270, 5)
    measures = saying(texts_of(tmp_path, answers=hand_of_counsellors(texts, ["paradoxical"])))
    assert "share of counsellor utterances with the commonest opening" in outside(measures, "a2")
    assert "share of a code's utterances with the commonest opening" in outside(measures, "paradoxical")


def test_a_hand_that_opens_alike_on_purpose_is_let_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "OPENS_ALIKE", frozenset({"a2"}))
    texts = [f"it may be {text}" for text in drawn(30)] + drawn(270, 5)
    measures = saying(texts_of(tmp_path, answers=hand_of_counsellors(texts, ["other"])))
    assert not outside(measures, "a2")


def test_the_turns_that_are_answered_are_measured(tmp_path: Path) -> None:
    moments = [
        answers(f"a2-{number}", history=[said("client", text)])
        for number, text in enumerate(drawn(40, least=60, most=70))
    ]
    measures = saying(texts_of(tmp_path, answers=moments))
    assert "words of a client turn that is answered, median" in outside(measures, "a2")
    assert "words of a client turn that is answered, median" in outside(measures, "all")


def test_what_training_says_too_is_told_of_the_set_apart(tmp_path: Path) -> None:
    texts = drawn(30, least=3, most=7)
    apart = [{**moment, "field": "sleep, lighthouse"} for moment in hand_of_counsellors(texts, ["other"], "t1")]
    measures = saying(texts_of(tmp_path, answers=hand_of_counsellors(texts, ["other"]), test=apart))
    assert "share of texts also in training" in outside(measures, "set apart")


def test_codes_talk_acts_and_sizes_have_their_bounds(tmp_path: Path) -> None:
    clients, counsellors = hand_of_clients(drawn(150)), hand_of_counsellors(drawn(150, 2), ["confront"])
    for moment in clients:
        moment["replies"] = [{**one, "stance": "sustain", "act": "deny"} for one in moment["replies"]]
    entries, wrong = read(write(tmp_path, replies=clients, answers=counsellors))
    assert not wrong
    measures = counting(entries, texts(entries))
    assert {"utterances of a code in training", "utterances of a code in test"} <= outside(measures, "paradoxical")
    assert "share of a code in training" in outside(measures, "confront")
    assert "share of a hand's commonest code" in outside(measures, "a2")
    assert "share of a talk type" in outside(measures, "sustain") & outside(measures, "change")
    assert {"share of a hand's sustain talk", "share of a hand's change talk"} <= outside(measures, "r2")
    assert "client turns of an act" in outside(measures, "joke")
    assert outside(measures, "all") == {f"size: {name}" for name in bounds.SIZES}


@pytest.mark.parametrize(
    "said",
    [
        "it sounds like youre worried",
        "on a scale of one to ten",
        "how would you feel about a patch",
        "what im hearing is no",
        "i need better coping strategies",
        "im working on myself and my boundaries",
    ],
)
def test_counsellor_talk_is_heard(said: str) -> None:
    assert counsellor_talk(said.split())


@pytest.mark.parametrize("said", ["it sounds like a drill", "the scale says ninety", "my counsellor sent me", "fine"])
def test_what_clients_say_is_not(said: str) -> None:
    assert counsellor_talk(said.split()) is None


def test_distinct_grams_are_counted_in_whole_stretches() -> None:
    assert distinct([["no"] * (STRETCH - 1)], 1) is None
    assert distinct([["no"] * STRETCH], 1) == 1 / STRETCH
    assert distinct([["no"] * STRETCH, ["yes"]], 1) == 1 / STRETCH
    assert distinct([[str(number) for number in range(STRETCH)]], 3) == 1


def test_a_measure_says_what_it_is_and_what_would_be_right() -> None:
    assert str(Measure("share of x", "w1", 0.051, Bounds(None, 0.03), "well i")) == (
        "w1: share of x: 5.1 % (“well i”); right would be at most 3.0 %"
    )
    assert Measure("size: x", "all", 1200, Bounds(1000, None)).allowed == "at least 1,000"
    assert Measure("distinct x", "w1", 0.5, Bounds(0.25, 0.5)).allowed == "0.250 to 0.500"
    assert Measure("share of x", "w1", 0.5, Bounds(0.25, 0.5)).ok


def test_the_table_shows_the_ends_that_a_bound_looks_at() -> None:
    hands = [Measure("share of x", f"w{number}", number / 10, Bounds(None, 0.35)) for number in range(1, 5)]
    console = Console(width=120)
    with console.capture() as shown:
        console.print(table([*hands, Measure("share of y", "all", 0.2, Bounds(0.1, 0.3, "0.2 in AnnoMI"))]))
    rows = [[cell.strip() for cell in row.split("│")[1:-1]] for row in shown.get().splitlines() if "share of" in row]
    assert rows == [
        ["share of x", "w4", "40.0 %", "at most 35.0 %", ""],
        ["share of y", "all", "20.0 %", "10.0 % to 30.0 %", "0.2 in AnnoMI"],
    ]
