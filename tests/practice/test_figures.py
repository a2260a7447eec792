"""Figures in words."""

from __future__ import annotations

from app.practice.figures import measure_view, not_sure, rating_view
from app.scoring.measures import measure
from app.scoring.ratings import rate
from app.scoring.rows import Row
from tests.scoring.scripted import CLIENTS, said, session

ROWS = session(*CLIENTS["driver"])


def test_a_share_says_how_far_it_can_be_trusted_and_from_how_many() -> None:
    view = measure_view(measure(ROWS).measures["reflection_share"])
    assert view.value == "90 % (9 of 10)"
    assert view.interval == "60–98 %"
    assert view.level == "none"


def test_a_ratio_without_questions_is_open_upwards() -> None:
    view = measure_view(measure([said(("Tired.", "simple_reflection"))] * 2).measures["reflections_to_questions"])
    assert (view.value, view.fair, view.good) == ("2.0 : 1", "1.0 : 1", "2.0 : 1")
    assert view.interval == "0.5 : 1 or more"


def test_a_hint_shows_its_thresholds_and_no_level() -> None:
    view = measure_view(measure(ROWS).measures["complex_share"])
    assert (view.level, view.fair, view.good) == ("hint", "40 %", "50 %")
    assert view.interval
    assert "hint" in view.note
    assert measure_view(measure([]).measures["complex_share"]).level == "none"


def test_a_rating_has_a_range_unless_a_person_gave_it() -> None:
    found = rate(ROWS, {"empathy": 4})
    given, estimated = rating_view(found["empathy"]), rating_view(found["partnership"])
    assert (given.value, given.interval, given.given) == ("4.0", "", True)
    assert estimated.interval.count("–") == 1
    assert rating_view(found["technical"]).good == "4"


def test_a_rating_with_nothing_to_go_by_has_no_value() -> None:
    view = rating_view(rate([])["softening"])
    assert (view.value, view.interval) == ("–", "")


def test_what_was_left_ungraded_is_told_in_sentences() -> None:
    assert not_sure(measure(ROWS)) == ""
    doubtful = said(("Hm, so.", "support"), probability=0.1)
    partly = Row("counsellor", "a b", (*said(("a", "other")).codes, *said(("b", "other"), probability=0.1).codes))
    unread = Row("client", "Eh.", talk="sustain", talk_sure=False)
    assert not_sure(measure([doubtful])) == "1 of your turns was not graded because the coder was not sure."
    assert not_sure(measure([doubtful, doubtful, partly, unread])) == (
        "2 of your turns were not graded because the coder was not sure. "
        "1 of your turns was graded in part, because the coder was not sure of the rest. "
        "1 of the client’s turns was counted for neither side: the coder was not sure."
    )
