"""Feedback: what is praised, what is to be tried, and rewrites that are what they claim to be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.scoring.advice import AT_RISK_ONLY
from app.scoring.codes import CODES
from app.scoring.feedback import ALTERNATIVES, HOW_MANY, Feedback, give_feedback
from app.scoring.meanings import MEANINGS
from app.scoring.measures import NON_ADHERENT
from app.scoring.rows import Row
from app.scoring.standing import Shift, Standing
from app.scoring.types import CodedTurn, CodeSpan, TalkType
from tests.scoring.corpus import moments
from tests.scoring.stand_ins import ScriptedCoder
from tests.scoring.test_measures import client, said
from tests.scoring.test_rewrite import CLUMSY, WELL_FORMED

MEANT = [meaning for meanings in MEANINGS.values() for meaning in meanings]


def judge(text: str) -> str:
    """A reader who goes by the most obvious words."""
    if "one hand" in text or "at the same time" in text:
        return "double_sided_reflection"
    if "carrying on" in text or "isn't the" in text or "all told" in text:
        return "paradoxical"
    if "up to you" in text or "decision" in text:
        return "emphasize_autonomy"
    if "We could" in text or "You could" in text:
        return "offer_choices"
    if "some people" in text and not text.endswith("?"):
        return "persuade_with_permission"
    if text.startswith("Would"):
        return "seek_collaboration"
    if text.endswith("?"):
        return "open_question"
    if text in MEANT or "weighing" in text or "last thing" in text or "lecture" in text:
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
    offer = next(rewrite for rewrite in advice.rewrites if rewrite.code == "persuade_with_permission")
    assert "it helps to see a doctor about it" in offer.text
    assert argument.code == "confront"
    assert any("see any doctor" in rewrite.text for rewrite in argument.rewrites)
    assert question.rewrite_code == "open_question"


def test_every_rewrite_is_what_the_coder_says_and_never_goes_against_mi() -> None:
    for rows in (POOR, GOOD):
        for point in give_feedback(rows, CODER).try_next:
            assert point.rewrites
            for rewrite in point.rewrites:
                codes = {span.code for span in CODER.code(rewrite.text).codes}
                assert rewrite.code in codes
                assert codes.isdisjoint(NON_ADHERENT)


def test_a_coder_that_agrees_with_nothing_gets_no_rewrite_shown() -> None:
    points = give_feedback(POOR, ScriptedCoder(lambda _: "confront")).try_next
    assert [point.rewrites for point in points] == [(), ()]
    assert {point.code for point in points} == {"persuade", "confront"}, "what is grave is named all the same"


def test_a_rewrite_that_the_coder_is_not_sure_of_is_not_shown() -> None:
    class Unsure(ScriptedCoder):
        def code(self, text: str, previous: str | None = None) -> CodedTurn:
            turn = super().code(text, previous)
            return replace(turn, utterances=tuple(replace(each, probability=0.4) for each in turn.utterances))

    assert all(point.rewrites == () for point in give_feedback(POOR, Unsure(judge)).try_next)


def test_one_point_has_several_rewrites_of_different_techniques_with_the_reason_for_each() -> None:
    for point in give_feedback(POOR, CODER).try_next:
        codes = [rewrite.code for rewrite in point.rewrites]
        assert 1 <= len(codes) <= ALTERNATIVES
        assert len(set(codes)) == len(codes)
        assert all(rewrite.why for rewrite in point.rewrites)
        assert {rewrite.by for rewrite in point.rewrites} == {"phrases"}
    assert max(len(point.rewrites) for point in give_feedback(POOR, CODER).try_next) == ALTERNATIVES


def test_what_a_turn_did_to_the_client_is_said_where_the_simulation_knows() -> None:
    shift = Shift(Standing(0.62, 0.3, 4, 6), Standing(0.71, 0.27, 4, 6), "refuse", 0.8)
    points = give_feedback(POOR, CODER, states={4: shift}, name="Maureen").try_next
    by_row = {point.row: point.effect for point in points}
    assert by_row[4] == (
        "In the simulation, Maureen’s resistance went from 62 % to 71 % and trust fell a little, from 30 % to 27 %."
    )
    assert by_row[2] == ""
    praised = give_feedback(GOOD, CODER, states={2: shift}, name="Maureen").well
    assert "Maureen’s resistance went from 62 % to 71 %" in praised[0].effect


def shift(act: str, confidence: float = 6, reactance: float = 0.9) -> Shift:
    standing = Standing(0.8, 0.2, 3, confidence)
    return Shift(standing, standing, act, reactance)


def alternatives(text: str, met: Shift, talk: TalkType = "sustain") -> Feedback:
    rows = [client(text, talk, resists=talk == "sustain"), said("You must stop.", "confront")]
    return give_feedback(rows, CODER, states={1: met}, name="Ray").try_next[0]


def test_coming_alongside_is_for_a_reactant_client_and_never_for_one_without_hope() -> None:
    freed = alternatives("I'm not stopping for anybody.", shift("refuse"))
    assert "paradoxical" in {rewrite.code for rewrite in freed.rewrites}
    assert freed.caution is None
    for text, met in (
        ("I'm not stopping for anybody.", shift("refuse", confidence=2)),
        ("I'm not stopping, there's no point.", shift("pessimism")),
        ("I'm scared to stop.", shift("refuse")),
    ):
        harmed = alternatives(text, met)
        assert "paradoxical" not in {rewrite.code for rewrite in harmed.rewrites}
        assert "No paradoxical reply here" in (harmed.caution or "")
    moved = alternatives("I want to stop.", shift("desire"), "change")
    assert "paradoxical" not in {rewrite.code for rewrite in moved.rewrites}


def test_where_there_may_be_danger_nothing_but_care_is_shown() -> None:
    point = alternatives("I don't want to be here any more.", shift("open_up"))
    assert "Make sure of safety first" in (point.caution or "")
    assert {rewrite.code for rewrite in point.rewrites} <= AT_RISK_ONLY


def test_a_rewrite_by_a_model_comes_first_where_it_is_what_it_claims() -> None:
    good, bad = "It's up to you whether a doctor sees you.", "You feel pushed about. You should still go."

    def strict(text: str) -> str:
        return "persuade" if "should" in text else judge(text)

    written = {(4, "emphasize_autonomy"): [bad, good], (4, "complex_reflection"): [bad]}
    point = next(p for p in give_feedback(POOR, ScriptedCoder(strict), written=written).try_next if p.row == 4)
    by = {rewrite.code: rewrite for rewrite in point.rewrites}
    assert by["emphasize_autonomy"].text == good
    assert by["emphasize_autonomy"].by == "model"
    assert by["complex_reflection"].by == "phrases"
    assert bad not in {rewrite.text for rewrite in point.rewrites}


def test_what_the_sessions_are_about_is_used_where_the_client_has_named_nothing() -> None:
    rows = [client("No.", "sustain"), said("You must stop.", "confront")]
    texts = [rewrite.text for rewrite in give_feedback(rows, CODER, aim="stop smoking").try_next[0].rewrites]
    assert any("Whether you stop smoking is your decision." in text for text in texts)


def test_a_form_that_wore_out_is_not_praised() -> None:
    rows: list[Row] = []
    for number in range(9):
        rows += [client(f"I don't want number {number}.", "sustain"), said("Maybe now isn't the time.", "paradoxical")]
    praised = [point.row for point in give_feedback(rows, CODER).well]
    assert praised
    assert max(praised) < 6


class Credulous(ScriptedCoder):
    """Takes every text for whatever it claims to be: what is shown then is all that the forms offer."""

    def code(self, text: str, previous: str | None = None) -> CodedTurn:
        turn = super().code(text, previous)
        whole = replace(turn.utterances[0], start=0, end=len(text), text=text)
        return replace(turn, utterances=tuple(replace(whole, code=code) for code in CODES if code not in NON_ADHERENT))


def sixty() -> list[str]:
    """Client turns of sixty fields, as they were written."""
    found: dict[str, str] = {}
    for moment in moments():
        found.setdefault(moment["field"], moment["history"][-1]["text"])
    return [found[field] for field in sorted(found)][:: max(1, len(found) // 60)][:60]


@pytest.mark.parametrize("text", sixty())
@pytest.mark.parametrize("advice", ["You should see somebody about it.", "You're in denial."])
def test_sixty_clients_get_well_formed_rewrites_whatever_they_said(text: str, advice: str) -> None:
    code = "persuade" if "should" in advice else "confront"
    for talk, act in (("sustain", ""), ("sustain", "refuse"), ("neutral", "joke"), ("change", "concern")):
        rows = [client(text, talk, resists=talk == "sustain"), said(advice, code)]  # type: ignore[arg-type]
        point = give_feedback(rows, Credulous(judge), states={1: shift(act)}, name="Sam").try_next[0]
        assert 2 <= len(point.rewrites) <= ALTERNATIVES
        for rewrite in point.rewrites:
            assert WELL_FORMED.fullmatch(rewrite.text), rewrite.text
            assert not CLUMSY.search(rewrite.text.replace("; nobody", ", nobody")), rewrite.text
            assert len(rewrite.text.split()) <= 50
        if talk == "change":
            assert not {"paradoxical", "amplified_reflection"} & {rewrite.code for rewrite in point.rewrites}


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
    both = next(rewrite for rewrite in point.rewrites if rewrite.code == "double_sided_reflection")
    assert both.text == "On the one hand you don't need a course, and on the other you want to see your kids."


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
