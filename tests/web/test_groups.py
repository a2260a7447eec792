"""Groups on the pages and over the wire: a card among the people, parts with names, whom a turn is spoken to."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.web.conftest import hear

GROUP = "thursday-group"


@pytest.fixture
def ring(tom: TestClient) -> str:
    """The id of a running session of Tom's with the group."""
    answer = tom.post(f"/clients/{GROUP}/sessions", data={"browser_id": str(uuid.uuid4())})
    assert answer.status_code == 303
    return answer.headers["location"].rsplit("/", 1)[1]


def say(client: TestClient, ring: str, text: str, to: str) -> Any:
    body = {"text": text, "browser_id": str(uuid.uuid4()), "to": to}
    return client.post(f"/api/sessions/{ring}/turns", json=body)


def test_a_group_is_a_card_that_names_its_members(tom: TestClient) -> None:
    page = tom.get("/clients").text
    assert '<span class="tag">Group</span>' in page
    assert "Ray Kovach, Dennis" in page
    briefing = tom.get(f"/clients/{GROUP}").text
    assert "In the room" in briefing
    assert "None" not in briefing


def test_a_briefing_never_offers_to_go_on_with_a_group(tom: TestClient, ring: str) -> None:
    tom.post(f"/sessions/{ring}/end")
    page = tom.get(f"/clients/{GROUP}").text
    assert "Go on where you left off" not in page
    assert "the group starts anew" in page


def test_the_reply_comes_in_parts(tom: TestClient, ring: str) -> None:
    stored = say(tom, ring, "You feel picked on.", "dennis-anger").json()
    assert stored["to"] == ["Dennis"]
    events = hear(tom, ring, stored["turn_id"])
    assert [name for name, _ in events] == ["working", "done"]
    turn = events[-1][1]["turn"]
    assert turn["text"] == "\n".join(f"{part['name']}: {part['text']}" for part in turn["parts"])
    assert set(turn["parts"][0]) == {"name", "text", "tone", "wordless"}
    assert turn["gone"] == []


def test_a_wrong_name_is_a_422_that_says_what_would_be_right(tom: TestClient, ring: str) -> None:
    answer = say(tom, ring, "Hello.", "Walter")
    assert answer.status_code == 422
    assert answer.json()["field"] == "to"
    assert "Ray (ray-drink-driving), Dennis (dennis-anger), Lonnie (lonnie-silent)" in answer.json()["message"]
    page = tom.post(f"/sessions/{ring}/turns", data={"text": "Hello.", "to": "Walter"})
    assert page.status_code == 422
    assert "nobody called" in page.text
    assert ">Hello.</textarea>" in page.text


def test_every_page_names_who_spoke_and_to_whom(tom: TestClient, dana: TestClient, ring: str) -> None:
    assert tom.post(f"/sessions/{ring}/turns", data={"text": "You feel picked on.", "to": "Dennis"}).status_code == 303
    room = tom.get(f"/sessions/{ring}").text
    assert '<label for="to">Speak to</label>' in room
    assert '<span class="name">You, to Dennis</span>' in room
    assert '<span class="name">Dennis</span>' in room
    assert "What do you say to the group?" in room
    assert "The group says goodbye" in tom.get(f"/sessions/{ring}/end").text
    tom.post(f"/sessions/{ring}/end")
    report = tom.get(f"/sessions/{ring}/report").text
    desk = dana.get(f"/review/{ring}").text
    for page in (report, desk):
        assert '<span class="name">Dennis</span>' in page
        assert ", to Dennis <span" in page
        assert "The Thursday group" in page
    assert "The group’s resistance" in report
    assert tom.get(f"/sessions/{ring}/report.pdf").content.startswith(b"%PDF-")
    child = tom.post(f"/sessions/{ring}/moments/1/again").headers["location"].split("?")[0]
    assert tom.get(child).status_code == 200
    assert tom.get(f"/sessions/{ring}/tries").status_code == 200
    assert "<b>Dennis</b>" in desk
    assert "The Thursday group" in tom.get("/sessions").text
    assert "The Thursday group" in dana.get(f"/review?persona={GROUP}").text
