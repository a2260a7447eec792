"""One's own account: signed-in browsers, the address, what a password may be."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.practice import accounts, browsers, passwords
from app.practice.errors import Invalid
from app.practice.house import House
from app.store.tables import SignIn, now
from tests.web.conftest import PASSWORD, Town

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)


CHROME = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36"
)


def sign_in(visit: Callable[[str], TestClient], username: str, agent: str) -> TestClient:
    client = visit("nobody")
    client.headers["user-agent"] = agent
    assert client.post("/sign-in", data={"username": username, "password": PASSWORD}).status_code == 303
    return client


def ids_on(page: str) -> list[str]:
    return re.findall(r'action="/account/browsers/([0-9a-f]+)/sign-out"', page)


def test_each_browser_is_told_in_words_and_signed_out_from_here(
    visit: Callable[[str], TestClient], una: TestClient
) -> None:
    here, phone = sign_in(visit, "tom", FIREFOX), sign_in(visit, "tom", SAFARI)
    page = here.get("/account").text
    for words in ("Firefox on Windows", "Safari on iOS", "A browser that does not tell its name"):
        assert words in page
    assert page.index("Firefox on Windows") < page.index("This one") < page.index("Safari on iOS")
    assert len(ids_on(page)) == 2
    phone_id = re.search(r"Safari on iOS.*?browsers/([0-9a-f]+)/", page, re.DOTALL)
    assert phone_id is not None
    assert una.post(f"/account/browsers/{phone_id[1]}/sign-out").status_code == 404, "somebody else's"
    assert phone.get("/account").status_code == 200
    assert here.post(f"/account/browsers/{phone_id[1]}/sign-out").status_code == 303
    assert phone.get("/account").status_code == 303
    assert here.post(f"/account/browsers/{phone_id[1]}/sign-out").status_code == 404
    assert here.post("/account/browsers/x/sign-out").status_code == 404


def test_all_others_are_signed_out_at_once(
    visit: Callable[[str], TestClient], tom: TestClient, una: TestClient
) -> None:
    here = sign_in(visit, "tom", FIREFOX)
    assert here.post("/account/browsers/sign-out-others").status_code == 303
    assert tom.get("/account").status_code == 303
    assert una.get("/account").status_code == 200
    page = here.get("/account").text
    assert ids_on(page) == []
    assert "Sign out all others" not in page


def test_no_token_and_no_whole_hash_stands_on_the_page(tom: TestClient, town: Town, house: House) -> None:
    page = tom.get("/account").text
    with house.database.read() as session:
        hashes = session.exec(select(SignIn.token_hash)).all()
    assert not any(secret in page for secret in [*hashes, *town.tokens.values()])


def test_last_seen_is_noted_to_the_hour(house: House, town: Town) -> None:
    def seen() -> object:
        with house.database.read() as session:
            return session.exec(select(SignIn.seen_at).where(SignIn.token_hash == browsers._digest(token))).one()

    token = town.tokens["tom"]
    with house.database.write() as session:
        row = session.get_one(SignIn, browsers._digest(token))
        row.seen_at = now() - timedelta(minutes=50)
    before = seen()
    browsers.user_of(house.database, token)
    assert seen() == before
    with house.database.write() as session:
        session.get_one(SignIn, browsers._digest(token)).seen_at = now() - timedelta(minutes=70)
    browsers.user_of(house.database, token)
    assert seen() != before
    assert now() - seen() < timedelta(minutes=1)  # type: ignore[operator]


def test_signing_in_again_gives_a_new_token_and_ends_the_old_one(tom: TestClient, town: Town, house: House) -> None:
    answer = tom.post("/sign-in", data={"username": "tom", "password": PASSWORD})
    assert town.tokens["tom"] not in answer.headers["set-cookie"]
    assert browsers.user_of(house.database, town.tokens["tom"]) is None


def test_an_address_is_set_with_the_password_and_belongs_to_one(tom: TestClient, una: TestClient, house: House) -> None:
    saved = tom.post("/account/email", data={"email": " Tom@Example.ORG ", "password": PASSWORD})
    assert saved.headers["location"] == "/account?done=email"
    assert accounts.find_user(house.database, "tom").email == "tom@example.org"
    assert 'value="tom@example.org"' in tom.get("/account?done=email").text
    for email, password, words in (
        ("tom@example.org", PASSWORD, "Another account has this address"),
        ("una@example.org", "guess", "not your present password"),
        ("una", PASSWORD, "does not look like"),
        ("una@example.org\nBcc: x@y.org", PASSWORD, "does not look like"),
    ):
        answer = una.post("/account/email", data={"email": email, "password": password})
        assert (answer.status_code, words in answer.text) == (422, True)
    assert accounts.find_user(house.database, "una").email is None
    assert tom.post("/account/email", data={"email": "", "password": PASSWORD}).status_code == 303
    assert accounts.find_user(house.database, "tom").email is None


def test_guessing_the_password_from_a_borrowed_browser_is_slowed_down(tom: TestClient) -> None:
    statuses = [
        tom.post(
            "/account/password", data={"old_password": f"guess {number}", "password": "a new password"}
        ).status_code
        for number in range(9)
    ]
    assert statuses == [422] * 8 + [429]
    assert tom.post("/account/email", data={"email": "x@y.org", "password": PASSWORD}).status_code == 429


@pytest.mark.parametrize(
    "password", ["password1", "12345678", "qwertyuiop", "aaaaaaaaaaaa", "tom.trainee", "Tom Trainee", "rollwith1"]
)
def test_what_others_would_guess_first_is_refused(password: str) -> None:
    with pytest.raises(Invalid, match="first that others would guess"):
        passwords.check(password, "tom.trainee", "Tom Trainee")


@pytest.mark.parametrize("password", ["correct horse", "three quiet herons", "x7Gq2-pw", "größere Kähne"])
def test_no_mixture_of_characters_is_asked_for(password: str) -> None:
    passwords.check(password, "tom.trainee", "Tom Trainee")


def test_a_long_password_is_no_burden(tom: TestClient) -> None:
    answer = tom.post("/account/password", data={"old_password": PASSWORD, "password": "ab1 " * 50})
    assert answer.status_code in (303, 422)
    assert tom.post("/account/password", data={"old_password": PASSWORD, "password": "x" * 201}).status_code == 422


@pytest.mark.parametrize(("agent", "words"), [
    (FIREFOX, "Firefox on Windows"),
    (SAFARI, "Safari on iOS"),
    (CHROME, "Chrome on macOS"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Linux"),
    ("curl/8.5.0", "curl"),
    ("", "A browser that does not tell its name"),
    ("<script>alert(1)</script>", "A browser that does not tell its name"),
])  # fmt: skip
def test_what_a_browser_calls_itself(agent: str, words: str) -> None:
    assert browsers.in_words(agent) == words
