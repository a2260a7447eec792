"""My data on the pages: seen, taken along, a session deleted by its owner or at the desk, the account deleted."""

from __future__ import annotations

import io
import json
import uuid
import zipfile

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.practice import accounts
from app.practice.errors import NotFound
from app.practice.house import House
from app.practice.passwords import NO_PASSWORD
from app.store.tables import Assistant, Classroom, Role, User
from tests.practice.doings import ended, summary
from tests.web.conftest import PASSWORD, exchange


@pytest.fixture
def over(tom: TestClient, room: str) -> str:
    """An ended session of Tom's."""
    exchange(tom, room, "It sounds like you are tired of being told.")
    tom.post(f"/sessions/{room}/end")
    return room


def test_what_is_stored_who_sees_it_and_where_to_delete_it(tom: TestClient, over: str) -> None:
    page = tom.get("/account/data").text
    for words in (
        "What is stored",
        "Who can see it",
        "Dana Instructor",
        "Take it along",
        "Signed-in browsers",
        "Codes",
    ):
        assert words in page, words
    assert f'href="/account/data/sessions/{over}/delete"' in page
    assert "Milestones" not in page, "there are none"


def test_nothing_yet(una: TestClient, visit: object) -> None:
    page = una.get("/account/data").text
    assert "There is no session yet." in page
    assert visit("nobody").get("/account/data").headers["location"] == "/sign-in?next=/account/data"  # type: ignore[operator]


def test_taking_it_along(tom: TestClient, over: str, una: TestClient) -> None:
    answer = tom.get("/account/data.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"].startswith('attachment; filename="rollwith-')
    assert [row["session"] for row in answer.json()["sessions"]] == [over]
    packed = tom.get("/account/data.zip")
    assert packed.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert b"tired of being told" in archive.read("turns.csv")
        assert archive.testzip() is None
    assert una.get("/account/data.json").json()["turns"] == []
    assert "tired of being told" not in json.dumps(una.get("/account/data.json").json())


def test_deleting_a_session_asks_first_and_says_what_goes(tom: TestClient, una: TestClient, over: str) -> None:
    address = f"/account/data/sessions/{over}/delete"
    page = tom.get(address).text
    assert "Delete this session?" in page
    assert "4 turns, with their codes and figures" in page
    assert "what instructors wrote" not in page, "they wrote nothing"
    for method in ("GET", "POST"):
        assert una.request(method, address).status_code == 404
    assert tom.get(f"/sessions/{over}/report").status_code == 200
    answer = tom.post(address)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/data?deleted=1#sessions")
    assert "The session is deleted." in tom.get("/account/data?deleted=1").text
    for path in (f"/sessions/{over}", f"/sessions/{over}/report", address):
        assert tom.get(path).status_code == 404
    assert tom.post(address).status_code == 404
    assert "This page fills as sessions end" in tom.get("/progress").text


def test_an_instructor_deletes_a_session_at_the_desk(
    tom: TestClient, dana: TestClient, iris: TestClient, una: TestClient, over: str
) -> None:
    dana.post(f"/review/{over}/summary", data={"text": "Well done."})
    address = f"/review/{over}/delete"
    page = dana.get(address).text
    assert 'The session of <b dir="auto">Tom Trainee</b>' in page
    assert "what instructors wrote about it" in page
    for method in ("GET", "POST"):
        assert iris.request(method, address).status_code == 404
        assert una.request(method, address).status_code == 403
    assert dana.post(address).headers["location"] == "/review?deleted=1"
    assert tom.get(f"/sessions/{over}/report").status_code == 404
    assert dana.get(f"/review/{over}").status_code == 404
    assert dana.get(f"/review/{uuid.uuid4()}/delete").status_code == 404


def test_deleting_the_account(tom: TestClient, dana: TestClient, house: House, over: str) -> None:
    page = tom.get("/account/delete").text
    assert "Delete your account?" in page
    assert "Who takes over?" not in page
    wrong = tom.post("/account/delete", data={"proof": "wrong"})
    assert wrong.status_code == 422
    assert "This is not your present password." in wrong.text
    assert "aria-invalid" in wrong.text
    answer = tom.post("/account/delete", data={"proof": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/deleted")
    assert 'rollwith=""' in answer.headers["set-cookie"]
    assert "Your account is deleted" in tom.get("/account/deleted").text
    with pytest.raises(NotFound):
        accounts.find_user(house.database, "tom")
    assert dana.get(f"/review/{over}").status_code == 404
    assert "Tom Trainee" not in dana.get("/review").text


def test_another_browser_is_signed_out_too(visit: object) -> None:
    one, two = visit("tom"), visit("tom")  # type: ignore[operator]
    one.post("/account/delete", data={"proof": PASSWORD})
    assert two.get("/account/data").headers["location"] == "/sign-in?next=/account/data"


def test_an_account_without_a_password_types_its_name(tom: TestClient, house: House) -> None:
    with house.database.write() as session:
        session.get_one(User, accounts.find_user(house.database, "tom").id).password_hash = NO_PASSWORD
    assert "Type tom to confirm." in tom.get("/account/delete").text
    assert tom.post("/account/delete", data={"proof": "una"}).status_code == 422
    assert tom.post("/account/delete", data={"proof": "tom"}).status_code == 303


def test_guessing_the_password_is_held_back(tom: TestClient) -> None:
    statuses = [tom.post("/account/delete", data={"proof": "wrong"}).status_code for _ in range(9)]
    assert statuses == [422] * 8 + [429]
    assert tom.post("/account/delete", data={"proof": PASSWORD}).status_code == 429


def test_the_only_admin_is_told_what_to_do_first(dana: TestClient) -> None:
    page = dana.get("/account/delete").text
    assert "You are the only admin. Make somebody else one first" in page
    assert 'name="proof"' not in page
    assert dana.post("/account/delete", data={"proof": PASSWORD}).status_code == 409


def test_an_instructor_hands_over_first(iris: TestClient, house: House, dana: TestClient) -> None:
    page = iris.get("/account/delete").text
    assert "Who takes over?" in page
    assert "Classes: 1" in page
    refused = iris.post("/account/delete", data={"proof": PASSWORD})
    assert (refused.status_code, "Choose who takes over" in refused.text) == (422, True)
    heir = accounts.find_user(house.database, "dana").id
    assert iris.post("/account/delete", data={"proof": PASSWORD, "heir": str(heir)}).status_code == 303
    assert "Other group" in dana.get("/classes").text


def test_an_assistant_cannot_delete(house: House, visit: object) -> None:
    zoe = accounts.add_user(house.database, username="zoe", name="Zoe", password=PASSWORD, role=Role.INSTRUCTOR)
    held = ended(house, accounts.find_user(house.database, "tom"), figures=summary())
    with house.database.write() as session:
        for room in session.exec(select(Classroom)):
            session.add(Assistant(classroom_id=room.id, user_id=zoe.id))
    client = visit("")  # type: ignore[operator]
    client.cookies.set("rollwith", accounts.sign_in(house.database, "zoe", PASSWORD, 1))
    assert client.post(f"/review/{held.id}/delete").status_code in (403, 404)
    assert client.get(f"/review/{held.id}/delete").status_code in (403, 404)
