"""Session measures: counts, ratios, thresholds, answers to resistance, techniques with quotes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.client.acts import ACTS
from app.scoring.codes import CODES
from app.scoring.measures import ANSWERING, Row, answers_to_resistance, measure
from app.scoring.types import SURE, CodeSpan, TalkType


def said(text: str, *codes: str, probability: float = 0.9) -> Row:
    return Row("counsellor", text, tuple(CodeSpan(code, probability, 0, len(text)) for code in codes))


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


UNSURE = SURE - 0.01


def test_codes_that_the_coder_is_not_sure_of_are_counted_nowhere() -> None:
    rows = [*SESSION, said("Hm, so you say.", "simple_reflection", "confront", probability=UNSURE)]
    before, after = measure(SESSION), measure(rows)
    assert (before.ungraded, after.ungraded) == (0, 1)
    assert after.counts == before.counts
    assert after.techniques == before.techniques
    for name in before.measures.keys() - {"talk_time"}:
        assert after.measures[name] == before.measures[name], name


def test_a_turn_that_the_coder_was_sure_of_in_part_counts_in_part() -> None:
    text = "You've had enough. Hm."
    row = Row("counsellor", text, (CodeSpan("complex_reflection", SURE, 0, 18), CodeSpan("other", UNSURE, 19, 22)))
    found = measure([row])
    assert (found.ungraded, found.partly) == (0, 1)
    assert found.counts["complex_reflection"] == 1
    assert found.counts["other"] == 0


@pytest.mark.parametrize(
    ("sure", "unsure", "met"),
    [
        ((), ("simple_reflection",), None),
        ((), ("confront",), None),
        (("closed_question",), ("complex_reflection",), None),
        (("complex_reflection",), ("open_question",), True),
        (("complex_reflection",), ("confront",), None),
        (("confront",), ("complex_reflection",), False),
        (("closed_question",), (), False),
        ((), (), False),
    ],
)
def test_an_answer_that_hangs_on_what_the_coder_is_not_sure_of_is_not_graded(
    sure: tuple[str, ...], unsure: tuple[str, ...], met: bool | None
) -> None:
    codes = (*said("x", *sure).codes, *said("x", *unsure, probability=UNSURE).codes)
    rows = [client("No.", "sustain"), Row("counsellor", "x", codes)]
    assert [answer.met for answer in answers_to_resistance(rows)] == [met]
    figure = measure(rows).measures["answers_to_resistance"]
    assert figure.whole == (met is not None)
    assert ("1 not graded" in figure.note) == (met is None)


def test_talk_that_the_coder_is_not_sure_of_is_no_resistance_but_an_act_is() -> None:
    unsure = Row("client", "Well.", talk="sustain", talk_sure=False)
    assert answers_to_resistance([unsure, said("x", "other")]) == ()
    assert answers_to_resistance([replace(unsure, resists=True), said("x", "other")])
    found = measure([unsure, said("x", "other")])
    assert (found.untyped, sum(found.talk.values())) == (1, 0)


def test_simple_against_complex_is_a_hint_and_never_a_level() -> None:
    for codes in (("complex_reflection",), ("simple_reflection",)):
        figure = measure([said("Words of yours.", *codes)] * 2).measures["complex_share"]
        assert figure.hint
        assert figure.level is None
        assert figure.interval is not None
    assert not [
        figure.id for figure in measure(SESSION).measures.values() if figure.hint and figure.id != "complex_share"
    ]


def test_shares_and_ratios_come_with_their_interval() -> None:
    figures = measure(SESSION).measures
    assert figures["reflection_share"].interval == pytest.approx((11.76, 76.93), abs=0.01)  # 2 of 5, Wilson
    low, high = figures["reflections_to_questions"].interval or (9, 0)
    assert low < 1 < (high or 0)
    assert figures["adherent"].interval is None


def test_a_figure_that_worn_turns_were_left_out_of_is_never_good() -> None:
    rows = [
        row
        for number in range(9)
        for row in (client(f"Thing {number}."), said("It sounds like you feel bad.", "simple_reflection"))
    ]
    figure = measure(rows).measures["reflections_to_questions"]
    assert (figure.value, figure.held, figure.level) == (2.0, True, None)


def test_a_worn_answer_is_not_met_but_pushing_still_counts() -> None:
    rows = [
        row
        for number in range(6)
        for row in (client(f"Never, {number}.", "sustain"), said("Perhaps not now.", "paradoxical"))
    ]
    rows += [client("Go away.", "sustain"), said("Perhaps not now. You fool.", "paradoxical", "confront")]
    answers = answers_to_resistance(rows)
    assert [answer.met for answer in answers] == [True, True, False, False, False, False, False]
    assert [answer.worn for answer in answers] == [False, False, True, True, True, True, True]
    assert measure(rows).measures["non_adherent"].value == 1


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
