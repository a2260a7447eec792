"""On the pages: waiting, pausing, coming back, and clients who come late, not at all, or no more."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.practice.house import House
from app.store.queries import turns_of
from app.store.tables import PracticeSession
from tests.web.conftest import PERSONA, exchange, hear, say


def start(client: TestClient, **form: str) -> str:
    """The id of a new session with Ray."""
    answer = client.post(f"/clients/{PERSONA}/sessions", data={"browser_id": str(uuid.uuid4())} | form)
    assert answer.status_code == 303
    return answer.headers["location"].rsplit("/", 1)[1]


def leave(client: TestClient, house: House, room: str, **state: Any) -> None:
    """End the session, the client's last state being as told."""
    client.post(f"/sessions/{room}/end")
    with house.database.write() as session:
        last = turns_of(session, uuid.UUID(room))[-1]
        last.state = last.state | state
        session.add(last)


# --- waiting


def test_waiting_is_sent_as_silence_and_shown_in_words(tom: TestClient, dana: TestClient, room: str) -> None:
    stored = exchange(tom, room, "…")
    assert (stored["waits"], stored["codes"]) == (True, [])
    page = tom.get(f"/sessions/{room}").text
    assert '<p class="said waits">(you wait)</p>' in page
    assert 'aria-label="Codes of this turn"' not in page
    tom.post(f"/sessions/{room}/end")
    assert "(you wait)" in tom.get(f"/sessions/{room}/report").text
    desk = dana.get(f"/review/{room}").text
    assert "(waits)" in desk
    assert "No words to code" not in desk
    assert 'id="code' not in desk


def test_without_script_a_button_waits(tom: TestClient, room: str) -> None:
    page = tom.get(f"/sessions/{room}").text
    assert re.search(r'<button[^>]+id="wait" name="wait" value="yes" formnovalidate', page)
    answer = tom.post(f"/sessions/{room}/turns", data={"text": "kept?", "wait": "yes", "browser_id": "browser-1"})
    assert answer.status_code == 303
    page = tom.get(f"/sessions/{room}").text
    assert "(you wait)" in page
    assert "kept?" not in page
    assert page.count('class="turn client"') == 2


# --- pausing


def test_the_word_pauses_and_the_button_goes_on(tom: TestClient, room: str) -> None:
    answer = say(tom, room, "Can we pause?")
    assert answer.status_code == 201
    body = answer.json()
    assert (body["asked"], body["open"]) == ("Can we pause?", True)
    page = tom.get(f"/sessions/{room}").text
    assert page.count('class="turn ') == 1
    assert page.count('class="aside"') == 1
    assert 'data-paused="yes"' in page
    assert re.search(r"<textarea[^>]+ disabled required>", page)
    assert say(tom, room, "What happened?").status_code == 409
    assert tom.post(f"/api/sessions/{room}/go-on").status_code == 204
    assert 'data-paused=""' in tom.get(f"/sessions/{room}").text
    hear(tom, room, say(tom, room, "What happened?").json()["turn_id"])


def test_the_button_pauses_once_however_often_it_is_sent(tom: TestClient, una: TestClient, room: str) -> None:
    form = {"browser_id": str(uuid.uuid4())}
    path = f"/api/sessions/{room}/pause"
    first, second = tom.post(path, json=form), tom.post(path, json=form)
    assert (first.status_code, first.json()) == (201, second.json())
    assert tom.post(path, json={"browser_id": "x"}).status_code == 422
    assert una.post(path, json=form).status_code == 404
    assert una.post(f"/api/sessions/{room}/go-on").status_code == 404


def test_without_script_pausing_and_going_on_are_forms(tom: TestClient, room: str) -> None:
    assert tom.post(f"/sessions/{room}/pause", data={"browser_id": "browser-1"}).headers["location"].endswith("#say")
    page = tom.get(f"/sessions/{room}").text
    assert f'action="/sessions/{room}/go-on" class="card paused" id="paused" >' in page
    tom.post(f"/sessions/{room}/go-on")
    answer = tom.post(f"/sessions/{room}/turns", data={"text": "Pause", "browser_id": str(uuid.uuid4())})
    assert answer.status_code == 303
    assert 'data-paused="yes"' in tom.get(f"/sessions/{room}").text


def test_pauses_stand_where_they_were_in_report_and_review(tom: TestClient, dana: TestClient, room: str) -> None:
    exchange(tom, room, "You feel picked on.")
    say(tom, room, "Pause")
    tom.post(f"/api/sessions/{room}/go-on")
    exchange(tom, room, "What happened?")
    tom.post(f"/sessions/{room}/end")
    for page in (tom.get(f"/sessions/{room}/report").text, dana.get(f"/review/{room}").text):
        before, after = page.split('class="aside" data-aside')
        assert "You feel picked on." in before
        assert "What happened?" in after
        assert ": Pause</p>" in after


# --- coming back


def test_who_has_never_met_is_not_asked_how_to_begin(tom: TestClient, room: str) -> None:  # noqa: ARG001
    assert 'name="meeting"' not in tom.get(f"/clients/{PERSONA}").text


def test_the_briefing_asks_whether_to_go_on_or_to_start_anew(tom: TestClient, house: House, room: str) -> None:
    leave(tom, house, room, trust=0.95, resistance=0.05)
    page = tom.get(f"/clients/{PERSONA}").text
    assert "You have met Ray before" in page
    assert '<input type="radio" name="meeting" value="continue" checked>' in page
    begun = {how: start(tom, meeting=how) for how in ("continue", "anew")}
    with house.database.read() as session:
        rows = {how: session.get_one(PracticeSession, uuid.UUID(room)) for how, room in begun.items()}
    assert rows["continue"].memory is not None
    assert rows["anew"].memory is None


def test_a_client_who_does_not_come(tom: TestClient, dana: TestClient, house: House, room: str) -> None:
    leave(tom, house, room, cold=True)
    missed = start(tom)
    page = tom.get(f"/sessions/{missed}").text
    assert "Ray has not come." in page
    assert "kept shut" in page
    assert "Book another appointment" in page
    assert 'id="say-form"' not in page
    assert "Client did not come" in tom.get("/sessions").text
    assert f'href="/sessions/{missed}"' in tom.get("/sessions").text
    assert "Ray did not come" in tom.get(f"/sessions/{missed}/report").text
    assert "Ray did not come." in dana.get(f"/review/{missed}").text
    assert "Client did not come" in dana.get("/review").text
    assert "Ray did not come." in tom.get(f"/clients/{PERSONA}").text
    following = start(tom)
    exchange(tom, following, "You feel picked on.")
    tom.post(f"/sessions/{following}/end")
    for page in (tom.get(f"/sessions/{following}/report").text, dana.get(f"/review/{following}").text):
        assert "Session 2 together." in page
        assert page.count("Ray came after missing the last appointment.") == 2


def test_a_client_who_has_ended_it_for_good(tom: TestClient, house: House, room: str) -> None:
    leave(tom, house, room, resistance=1.0)
    leave(tom, house, start(tom), resistance=1.0)
    over = start(tom)
    page = tom.get(f"/sessions/{over}").text
    assert "Ray has ended this for good." in page
    assert page.count('class="turn client"') == 1
    assert '<button name="meeting" value="anew">Start anew</button>' in page
    briefing = tom.get(f"/clients/{PERSONA}").text
    assert "will not come again" in briefing
    assert 'value="continue"' not in briefing
    assert "Ray ended it for good" in tom.get(f"/sessions/{over}/report").text
    anew = tom.get(f"/sessions/{start(tom, meeting='anew')}").text
    assert 'id="say-form"' in anew


@pytest.mark.parametrize("how", ["", "nonsense", "continue"])
def test_going_on_is_what_happens_unless_asked_otherwise(tom: TestClient, house: House, room: str, how: str) -> None:
    leave(tom, house, room, trust=0.95, resistance=0.05)
    with house.database.read() as session:
        assert session.get_one(PracticeSession, uuid.UUID(start(tom, meeting=how))).memory is not None
