"""A turn's set of codes."""

from __future__ import annotations

import pytest

from app.scoring.types import SURE, CodedTurn, CodedUtterance, CodeSpan, Talk


def utterance(start: int, code: str, probability: float) -> CodedUtterance:
    return CodedUtterance(start, start + 4, "abcd", code, probability, {code: probability})


def test_each_code_once_with_its_best_span_in_order_of_appearance() -> None:
    turn = CodedTurn(
        (utterance(0, "other", 0.6), utterance(5, "persuade", 0.7), utterance(10, "other", 0.9)),
        "persuade",
        "input",
        {},
    )
    assert turn.codes == (CodeSpan("other", 0.9, 10, 14), CodeSpan("persuade", 0.7, 5, 9))
    assert turn.probability == 0.7


def test_a_turn_without_words_has_no_codes() -> None:
    turn = CodedTurn((), "other", "other", {})
    assert turn.codes == ()
    assert turn.probability == 1.0


@pytest.mark.parametrize(("probability", "sure"), [(SURE, True), (1.0, True), (SURE - 0.001, False), (0.0, False)])
def test_one_threshold_decides_what_is_sure(probability: float, sure: bool) -> None:
    rest = (1 - probability) / 2
    assert CodeSpan("other", probability, 0, 1).sure is sure
    assert utterance(0, "other", probability).sure is sure
    if probability >= rest:
        assert Talk("change", probability, rest, rest).sure is sure


def test_unsure_codes_stay_codes() -> None:
    turn = CodedTurn((utterance(0, "persuade", SURE / 2),), "persuade", "input", {})
    assert [(span.code, span.sure) for span in turn.codes] == [("persuade", False)]
    assert turn.primary == "persuade"
