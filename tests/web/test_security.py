"""Headers, cross-site requests, large bodies, the throttle, closing."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.datastructures import Headers

from app.practice.house import House
from app.web.security import MAX_BODY, Throttle, is_cross_site, local_path
from tests.web.conftest import PERSONA


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"sec-fetch-site": "same-site"}, True),
        ({"sec-fetch-site": "cross-site", "origin": "http://testserver"}, True),
        ({"origin": "http://testserver"}, False),
        ({"origin": "http://evil.example"}, True),
        ({"origin": "null"}, True),
        ({}, False),
    ],
)
def test_a_request_from_another_site_changes_nothing(tom: TestClient, headers: dict[str, str], refused: bool) -> None:
    answer = tom.post(f"/clients/{PERSONA}/sessions", data={"browser_id": "browser-1"}, headers=headers)
    assert (answer.status_code == 403) is refused
    assert (tom.get("/sessions").text.count('scope="row"') == 0) is refused
    assert is_cross_site(Headers({"host": "testserver"} | headers)) is refused


def test_another_site_may_still_link_here(tom: TestClient) -> None:
    assert tom.get("/clients", headers={"sec-fetch-site": "cross-site"}).status_code == 200


def test_pages_carry_the_headers_that_keep_them_safe(tom: TestClient) -> None:
    headers = tom.get("/clients").headers
    policy = headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_static_files_may_be_kept_and_fonts_for_ever(tom: TestClient) -> None:
    assert tom.get("/static/style.css").headers["cache-control"] == "no-cache"
    assert "immutable" in tom.get("/static/fonts/literata-latin.woff2").headers["cache-control"]
    assert tom.get("/static/../main.py").status_code == 404


def test_no_page_has_inline_script_or_style(tom: TestClient, dana: TestClient, room: str) -> None:
    for client, path in ((tom, "/clients"), (tom, f"/sessions/{room}"), (dana, "/review"), (dana, f"/review/{room}")):
        page = client.get(path).text
        assert " style=" not in page
        assert "<style" not in page
        assert " onclick=" not in page
        assert page.count("<script") == page.count('<script type="module" src="/static/')


def test_a_huge_body_is_refused_unread(tom: TestClient, room: str) -> None:
    answer = tom.post(f"/api/sessions/{room}/turns", content=b"x" * (MAX_BODY + 1))
    assert answer.status_code == 413
    assert tom.post("/sign-in", content=iter([b"x"] * 3)).status_code == 411


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/sessions?page=2", "/sessions?page=2"),
        (None, "/"),
        ("", "/"),
        ("//evil.example/x", "/"),
        ("/\\evil.example", "/"),
        ("/x\\y", "/"),
        ("javascript:alert(1)", "/"),
        ("https://evil.example", "/"),
        ("/\tx", "/"),
    ],
)
def test_only_paths_of_this_site_are_followed(target: str | None, path: str) -> None:
    assert local_path(target) == path


def test_the_throttle_forgets_after_its_window_and_after_success() -> None:
    time = 0.0
    throttle = Throttle(limit=2, window=60, clock=lambda: time)
    assert [throttle.attempt("a"), throttle.attempt("a")] == [0, 0]
    time = 20.0
    assert throttle.attempt("a") == 40
    assert throttle.attempt("b") == 0
    time = 61.0
    assert throttle.attempt("a") == 0
    assert throttle.attempt("a") == 0
    throttle.succeeded("a")
    assert throttle.attempt("a") == 0


def test_the_throttle_does_not_grow_for_ever() -> None:
    time = 0.0
    throttle = Throttle(limit=2, window=60, clock=lambda: time)
    for number in range(Throttle.MAX_KEYS):
        throttle.attempt(str(number))
    time = 100.0
    throttle.attempt("one more")
    throttle.attempt("another")
    assert len(throttle._attempts) <= 2


def test_stopping_the_app_closes_the_house(app: FastAPI, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []

    async def close(which: House) -> None:
        closed.append(which)

    monkeypatch.setattr("app.web.main.close_house", close)
    with TestClient(app) as client:
        assert client.get("/healthz").status_code == 200
        assert closed == []
    assert closed == [house]
