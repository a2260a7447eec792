"""Playback: a session for a class to look at, with nothing in the page that tells whose it is."""

from __future__ import annotations

import uuid

import pytest
from fastapi.testclient import TestClient

from app.practice.house import House
from tests.web.conftest import exchange

HIDDEN = ("Tom", "Trainee", "tom", "Tuesday group", "Dana", "dana")


@pytest.fixture
def played(tom: TestClient, dana: TestClient, room: str) -> str:
    """The id of a session in which Tom named himself, corrected, commented on and reviewed by Dana."""
    stored = exchange(tom, room, "Hello, I'm Tom Trainee. Tom is what you can call me. What brings you here?")
    exchange(tom, room, "You feel pushed into this, and tom sees that.")
    tom.post(f"/sessions/{room}/end")
    dana.post(f"/review/{room}/turns/{stored['turn_id']}/comments", data={"text": "A fine beginning, says Dana."})
    dana.post(f"/review/{room}/summary", data={"text": "Well done."})
    return room


def test_nothing_in_the_page_tells_whose_it_is(dana: TestClient, played: str) -> None:
    page = dana.get(f"/playback/{played}")
    assert page.status_code == 200
    for word in HIDDEN:
        assert word not in page.text, word
    assert "Hello, I&#39;m [counsellor]. [counsellor] is what you can call me." in page.text
    assert "and [counsellor] sees that" in page.text
    for other in ("A fine beginning", "Well done", "Reviewed", "<time"):
        assert other not in page.text
    assert "Ray" in page.text


def test_the_client_s_name_can_be_hidden_too(dana: TestClient, played: str) -> None:
    page = dana.get(f"/playback/{played}?client=hidden").text
    for word in (*HIDDEN, "Ray", "Kovach", "ray-drink"):
        assert word not in page, word
    assert ">Client</span>" in page


def test_it_is_a_plain_page_without_script(dana: TestClient, played: str) -> None:
    page = dana.get(f"/playback/{played}").text
    assert page.count('<li class="play counsellor"') == 2
    assert page.count('<li class="play client"') >= 3
    assert "Resistance" in page
    assert "data-bar hidden" in page


def test_a_group_plays_with_its_people(dana: TestClient, tom: TestClient) -> None:
    answer = tom.post("/clients/thursday-group/sessions", data={"browser_id": str(uuid.uuid4())})
    room = answer.headers["location"].rsplit("/", 1)[1]
    exchange(tom, room, "What would you like to use tonight for?")
    assert "Dennis" in dana.get(f"/playback/{room}").text
    hidden = dana.get(f"/playback/{room}?client=hidden").text
    for name in ("Dennis", "Ray", "Lonnie", "thursday"):
        assert name not in hidden
    assert "Client A" in hidden


def test_only_those_who_may_see_a_session_may_play_it(
    tom: TestClient, iris: TestClient, dana: TestClient, played: str, house: House
) -> None:
    assert tom.get(f"/playback/{played}").status_code == 403
    assert iris.get(f"/playback/{played}").status_code == 404
    assert dana.get(f"/playback/{uuid.uuid4()}").status_code == 404
    assert house
