"""The trainee's pages: choosing, briefing, the room with and without script, ending, the report."""

from __future__ import annotations

import re
import uuid

import pytest
from fastapi.testclient import TestClient

from app.practice import report as reports
from app.practice.turns import MAX_TURN
from app.scoring.quality import Quality
from tests.web.conftest import PERSONA, exchange, say
from tests.web.stand_ins import Voice


def test_home_leads_each_to_their_own(tom: TestClient, dana: TestClient) -> None:
    assert tom.get("/").headers["location"] == "/clients"
    assert dana.get("/").headers["location"] == "/dashboard"


def test_choosing_a_client_and_reading_the_briefing(tom: TestClient) -> None:
    page = tom.get("/clients").text
    assert f'href="/clients/{PERSONA}"' in page
    assert "Still open" not in page
    briefing = tom.get(f"/clients/{PERSONA}").text
    assert "Licking County Municipal Court" in briefing
    assert "bottle of whiskey" not in briefing, "the secret sheet must not reach the trainee"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_persona_is_not_found(tom: TestClient, method: str) -> None:
    path = "/clients/nobody" if method == "GET" else "/clients/nobody/sessions"
    assert tom.request(method, path, data={} if method == "POST" else None).status_code == 404


def test_the_same_form_sent_twice_starts_one_session(tom: TestClient) -> None:
    form = {"browser_id": str(uuid.uuid4())}
    first = tom.post(f"/clients/{PERSONA}/sessions", data=form)
    second = tom.post(f"/clients/{PERSONA}/sessions", data=form)
    assert first.headers["location"] == second.headers["location"]
    assert tom.get("/sessions").text.count('scope="row"') == 1
    assert "Still open" in tom.get("/clients").text


def test_the_room_opens_with_the_clients_first_words(tom: TestClient, room: str) -> None:
    page = tom.get(f"/sessions/{room}")
    assert page.status_code == 200
    assert page.text.count('class="turn client"') == 1
    assert f'data-session="{room}"' in page.text
    assert 'data-due=""' in page.text


def test_without_script_a_turn_is_answered_in_full(tom: TestClient, room: str) -> None:
    form = {"text": "You feel picked on. What happened?", "browser_id": str(uuid.uuid4())}
    answer = tom.post(f"/sessions/{room}/turns", data=form)
    assert answer.headers["location"] == f"/sessions/{room}#say"
    page = tom.get(f"/sessions/{room}").text
    assert page.count('class="turn client"') == 2
    assert '<mark data-n="1" class="reflection">You feel picked on.</mark>' in page
    assert '<mark data-n="2" class="questions">What happened?</mark>' in page
    tom.post(f"/sessions/{room}/turns", data=form)
    assert tom.get(f"/sessions/{room}").text.count('class="turn ') == 3, "the same form again changes nothing"


@pytest.mark.parametrize("text", ["", "   \n\t ", "\x00\x07", "x" * (MAX_TURN + 1)])
def test_without_script_a_bad_turn_comes_back_with_the_reason(tom: TestClient, room: str, text: str) -> None:
    answer = tom.post(f"/sessions/{room}/turns", data={"text": text, "browser_id": "browser-1"})
    assert answer.status_code == 422
    assert ("Write something first" in answer.text) or ("Please shorten it" in answer.text)
    assert 'value="browser-1"' in answer.text
    if len(text) > MAX_TURN:
        assert text in answer.text, "long words must not be lost"
    assert answer.text.count('class="turn counsellor"') == 0


def test_without_script_a_busy_model_loses_nothing(tom: TestClient, room: str, voice: Voice) -> None:
    voice.busy = True
    form = {"text": "You feel let down.", "browser_id": str(uuid.uuid4())}
    answer = tom.post(f"/sessions/{room}/turns", data=form)
    assert (answer.status_code, "Your words are safe" in answer.text) == (503, True)
    page = tom.get(f"/sessions/{room}").text
    assert "You feel let down." in page
    action = re.findall(r'action="([^"]+/reply)"', page)[0]
    voice.busy = False
    assert tom.post(action).status_code == 303
    assert 'data-due=""' in tom.get(f"/sessions/{room}").text


def test_what_people_write_is_only_ever_text(tom: TestClient, dana: TestClient, room: str) -> None:
    nasty = '<script>alert(1)</script> <img src=x onerror=alert(1)> "quoted" & שלום 👩‍🦰'
    exchange(tom, room, nasty)
    tom.post(f"/sessions/{room}/end")
    for page in (tom.get(f"/sessions/{room}"), tom.get(f"/sessions/{room}/report"), dana.get(f"/review/{room}")):
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
        assert "שלום 👩‍🦰" in page.text
        assert '<p class="said" dir="auto">' in page.text


def test_ending_asks_first_then_shows_the_report(tom: TestClient, room: str) -> None:
    exchange(tom, room, "It sounds like you are tired of being told. It's up to you.")
    running = tom.get(f"/sessions/{room}/report")
    assert running.status_code == 409
    assert "End the session?" in tom.get(f"/sessions/{room}/end").text
    answer = tom.post(f"/sessions/{room}/end")
    assert answer.headers["location"] == f"/sessions/{room}/reflect"
    assert tom.post(f"/sessions/{room}/end").status_code == 303, "ending twice is no error"
    assert tom.get(f"/sessions/{room}/end").headers["location"] == f"/sessions/{room}/report"
    assert "The session is over." in tom.get(f"/sessions/{room}").text
    assert 'id="say-form"' not in tom.get(f"/sessions/{room}").text


def test_the_report_shows_measures_quotes_picture_and_transcript(tom: TestClient, room: str) -> None:
    exchange(tom, room, "It sounds like you are tired of being told.")
    exchange(tom, room, "You should stop. You should think of Kelsey.")
    exchange(tom, room, "We could talk about work, or we could stay with Friday.")
    tom.post(f"/sessions/{room}/end")
    page = tom.get(f"/sessions/{room}/report").text
    for words in (
        "Answers to resistance",
        "expert opinion",
        "Estimated by a small model",
        "your instructor’s word goes before",
        'role="graphics-document"',
        "The same as a table",
        "Offering choices and autonomy",
        "Done well",
        "Worth another look",
        "Resistance, turn by turn",
    ):
        assert words in page, words
    assert page.count('id="turn-') == 8
    assert "<q " in page
    assert "<script type=" in page
    assert "window.pygal" not in page
    assert "<style" not in page


def test_the_report_says_what_is_a_hint_what_is_an_estimate_and_what_else_was_possible(
    tom: TestClient, room: str
) -> None:
    exchange(tom, room, "It sounds like you are tired of being told.")
    exchange(tom, room, "You should stop.")
    tom.post(f"/sessions/{room}/end")
    page = tom.get(f"/sessions/{room}/report").text
    for words in (
        "A hint only",
        "The session as a whole",
        "Softening sustain talk",
        "never checked against raters",
        "a hint, not a grade",
        "the share may lie anywhere in",
        "What else was possible",
        "✓ Met",
        "○ Not met",
    ):
        assert words in page, words
    assert page.count("What else was possible") == page.count('class="answer ')


def test_the_report_shows_the_quality_as_an_estimate(
    tom: TestClient, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange(tom, room, "You should stop.")
    tom.post(f"/sessions/{room}/end")
    for quality, words in (
        (Quality(0.31, 0.12, 0.6, 1), "31 % (range 12 % to 60 %, from 1 turn of yours)"),
        (None, "never checked against raters"),
    ):
        monkeypatch.setattr(reports, "estimate", lambda _, quality=quality: quality)
        page = tom.get(f"/sessions/{room}/report").text
        assert words in page
        assert ("experts call good" in page) == (quality is not None)


def test_the_report_tells_of_a_form_used_too_often(tom: TestClient, room: str) -> None:
    for _ in range(5):
        exchange(tom, room, "We could talk about work, or we could stay with Friday.")
    tom.post(f"/sessions/{room}/end")
    page = tom.get(f"/sessions/{room}/report").text
    assert "Used too often to count" in page
    assert "You laid out options in 5 turns; 3 of them count." in page
    assert "this form was used too often to count" in page
    assert "no session that experts rated was like that" in page


def test_a_code_that_the_coder_is_not_sure_of_is_shown_as_such(tom: TestClient, room: str) -> None:
    exchange(tom, room, "Perhaps you should stop.")
    page = tom.get(f"/sessions/{room}").text
    assert "Not sure <small>perhaps persuading</small>" in page
    assert 'class="unsure">Perhaps you should stop.</mark>' in page


def test_a_session_ended_before_a_word_still_has_a_report(tom: TestClient, room: str) -> None:
    tom.post(f"/sessions/{room}/end")
    page = tom.get(f"/sessions/{room}/report")
    assert page.status_code == 200
    assert "so there is no picture" in page.text


def test_somebody_elses_session_does_not_exist(una: TestClient, tom: TestClient, room: str) -> None:
    said = say(tom, room, "You feel watched.").json()["turn_id"]
    for method, path in (
        ("GET", f"/sessions/{room}"),
        ("GET", f"/sessions/{room}/end"),
        ("POST", f"/sessions/{room}/end"),
        ("GET", f"/sessions/{room}/report"),
        ("POST", f"/sessions/{room}/turns"),
        ("POST", f"/sessions/{room}/turns/{said}/reply"),
        ("GET", f"/sessions/{uuid.uuid4()}"),
        ("GET", "/sessions/not-an-id"),
    ):
        data = {"text": "hello", "browser_id": "browser-1"} if method == "POST" else None
        answer = una.request(method, path, data=data)
        assert answer.status_code == 404, (method, path)
        assert "Kovach" not in answer.text
    assert 'scope="row"' not in una.get("/sessions").text


@pytest.mark.parametrize("path", ["/clients", f"/clients/{PERSONA}", "/sessions", "/account", "/review", "/classes"])
def test_private_pages_ask_to_sign_in(visit: object, path: str) -> None:
    client = visit("nobody")  # type: ignore[operator]
    answer = client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={path}")


def test_the_codebook_is_open_to_all(visit: object) -> None:
    page = visit("nobody").get("/codes")  # type: ignore[operator]
    assert page.status_code == 200
    assert "Double-sided reflection" in page.text


def test_a_page_that_is_not_there(tom: TestClient) -> None:
    page = tom.get("/nothing/here")
    assert page.status_code == 404
    assert "We can’t find that" in page.text
    assert tom.delete("/clients").status_code == 405
