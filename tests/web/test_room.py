"""Preparing, the three modes, hints, and the close with a reflection."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.practice.house import House
from app.store.tables import Mode, PracticeSession
from tests.web.conftest import PERSONA, exchange, hear, say

MODES = [mode.value for mode in Mode]


def begin(client: TestClient, **form: str) -> str:
    """A new session with this preparation; its id."""
    answer = client.post(f"/clients/{PERSONA}/sessions", data={"browser_id": str(uuid.uuid4()), **form})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rsplit("/", 1)[1]


def row(house: House, room: str) -> PracticeSession:
    with house.database.read() as session:
        return session.exec(select(PracticeSession).where(PracticeSession.id == uuid.UUID(room))).one()


def hint(client: TestClient, room: str) -> Any:
    return client.post(f"/api/sessions/{room}/hint", json={"browser_id": str(uuid.uuid4())})


def test_what_one_prepares_is_kept_with_the_session(tom: TestClient, house: House) -> None:
    page = tom.get(f"/clients/{PERSONA}").text
    for words in (
        "How would you like to practise?",
        "Your goal for today",
        "How do you feel just now?",
        "Racing heart",
    ):
        assert words in page
    room = begin(tom, mode="exam", goal="choices", mood="4")
    kept = row(house, room)
    assert (kept.mode, kept.goal, kept.mood) == ("exam", "choices", 4)
    head = tom.get(f"/sessions/{room}").text
    assert "· Exam · Goal: Offering choices and autonomy" in head


def test_who_prepares_nothing_is_coached(tom: TestClient, house: House) -> None:
    kept = row(house, begin(tom, mood=""))
    assert (kept.mode, kept.goal, kept.mood) == ("coached", "", None)


@pytest.mark.parametrize("form", [{"mode": "easy"}, {"goal": "winning"}, {"mood": "9"}, {"mood": "0"}])
def test_what_there_is_not_cannot_be_chosen(tom: TestClient, form: dict[str, str]) -> None:
    answer = tom.post(f"/clients/{PERSONA}/sessions", data={"browser_id": str(uuid.uuid4()), **form})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert 'scope="row"' not in tom.get("/sessions").text


def test_coached_shows_codes_and_state_live_and_after_a_reload(tom: TestClient) -> None:
    room = begin(tom, mode="coached")
    turn = exchange(tom, room, "You should stop. You should think of Kelsey.")
    assert turn["codes"]
    labels = [gauge["label"] for gauge in turn["state"]["gauges"]]
    assert labels == ["Resistance", "Trust", "Importance", "Confidence"]
    resistance = turn["state"]["gauges"][0]
    assert (resistance["trend"], resistance["was"][-1], resistance["shown"][-1]) == ("worse", "%", "%")
    assert "Advice nobody asked for makes Ray argue for the other side." in turn["state"]["why"]
    page = tom.get(f"/sessions/{room}").text
    assert page.count('class="state"') == 2, "where he stood at the start, and after the turn"
    assert "Advice nobody asked for makes Ray argue" in page
    assert f"was {resistance['was']}" in page
    assert 'class="chip' in page


@pytest.mark.parametrize("mode", ["plain", "exam"])
def test_the_other_modes_send_neither_codes_nor_state_until_the_end(tom: TestClient, mode: str) -> None:
    room = begin(tom, mode=mode)
    name = str(uuid.uuid4())
    turn = say(tom, room, "You feel picked on. You should stop.", name).json()
    again = say(tom, room, "You feel picked on. You should stop.", name).json()
    for sent in (turn, again):
        assert (sent["codes"], sent["state"]) == ([], None)
    done = hear(tom, room, turn["turn_id"])[-1][1]
    assert set(done["turn"]) == {"id", "position", "text"}
    page = tom.get(f"/sessions/{room}").text
    for hidden in ('class="state"', "<mark", 'aria-label="Codes of this turn"', "persuade", "esistance"):
        assert hidden not in page, hidden
    tom.post(f"/sessions/{room}/end")
    ended = tom.get(f"/sessions/{room}").text
    assert "<mark" in ended
    assert 'class="state"' not in ended


@pytest.mark.parametrize("mode", MODES)
def test_what_each_mode_allows(tom: TestClient, mode: str) -> None:
    room = begin(tom, mode=mode)
    exchange(tom, room, "You feel picked on.")
    page = tom.get(f"/sessions/{room}").text
    assert ("Give me a hint" in page) == (mode != "exam")
    assert ("Try this again" in page) == (mode == "coached")
    asked = hint(tom, room)
    assert asked.status_code == (409 if mode == "exam" else 201)
    if mode == "exam":
        assert "no hints in an exam" in asked.json()["message"]


def test_secrets_never_come_with_the_state(tom: TestClient) -> None:
    room = begin(tom)
    turn = exchange(tom, room, "What about the bottle of whiskey in the truck?")
    assert set(turn["state"]) == {"gauges", "why"}
    assert "pressed" not in str(turn["state"])
    page = tom.get(f"/sessions/{room}").text
    for secret in ("fatigue", "reactance", "ownership", "candidates"):
        assert secret not in page


def test_a_hint_is_counted_and_stands_where_it_was_asked_for(tom: TestClient, dana: TestClient, house: House) -> None:
    room = begin(tom, mode="plain", goal="reflection")
    exchange(tom, room, "You feel picked on.")
    first = hint(tom, room).json()
    assert first["count"] == 1
    assert "things to try here" in first["said"]
    assert "Your goal today fits here" in first["said"]
    second = hint(tom, room).json()
    assert (second["count"], second["said"] != first["said"]) == (2, True)
    third = hint(tom, room)
    assert (third.status_code, third.json()) == (200, second), "the room has no more to say here"
    assert row(house, room).hints == 2
    page = tom.get(f"/sessions/{room}").text
    assert page.count('class="aside hint"') == 2
    assert "2 hints so far" in page
    assert exchange(tom, room, "You feel let down.")["turn_id"], "a hint is no pause"
    tom.post(f"/sessions/{room}/end")
    for path, reader in ((f"/sessions/{room}/report", tom), (f"/review/{room}", dana)):
        shown = reader.get(path).text
        assert shown.count('class="aside hint"') == 2, path


def test_a_hint_may_be_asked_for_in_a_pause_but_not_of_a_silent_client_nor_after_the_end(tom: TestClient) -> None:
    room = begin(tom)
    tom.post(f"/api/sessions/{room}/pause", json={"browser_id": str(uuid.uuid4())})
    assert hint(tom, room).status_code == 201
    assert 'data-paused="yes"' in tom.get(f"/sessions/{room}").text
    tom.post(f"/api/sessions/{room}/go-on")
    said = say(tom, room, "You feel picked on.").json()["turn_id"]
    assert hint(tom, room).status_code == 409
    hear(tom, room, said)
    tom.post(f"/sessions/{room}/end")
    assert hint(tom, room).status_code == 409


def test_a_hint_without_script_and_somebody_elses(tom: TestClient, una: TestClient) -> None:
    room = begin(tom)
    form = {"browser_id": str(uuid.uuid4())}
    assert una.post(f"/sessions/{room}/hint", data=form).status_code == 404
    assert tom.post(f"/sessions/{room}/hint", data=form).headers["location"] == f"/sessions/{room}#say"
    tom.post(f"/sessions/{room}/hint", data=form)
    assert tom.get(f"/sessions/{room}").text.count('class="aside hint"') == 1


def test_closing_with_a_summary_makes_it_the_last_turn(tom: TestClient) -> None:
    room = begin(tom)
    exchange(tom, room, "You feel picked on.")
    asking = tom.get(f"/sessions/{room}/end").text
    assert "Close with a summary, if you like" in asking
    form = {"summary": "It sounds like you came because you had to.", "browser_id": str(uuid.uuid4())}
    answer = tom.post(f"/sessions/{room}/end", data=form)
    assert answer.headers["location"] == f"/sessions/{room}/reflect"
    assert tom.post(f"/sessions/{room}/end", data=form).status_code == 303, "the same form again"
    page = tom.get(f"/sessions/{room}").text
    assert len(re.findall('class="turn counsellor"', page)) == 2
    assert len(re.findall('class="turn client"', page)) == 3
    assert page.rindex('class="turn client"') > page.rindex('class="turn counsellor"'), "the client has the last word"
    assert "Complex reflection" in tom.get(f"/sessions/{room}/report").text


def test_a_summary_ends_a_pause_but_not_an_open_turn(tom: TestClient) -> None:
    room = begin(tom)
    said = say(tom, room, "You feel picked on.").json()["turn_id"]
    assert "Close with a summary" not in tom.get(f"/sessions/{room}/end").text
    answer = tom.post(f"/sessions/{room}/end", data={"summary": "So, in short."})
    assert answer.status_code == 422
    assert "no answer yet" in answer.text
    hear(tom, room, said)
    tom.post(f"/api/sessions/{room}/pause", json={"browser_id": str(uuid.uuid4())})
    assert tom.post(f"/sessions/{room}/end", data={"summary": "So, in short."}).status_code == 303
    assert "So, in short." in tom.get(f"/sessions/{room}/report").text


def test_too_long_a_summary_is_kept_and_explained(tom: TestClient) -> None:
    room = begin(tom)
    answer = tom.post(f"/sessions/{room}/end", data={"summary": "x" * 5000})
    assert answer.status_code == 422
    assert "x" * 5000 in answer.text
    assert 'id="summary-error"' in answer.text
    assert 'id="say-form"' in tom.get(f"/sessions/{room}").text, "the session still runs"


def test_a_reflection_is_written_after_the_end_and_shown_to_both(tom: TestClient, dana: TestClient) -> None:
    room = begin(tom)
    exchange(tom, room, "You feel picked on.")
    assert tom.get(f"/sessions/{room}/reflect").status_code == 409
    assert tom.post(f"/sessions/{room}/reflect", data={"text": "Early."}).status_code == 409
    tom.post(f"/sessions/{room}/end")
    page = tom.get(f"/sessions/{room}/reflect").text
    assert "Where did Ray push back hardest" in page
    words = "I wanted to convince him.\n\nThen I <b>listened</b>."
    answer = tom.post(f"/sessions/{room}/reflect", data={"text": words.replace("\n", "\r\n")})
    assert answer.headers["location"] == f"/sessions/{room}/report"
    again = tom.get(f"/sessions/{room}/reflect").text
    assert "I wanted to convince him.\n\nThen I &lt;b&gt;listened&lt;/b&gt;." in again
    for path, reader in ((f"/sessions/{room}/report", tom), (f"/review/{room}", dana)):
        assert "Then I &lt;b&gt;listened&lt;/b&gt;." in reader.get(path).text, path


def test_a_reflection_may_be_skipped_and_has_an_end(tom: TestClient, una: TestClient, house: House) -> None:
    room = begin(tom)
    assert tom.post(f"/sessions/{room}/end").headers["location"].endswith("/report"), "there is nothing to look back on"
    answer = tom.post(f"/sessions/{room}/reflect", data={"text": "y" * 12_001})
    assert (answer.status_code, "Please shorten it" in answer.text, "y" * 12_001 in answer.text) == (422, True, True)
    assert una.get(f"/sessions/{room}/reflect").status_code == 404
    assert una.post(f"/sessions/{room}/reflect", data={"text": "mine"}).status_code == 404
    assert row(house, room).reflection == ""
    tom.post(f"/sessions/{room}/reflect", data={"text": "Now I know."})
    tom.post(f"/sessions/{room}/reflect", data={"text": "  "})
    assert (row(house, room).reflection, row(house, room).reflected_at) == ("", None)


def test_the_microphone_is_for_this_site_alone(tom: TestClient) -> None:
    policy = tom.get("/clients").headers["permissions-policy"]
    assert "microphone=(self)" in policy
    assert "camera=()" in policy


def test_a_group_has_a_state_together(tom: TestClient) -> None:
    room = tom.post("/clients/thursday-group/sessions", data={"browser_id": str(uuid.uuid4())})
    turn = exchange(tom, room.headers["location"].rsplit("/", 1)[1], "You feel picked on, all of you.")
    assert "Working together" in [gauge["label"] for gauge in turn["state"]["gauges"]]
