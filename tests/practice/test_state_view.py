"""The state in coached mode: what moved, which way, and why; nothing that a persona keeps to itself."""

from __future__ import annotations

from typing import Any

import pytest

from app.client.state import State
from app.practice.state_view import REASONS, StateView, opening_state, state_after

BEFORE = State(resistance=0.5, trust=0.3, importance=4, confidence=5).as_dict()


def after(codes: tuple[str, ...] = (), **state: Any) -> StateView:
    return state_after(BEFORE, BEFORE | state, codes, "Ray")


def test_the_start_has_figures_and_no_reasons() -> None:
    view = opening_state(BEFORE)
    assert [(gauge.id, gauge.shown, gauge.was, gauge.trend) for gauge in view.gauges] == [
        ("resistance", "50 %", "", ""),
        ("trust", "30 %", "", ""),
        ("importance", "4.0/10", "", ""),
        ("confidence", "5.0/10", "", ""),
    ]
    assert view.why == ()


def test_what_moved_says_from_where_and_which_way() -> None:
    gauges = {gauge.id: gauge for gauge in after(resistance=0.4, trust=0.2, importance=4.04, confidence=5.3).gauges}
    assert (gauges["resistance"].shown, gauges["resistance"].was, gauges["resistance"].trend) == (
        "40 %", "50 %", "better",
    )  # fmt: skip
    assert gauges["trust"].trend == "worse"
    assert (gauges["importance"].was, gauges["importance"].trend) == ("", ""), "too little to speak of"
    assert (gauges["confidence"].was, gauges["confidence"].trend) == ("5.0/10", "better")


@pytest.mark.parametrize(
    ("codes", "state", "words"),
    [
        (("persuade",), {"resistance": 0.56}, "argue for the other side"),
        (("simple_reflection",), {"resistance": 0.47}, "Being heard"),
        (("offer_choices",), {"resistance": 0.55}, "leaves no choice"),
        (("closed_question",), {"fatigue": 0.9}, "So many questions"),
        (("paradoxical",), {"outcome": "sinks"}, "little hope"),
        (("other",), {"outcome": "stand_off"}, "contest"),
        (("open_question",), {"pressed": [["the accident", 1]]}, "keeps shut"),
        (("confront",), {"heat": 1}, "close to leaving"),
        (("confront",), {"cold": True}, "only sits this out"),
    ],
)
def test_why_in_plain_words(codes: tuple[str, ...], state: dict[str, Any], words: str) -> None:
    view = after(codes, **state)
    assert any(words in reason for reason in view.why), view.why
    assert len(view.why) <= REASONS
    assert "{" not in str(view.why)


def test_a_closed_topic_is_never_named() -> None:
    for pressed in ([["the accident", 1]], [["the accident", 3]]):
        assert "accident" not in str(after(("open_question",), pressed=pressed))


def test_letting_go_is_noticed() -> None:
    before = BEFORE | {"pressed": [["the accident", 2]]}
    view = state_after(before, BEFORE | {"pressed": [["the accident", 1]]}, ("emphasize_autonomy",), "Ray")
    assert "let go" in view.why[0]


def test_a_group_shows_how_far_it_works_together_and_who_left() -> None:
    before = BEFORE | {"collaboration": 0.3, "states": {"a": BEFORE, "b": BEFORE}, "gone": []}
    view = state_after(before, before | {"collaboration": 0.4, "gone": ["a"]}, ("confront",), "the group")
    assert [gauge.id for gauge in view.gauges][2] == "collaboration"
    assert "left" in view.why[0]
