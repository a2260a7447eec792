"""Signing in with OpenID Connect, at a real provider with its own pages, redirects and tokens."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.practice import accounts, browsers, identities, people
from app.practice.errors import Invalid
from app.practice.house import House
from app.practice.identities import Vouched
from app.store.tables import Membership, User
from app.web import sso
from app.web.main import create_app
from app.web.sso import vouched
from tests.support.provider import Provider, oidc_provider, talk
from tests.web.conftest import PASSWORD, Town

PEOPLE = {"vera": "Vera Neu", "tom.t": "Tom Trainee", "eve": "Eve Else", "otto": "Otto Neu", "nora": "Nora Nein"}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with oidc_provider() as provider:
        provider.register("http://testserver")
        for username, name in PEOPLE.items():
            provider.add_person(username, name, f"{username}@uni.example")
        yield provider


def _with(house: House, provider: Provider, **changed: Any) -> House:
    settings = house.settings.model_copy(update=provider.settings | changed)
    settings = type(settings).model_validate(settings.model_dump())
    return House(settings, house.database, house.engine, house.coder, house.personas)


@pytest.fixture
def room_of(house: House, provider: Provider, town: Town) -> Callable[..., TestClient]:
    """A browser at a house with the provider; `name`: who is signed in; the rest are settings."""
    apps: dict[str, Any] = {}

    def browser(name: str = "", **changed: Any) -> TestClient:
        app = apps.setdefault(repr(changed), create_app(_with(house, provider, **changed)))
        client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
        if name in town.tokens:
            client.cookies.set("rollwith", town.tokens[name])
        return client

    return browser


def come_back(client: TestClient, username: str, start: str = "/sso/start", answer: str = "accept") -> Any:
    """Through the provider's pages as this person; the room's answer to the browser that comes back."""
    left = client.get(start)
    assert left.status_code == 302, left.text
    back = talk(left.headers["location"], username, answer)
    assert back.startswith("http://testserver/sso/callback?")
    return client.get(back.removeprefix("http://testserver"))


def test_one_leaves_with_pkce_state_and_nonce(room_of: Callable[..., TestClient], provider: Provider) -> None:
    client = room_of()
    page = client.get("/sign-in?next=/sessions").text
    assert "Sign in with the university" in page
    assert 'href="/sso/start?next=/sessions"' in page
    left = client.get("/sso/start")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(left.headers["location"]).query).items()}
    assert left.headers["location"].startswith(f"{provider.url}/oauth/authorize?")
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["scope"] == "openid profile email"
    assert asked["redirect_uri"] == "http://testserver/sso/callback"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 20
    cookie = left.headers["set-cookie"]
    assert cookie.startswith("rollwith_sso=")
    assert all(part in cookie.lower() for part in ("path=/sso;", "max-age=600", "httponly", "samesite=lax"))


def test_a_newcomer_joins_with_a_class_code_and_comes_straight_in_the_next_time(
    room_of: Callable[..., TestClient], house: House, town: Town
) -> None:
    client = room_of()
    start = f"/sso/start?code={town.class_code}"
    assert f'href="{start}">Join with the university' in client.get(f"/join?code={town.class_code}").text
    answer = come_back(client, "vera", start)
    assert answer.headers["location"] == "/sso/join"
    page = client.get("/sso/join").text
    assert 'value="Vera Neu"' in page
    assert f'value="{town.class_code}"' in page
    wrong = client.post("/sso/join", data={"class_code": "AAAA-AAAA", "name": "Vera Neu"})
    assert (wrong.status_code, "No class has this code" in wrong.text) == (422, True)
    assert client.post("/sso/join", data={"class_code": "", "name": "Vera Neu"}).status_code == 422
    assert client.post("/sso/join", data={"class_code": town.class_code, "name": " "}).status_code == 422
    done = client.post("/sso/join", data={"class_code": town.class_code, "name": "Vera N."})
    assert (done.status_code, done.headers["location"]) == (303, "/clients")
    assert "Vera N." in client.get("/account").text
    assert client.get("/sso/join").headers["location"] == "/sign-in", "used once"
    user = accounts.find_user(house.database, "vera")
    assert (user.role, accounts.has_password(user), user.email) == ("trainee", False, None)
    with house.database.read() as session:
        assert session.exec(select(Membership).where(Membership.user_id == user.id)).one()
    again = room_of()
    assert come_back(again, "vera", "/sso/start?next=/sessions").headers["location"] == "/sessions"
    assert "Vera N." in again.get("/account").text
    assert again.post("/sign-in", data={"username": "vera", "password": "!"}).status_code == 422
    assert again.post("/account/unlink").status_code == 422, "it is the only way in"


def test_who_has_no_password_sets_one_soon_after_signing_in(
    room_of: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = room_of(oidc_sign_up="yes")
    come_back(client, "otto")
    client.post("/sso/join", data={"name": "Otto"})
    assert "Set a password" in client.get("/account").text
    with monkeypatch.context() as later:
        later.setattr(browsers, "FRESH", browsers.FRESH * 0)
        old = client.post("/account/password", data={"password": "a new password"})
        assert (old.status_code, "some time ago" in old.text) == (422, True)
        assert client.post("/account/email", data={"email": "eve@example.org"}).status_code == 422
    assert client.post("/account/password", data={"password": "a new password"}).status_code == 303
    assert client.post("/account/unlink").headers["location"] == "/account?done=unlinked"
    assert room_of().post("/sign-in", data={"username": "otto", "password": "a new password"}).status_code == 303


def test_linking_and_closing_that_way_again(room_of: Callable[..., TestClient]) -> None:
    tom = room_of("tom")
    assert "Link with the university" in tom.get("/account").text
    assert come_back(tom, "tom.t", "/sso/link").headers["location"] == "/account?done=linked"
    assert "You can sign in with the university." in tom.get("/account").text
    other = room_of()
    assert come_back(other, "tom.t").headers["location"] == "/"
    assert "Tom Trainee" in other.get("/account").text
    una = room_of("una")
    taken = come_back(una, "tom.t", "/sso/link")
    assert (taken.status_code, "linked with that one already" in taken.text) == (409, True)
    assert tom.post("/account/unlink").headers["location"] == "/account?done=unlinked"
    assert come_back(room_of(), "tom.t").headers["location"] == "/sso/join"


def test_another_site_cannot_begin_a_link(room_of: Callable[..., TestClient]) -> None:
    answer = room_of("tom").get("/sso/link", headers={"sec-fetch-site": "cross-site"})
    assert answer.headers["location"] == "/account"
    assert room_of().get("/sso/link").headers["location"].startswith("/sign-in")


def test_a_link_ends_where_the_person_who_began_it_is_gone(room_of: Callable[..., TestClient], town: Town) -> None:
    client = room_of("tom")
    left = client.get("/sso/link")
    back = talk(left.headers["location"], "eve")
    client.cookies.set("rollwith", town.tokens["una"])
    answer = client.get(back.removeprefix("http://testserver"))
    assert (answer.status_code, "signed out meanwhile" in answer.text) == (400, True)
    assert come_back(room_of(), "eve").headers["location"] == "/sso/join", "linked with nobody"


def test_saying_no_at_the_provider_changes_nothing(room_of: Callable[..., TestClient]) -> None:
    client = room_of()
    answer = come_back(client, "nora", answer="deny")
    assert (answer.status_code, "you turned back" in answer.text) == (400, True)
    assert "rollwith=" not in answer.headers.get("set-cookie", "")


def test_an_answer_works_once_and_in_the_browser_that_asked(room_of: Callable[..., TestClient]) -> None:
    client, other = room_of(oidc_sign_up="yes"), room_of()
    left = client.get("/sso/start")
    back = talk(left.headers["location"], "eve").removeprefix("http://testserver")
    for stranger in (other, room_of("tom")):
        answer = stranger.get(back)
        assert (answer.status_code, "another window" in answer.text) == (400, True)
    assert client.get(back.replace("state=", "state=x")).status_code == 400
    # the state is gone with the first answer, so that even the right one comes too late now
    assert client.get(back).status_code == 400
    left = client.get("/sso/start")
    back = talk(left.headers["location"], "eve").removeprefix("http://testserver")
    held = dict(client.cookies)
    assert client.get(back).headers["location"] == "/sso/join"
    thief = room_of(oidc_sign_up="yes")
    for name, value in held.items():
        thief.cookies.set(name, value)
    assert thief.get(back).status_code == 400, "the provider takes a code once"


def test_signing_in_leads_nowhere_else_and_brings_a_new_token(room_of: Callable[..., TestClient]) -> None:
    tom = room_of("tom")
    assert come_back(tom, "tom.t", "/sso/link").headers["location"] == "/account?done=linked"
    client = room_of()
    client.cookies.set("rollwith", "a token that somebody planted")
    answer = come_back(client, "tom.t", "/sso/start?next=https://evil.example")
    assert answer.headers["location"] == "/"
    assert "planted" not in answer.headers["set-cookie"]


@pytest.mark.parametrize(("changed", "status", "words"), [
    ({"oidc_client_secret": "wrong"}, 400, "refused"),
    ({"oidc_sign_up": "no"}, 400, "No account here is linked"),
])  # fmt: skip
def test_why_one_does_not_get_in(
    room_of: Callable[..., TestClient], changed: dict[str, str], status: int, words: str
) -> None:
    answer = come_back(room_of(**changed), "eve")
    assert (answer.status_code, words in answer.text) == (status, True)


def test_clocks_that_disagree_are_told(room_of: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sso, "LEEWAY", -10_000_000)
    answer = come_back(room_of(), "eve")
    assert (answer.status_code, "clocks" in answer.text) == (400, True)


def test_a_provider_that_is_down_or_calls_itself_otherwise(
    room_of: Callable[..., TestClient], provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        answer = room_of(oidc_issuer=f"http://127.0.0.1:{free.getsockname()[1]}").get("/sso/start")
    assert (answer.status_code, "cannot be reached" in answer.text) == (502, True)
    other = provider.url.replace("localhost", "127.0.0.1")
    wrong = room_of(oidc_issuer=other).get("/sso/start")
    assert wrong.status_code == 502
    nothing = room_of(oidc_issuer=provider.url + "/nothing").get("/sso/start")
    assert nothing.status_code == 502
    assert "cannot be used" in caplog.text


def test_a_closed_account_stays_closed(room_of: Callable[..., TestClient], house: House) -> None:
    come_back(room_of("tom"), "tom.t", "/sso/link")
    accounts.deactivate(house.database, "tom")
    answer = come_back(room_of(), "tom.t")
    assert (answer.status_code, "account is closed" in answer.text) == (403, True)


def test_without_a_provider_there_is_nothing_of_it(visit: Callable[[str], TestClient]) -> None:
    client = visit("nobody")
    assert "/sso/" not in client.get("/sign-in").text
    assert [client.get(path).status_code for path in ("/sso/start", "/sso/callback", "/sso/join")] == [404] * 3


@pytest.mark.parametrize(
    ("verified", "email"), [(True, "tom@uni.example"), ("true", "tom@uni.example"), (False, ""), (None, "")]
)
def test_only_a_verified_address_counts(verified: object, email: str) -> None:
    claims = {"sub": 7, "name": " Tom \n T", "email": "Tom@Uni.example", "email_verified": verified}
    person = vouched("https://uni.example", claims)
    assert (person.subject, person.name, person.email) == ("7", "Tom T", email)


def test_an_account_opens_by_address_only_where_the_settings_say_so(house: House, provider: Provider) -> None:
    tom = accounts.find_user(house.database, "tom")
    accounts.set_email(house.database, tom, "Tom@Uni.example")
    person = Vouched(provider.url, "tom-at-uni", email="tom@uni.example")
    closed, opened = _with(house, provider).settings, _with(house, provider, oidc_link_by_email=True).settings
    assert identities.user_of(house.database, closed, person) is None
    assert identities.user_of(house.database, opened, Vouched(provider.url, "x", email="")) is None
    found = identities.user_of(house.database, opened, person)
    assert found is not None
    assert found.id == tom.id
    assert identities.user_of(house.database, closed, person) is not None, "linked from then on"


def test_user_names_from_the_provider_are_made_to_fit(house: House, provider: Provider) -> None:
    settings = _with(house, provider, oidc_sign_up="yes").settings

    def name(subject: str, **claims: str) -> str:
        person = Vouched(provider.url, subject, **claims)
        return identities.sign_up(house.database, settings, person, name="Somebody", class_code="").username

    assert name("1", username="tom") == "tom2"
    assert name("2", username="Tom@uni.example") == "tom3"
    assert name("3", username="Ü") == "trainee"
    assert name("4", email="una.m@uni.example") == "una.m"
    assert name("4", email="una.m@uni.example") == "una.m", "the same form twice makes one account"
    admin = accounts.find_user(house.database, "dana")
    assert people.search(house.database, admin, words="una.m").total == 1


def test_passwords_never_match_where_there_is_none(house: House, provider: Provider) -> None:
    settings = _with(house, provider, oidc_sign_up="yes").settings
    person = Vouched(provider.url, "subject", username="nopass")
    user: User = identities.sign_up(house.database, settings, person, name="No Password", class_code="")
    with pytest.raises(Invalid):
        accounts.sign_in(house.database, user.username, "!", 1)
    with pytest.raises(Invalid):
        accounts.confirm(user, PASSWORD)
