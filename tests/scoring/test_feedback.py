"""Feedback: what is praised, what is to be tried, and rewrites that are what they claim to be."""

from __future__ import annotations

import pytest

from app.scoring.codes import CODES
from app.scoring.feedback import HOW_MANY, give_feedback
from app.scoring.measures import NON_ADHERENT, Row
from app.scoring.types import CodeSpan
from tests.scoring.stand_ins import ScriptedCoder
from tests.scoring.test_measures import client, said


def judge(text: str) -> str:
    """A reader who goes by the most obvious words."""
    if "one hand" in text or "at the same time" in text:
        return "double_sided_reflection"
    if "carrying on" in text or "isn't the" in text:
        return "paradoxical"
    if "up to you" in text or "your decision" in text:
        return "emphasize_autonomy"
    if "We could" in text:
        return "offer_choices"
    if "some people" in text and not text.endswith("?"):
        return "persuade_with_permission"
    if text.startswith("Would"):
        return "seek_collaboration"
    if text.endswith("?"):
        return "open_question"
    if (
        "pushed" in text
        or "weighing" in text
        or "Something in you" in text
        or "last thing" in text
        or "lecture" in text
    ):
        return "complex_reflection"
    return "simple_reflection"


CODER = ScriptedCoder(judge)
POOR = [
    said("Do you drink every day?", "closed_question"),
    client("I don't drink that much.", "sustain"),
    said("You should see a doctor about it.", "persuade"),
    client("I'm not seeing any doctor.", "sustain"),
    said("You're in denial.", "confront"),
    client("I want to see my kids, though.", "change"),
    said("How many times a week?", "closed_question"),
]
GOOD = [
    said("What brings you?", "open_question"),
    client("I'm not an addict.", "sustain"),
    said("You don't see yourself that way, and you came.", "double_sided_reflection"),
    client("I want my licence back.", "change"),
    said("It matters to you to drive.", "complex_reflection"),
    client("I won't talk about her.", "sustain"),
    said("It's up to you what we talk about.", "emphasize_autonomy"),
    client("Maybe I could.", "change"),
]


def test_a_good_session_is_praised_for_its_techniques_in_its_own_words() -> None:
    found = give_feedback(GOOD, CODER).well
    assert [(point.row, point.code) for point in found] == [
        (2, "double_sided_reflection"),
        (4, "complex_reflection"),
        (6, "emphasize_autonomy"),
    ]
    assert found[0].quote == GOOD[2].text
    assert "pushed back" in found[0].why
    assert "towards change" in found[0].why
    assert all(point.rewrite is None for point in found)


def test_a_poor_session_has_three_things_to_try_with_rewrites_in_place() -> None:
    found = give_feedback(POOR, CODER).try_next
    assert [point.row for point in found] == [2, 4, 6]
    advice, argument, question = found
    assert advice.code == "persuade"
    assert advice.rewrite_code == "persuade_with_permission"
    assert "some people see a doctor about it" in (advice.rewrite or "")
    assert argument.code == "confront"
    assert "You're not seeing any doctor." in (argument.rewrite or "")
    assert question.rewrite_code == "open_question"


def test_every_rewrite_is_what_the_coder_says_and_never_goes_against_mi() -> None:
    for rows in (POOR, GOOD):
        for point in give_feedback(rows, CODER).try_next:
            assert point.rewrite
            codes = {span.code for span in CODER.code(point.rewrite).codes}
            assert point.rewrite_code in codes
            assert codes.isdisjoint(NON_ADHERENT)


def test_a_coder_that_agrees_with_nothing_gets_no_rewrite_shown() -> None:
    assert give_feedback(POOR, ScriptedCoder(lambda _: "confront")).try_next == ()


def test_the_next_form_is_tried_where_the_coder_disagrees() -> None:
    def stubborn(text: str) -> str:
        return "confront" if "pushed" in text else judge(text)

    rewritten = [point.rewrite or "" for point in give_feedback(POOR, ScriptedCoder(stubborn)).try_next]
    assert rewritten
    assert not any("pushed" in text for text in rewritten)


def test_both_sides_are_held_where_the_client_has_said_both() -> None:
    rows = [
        client("I want to see my kids.", "change"),
        said("Good.", "support"),
        client("I don't need a course.", "sustain"),
        said("You do need it.", "confront"),
    ]
    point = next(p for p in give_feedback(rows, CODER).try_next if p.code == "confront")
    assert point.rewrite_code == "double_sided_reflection"
    assert point.rewrite == "On the one hand you don't need a course, and on the other you want to see your kids."


def test_no_two_suggestions_end_alike_and_no_row_is_named_twice() -> None:
    rows: list[Row] = []
    for number in range(6):
        rows += [client(f"I'm not doing step {number}.", "sustain"), said("You must do it.", "confront")]
    found = give_feedback(rows, CODER).try_next
    assert len(found) == HOW_MANY
    assert len({point.row for point in found}) == HOW_MANY
    endings = [(point.rewrite or "").rstrip(".").rpartition(". ")[2] for point in found]
    assert len(set(endings)) == HOW_MANY


def test_advice_after_permission_asked_for_is_not_criticised_as_information() -> None:
    rows = [
        said("Would you like to hear how it works?", "seek_collaboration"),
        client("Go on.", "neutral"),
        said("It takes an hour a unit.", "give_information"),
    ]
    assert all("permission" not in point.why for point in give_feedback(rows, CODER).try_next)


def test_a_code_the_coder_was_unsure_of_is_not_praised() -> None:
    row = Row("counsellor", "Hm.", (CodeSpan("paradoxical", 0.3, 0, 3),))
    assert give_feedback([client("No.", "sustain"), row], CODER).well == ()


@pytest.mark.parametrize("rows", [[], [client("Hello?")], [Row("counsellor", "  ")]])
def test_sessions_without_a_counsellors_word_get_none(rows: list[Row]) -> None:
    found = give_feedback(rows, CODER)
    assert found.well == found.try_next == ()


def test_a_counsellor_alone_gets_no_words_of_a_client() -> None:
    found = give_feedback([said("You must stop.", "persuade"), said("Hello?", "other")], CODER)
    assert all("what you just said" not in (point.rewrite or "") for point in found.try_next)


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_has_something_to_say(code: str) -> None:
    rows = [client("I don't want to.", "sustain"), said("Some words.", code)]
    found = give_feedback(rows, CODER)
    assert found.well or found.try_next
