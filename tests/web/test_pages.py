"""What the templates lean on: marked words, times, small words, the families of codes, the picture, the files."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from app.practice.report import TimelinePoint
from app.practice.views import CodeView
from app.scoring.codes import CODES
from app.web.charts import timeline_chart
from app.web.families import FAMILY_MARKS, family_of
from app.web.pages import STATIC_DIR, initials, lower_first, marked, percent, plural, sure, tone, when


def _code(code: str, start: int, end: int) -> CodeView:
    return CodeView(code, CODES[code].label, CODES[code].meaning, 0.9, start, end, "")


def test_words_are_marked_once_and_escaped() -> None:
    text = "A <b> & you feel it. Why?"
    codes = [_code("open_question", 21, 25), _code("simple_reflection", 0, 20), _code("persuade", 5, 12)]
    assert marked(text, codes) == (
        '<mark data-n="2" class="reflection">A &lt;b&gt; &amp; you feel it.</mark> '
        '<mark data-n="1" class="questions">Why?</mark>'
    )


def test_offsets_outside_the_text_mark_nothing() -> None:
    assert marked("Hi", [_code("other", 0, 9), _code("other", 1, 1)]) == "Hi"


def test_times_are_for_people_and_for_machines() -> None:
    moment = datetime(2026, 3, 5, 9, 7, 30, tzinfo=UTC)
    assert when(moment) == '<time datetime="2026-03-05T09:07:30+00:00">5 Mar 2026, 09:07 UTC</time>'
    assert when(None) == ""


@pytest.mark.parametrize(("share", "words"), [(None, "–"), (0.0, "0 %"), (0.667, "67 %"), (1.0, "100 %")])
def test_percentages(share: float | None, words: str) -> None:
    assert percent(share) == words


def test_no_model_is_ever_quite_sure() -> None:
    assert [sure(0.0), sure(0.4), sure(0.9999)] == ["1 %", "40 %", "99 %"]


def test_small_words() -> None:
    assert [plural(1, "turn"), plural(2, "turn"), plural(0, "class", "classes")] == ["1 turn", "2 turns", "0 classes"]
    assert [initials("Ray Kovach"), initials("Walter"), initials("Ana de la Cruz"), initials("")] == [
        "RK",
        "W",
        "AC",
        "",
    ]
    assert [lower_first("The court"), lower_first("Dr Rafiq"), lower_first("A judge")] == [
        "the court",
        "Dr Rafiq",
        "a judge",
    ]
    assert {tone(name) for name in ("a", "b", "c", "d", "e", "f", "g")} == {1, 2, 3, 4, 5, 6}


def test_every_code_wears_a_family_that_the_stylesheet_colours() -> None:
    style = (STATIC_DIR / "style.css").read_text(encoding="utf-8")
    assert {family_of(code) for code in CODES} == set(FAMILY_MARKS)
    for family in FAMILY_MARKS:
        assert f".{family} {{ --fam:" in style
    assert len({mark.letter for mark in FAMILY_MARKS.values()}) == len(FAMILY_MARKS)


def _points(count: int) -> list[TimelinePoint]:
    families = list(FAMILY_MARKS)
    return [
        TimelinePoint(2 * n + 1, round(0.9 - n / 40, 3), "sustain", "plays it down", ["Other"], families[n % 7], 0.2)
        for n in range(count)
    ]


@pytest.mark.parametrize("count", [1, 2, 8, 30])
def test_the_picture_has_a_title_a_description_and_a_letter_a_turn(count: int) -> None:
    chart = timeline_chart(_points(count), "Ray & <b>Co")
    root = ElementTree.fromstring(chart)
    names = {element.tag.split("}")[1]: element for element in root}
    assert root.get("role") == "graphics-document"
    assert root.get("aria-labelledby") == names["title"].get("id")
    assert root.get("aria-describedby") == names["desc"].get("id")
    assert "Ray & <b>Co’s resistance and trust" in (names["title"].text or "")
    assert "starts at 90%" in (names["desc"].text or "")
    letters = {mark.letter for mark in FAMILY_MARKS.values()}
    drawn = [element.text for element in root.iter() if element.text in letters and element.tag.endswith("text")]
    assert len(drawn) == count
    links = [element for element in root.iter() if element.tag.endswith("}a")]
    reached = [link.get("{http://www.w3.org/1999/xlink}href") for link in links if link.get("tabindex") is None]
    assert reached == [f"#turn-{2 * n + 1}" for n in range(count)]
    assert all(link.get("aria-label") or link.get("aria-hidden") for link in links)
    assert not [element for element in root.iter() if element.tag.endswith(("style", "script"))]
    assert " style=" not in chart


def test_no_points_no_picture() -> None:
    assert timeline_chart([], "Ray") == ""


def test_the_scripts_are_small_and_self_contained() -> None:
    scripts = list(STATIC_DIR.glob("*.js"))
    assert sum(script.stat().st_size for script in scripts) < 60_000
    for script in scripts:
        assert "innerHTML" not in script.read_text(encoding="utf-8")
        assert not re.search(r"https?://", script.read_text(encoding="utf-8"))
