"""Classes: codes, invitations, assistants, archiving; who may do what."""

from __future__ import annotations

import csv
import html
import io
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.practice.house import House
from app.practice.invitations import MOST_LINES, read_list
from app.store.tables import Assistant, Classroom, Invitation, Membership, Role, User, now


def class_of(house: House, name: str = "Tuesday group") -> Classroom:
    with house.database.read() as session:
        return session.exec(select(Classroom).where(Classroom.name == name)).one()


def user_of(house: House, username: str) -> User:
    with house.database.read() as session:
        return session.exec(select(User).where(User.username == username)).one()


def text(answer: Any) -> str:
    return html.unescape(answer.text)


def test_open_rename_archive_and_bring_back(house: House, dana: TestClient) -> None:
    assert "A class needs a name" in dana.post("/classes", data={"name": " "}).text
    answer = dana.post("/classes", data={"name": "Evening <i>group</i>"})
    address = answer.headers["location"]
    page = dana.get(address).text
    assert "Evening &lt;i&gt;group&lt;/i&gt;" in page
    assert "Nobody has joined yet" in page
    assert dana.post(f"{address}/name", data={"name": ""}).status_code == 422
    dana.post(f"{address}/name", data={"name": "Morning group"})
    dana.post(f"{address}/archive", data={"archived": "yes"})
    assert "This class is archived" in dana.get(address).text
    assert "One archived class" in dana.get("/classes").text
    assert dana.post(f"{address}/code").status_code == 409
    code = class_of(house, "Morning group").code
    late = {"class_code": code, "name": "Lee", "username": "lee", "password": "four words in a row"}
    assert "No class has this code" in dana.__class__(dana.app).post("/join", data=late).text
    dana.post(f"{address}/archive", data={"archived": "no"})
    assert "This class is archived" not in dana.get(address).text


def test_only_its_own_people_see_a_class(house: House, dana: TestClient, iris: TestClient, tom: TestClient) -> None:
    address = f"/classes/{class_of(house, 'Other group').id}"
    tuesday = f"/classes/{class_of(house).id}"
    assert iris.get(address).status_code == 200
    assert iris.get(tuesday).status_code == 404
    assert tom.get(tuesday).status_code == 403
    assert dana.get(address).status_code == 200  # an admin
    for path in ("name", "archive", "code", "assistant-code", "hand-over", "invitations", "assignments"):
        assert iris.post(f"{tuesday}/{path}", data={"name": "Mine now"}).status_code == 404, path


def test_a_new_code_shuts_the_old_one(house: House, dana: TestClient, visit: Any) -> None:
    before = class_of(house)
    dana.post(f"/classes/{before.id}/code")
    after = class_of(house)
    assert after.code != before.code
    form = {"name": "Lee", "username": "lee", "password": "four words in a row"}
    assert visit().post("/join", data=form | {"class_code": before.code}).status_code == 422
    assert visit().post("/join", data=form | {"class_code": after.code.lower()}).status_code == 303


def test_assistants_review_and_change_nothing(house: House, dana: TestClient, iris: TestClient) -> None:
    room = class_of(house)
    address = f"/classes/{room.id}"
    dana.post(f"{address}/assistant-code", data={"wanted": "yes"})
    code = class_of(house).assistant_code
    assert code
    assert "No class has this code" in iris.post("/classes/join", data={"code": "AAAA-AAAA"}).text
    assert iris.post("/classes/join", data={"code": code}).headers["location"] == "/classes"
    page = text(iris.get(address))
    assert "You assist in this class" in page
    assert code not in page
    assert "Set an assignment" not in page
    assert iris.get("/review").status_code == 200
    tom = user_of(house, "tom")
    assert iris.get(f"/dashboard/trainees/{tom.id}").status_code == 200
    for path in ("name", "archive", "code", "invitations", f"trainees/{tom.id}/remove"):
        assert iris.post(f"{address}/{path}", data={"name": "Mine"}).status_code == 403, path
    assert iris.post(f"/people/{tom.id}/reset-link").status_code == 404
    dana.post(f"{address}/assistants/{user_of(house, 'iris').id}/remove")
    assert iris.get(address).status_code == 404


def test_somebody_new_signs_up_as_an_assistant(house: House, dana: TestClient, visit: Any) -> None:
    room = class_of(house)
    dana.post(f"/classes/{room.id}/assistant-code", data={"wanted": "yes"})
    form = {"name": "Sam", "username": "samuel", "password": "four words in a row"}
    answer = visit().post("/join", data=form | {"class_code": class_of(house).assistant_code})
    assert answer.headers["location"] == "/dashboard"
    user = user_of(house, "samuel")
    assert user.role == Role.INSTRUCTOR
    with house.database.read() as session:
        assert session.get(Assistant, (room.id, user.id)) is not None
    dana.post(f"/classes/{room.id}/assistant-code", data={"wanted": "no"})
    assert class_of(house).assistant_code is None


def test_a_trainee_is_no_assistant_but_joins_a_second_class(house: House, dana: TestClient, tom: TestClient) -> None:
    room, other = class_of(house), class_of(house, "Other group")
    dana.post(f"/classes/{room.id}/assistant-code", data={"wanted": "yes"})
    code = class_of(house).assistant_code
    assert tom.post("/classes/join", data={"code": code}).status_code == 422
    assert "You are in Other group" in tom.post("/classes/join", data={"code": other.code}).text
    assert tom.get("/join?code=X", follow_redirects=False).headers["location"] == "/classes/join?code=X"
    with house.database.read() as session:
        assert session.get(Membership, (other.id, user_of(house, "tom").id)) is not None


def test_a_trainee_is_removed_and_keeps_what_is_theirs(
    house: House, dana: TestClient, tom: TestClient, room: str
) -> None:
    address = f"/classes/{class_of(house).id}"
    dana.post(f"{address}/trainees/{user_of(house, 'tom').id}/remove")
    assert "Tom Trainee" not in dana.get(address).text
    assert tom.get(f"/sessions/{room}").status_code == 200


def test_handing_a_class_over(house: House, iris: TestClient) -> None:
    address = f"/classes/{class_of(house, 'Other group').id}"
    for username, words in (("nobody", "No instructor has"), ("tom", "No instructor has"), ("iris", "run this class")):
        answer = iris.post(f"{address}/hand-over", data={"username": username})
        assert answer.status_code == 422
        assert words in answer.text
    iris.post(f"{address}/hand-over", data={"username": " Dana "})
    assert class_of(house, "Other group").instructor_id == user_of(house, "dana").id
    assert "You assist in this class" in text(iris.get(address))


LISTS = {
    "plain": "Ada Okafor,ada@example.org\nBo Lind,bo@example.org\n",
    "with headings, a mark, semicolons and Windows ends": (
        "\ufeffName;Email\r\nAda Okafor;ada@example.org\r\nBo Lind;BO@example.org\r\n"
    ),
    "the other way round": "email,name\nada@example.org,Ada Okafor\nbo@example.org,Bo Lind\n",
    "tabs and blank lines": "Ada Okafor\tada@example.org\n\n\nBo Lind\tbo@example.org",
    "quotes": '"Okafor, Ada",ada@example.org\n"Bo ""B"" Lind",bo@example.org\n',
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_as_spreadsheets_write_them(name: str) -> None:
    entries, problems = read_list(LISTS[name])
    assert problems == []
    assert [one.email for one in entries] == ["ada@example.org", "bo@example.org"]
    assert {one.name for one in entries} <= {"Ada Okafor", "Okafor, Ada", "Bo Lind", 'Bo "B" Lind'}


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ("Ada", "email", "a name and an address are needed"),
        (",ada@example.org", "name", "the name is missing"),
        ("Ada,ada at example", "email", "does not look like an e-mail address"),
        ("Ada,BO@example.org", "email", "stands in line 1 already"),
        (f"{'A' * 121},ada@example.org", "name", "longer than 120"),
    ],
)
def test_what_is_wrong_is_told_by_line_and_column(line: str, column: str, says: str) -> None:
    entries, (problem,) = read_list(f"Bo,bo@example.org\n{line}\nCy,cy@example.org\n")
    assert (problem.line, problem.column) == (2, column)
    assert says in problem.message
    assert [one.name for one in entries] == ["Bo", "Cy"]


def test_a_thousand_people_and_no_more() -> None:
    many = "".join(f"P{number},p{number}@example.org\n" for number in range(MOST_LINES))
    assert len(read_list(many)[0]) == MOST_LINES
    entries, (problem,) = read_list(many + "One more,more@example.org\n")
    assert len(entries) == MOST_LINES
    assert problem.line == MOST_LINES + 1


def test_from_a_list_to_a_place(house: House, dana: TestClient, visit: Any) -> None:
    room = class_of(house)
    address = f"/classes/{room.id}"
    people = "=Ada,ada@example.org\nBo,bo@example.org"
    preview = text(dana.post(f"{address}/invitations/preview", data={"people": people}))
    assert "2 people will be invited" in preview
    assert "Mail is not set up" in preview
    with house.database.read() as session:
        assert not session.exec(select(Invitation)).all()
    assert dana.post(f"{address}/invitations", data={"people": people}).status_code == 303
    again = text(dana.post(f"{address}/invitations/preview", data={"people": people}))
    assert "Invited already" in again
    assert "will be invited" not in again
    rows = list(csv.DictReader(io.StringIO(dana.get(f"{address}/invitations.csv").text.removeprefix("\ufeff"))))
    assert [row["name"] for row in rows] == ["'=Ada", "Bo"]
    link = rows[1]["link"].split("testserver", 1)[1]
    page = visit().get(link)
    assert 'value="Bo"' in page.text
    assert "bo@example.org" in page.text
    token = link.split("invite=", 1)[1]
    form = {"invite": token, "name": "Bo L", "username": "bolind", "password": "four words in a row"}
    assert "Please choose another" in visit().post("/join", data=form | {"username": "tom"}).text
    assert visit().post("/join", data=form).headers["location"] == "/clients"
    assert user_of(house, "bolind").email == "bo@example.org"
    assert "joined" in dana.get(address).text
    assert "opens nothing any more" in text(visit().get(link))
    used = visit().post("/join", data=form | {"username": "bolind2"})
    assert used.status_code == 404
    assert "In the class already" in text(dana.post(f"{address}/invitations/preview", data={"people": people}))


def test_a_wrong_list_is_shown_and_nothing_is_lost(house: House, dana: TestClient) -> None:
    address = f"/classes/{class_of(house).id}"
    for path in ("invitations/preview", "invitations"):
        answer = dana.post(f"{address}/{path}", data={"people": "Ada,ada@example.org\nBo"})
        assert answer.status_code == 422
        assert "Line 2, column email" in text(answer)
        assert "Ada,ada@example.org" in text(answer)
    assert "nobody in this list yet" in text(dana.post(f"{address}/invitations/preview", data={"people": " "}))


def test_a_file_is_read_as_well(house: House, dana: TestClient) -> None:
    address = f"/classes/{class_of(house).id}/invitations/preview"
    good = {"file": ("class.csv", "Name,Email\nZoé,zoe@example.org\n".encode("utf-8-sig"), "text/csv")}
    assert "One person will be invited" in text(dana.post(address, files=good))
    bad = {"file": ("class.csv", "Zoé,zoe@example.org".encode("latin-1"), "text/csv")}
    answer = dana.post(address, files=bad)
    assert answer.status_code == 422
    assert "not UTF-8" in answer.text


def test_links_are_renewed_and_taken_back(house: House, dana: TestClient, iris: TestClient, visit: Any) -> None:
    address = f"/classes/{class_of(house).id}"
    dana.post(f"{address}/invitations", data={"people": "Ada,ada@example.org"})
    with house.database.write() as session:
        first = session.exec(select(Invitation)).one()
        first.expires_at = now()
        number, old = first.id, first.token
    assert "expired" in dana.get(address).text
    assert "opens nothing" in visit().get(f"/join?invite={old}").text
    other = f"/classes/{class_of(house, 'Other group').id}"
    assert iris.post(f"{other}/invitations/{number}/renew").status_code == 404
    dana.post(f"{address}/invitations/{number}/renew")
    with house.database.read() as session:
        fresh = session.exec(select(Invitation)).one().token
    assert fresh != old
    assert "Join Tuesday group" in visit().get(f"/join?invite={fresh}").text
    dana.post(f"{address}/invitations/{number}/revoke")
    assert "opens nothing" in visit().get(f"/join?invite={fresh}").text


def test_whoever_has_an_account_takes_the_place_with_it(house: House, iris: TestClient, tom: TestClient) -> None:
    address = f"/classes/{class_of(house, 'Other group').id}"
    iris.post(f"{address}/invitations", data={"people": "Tom,tom@example.org"})
    with house.database.read() as session:
        token = session.exec(select(Invitation)).one().token
    assert "Join with this account" in tom.get(f"/join?invite={token}").text
    assert "You are in Other group" in tom.post("/join/place", data={"invite": token}).text
    assert tom.post("/join/place", data={"invite": token}).status_code == 404
    assert re.search("Tom Trainee", iris.get(address).text)
