"""A turn's set of codes."""

from __future__ import annotations

from app.scoring.types import CodedTurn, CodedUtterance, CodeSpan


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
