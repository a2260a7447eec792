"""First run, signing in and out, joining, changing a password."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.client.persona import Persona
from app.practice.house import House
from app.settings import Settings
from app.store.database import Database
from app.web.main import create_app
from tests.support.engines import ScriptedEngine
from tests.web.conftest import PASSWORD, Town
from tests.web.stand_ins import KeywordCoder


@pytest.fixture
def newcomer(tmp_path: Path, personas: dict[str, Persona]) -> Iterator[TestClient]:
    """A browser at a house where nobody has an account."""
    settings = Settings(data_dir=tmp_path, _env_file=None)
    database = Database(settings.resolved_database_url)
    database.migrate()
    house = House(settings, database, ScriptedEngine(), KeywordCoder(), personas)
    yield TestClient(create_app(house), follow_redirects=False)
    database.close()


@pytest.mark.parametrize("path", ["/", "/sign-in", "/join", "/clients", "/sessions", "/review", "/classes", "/codes"])
def test_every_page_of_a_new_house_leads_to_the_first_run(newcomer: TestClient, path: str) -> None:
    answer = newcomer.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/welcome")


def test_first_run_makes_the_instructor_and_closes_behind_itself(newcomer: TestClient) -> None:
    assert "first account" in newcomer.get("/welcome").text
    form = {"name": "Dana", "username": "dana", "password": PASSWORD}
    answer = newcomer.post("/welcome", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/classes")
    assert newcomer.get("/classes").status_code == 200
    assert newcomer.get("/welcome").headers["location"] == "/sign-in"
    second = newcomer.post("/welcome", data=form | {"username": "mallory"})
    assert second.status_code == 409
    assert "set up already" in second.text


def test_first_run_keeps_what_was_typed_when_the_password_is_short(newcomer: TestClient) -> None:
    answer = newcomer.post("/welcome", data={"name": "<i>Dana</i>", "username": "dana", "password": "short"})
    assert answer.status_code == 422
    assert "&lt;i&gt;Dana&lt;/i&gt;" in answer.text
    assert "<i>Dana" not in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "short" not in answer.text.split("<form", 1)[1].split("A password has")[0]


def test_health_needs_no_account(newcomer: TestClient) -> None:
    assert newcomer.get("/healthz").json() == {"status": "ok"}


def test_signing_in_sets_a_closed_cookie_and_goes_where_one_was_going(visit: Callable[[str], TestClient]) -> None:
    client = visit("nobody")
    answer = client.get("/sessions?x=1")
    assert answer.headers["location"] == "/sign-in?next=/sessions%3Fx%3D1"
    assert 'value="/sessions?x=1"' in client.get(answer.headers["location"]).text
    form = {"username": " Tom ", "password": PASSWORD, "next": "/sessions?x=1"}
    answer = client.post("/sign-in", data=form)
    assert answer.headers["location"] == "/sessions?x=1"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert client.get("/sessions").status_code == 200
    assert client.get("/sign-in?next=/codes").headers["location"] == "/codes"


def test_behind_https_the_cookie_is_secure(house: House) -> None:
    settings = house.settings.model_copy(update={"secure_cookies": True})
    secure = House(settings, house.database, house.engine, house.coder, house.personas)
    client = TestClient(create_app(secure), base_url="https://testserver", follow_redirects=False)
    cookie = client.post("/sign-in", data={"username": "tom", "password": PASSWORD}).headers["set-cookie"]
    assert cookie.startswith("__Host-rollwith=")
    assert "Secure" in cookie
    assert client.get("/sessions").status_code == 200


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/a\nb"])
def test_signing_in_never_leads_away_from_this_site(visit: Callable[[str], TestClient], target: str) -> None:
    answer = visit("nobody").post("/sign-in", data={"username": "tom", "password": PASSWORD, "next": target})
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize(("username", "password"), [("tom", "wrong password"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_name_and_a_wrong_password_look_alike(
    visit: Callable[[str], TestClient], username: str, password: str
) -> None:
    answer = visit("nobody").post("/sign-in", data={"username": username, "password": password})
    assert answer.status_code == 422
    assert "do not match" in answer.text
    assert "set-cookie" not in answer.headers


def test_guessing_is_slowed_down(visit: Callable[[str], TestClient]) -> None:
    client = visit("nobody")
    statuses = [
        client.post("/sign-in", data={"username": "tom", "password": f"guess {number}"}).status_code
        for number in range(9)
    ]
    assert statuses == [422] * 8 + [429]
    held = client.post("/sign-in", data={"username": "TOM ", "password": PASSWORD})
    assert held.status_code == 429
    assert int(held.headers["retry-after"]) > 200
    assert "Wait 5 minutes" in held.text
    assert client.post("/sign-in", data={"username": "una", "password": PASSWORD}).status_code == 303


def test_joining_with_the_code_however_it_is_typed(visit: Callable[[str], TestClient], town: Town) -> None:
    client = visit("nobody")
    assert f'value="{town.class_code}"' in client.get(f"/join?code={town.class_code}").text
    typed = town.class_code.lower().replace("-", " ")
    form = {"class_code": typed, "name": "Vera", "username": "vera", "password": PASSWORD}
    answer = client.post("/join", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/clients")
    assert client.get("/join").headers["location"] == "/"
    assert "Ray Kovach" in client.get("/clients").text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"class_code": "AAAA-AAAA"}, "No class has this code"),
        ({"username": "tom"}, "is taken"),
        ({"username": "a b"}, "A user name has"),
        ({"name": "  "}, "1 to 120 characters"),
        ({"password": "short"}, "8 to 200 characters"),
    ],
)
def test_joining_says_what_is_wrong(
    visit: Callable[[str], TestClient], town: Town, change: dict[str, str], words: str
) -> None:
    form = {"class_code": town.class_code, "name": "Vera", "username": "vera", "password": PASSWORD} | change
    answer = visit("nobody").post("/join", data=form)
    assert answer.status_code == 422
    assert words in answer.text


def test_guessing_class_codes_is_slowed_down(visit: Callable[[str], TestClient]) -> None:
    client = visit("nobody")
    statuses = [client.post("/join", data={"class_code": "AAAA-AAAA"}).status_code for _ in range(21)]
    assert statuses == [422] * 20 + [429]


def test_signing_out_ends_the_sign_in_on_the_server(tom: TestClient, town: Town) -> None:
    answer = tom.post("/sign-out")
    assert answer.headers["location"] == "/sign-in"
    tom.cookies.set("rollwith", town.tokens["tom"])
    assert tom.get("/sessions").headers["location"] == "/sign-in?next=/sessions"


def test_changing_the_password_keeps_this_browser_and_signs_out_the_others(
    tom: TestClient, visit: Callable[[str], TestClient]
) -> None:
    assert "Change your password" in tom.get("/account").text
    other = visit("tom")
    wrong = tom.post("/account/password", data={"old_password": "no", "password": "a new password"})
    assert (wrong.status_code, "not your present password" in wrong.text) == (422, True)
    short = tom.post("/account/password", data={"old_password": PASSWORD, "password": "short"})
    assert (short.status_code, "8 to 200" in short.text) == (422, True)
    answer = tom.post("/account/password", data={"old_password": PASSWORD, "password": "a new password"})
    assert answer.headers["location"] == "/account?done=password"
    assert "is changed" in tom.get("/account?done=password").text
    assert other.get("/account").status_code == 303
