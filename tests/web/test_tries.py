"""Trying a moment again in the browser: back in the room with the old words, side by side, and from the report."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from app.practice.house import House
from app.store.tables import EndReason, PracticeSession
from tests.web.conftest import exchange, say


def turn_ids(page: str) -> list[int]:
    return [int(found) for found in re.findall(r'class="turn counsellor" data-turn="(\d+)"', page)]


@pytest.fixture
def tried(tom: TestClient, room: str) -> str:
    """A running session in which one has gone back to the first turn and said it otherwise."""
    first = exchange(tom, room, "You should stop drinking.")["turn_id"]
    answer = tom.post(f"/sessions/{room}/turns/{first}/again")
    assert answer.headers["location"] == f"/sessions/{room}?again={first}#say"
    exchange(tom, room, "Sounds like you feel picked on.")
    return room


def test_going_back_returns_to_the_room_with_the_old_words(tom: TestClient, room: str) -> None:
    exchange(tom, room, "What brings you here?")
    second = exchange(tom, room, "You should <stop> drinking.")["turn_id"]
    page = tom.get(f"/sessions/{room}").text
    assert f'action="/sessions/{room}/turns/{second}/again"' in page
    answer = tom.post(f"/sessions/{room}/turns/{second}/again")
    assert answer.status_code == 303
    page = tom.get(answer.headers["location"]).text
    assert "You should &lt;stop&gt; drinking.</textarea>" in page
    assert len(turn_ids(page)) == 1
    assert f'href="/sessions/{room}/tries"' in page


def test_the_tries_stand_side_by_side_and_one_is_kept(tom: TestClient, tried: str) -> None:
    page = tom.get(f"/sessions/{tried}/tries").text
    assert "Kept" in page
    assert "stop drinking" in page
    assert "picked on" in page
    assert "chip non_adherent" in page
    keep = re.search(r'action="(/sessions/[^"]+/keep)"', page)
    assert keep is not None
    assert tom.post(keep[1]).status_code == 303
    assert "stop drinking" in tom.get(f"/sessions/{tried}").text
    assert tom.get(f"/sessions/{tried}/tries?position=7").text.count('class="card way') == 0


def test_who_was_walked_out_on_is_offered_the_way_back(tom: TestClient, room: str, house: House) -> None:
    turn_id = exchange(tom, room, "You are drunk.")["turn_id"]
    with house.database.write() as session:
        practice = session.get_one(PracticeSession, uuid.UUID(room))
        practice.ended_at, practice.end_reason = practice.started_at, EndReason.WALKED_OUT.value
    page = tom.get(f"/sessions/{room}").text
    assert "Go back to your last turn" in page
    answer = tom.post(f"/sessions/{room}/turns/{turn_id}/again")
    assert "You are drunk.</textarea>" in tom.get(answer.headers["location"]).text
    exchange(tom, room, "You feel picked on.")


def test_a_session_without_tries_says_so(tom: TestClient, room: str) -> None:
    assert "No moment of this session was tried again." in tom.get(f"/sessions/{room}/tries").text


def test_refusals(tom: TestClient, una: TestClient, tried: str, visit: Callable[[str], TestClient]) -> None:
    due = say(tom, tried, "And now?").json()["turn_id"]
    answer = tom.post(f"/sessions/{tried}/turns/{due}/again")
    assert answer.status_code == 409
    assert "Wait for the answer" in answer.text
    assert tom.post(f"/sessions/{tried}/moments/1/again").status_code == 409
    assert tom.post(f"/sessions/{tried}/turns/99999/again").status_code == 404
    for address in (f"/sessions/{tried}/turns/{due}/again", f"/sessions/{tried}/moments/1/again"):
        assert una.post(address).status_code in (403, 404)
    assert una.get(f"/sessions/{tried}/tries").status_code == 404
    assert visit("").get(f"/sessions/{tried}/tries").status_code == 303


def test_a_moment_of_the_report_is_tried_in_a_room_of_its_own(
    tom: TestClient, dana: TestClient, iris: TestClient, tried: str
) -> None:
    tom.post(f"/sessions/{tried}/end")
    answer = tom.post(f"/sessions/{tried}/moments/1/again")
    child = answer.headers["location"].split("?")[0].rsplit("/", 1)[1]
    page = tom.get(answer.headers["location"]).text
    assert "Another try from turn 2 on" in page
    assert "Sounds like you feel picked on.</textarea>" in page
    exchange(tom, child, "It is up to you.")
    assert child not in tom.get("/sessions").text
    assert "Go on with this try" in tom.get(f"/sessions/{tried}/tries").text
    seen = dana.get(f"/sessions/{tried}/tries").text
    assert "up to you" in seen
    assert "Go on with this try" not in seen
    assert iris.get(f"/sessions/{tried}/tries").status_code == 404
