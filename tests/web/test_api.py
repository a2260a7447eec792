"""What the room's script relies on: statuses, codes, the event stream, one turn however often it is sent."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.practice.errors import StorageFull
from app.practice.turns import MAX_TURN
from tests.web.conftest import exchange, hear, say
from tests.web.stand_ins import Voice


def test_a_turn_comes_back_coded_with_the_words_that_carry_each_code(tom: TestClient, room: str) -> None:
    answer = say(tom, room, "😀 You feel picked on. Perhaps it's up to you?")
    assert answer.status_code == 201
    turn = answer.json()
    assert [code["code"] for code in turn["codes"]] == ["simple_reflection", "emphasize_autonomy"]
    for code in turn["codes"]:
        assert turn["text"][code["start"] : code["end"]] == code["quote"]
    first, second = turn["codes"]
    assert (first["family"], first["letter"], first["probability"]) == ("reflection", "R", 0.8)
    assert (second["family"], second["probability"]) == ("choices", 0.4)
    assert (first["sure"], second["sure"]) == (True, False)
    assert first["meaning"]


def test_the_reply_streams_and_is_the_same_when_asked_again(tom: TestClient, room: str) -> None:
    turn_id = say(tom, room, "You feel picked on.").json()["turn_id"]
    events = hear(tom, room, turn_id)
    assert events[0][0] == "working"
    assert events[-1][0] == "done"
    spoken = "".join(data["text"] for name, data in events if name == "delta")
    done = events[-1][1]
    assert done["turn"]["text"] == spoken
    assert (done["ended"], done["end_reason"]) == (False, None)
    again = hear(tom, room, turn_id)
    assert again[-1] == events[-1]
    assert "working" not in [name for name, _ in again]
    page = tom.get(f"/sessions/{room}").text
    assert page.count('class="turn client"') == 2


def test_the_same_browser_id_is_one_turn(tom: TestClient, room: str) -> None:
    name = str(uuid.uuid4())
    first = say(tom, room, "You feel picked on.", name)
    second = say(tom, room, "You feel picked on.", name)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    hear(tom, room, first.json()["turn_id"])
    assert say(tom, room, "You feel picked on.", name).status_code == 200


def test_a_double_click_at_the_same_moment_is_one_turn(tom: TestClient, room: str) -> None:
    name = str(uuid.uuid4())
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: say(tom, room, "You feel picked on.", name), range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json()["turn_id"] for answer in answers}) == 1


def test_two_tabs_cannot_talk_over_each_other(tom: TestClient, room: str) -> None:
    first = say(tom, room, "You feel picked on.")
    second = say(tom, room, "What do you want?")
    assert (first.status_code, second.status_code) == (201, 409)
    assert "has not answered your last turn" in second.json()["message"]
    hear(tom, room, first.json()["turn_id"])
    assert say(tom, room, "What do you want?").status_code == 201


def test_a_page_opened_again_asks_for_the_reply_that_is_due(tom: TestClient, room: str) -> None:
    turn_id = say(tom, room, "You feel picked on.").json()["turn_id"]
    assert f'data-due="{turn_id}"' in tom.get(f"/sessions/{room}").text
    hear(tom, room, turn_id)
    assert 'data-due=""' in tom.get(f"/sessions/{room}").text


def test_nothing_can_be_said_after_the_end(tom: TestClient, room: str) -> None:
    exchange(tom, room, "You feel picked on.")
    tom.post(f"/sessions/{room}/end")
    answer = say(tom, room, "One more thing.")
    assert answer.status_code == 409
    assert "has ended" in answer.json()["message"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Write something first"),
        (" \n\t\u2028 ", "Write something first"),
        ("\x00\x01\x1b", "Write something first"),
        ("x" * 5000, "5,000 characters long"),
        ("x" * (MAX_TURN + 1), "Please shorten it"),
    ],
)
def test_a_turn_that_cannot_be_stored(tom: TestClient, room: str, text: str, words: str) -> None:
    answer = say(tom, room, text)
    assert answer.status_code == 422
    assert answer.json()["field"] == "text"
    assert words in answer.json()["message"]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert('x')</script>",
        "👩🏽‍⚕️ 🙃🙃🙃",
        "שלום, מה שלומך?",
        "أنت تشعر بالغضب",
        "a\u0000b\u202ec",
        "…",
        "x" * MAX_TURN,
        "line one\r\nline two",
        "' OR 1=1 --",
        "{{ 7 * 7 }} {% raw %}",
    ],
)
def test_odd_turns_are_stored_as_they_are(tom: TestClient, room: str, text: str) -> None:
    stored = exchange(tom, room, text)
    assert stored["text"].replace("\n", "") == text.replace("\r\n", "").replace("\x00", "")
    for code in stored["codes"]:
        assert stored["text"][code["start"] : code["end"]] == code["quote"]
    assert tom.get(f"/sessions/{room}").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"text": "Hello"},
        {"browser_id": "12345678"},
        {"text": "Hello", "browser_id": "short"},
        {"text": "Hello", "browser_id": "<script>alert(1)</script>"},
        {"text": 5, "browser_id": "12345678"},
        {"text": "Hello", "browser_id": "12345678", "user": "dana"},
        [],
    ],
)
def test_a_malformed_turn_names_the_field(tom: TestClient, room: str, body: object) -> None:
    answer = tom.post(f"/api/sessions/{room}/turns", json=body)
    assert answer.status_code == 422
    assert set(answer.json()) == {"message", "field"}


def test_strangers_and_the_signed_out_get_a_status_before_any_event(
    tom: TestClient, una: TestClient, visit: Callable[[str], TestClient], room: str
) -> None:
    turn_id = say(tom, room, "You feel picked on.").json()["turn_id"]
    reply = f"/api/sessions/{room}/turns/{turn_id}/reply"
    nobody = visit("nobody")
    assert (say(una, room, "Hello there").status_code, una.get(reply).status_code) == (404, 404)
    assert (say(nobody, room, "Hello there").status_code, nobody.get(reply).status_code) == (401, 401)
    assert nobody.get(reply).headers["content-type"] == "application/json"
    for missing in (turn_id + 100, turn_id - 1, "x"):
        assert tom.get(f"/api/sessions/{room}/turns/{missing}/reply").status_code == 404


def test_a_busy_model_fails_kindly_and_may_be_asked_again(tom: TestClient, room: str, voice: Voice) -> None:
    voice.busy = True
    turn_id = say(tom, room, "You feel let down.").json()["turn_id"]
    name, data = hear(tom, room, turn_id)[-1]
    assert (name, data["retry_after"]) == ("failed", 2.0)
    assert "Your words are safe" in data["message"]
    voice.busy = False
    assert hear(tom, room, turn_id)[-1][0] == "done"


def test_a_client_who_walks_out_ends_the_session(tom: TestClient, room: str) -> None:
    for number in range(40):
        turn_id = say(tom, room, f"You are a drunk. You should be ashamed, number {number}.").json()["turn_id"]
        done = hear(tom, room, turn_id)[-1][1]
        if done["ended"]:
            break
    assert (done["ended"], done["end_reason"]) == (True, "walked_out")
    page = tom.get(f"/sessions/{room}").text
    assert "Ray has walked out." in page
    assert say(tom, room, "Wait!").status_code == 409


def test_a_full_disk_is_told(tom: TestClient, room: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StorageFull("The disk is full, so nothing could be stored.")

    monkeypatch.setattr("app.web.api.turns.take_turn", full)
    answer = say(tom, room, "You feel picked on.")
    assert (answer.status_code, answer.json()["message"]) == (507, "The disk is full, so nothing could be stored.")


def test_an_unexpected_error_tells_nothing_of_the_inside(
    tom: TestClient, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("app.web.api.turns.take_turn", broken)
    answer = say(tom, room, "You feel picked on.")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_leaving_in_the_middle_cancels_the_generation(app: FastAPI, tom: TestClient, room: str, voice: Voice) -> None:
    """The browser goes away while the model works: the request ends, and the turn is still there to be answered."""
    voice.delay = 30
    turn_id = say(tom, room, "You feel picked on.").json()["turn_id"]
    path = f"/api/sessions/{room}/turns/{turn_id}/reply"
    started = asyncio.run(_leave_early(app, path, tom.cookies["rollwith"]))
    assert started < 10
    assert voice.spoken == 0
    voice.delay = 0
    assert hear(tom, room, turn_id)[-1][0] == "done"


async def _leave_early(app: FastAPI, path: str, token: str) -> float:
    """Ask for a reply over plain ASGI and disconnect after the first event; the seconds the app took to let go."""
    loop = asyncio.get_running_loop()
    heard = asyncio.Event()
    headers = [(b"host", b"testserver"), (b"cookie", f"rollwith={token}".encode())]
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": headers, "client": ("127.0.0.1", 1), "server": ("testserver", 80), "state": {},
    }  # fmt: skip
    asked = False

    async def receive() -> dict[str, object]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await heard.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        if message.get("body"):
            heard.set()

    begun = loop.time()
    await asyncio.wait_for(app(scope, receive, send), 15)  # type: ignore[arg-type]
    return loop.time() - begun
