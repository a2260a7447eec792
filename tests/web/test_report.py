"""The report: what figures mean, the goal, moments to try again, points that open their turns, and the PDF."""

from __future__ import annotations

import html
import re
import uuid

import pytest
from fastapi.testclient import TestClient

from app.practice import report as reports
from app.practice.browsers import user_of
from app.practice.figures import MeasureView
from app.practice.house import House
from app.practice.meanings import headline_words, meanings, stands
from app.scoring.measures import measure
from app.scoring.ratings import COMPOSITES, GLOBALS
from app.web.charts import timeline_chart
from app.web.report_document import document_of
from tests.web.conftest import PERSONA, Town, exchange


@pytest.fixture
def told(tom: TestClient) -> str:
    """An ended plain session with a goal, a mood and a reflection."""
    form = {"browser_id": str(uuid.uuid4()), "mode": "plain", "goal": "reflection", "mood": "4"}
    room = tom.post(f"/clients/{PERSONA}/sessions", data=form).headers["location"].rsplit("/", 1)[1]
    exchange(tom, room, "Sounds like you feel picked on.")
    exchange(tom, room, "You should <b>stop</b> drinking.")
    exchange(tom, room, "It is up to you, or we could talk about work.")
    tom.post(f"/sessions/{room}/end")
    tom.post(f"/sessions/{room}/reflect", data={"text": "I pushed in the middle.\n\nNext time I wait."})
    return room


def test_the_report_says_what_figures_mean_and_how_often_the_goal_was_met(tom: TestClient, told: str) -> None:
    page = html.unescape(tom.get(f"/sessions/{told}/report").text)
    for words in (
        "Today’s goal: Reflections",
        "You did it in 1 of your 3 turns.",
        "People who feel heard have less to defend.",
        "I pushed in the middle.",
        "Plain",
        "Your reflection",
        "PDF to hand in",
    ):
        assert words in page, words
    assert "<b>stop</b>" not in tom.get(f"/sessions/{told}/report").text


def test_each_point_opens_its_turn(tom: TestClient, told: str) -> None:
    page = tom.get(f"/sessions/{told}/report").text
    picture = page[page.index("<svg xmlns") : page.index("</figure>")]
    links = set(re.findall(r'href="#(turn-\d+)"', picture))
    assert links == {"turn-1", "turn-3", "turn-5"}
    assert all(f'id="{link}"' in page for link in links)


def test_each_moment_may_be_tried_again_by_the_trainee_alone(tom: TestClient, dana: TestClient, told: str) -> None:
    again = f'action="/sessions/{told}/moments/3/again"'
    assert again in tom.get(f"/sessions/{told}/report").text
    assert again not in dana.get(f"/sessions/{told}/report").text


def test_a_try_links_back_to_the_session_it_belongs_to(tom: TestClient, told: str) -> None:
    child = tom.post(f"/sessions/{told}/moments/3/again").headers["location"].split("?")[0].rsplit("/", 1)[1]
    exchange(tom, child, "What would you like?")
    tom.post(f"/sessions/{child}/end")
    page = tom.get(f"/sessions/{child}/report").text
    assert "This is another try, from turn 4 on." in page
    assert f'href="/sessions/{told}/report"' in page
    assert f'href="/sessions/{told}/tries"' in tom.get(f"/sessions/{told}/report").text


def test_the_document_holds_what_the_page_holds(
    tom: TestClient, dana: TestClient, iris: TestClient, una: TestClient, told: str, house: House, town: Town
) -> None:
    answer = tom.get(f"/sessions/{told}/report.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert re.search(r'filename="rollwith-ray[a-z-]*-\d{4}-\d\d-\d\d\.pdf"', answer.headers["content-disposition"])
    assert answer.content.startswith(b"%PDF-")
    assert dana.get(f"/sessions/{told}/report.pdf").status_code == 200
    assert iris.get(f"/sessions/{told}/report.pdf").status_code == 404
    assert una.get(f"/sessions/{told}/report.pdf").status_code == 404
    user = user_of(house.database, town.tokens["tom"])
    assert user is not None
    found = reports.report(house, user, uuid.UUID(told))
    data = document_of(found)
    assert data["header"] == "Tom Trainee"
    assert data["goal"]["says"] == "You did it in 1 of your 3 turns."
    assert data["reflection"]["text"].startswith("I pushed")
    assert [turn["text"] for turn in data["transcript"]] == [turn.text for turn in found.transcript]
    assert len(data["picture"]["rows"]) == len(found.timeline)
    assert {row["label"] for row in data["measures"]["rows"]} == {one.label for one in found.measures}
    assert len(data["answers"]) == len(found.answers)


def test_there_is_no_document_of_a_running_session(tom: TestClient, room: str) -> None:
    assert tom.get(f"/sessions/{room}/report.pdf").status_code == 409


def test_a_document_without_a_word_is_made_too(tom: TestClient, room: str) -> None:
    tom.post(f"/sessions/{room}/end")
    assert tom.get(f"/sessions/{room}/report.pdf").content.startswith(b"%PDF-")


def test_on_paper_the_picture_has_colours_and_no_links(told: str, house: House, town: Town) -> None:
    user = user_of(house.database, town.tokens["tom"])
    assert user is not None
    chart = timeline_chart(reports.report(house, user, uuid.UUID(told)).timeline, "Ray", paper=True)
    assert "<style>" in chart
    assert "<a " not in chart


def test_every_measure_and_rating_has_a_meaning() -> None:
    assert set(meanings()) == {*measure([]).measures, *GLOBALS, *COMPOSITES}


@pytest.mark.parametrize(
    ("number", "start"), [(None, ""), (100, "You rolled"), (60, "You rolled"), (20, "More"), (0, "None")]
)
def test_the_headline_says_what_its_number_means(number: float | None, start: str) -> None:
    assert headline_words(number).startswith(start)


def test_the_document_has_the_instructors_words_with_codes_by_name(
    tom: TestClient, dana: TestClient, told: str, house: House, town: Town
) -> None:
    desk = dana.get(f"/review/{told}").text
    comment = re.search(r'action="(/review/[^"]+/comments)"', desk)
    assert comment is not None
    dana.post(comment[1], data={"text": "More #complex_reflection here, #5."})
    dana.post(f"/review/{told}/summary", data={"text": "You listened.\nWatch the advice."})
    tom_ = user_of(house.database, town.tokens["tom"])
    assert tom_ is not None
    data = document_of(reports.report(house, tom_, uuid.UUID(told)))
    comments = [one["text"] for turn in data["transcript"] for one in turn["comments"]]
    assert data["word"]["text"] == "You listened.\nWatch the advice."
    assert data["word"]["by"].startswith("Dana Instructor")
    assert comments == ["More Complex reflection here, #5."]
    assert tom.get(f"/sessions/{told}/report.pdf").content.startswith(b"%PDF-")


@pytest.mark.parametrize("level", ["good", "fair", "below", "hint", "none"])
def test_a_level_is_said_in_words_where_it_says_something(level: str) -> None:
    view = MeasureView("x", "X", "1", 1.0, "", "", "", level, "")
    assert bool(stands(view)) is (level != "none")
