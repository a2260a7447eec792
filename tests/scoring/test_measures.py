"""Session measures: counts, ratios, thresholds, answers to resistance, techniques with quotes."""

from __future__ import annotations

import pytest

from app.client.acts import ACTS
from app.scoring.codes import CODES
from app.scoring.measures import ANSWERING, Row, answers_to_resistance, measure
from app.scoring.types import CodeSpan, TalkType


def said(text: str, *codes: str) -> Row:
    return Row("counsellor", text, tuple(CodeSpan(code, 0.9, 0, len(text)) for code in codes))


def client(text: str, talk: TalkType = "neutral", *, resists: bool = False) -> Row:
    return Row("client", text, talk=talk, resists=resists)


SESSION = [
    said("What brings you here?", "open_question"),
    client("The judge.", "neutral"),
    said("You'd rather be anywhere else. Do you drink?", "complex_reflection", "closed_question"),
    client("I don't have a problem.", "sustain"),
    said("You don't see a problem.", "simple_reflection"),
    client("No. Well. My wife does.", "sustain"),
    said("You should listen to her.", "persuade"),
    client("Whatever.", "neutral", resists=True),
    said("It's up to you.", "emphasize_autonomy"),
    client("I might cut down.", "change"),
]


def value(rows: list[Row], name: str) -> float | None:
    return measure(rows).measures[name].value


def test_counts_are_by_turn_and_cover_the_codebook() -> None:
    found = measure(SESSION)
    assert set(found.counts) == set(CODES)
    assert sum(found.counts.values()) == 6
    assert (found.counsellor_turns, found.client_turns) == (5, 5)
    assert found.talk == {"change": 1, "neutral": 2, "sustain": 2}


def test_a_code_counts_once_a_turn_however_often_it_comes() -> None:
    assert measure([said("Where? When?", "closed_question", "closed_question")]).counts["closed_question"] == 1


def test_ratios_and_shares() -> None:
    assert value(SESSION, "reflections_to_questions") == 1.0
    assert value(SESSION, "complex_share") == 50.0
    assert value(SESSION, "open_share") == 50.0
    assert value(SESSION, "reflection_share") == 40.0
    assert value(SESSION, "advice_share") == 20.0
    assert value(SESSION, "adherent") == 1.0
    assert value(SESSION, "non_adherent") == 1.0


@pytest.mark.parametrize(
    ("reflections", "questions", "level"),
    [(0, 1, "below"), (1, 1, "fair"), (3, 2, "fair"), (2, 1, "good"), (0, 0, None)],
)
def test_levels_against_the_manuals_thresholds(reflections: int, questions: int, level: str | None) -> None:
    rows = [said("x", "simple_reflection")] * reflections + [said("x", "open_question")] * questions
    assert measure(rows).measures["reflections_to_questions"].level == level


def test_reflections_without_a_question_have_a_ratio_of_their_number() -> None:
    assert value([said("x", "simple_reflection"), said("x", "summary")], "reflections_to_questions") == 2.0


def test_counts_have_no_threshold_and_percentages_know_their_parts() -> None:
    figures = measure(SESSION).measures
    assert figures["non_adherent"].level is None
    assert (figures["complex_share"].part, figures["complex_share"].whole) == (1, 2)
    assert "expert opinion" in figures["reflections_to_questions"].note


def test_answers_to_resistance_names_each_resistant_turn_and_what_met_it() -> None:
    answers = answers_to_resistance(SESSION)
    assert [(answer.client, answer.counsellor, answer.met) for answer in answers] == [
        (3, 4, True),
        (5, 6, False),
        (7, 8, True),
    ]
    assert value(SESSION, "answers_to_resistance") == pytest.approx(200 / 3)


def test_a_reflection_with_a_threat_behind_it_does_not_count_as_an_answer() -> None:
    rows = [
        client("No.", "sustain"),
        said("You don't want to. Then you'll lose them.", "simple_reflection", "confront"),
    ]
    assert not answers_to_resistance(rows)[0].met


def test_turns_in_a_row_are_one_turn_and_unanswered_resistance_is_not_counted() -> None:
    rows = [
        client("No.", "sustain"),
        client("And it's hot.", "neutral"),
        said("Mm.", "other"),
        said("You've had enough.", "complex_reflection"),
        client("I'm off.", "sustain"),
    ]
    assert [(answer.client, answer.codes, answer.met) for answer in answers_to_resistance(rows)] == [
        (0, ("other", "complex_reflection"), True)
    ]


@pytest.mark.parametrize("code", sorted(ANSWERING))
def test_every_answering_code_answers(code: str) -> None:
    assert answers_to_resistance([client("No.", "sustain"), said("x", code)])[0].met


def test_techniques_are_quoted_from_their_span() -> None:
    text = "Okay. It's up to you. What now?"
    row = Row("counsellor", text, (CodeSpan("emphasize_autonomy", 0.9, 6, 21), CodeSpan("open_question", 0.9, 22, 31)))
    quotes = measure([row]).techniques
    assert [(quote.row, quote.code, quote.text) for quote in quotes["choices"]] == [
        (0, "emphasize_autonomy", "It's up to you.")
    ]
    assert quotes["reflection"] == quotes["paradoxical"] == ()


def test_an_amplified_reflection_shows_two_techniques() -> None:
    quotes = measure([said("No harm in it whatever.", "amplified_reflection")]).techniques
    assert len(quotes["reflection"]) == len(quotes["paradoxical"]) == 1


def test_talk_time_is_the_share_of_words() -> None:
    assert value([said("one two three"), client("four")], "talk_time") == 75.0


@pytest.mark.parametrize("rows", [[], [client("Hello?")], [said("Hello?", "other")]])
def test_empty_and_one_sided_sessions_have_figures_without_a_value(rows: list[Row]) -> None:
    found = measure(rows)
    assert found.measures["answers_to_resistance"].value is None
    assert found.measures["reflections_to_questions"].value is None
    assert found.measures["complex_share"].level is None


def test_whole_sessions_of_resistance_acts_are_recognised() -> None:
    for act, info in ACTS.items():
        row = client(act, "neutral", resists=info.resistance is not None)
        assert bool(answers_to_resistance([row, said("x", "other")])) == (info.resistance is not None)
