"""Who can see what, told before the first session, and the way there and back."""

from __future__ import annotations

import uuid

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.practice import accounts
from app.practice.house import House
from app.practice.informed import inform, readers_of, voice_host
from app.settings import Settings
from app.store.tables import Assistant, Classroom, Role, User
from tests.web.conftest import PASSWORD, PERSONA


@pytest.fixture
def newcomer(house: House) -> None:
    """Tom has not been told yet."""
    with house.database.write() as session:
        session.get_one(User, accounts.find_user(house.database, "tom").id).informed_at = None


@pytest.mark.usefixtures("newcomer")
def test_before_the_first_session_one_is_told_and_comes_back_to_where_one_wanted_to_go(tom: TestClient) -> None:
    wanted = f"/clients/{PERSONA}"
    asked = tom.get(f"{wanted}?meeting=anew")
    told = f"/before-you-start?next={wanted}"
    assert (asked.status_code, asked.headers["location"]) == (303, f"{told}%3Fmeeting%3Danew")
    sent = tom.post(f"{wanted}/sessions", data={"browser_id": str(uuid.uuid4())})
    assert (sent.status_code, sent.headers["location"]) == (303, told)
    assert 'scope="row"' not in tom.get("/sessions").text, "nothing was started"
    page = tom.get(told)
    assert f'name="next" value="{wanted}"' in page.text
    assert "I have read this" in page.text
    answer = tom.post("/before-you-start", data={"next": wanted})
    assert (answer.status_code, answer.headers["location"]) == (303, wanted)
    assert tom.get(wanted).status_code == 200
    assert tom.post(f"{wanted}/sessions").headers["location"].startswith("/sessions/")


@pytest.mark.usefixtures("newcomer")
@pytest.mark.parametrize("next", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", ""])
def test_an_address_from_outside_leads_nowhere(tom: TestClient, next: str) -> None:
    assert "elsewhere" not in tom.get("/before-you-start", params={"next": next}).text
    assert tom.post("/before-you-start", data={"next": next}).headers["location"] == "/clients"


def test_the_page_names_everybody_who_reads_and_can_be_read_again(house: House, tom: TestClient) -> None:
    zoe = accounts.add_user(house.database, username="zoe", name="Zoë <b>", password=PASSWORD, role=Role.INSTRUCTOR)
    user = accounts.find_user(house.database, "tom")
    page = tom.get("/before-you-start").text
    assert "Dana Instructor" in page
    assert "assistant" not in page
    assert "Iris" not in page, "she instructs another class"
    assert "I have read this" not in page
    assert "You read this on" in page
    with house.database.write() as session:
        room = session.exec(select(Classroom).where(Classroom.name == "Tuesday group")).one()
        session.add(Assistant(classroom_id=room.id, user_id=zoe.id))
    assert 'the assistant <b dir="auto">Zoë &lt;b&gt;</b>' in tom.get("/before-you-start").text
    found = readers_of(house, user)
    assert [(one.name, one.instructor, one.assistants) for one in found.classes] == [
        ("Tuesday group", "Dana Instructor", ("Zoë <b>",))
    ]
    assert (found.admins, found.elsewhere) == (["Dana Instructor"], "")


def test_an_instructor_of_ones_own_is_told_of_the_admins_alone(house: House) -> None:
    iris = accounts.find_user(house.database, "iris")
    assert readers_of(house, iris).classes == []
    assert readers_of(house, iris).admins == ["Dana Instructor"]
    assert readers_of(house, accounts.find_user(house.database, "dana")).admins == []


def test_the_first_reading_counts(house: House) -> None:
    before = accounts.find_user(house.database, "tom")
    inform(house.database, before)
    assert accounts.find_user(house.database, "tom").informed_at == before.informed_at


@pytest.mark.parametrize(
    ("model", "host"),
    [
        ("embedded", ""),
        ("org/name", ""),
        ("openai:big@http://localhost:8001/v1", ""),
        ("openai:big@http://127.0.0.1:8001/v1", ""),
        ("openai:big@http://[::1]:8001/v1", ""),
        ("openai:big@https://models.example.org/v1", "models.example.org"),
        ("openai:a@b@http://192.0.2.7:8001/v1", "192.0.2.7"),
    ],
)
def test_a_model_elsewhere_is_named(model: str, host: str) -> None:
    assert voice_host(Settings(model=model)) == host


def test_where_the_model_is_elsewhere_the_page_says_so(house: House, tom: TestClient) -> None:
    assert "nothing that you say is sent" in tom.get("/before-you-start").text
    house.settings.model = "openai:big@https://models.example.org/v1"
    page = tom.get("/before-you-start").text
    assert "models.example.org" in page
    assert "nothing that you say is sent" not in page
