"""The instructor's desk: the queue, correcting, commenting, the summary, classes and passwords."""

from __future__ import annotations

import re
import uuid

import pytest
from fastapi.testclient import TestClient

from tests.web.conftest import PERSONA, exchange


@pytest.fixture
def ended(tom: TestClient, room: str) -> str:
    """A session of Tom's with one turn of two utterances, ended."""
    exchange(tom, room, "You feel picked on. What happened?")
    tom.post(f"/sessions/{room}/end")
    return room


def _ids(page: str, prefix: str) -> list[int]:
    return [int(number) for number in re.findall(rf'id="{prefix}(\d+)"', page)]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/review"),
        ("GET", "/classes"),
        ("POST", "/classes"),
        ("GET", f"/review/{uuid.uuid4()}"),
        ("POST", f"/review/{uuid.uuid4()}/utterances/1"),
        ("POST", f"/review/{uuid.uuid4()}/turns/1/comments"),
        ("POST", f"/review/{uuid.uuid4()}/turns/1/comments/1/delete"),
        ("POST", f"/review/{uuid.uuid4()}/summary"),
        ("POST", f"/review/{uuid.uuid4()}/reviewed"),
        ("GET", f"/classes/{uuid.uuid4()}"),
    ],
)
def test_a_trainee_is_kept_out_of_the_instructors_pages(tom: TestClient, method: str, path: str) -> None:
    answer = tom.request(method, path, data={} if method == "POST" else None)
    assert answer.status_code == 403
    assert "This page is for instructors" in answer.text


def test_the_queue_lists_filters_sorts_and_pages(dana: TestClient, tom: TestClient, una: TestClient) -> None:
    for client, count in ((tom, 26), (una, 2)):
        for _ in range(count):
            client.post(f"/clients/{PERSONA}/sessions", data={"browser_id": str(uuid.uuid4())})
    page = dana.get("/review").text
    assert page.count('scope="row"') == 25
    assert "28 sessions, page 1 of 2" in page
    assert "page=2" in page
    assert dana.get("/review?page=2").text.count('scope="row"') == 3
    assert dana.get("/review?page=99").text.count('scope="row"') == 3
    assert dana.get("/review?trainee=una").text.count('scope="row"') == 2
    assert dana.get("/review?trainee=%25").text.count('scope="row"') == 0
    assert dana.get("/review?status=to%20review").text.count('scope="row"') == 0
    assert "No session fits" in dana.get("/review?persona=nobody").text
    assert dana.get("/review?status=nonsense&sort=nonsense").text.count('scope="row"') == 25
    assert dana.get("/review?sort=trainee&page=2").text.count("Una") == 2
    assert "Tom" in dana.get("/review?sort=trainee").text
    assert dana.get("/review?page=0").status_code == 422
    assert dana.get("/review?trainee=<script>").text.count("<script>") == 0


def test_an_instructor_sees_only_the_own_classes(iris: TestClient, ended: str) -> None:
    assert "No sessions yet" in iris.get("/review").text
    assert iris.get(f"/review/{ended}").status_code == 404
    assert iris.get(f"/sessions/{ended}/report").status_code == 404
    assert iris.post(f"/review/{ended}/summary", data={"text": "Hello"}).status_code == 404


def test_the_review_page_shows_codes_alternatives_state_and_source(dana: TestClient, ended: str) -> None:
    page = dana.get(f"/review/{ended}").text
    for words in (
        "Tom Trainee",
        "Simple reflection",
        "80 %; else",
        "Resistance",
        "Trust",
        "Sustain talk 70 %",
        "says goodbye at the end",
        "Written line",
        "keyword coder",
    ):
        assert words in page, words
    assert len(_ids(page, "u")) == 2
    assert dana.get(f"/review/{uuid.uuid4()}").status_code == 404


def test_a_correction_stands_beside_the_models_code_and_reaches_the_trainee(
    dana: TestClient, tom: TestClient, ended: str
) -> None:
    first, _ = _ids(dana.get(f"/review/{ended}").text, "u")
    path = f"/review/{ended}/utterances/{first}"
    answer = dana.post(path, data={"code": "affirmation"})
    assert answer.headers["location"] == f"/review/{ended}#u{first}"
    page = dana.get(f"/review/{ended}").text
    assert "the model said" in page
    assert "by <span dir=" in page
    assert "Your instructor’s code" in tom.get(f"/sessions/{ended}/report").text
    assert dana.post(path, data={"code": "nonsense"}).status_code == 422
    dana.post(path, data={"code": "simple_reflection"})
    assert "the model said" not in dana.get(f"/review/{ended}").text
    assert dana.post(f"/review/{ended}/utterances/999999", data={"code": "other"}).status_code == 404


def test_a_code_that_the_model_was_not_sure_of_counts_once_it_is_confirmed(
    dana: TestClient, tom: TestClient, room: str
) -> None:
    exchange(tom, room, "Perhaps it sounds like you are tired of it.")
    tom.post(f"/sessions/{room}/end")
    report, desk = tom.get(f"/sessions/{room}/report").text, dana.get(f"/review/{room}").text
    assert "1 answer is not graded" in report
    assert "was not graded because the coder was not sure" in report
    assert "Not sure <small>perhaps complex reflection</small>" in report
    assert "not counted; perhaps complex reflection 40 %" in desk
    assert '<option value="" selected>Not sure' in desk
    path = f"/review/{room}/utterances/{_ids(desk, 'u')[0]}"
    assert dana.post(path, data={"code": "complex_reflection"}).status_code == 303
    report, desk = tom.get(f"/sessions/{room}/report").text, dana.get(f"/review/{room}").text
    assert "the model thought so too and was not sure (40 %)" in desk
    assert "Not sure <small>" not in report
    assert "not graded" not in report
    assert "You met 1 of this" in report
    dana.post(path, data={"code": ""})
    assert "1 answer is not graded" in tom.get(f"/sessions/{room}/report").text


def test_comments_and_summary_reach_the_trainee_as_text(dana: TestClient, tom: TestClient, ended: str) -> None:
    turn = _ids(dana.get(f"/review/{ended}").text, "t")[1]
    path = f"/review/{ended}/turns/{turn}/comments"
    assert dana.post(path, data={"text": "  "}).status_code == 422
    assert dana.post(path, data={"text": "Good <b>ear</b>!"}).status_code == 303
    assert dana.post(f"/review/{ended}/summary", data={"text": "Well done.\nRest."}).status_code == 303
    report = tom.get(f"/sessions/{ended}/report").text
    assert "Good &lt;b&gt;ear&lt;/b&gt;!" in report
    assert "Your instructor’s word" in report
    assert "Well done.\nRest." in report
    assert "Instructor’s word" in tom.get("/sessions").text
    comment = int(re.findall(r"/comments/(\d+)/delete", dana.get(f"/review/{ended}").text)[0])
    assert dana.post(f"{path}/{comment}/delete").status_code == 303
    assert "Good &lt;b&gt;ear" not in tom.get(f"/sessions/{ended}/report").text
    assert dana.post(f"{path}/{comment}/delete").status_code == 404


def test_marking_as_reviewed_and_the_next_in_the_queue(
    dana: TestClient, tom: TestClient, una: TestClient, ended: str
) -> None:
    other = una.post(f"/clients/{PERSONA}/sessions", data={"browser_id": str(uuid.uuid4())}).headers["location"]
    una.post(f"{other}/end")
    following = f'href="/review/{other.rsplit("/", 1)[1]}">Next to review'
    assert following in dana.get(f"/review/{ended}").text
    assert dana.post(f"/review/{ended}/reviewed", data={"reviewed": "yes"}).status_code == 303
    assert 'class="tag yes">Reviewed' in tom.get("/sessions").text
    assert dana.get("/review?status=reviewed").text.count('scope="row"') == 1
    assert dana.get("/review?status=to%20review").text.count('scope="row"') == 1
    dana.post(f"/review/{ended}/reviewed", data={"reviewed": "no"})
    assert dana.get("/review?status=reviewed").text.count('scope="row"') == 0
