"""All accounts, for admins."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from app.practice import accounts, people
from app.practice.errors import Conflict, NotAllowed
from app.practice.house import House
from app.store.tables import Role
from tests.web.conftest import PASSWORD

NEW = "three quiet herons"


def _id(house: House, username: str) -> str:
    return str(accounts.find_user(house.database, username).id)


def test_only_admins_see_the_accounts(
    iris: TestClient, tom: TestClient, visit: Callable[[str], TestClient], house: House
) -> None:
    tom_id = _id(house, "tom")
    places = [("GET", "/people"), ("GET", "/people/invite"), ("POST", "/people/invite"), ("GET", f"/people/{tom_id}")]
    places += [("POST", f"/people/{tom_id}/{what}") for what in ("role", "close", "open", "sign-out")]
    for method, path in places:
        refused = iris.request(method, path, data={"role": "admin"})
        assert (refused.status_code, "This page is for admins" in refused.text) == (403, True), path
        assert tom.request(method, path, data={"role": "admin"}).status_code == 403, path
        assert visit("nobody").request(method, path).status_code == 303, path
    assert "/people" not in iris.get("/account").text


def test_the_list_is_searched_by_name_role_and_address(dana: TestClient, house: House) -> None:
    assert 'href="/people"' in dana.get("/account").text
    accounts.set_email(house.database, accounts.find_user(house.database, "una"), "una@example.org")

    def names(query: str) -> set[str]:
        return set(re.findall(r'<a href="/people/[0-9a-f-]{36}"[^>]*>([^<]+)', dana.get(f"/people{query}").text))

    everybody = {"Dana Instructor", "Iris", "Tom Trainee", "Una Úlfarsdóttir"}
    assert names("") == everybody
    assert names("?words=TOM") == {"Tom Trainee"}
    assert names("?words=una@example") == {"Una Úlfarsdóttir"}
    assert names("?role=instructor") == {"Iris"}
    assert names("?words=%25") == set()
    assert names("?words=_") == set()
    assert names("?role=nonsense&page=99") == everybody
    assert "4 accounts" in dana.get("/people").text
    assert "Nobody fits this." in dana.get("/people?words=zzz").text


def test_pages_of_the_list(dana: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "PER_PAGE", 3)
    first, second = dana.get("/people").text, dana.get("/people?page=2").text
    assert "Page 1 of 2" in first
    assert "Una" not in first
    assert "Una" in second


def test_a_role_is_given_and_taken(dana: TestClient, tom: TestClient, house: House) -> None:
    place = f"/people/{_id(house, 'tom')}"
    assert tom.get("/classes").status_code == 403
    assert dana.post(f"{place}/role", data={"role": "instructor"}).headers["location"] == f"{place}?done=role"
    assert "The role is changed." in dana.get(f"{place}?done=role").text
    assert tom.get("/classes").status_code == 200
    assert dana.post(f"{place}/role", data={"role": "owner"}).status_code == 422
    dana.post(f"{place}/role", data={"role": "trainee"})
    assert tom.get("/classes").status_code == 403


def test_an_account_is_closed_and_opened_again(dana: TestClient, tom: TestClient, house: House) -> None:
    place = f"/people/{_id(house, 'tom')}"
    dana.post(f"{place}/close")
    assert tom.get("/account").status_code == 303
    assert tom.post("/sign-in", data={"username": "tom", "password": PASSWORD}).status_code == 422
    page = dana.get(place).text
    assert "Open the account again" in page
    assert "reset-link" not in page
    dana.post(f"{place}/open")
    assert tom.post("/sign-in", data={"username": "tom", "password": PASSWORD}).status_code == 303
    dana.post(f"{place}/sign-out")
    assert tom.get("/account").status_code == 303


def test_nobody_locks_themselves_out(dana: TestClient, house: House) -> None:
    own = f"/people/{_id(house, 'dana')}"
    assert "your own account" in dana.get(own).text
    for path, form in ((f"{own}/role", {"role": "trainee"}), (f"{own}/close", {})):
        answer = dana.post(path, data=form)
        assert (answer.status_code, "Another admin" in answer.text) == (409, True)
    assert dana.get("/people").status_code == 200


def test_somebody_is_always_left_to_run_the_room(house: House) -> None:
    db = house.database
    dana = accounts.find_user(db, "dana")
    iris = accounts.find_user(db, "iris")
    people.change_role(db, dana, iris.id, Role.ADMIN)
    iris = accounts.find_user(db, "iris")
    people.change_role(db, iris, dana.id, Role.TRAINEE)
    with pytest.raises(NotAllowed):  # what Dana had on her screen is out of date
        people.change_role(db, dana, iris.id, Role.TRAINEE)
    with pytest.raises(Conflict):
        people.set_active(db, iris, iris.id, False)
    assert accounts.find_user(db, "iris").role == Role.ADMIN


def test_inviting_an_instructor_who_chooses_a_password(
    dana: TestClient, visit: Callable[[str], TestClient], house: House
) -> None:
    form = {"name": "Nils Neu", "username": "Nils", "email": "Nils@Example.org", "role": "instructor"}
    page = dana.post("/people/invite", data=form)
    assert "A link for Nils Neu" in page.text
    assert "within 7 days" in page.text
    link = re.search(r"http://testserver(/reset/[^\s<\"]+)", page.text)
    assert link is not None
    client = visit("nobody")
    assert client.post("/sign-in", data={"username": "nils", "password": "!"}).status_code == 422
    assert client.post(link[1], data={"password": NEW}).status_code == 303
    assert client.post("/sign-in", data={"username": "nils", "password": NEW}).status_code == 303
    assert client.get("/classes").status_code == 200
    assert client.post(link[1], data={"password": "another one entirely"}).status_code == 410
    assert accounts.find_user(house.database, "nils").email == "nils@example.org"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"username": "tom"}, "Another account has this user name"),
        ({"username": "x"}, "A user name has"),
        ({"name": " "}, "1 to 120 characters"),
        ({"email": "nils"}, "does not look like"),
        ({"role": "owner"}, "no such role"),
    ],
)
def test_what_an_invitation_needs(dana: TestClient, change: dict[str, str], words: str) -> None:
    form = {"name": "Nils Neu", "username": "nils", "email": "", "role": "instructor"} | change
    answer = dana.post("/people/invite", data=form)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert "<option" in answer.text


def test_an_account_that_is_not_there(dana: TestClient) -> None:
    nobody = "00000000-0000-0000-0000-000000000000"
    assert dana.get(f"/people/{nobody}").status_code == 404
    assert dana.post(f"/people/{nobody}/close").status_code == 404
    assert dana.get("/people/x").status_code == 404
