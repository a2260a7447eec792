"""A forgotten password: by mail, handed over, and what the links refuse."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from itsdangerous import TimestampSigner

from app.practice import accounts, resets
from app.practice.house import House
from app.practice.keys import secret_key
from app.practice.resets import Kind, Stale
from app.settings import Settings
from app.web.main import create_app
from tests.support.mailbox import MailBox, mail_server
from tests.web.conftest import PASSWORD, Town

NEW = "three quiet herons"


@pytest.fixture
def box() -> Iterator[MailBox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def posting(house: House, box: MailBox) -> TestClient:
    """A browser at a house that sends mail; Tom has an address."""
    settings = house.settings.model_copy(update=box.settings | {"base_url": "https://practice.example.org"})
    accounts.set_email(house.database, accounts.find_user(house.database, "tom"), "Tom@Example.org")
    app = create_app(House(settings, house.database, house.engine, house.coder, house.personas))
    return TestClient(app, follow_redirects=False)


def link_in(box: MailBox) -> str:
    found = re.search(r"https://practice\.example\.org(/reset/\S+)", box.messages[-1].get_content())
    assert found is not None
    return found[1]


def test_a_link_by_mail_works_once_and_signs_every_browser_out(
    posting: TestClient, box: MailBox, tom: TestClient, town: Town
) -> None:
    assert "Forgot your password?" in posting.get("/sign-in").text
    assert 'action="/forgot"' in posting.get("/forgot").text
    answer = posting.post("/forgot", data={"username": " TOM "})
    assert answer.headers["location"] == "/forgot?sent=1"
    assert "on its way" in posting.get("/forgot?sent=1").text
    assert box.messages[-1]["to"] == "tom@example.org"
    link = link_in(box)
    page = posting.get(link)
    assert "Tom Trainee" in page.text
    assert posting.get(link).status_code == 200, "looking at it, as mail scanners do, does not use it up"
    short = posting.post(link, data={"password": "short"})
    assert (short.status_code, "8 to 200" in short.text) == (422, True)
    assert posting.post(link, data={"password": NEW}).headers["location"] == "/sign-in?reset=1"
    assert "new password is set" in posting.get("/sign-in?reset=1").text
    assert [
        posting.get(link).status_code,
        posting.post(link, data={"password": "another one entirely"}).status_code,
    ] == [410] * 2
    assert tom.get("/account").status_code == 303
    assert posting.post("/sign-in", data={"username": "tom", "password": PASSWORD}).status_code == 422
    assert posting.post("/sign-in", data={"username": "tom", "password": NEW}).status_code == 303
    assert town.tokens["tom"] not in str(posting.cookies)


def test_the_answer_is_the_same_whoever_is_asked_for(posting: TestClient, box: MailBox, house: House) -> None:
    accounts.set_email(house.database, accounts.find_user(house.database, "iris"), "iris@example.org")
    accounts.deactivate(house.database, "iris")
    told = set()
    for name in ("tom@example.org", "una", "nobody", "iris", "", "x@y\r\nBcc: eve@example.org"):
        answer = posting.post("/forgot", data={"username": name})
        told.add((answer.status_code, answer.headers["location"], answer.text))
    assert len(told) == 1
    assert [message["to"] for message in box.messages] == ["tom@example.org"]


def test_asking_again_and_again_is_slowed_down(posting: TestClient, box: MailBox) -> None:
    statuses = [posting.post("/forgot", data={"username": name}).status_code for name in ("tom", "Tom", "TOM", "tom ")]
    assert statuses == [303, 303, 303, 429]
    assert len(box.messages) == 3
    assert posting.post("/forgot", data={"username": "una"}).status_code == 303
    many = [posting.post("/forgot", data={"username": f"guess {number}"}).status_code for number in range(20)]
    assert many[-1] == 429


def test_a_request_cannot_say_where_the_link_leads(posting: TestClient, box: MailBox) -> None:
    posting.post(
        "/forgot", data={"username": "tom"}, headers={"host": "evil.example", "x-forwarded-host": "evil.example"}
    )
    assert "evil.example" not in box.messages[-1].get_content()


def test_where_no_mail_is_sent_one_asks_the_instructor(visit: Callable[[str], TestClient]) -> None:
    client = visit("nobody")
    page = client.get("/forgot?sent=1").text
    assert "Ask your instructor" in page
    assert "<form" not in page
    assert client.post("/forgot", data={"username": "tom"}).headers["location"] == "/forgot"


def test_an_instructor_hands_a_link_over(dana: TestClient, iris: TestClient, tom: TestClient, house: House) -> None:
    user = accounts.find_user(house.database, "tom")
    page = dana.post(f"/people/{user.id}/reset-link")
    assert "A link for Tom Trainee" in page.text
    assert "within 24 hours" in page.text
    found = re.search(r"http://testserver(/reset/[^\s<\"]+)", page.text)
    assert found is not None
    assert iris.post(f"/people/{user.id}/reset-link").status_code == 404, "not of her classes"
    assert tom.post(f"/people/{user.id}/reset-link").status_code == 403
    assert tom.get("/account").status_code == 200, "the old password and its browsers stay until then"
    assert dana.post(found[1], data={"password": NEW}).status_code == 303
    assert tom.get("/account").status_code == 303


def test_an_instructor_cannot_open_a_colleagues_account(house: House, iris: TestClient, town: Town) -> None:
    """Not even where the colleague, or an admin, has joined the instructor's class."""
    from sqlmodel import select

    from app.store.tables import Classroom, Membership

    dana, una = (accounts.find_user(house.database, name) for name in ("dana", "una"))
    with house.database.write() as session:
        room = session.exec(select(Classroom).where(Classroom.code == town.empty_class_code)).one()
        session.add_all([Membership(classroom_id=room.id, user_id=user.id) for user in (dana, una)])
    assert iris.post(f"/people/{una.id}/reset-link").status_code == 200
    assert iris.post(f"/people/{dana.id}/reset-link").status_code == 404


def _token(house: House, username: str, kind: Kind) -> str:
    user = accounts.find_user(house.database, username)
    return resets.link_for(house.settings, user, kind).path.removeprefix("/reset/")


@pytest.mark.parametrize(("kind", "hours"), [(Kind.MAILED, 1), (Kind.HANDED, 24), (Kind.FIRST, 168)])
def test_a_link_grows_old(house: House, monkeypatch: pytest.MonkeyPatch, kind: Kind, hours: int) -> None:
    made = int(datetime.now(UTC).timestamp())
    token = _token(house, "tom", kind)
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: made + hours * 3600 - 5)
    assert resets.holder(house.database, house.settings, token).username == "tom"
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: made + hours * 3600 + 5)
    with pytest.raises(Stale):
        resets.use(house.database, house.settings, token, NEW)


def test_what_is_no_link_of_ours(house: House, visit: Callable[[str], TestClient]) -> None:
    token = _token(house, "tom", Kind.MAILED)
    forged = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        "handed." + token.removeprefix("mailed."),
        token.removeprefix("mailed."),
        "mailed.",
        "x",
        "mailed." + token,
    ]
    client = visit("nobody")
    assert [client.get(f"/reset/{one}").status_code for one in forged] == [410] * len(forged)
    other = house.settings.model_copy(update={"data_dir": house.settings.data_dir / "other"})
    with pytest.raises(Stale):
        resets.holder(house.database, other, token)


def test_a_link_dies_with_a_change_of_password_address_or_state(house: House) -> None:
    tom = accounts.find_user(house.database, "tom")

    def is_stale(token: str) -> bool:
        try:
            resets.holder(house.database, house.settings, token)
        except Stale:
            return True
        return False

    token = _token(house, "tom", Kind.MAILED)
    assert not is_stale(token)
    accounts.set_email(house.database, tom, "new@example.org")
    assert is_stale(token)
    token = _token(house, "tom", Kind.MAILED)
    accounts.set_password(house.database, "tom", NEW)
    assert is_stale(token)
    token = _token(house, "tom", Kind.MAILED)
    accounts.deactivate(house.database, "tom")
    assert is_stale(token)


def test_the_key_is_kept_for_one_pair_of_eyes(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path / "new")
    key = secret_key(settings)
    file = tmp_path / "new" / "secret.key"
    assert (len(key) > 40, secret_key(settings), file.stat().st_mode & 0o777) == (True, key, 0o600)
    assert list(file.parent.iterdir()) == [file]
    file.write_text("")
    assert len(secret_key(settings)) > 40, "an empty file is no key"
    assert secret_key(Settings(_env_file=None, data_dir=tmp_path, secret_key="set")) == "set"


def test_the_mail_says_how_long_a_link_is_good_for() -> None:
    assert timedelta(seconds=resets.GOOD_FOR[Kind.MAILED]) == timedelta(hours=1)
