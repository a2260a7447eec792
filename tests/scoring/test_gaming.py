"""Guards: scripted gamers against several clients, beside an honest counsellor for each."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.scoring.gaming import FAIR, Kind, habits, worn_rows
from app.scoring.measures import measure
from app.scoring.quality import estimate, features
from app.scoring.ratings import rate
from app.scoring.rows import Row
from tests.scoring.scripted import CLIENTS, GAMERS, Gamer, gamed, menu, paradox, parrot, said, session, sounds_like
from tests.scoring.test_quality import model_file

KINDS: dict[str, Kind] = {
    "parrot": "echo", "stemmed_parrot": "echo", "sounds_like": "empty", "broken_record": "empty",
    "menu": "menu", "paradox": "paradox", "free": "autonomy",
}  # fmt: skip

each_client = pytest.mark.parametrize("client", CLIENTS)
each_gamer = pytest.mark.parametrize("gamer", GAMERS, ids=lambda gamer: gamer.__name__)


def honest(client: str) -> list[Row]:
    return session(*CLIENTS[client])


def by_rote(client: str, gamer: Gamer, times: int = 1) -> list[Row]:
    """The client's lines, `times` over."""
    return gamed(CLIENTS[client][0] * times, gamer)


def headline(rows: list[Row]) -> float:
    value = measure(rows).measures["answers_to_resistance"].value
    assert value is not None
    return value


@each_client
def test_an_honest_counsellor_wears_nothing_out(client: str) -> None:
    assert habits(honest(client)) == ()
    assert headline(honest(client)) == 100


@each_client
@each_gamer
def test_each_gamer_is_caught_in_its_own_trick_and_told_so(client: str, gamer: Gamer) -> None:
    rows = by_rote(client, gamer)
    found = habits(rows)
    assert [habit.kind for habit in found] == [KINDS[gamer.__name__]]
    count, fair = len(found[0].rows), len(found[0].rows) - len(found[0].worn)
    assert f" {count} " in f" {found[0].says}"
    assert f"{fair} of them count" in found[0].says
    assert all(rows[index].speaker == "counsellor" for index in worn_rows(found))


@each_client
@each_gamer
def test_the_headline_of_a_gamer_is_far_below_the_honest_one(client: str, gamer: Gamer) -> None:
    assert headline(by_rote(client, gamer)) <= 60
    assert headline(by_rote(client, gamer, 2)) < headline(honest(client)) / 2 + 1


@each_client
@each_gamer
def test_no_gamer_is_good_anywhere(client: str, gamer: Gamer) -> None:
    for times in (1, 2):
        levels = {name: figure.level for name, figure in measure(by_rote(client, gamer, times)).measures.items()}
        assert "good" not in levels.values(), levels


@each_client
@each_gamer
def test_no_global_of_a_gamer_is_high_and_the_honest_ones_are_higher(client: str, gamer: Gamer) -> None:
    good = rate(honest(client))
    for times in (1, 2):
        for name, rating in rate(by_rote(client, gamer, times)).items():
            assert rating.value <= 3.5, (name, rating)
            assert rating.value <= good[name].value, (name, rating)
        assert rate(by_rote(client, gamer, times))["relational"].value <= good["relational"].value - 0.8


@each_client
@each_gamer
def test_reflections_by_rote_do_not_pass_for_a_good_session(client: str, gamer: Gamer, tmp_path: Path) -> None:
    rows, file = by_rote(client, gamer), model_file(tmp_path)
    assert features(rows)["reflection"] <= features(honest(client))["reflection"] - 0.1
    assert estimate(rows, file) is None
    quality = estimate(honest(client), file)
    assert quality is not None
    assert quality.probability > 0.5


def test_a_fair_number_counts() -> None:
    client = CLIENTS["driver"][0]
    least, _ = FAIR["paradox"]
    assert habits(gamed(client[:least], paradox)) == ()
    assert len(habits(gamed(client[: least + 1], paradox))[0].worn) == 1


def test_the_fair_number_grows_with_the_session() -> None:
    _, one_in = FAIR["menu"]
    lines = [(f"Line number {number}.", "neutral", False) for number in range(12 * one_in)]
    answers = [menu("", number) if number % one_in == 0 else [("Mm.", "other")] for number in range(12 * one_in)]
    assert habits(session(lines, answers)) == ()  # type: ignore[arg-type]


def test_a_mixed_gamer_is_caught_in_each_trick() -> None:
    tricks = (parrot, menu, paradox, sounds_like)
    rows = gamed(CLIENTS["driver"][0] * 3, lambda text, number: tricks[number % 4](text, number))
    assert {habit.kind for habit in habits(rows)} == {"echo", "menu", "paradox", "empty"}


def test_an_echo_beside_a_reflection_that_adds_is_no_echo() -> None:
    rows: list[Row] = []
    for text in ("I don't have a problem.", "It isn't me who started it.", "Nobody asked me anything.", "I won't go."):
        rows += [Row("client", text, talk="sustain")]
        rows += [said(*parrot(text, 0), ("And it leaves you on your own with it.", "complex_reflection"))]
    assert habits(rows) == ()


def test_short_echoes_and_words_of_ones_own_are_no_echo() -> None:
    rows: list[Row] = []
    for text, back in (
        ("I'm just tired.", "Tired."),
        ("They never asked me about the night shifts.", "It was all settled over your head."),
        ("I can't do mornings.", "Mornings, then."),
        ("My dad was the same.", "It runs in the family, and you carry it."),
    ):
        rows += [Row("client", text), said((back, "simple_reflection"))]
    assert habits(rows) == ()


def test_codes_that_the_coder_is_not_sure_of_wear_nothing_out() -> None:
    rows = [row for _ in range(9) for row in (Row("client", "No."), said(*menu("", 0), probability=0.2))]
    assert habits(rows) == ()
    assert habits([]) == ()
