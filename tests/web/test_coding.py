"""Blind double coding: who may ask whom, what a coder must not see, finishing, agreement."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.practice import review
from app.practice.accounts import find_user
from app.practice.house import House
from app.scoring.codes import CODES
from app.store.tables import Classroom, Coding, Role, User
from tests.web.conftest import exchange

ASK = re.compile(r'name="coder" value="([0-9a-f-]{36})"')


@pytest.fixture
def ended(tom: TestClient, room: str) -> str:
    """A session of Tom's with three utterances, ended."""
    exchange(tom, room, "You feel picked on. What happened?")
    exchange(tom, room, "You should stop, it sounds like.")
    tom.post(f"/sessions/{room}/end")
    return room


@pytest.fixture
def second(house: House) -> None:
    """Iris may see everything, so that she can be asked."""
    with house.database.write() as session:
        iris = session.exec(select(User).where(User.username == "iris")).one()
        iris.role = Role.ADMIN.value
        session.add(iris)


def user_id(house: House, name: str) -> str:
    return str(find_user(house.database, name).id)


def coding_of(house: House, name: str) -> str:
    coder = find_user(house.database, name)
    with house.database.read() as session:
        return str(session.exec(select(Coding.id).where(Coding.coder_id == coder.id)).one())


def code_all(client: TestClient, coding: str, *codes: str) -> None:
    """Give these codes in order and finish."""
    numbers = re.findall(r'id="u(\d+)"', client.get(f"/coding/{coding}").text)
    for number, code in zip(numbers, codes, strict=True):
        assert client.post(f"/coding/{coding}/utterances/{number}", data={"code": code}).status_code == 303
    assert client.post(f"/coding/{coding}/finish").status_code == 303


def test_trainees_are_kept_out(tom: TestClient, ended: str) -> None:
    for path in ("/coding", f"/review/{ended}/coding", f"/review/{ended}/agreement", f"/coding/{uuid.uuid4()}"):
        assert tom.get(path).status_code == 403


def test_who_runs_the_class_asks_those_who_may_see_it(
    dana: TestClient, iris: TestClient, house: House, ended: str
) -> None:
    path = f"/review/{ended}/coding"
    assert ASK.findall(dana.get(path).text) == [user_id(house, "dana")]
    assert iris.get(path).status_code == 404
    assert dana.post(path, data={}).status_code == 422
    stranger = dana.post(path, data={"coder": user_id(house, "iris")})
    assert (stranger.status_code, "may not see this session" in stranger.text) == (422, True)
    assert dana.post(path, data={"coder": user_id(house, "tom")}).status_code == 422
    assert dana.post(path, data={"coder": user_id(house, "dana")}).status_code == 303
    assert "Go on with yours" in dana.get(path).text
    assert coding_of(house, "dana") in dana.get("/coding").text


def test_a_running_session_is_not_coded(dana: TestClient, house: House, room: str) -> None:
    assert dana.post(f"/review/{room}/coding", data={"coder": user_id(house, "dana")}).status_code == 409


@pytest.mark.usefixtures("second")
def test_a_coder_sees_no_code_of_anybodys_and_nothing_that_hints_at_one(
    dana: TestClient, house: House, ended: str
) -> None:
    desk = find_user(house.database, "dana")
    view = review.review(house, desk, uuid.UUID(ended))
    said = [one for turn in view.turns for one in turn.utterances]
    review.correct(house, desk, said[0].id, "paradoxical")
    review.comment(house, desk, view.turns[1].id, "A remark of Dana's")
    review.write_summary(house, desk, uuid.UUID(ended), "A summary of Dana's")
    review.rate_globals(house, desk, uuid.UUID(ended), {"empathy": "5"})
    dana.post(f"/review/{ended}/coding", data={"coder": [user_id(house, "dana"), user_id(house, "iris")]})
    other = coding_of(house, "iris")
    with house.database.write() as session:
        coder = find_user(house.database, "iris")
        assert str(session.exec(select(Coding).where(Coding.coder_id == coder.id)).one().id) == other
    page = dana.get(f"/coding/{coding_of(house, 'dana')}").text
    transcript = page[page.index('<ol class="transcript') : page.index("</ol>")]
    assert "What happened?" in transcript
    hints = (
        "remark of Dana", "summary of Dana", "Resistance", "Trust", "80 %", "0.8", "data-model", "meter", "Tom",
        "keyword coder", "selected", "corrected", "Sustain talk",
    )  # fmt: skip
    for hint in hints:
        assert hint not in page, hint
    shown = re.sub(r"<select.*?</select>", "", transcript, flags=re.S)
    assert not [info.label for info in CODES.values() if f">{info.label}<" in shown]
    assert 'class="utterance unsure"' in shown
    assert not re.search(r'class="utterance (?!unsure)', shown)


@pytest.mark.usefixtures("second")
def test_coders_do_not_see_each_other_and_the_review_stays_shut_until_they_finish(
    dana: TestClient, iris: TestClient, house: House, ended: str
) -> None:
    dana.post(f"/review/{ended}/coding", data={"coder": [user_id(house, "dana"), user_id(house, "iris")]})
    mine, theirs = coding_of(house, "dana"), coding_of(house, "iris")
    assert iris.get(f"/coding/{mine}").status_code == 404
    assert iris.post(f"/coding/{mine}/utterances/1", data={"code": "other"}).status_code == 404
    assert iris.post(f"/coding/{mine}/finish").status_code == 404
    code_all(dana, mine, "paradoxical", "open_question", "persuade")
    page = iris.get(f"/coding/{theirs}").text
    assert "Paradoxical approach</span>" not in page[page.index('<ol class="transcript') : page.index("</ol>")]
    assert iris.get(f"/review/{ended}").headers["location"] == f"/coding/{theirs}"
    assert iris.get(f"/review/{ended}/agreement").status_code == 409
    code_all(iris, theirs, "simple_reflection", "open_question", "persuade")
    assert iris.get(f"/review/{ended}").status_code == 200
    agreed = iris.get(f"/review/{ended}/agreement").text
    assert "Dana Instructor" in agreed
    assert "The same code for 2 of 3 utterances." in agreed
    assert "From so few utterances" in agreed
    (number,) = {int(found) for found in re.findall(rf"/review/{ended}#u(\d+)", agreed)}
    assert f'id="u{number}"' in iris.get(f"/review/{ended}").text


def test_a_coding_is_kept_as_it_is_made_finished_whole_and_then_closed(
    dana: TestClient, house: House, ended: str
) -> None:
    dana.post(f"/review/{ended}/coding", data={"coder": user_id(house, "dana")})
    coding = coding_of(house, "dana")
    first, second, third = re.findall(r'id="u(\d+)"', dana.get(f"/coding/{coding}").text)
    path = f"/coding/{coding}/utterances"
    assert dana.post(f"{path}/{first}", data={"code": "nonsense"}).status_code == 422
    assert dana.post(f"{path}/999999", data={"code": "other"}).status_code == 404
    for number, code in ((first, "affirmation"), (first, "reframe"), (second, "other"), (second, "")):
        assert dana.post(f"{path}/{number}", data={"code": code}).status_code == 303
    page = dana.get(f"/coding/{coding}").text
    assert "1 of 3 coded" in page
    assert '<option value="reframe" selected>' in page
    early = dana.post(f"/coding/{coding}/finish")
    assert (early.status_code, "2 utterances have no code yet." in early.text) == (409, True)
    for number in (second, third):
        dana.post(f"{path}/{number}", data={"code": "other"})
    done = dana.post(f"/coding/{coding}/finish")
    assert done.headers["location"] == f"/review/{ended}/agreement"
    assert dana.post(f"{path}/{first}", data={"code": "other"}).status_code == 409
    assert "with a second one" in dana.get(f"/review/{ended}/agreement").text
    assert "<select" not in dana.get(f"/coding/{coding}").text


def test_a_coding_can_be_given_up_while_it_is_open(dana: TestClient, house: House, ended: str) -> None:
    dana.post(f"/review/{ended}/coding", data={"coder": user_id(house, "dana")})
    coding = coding_of(house, "dana")
    assert dana.post(f"/coding/{coding}/withdraw").headers["location"] == f"/review/{ended}/coding"
    assert dana.get(f"/review/{ended}").status_code == 200
    assert dana.get(f"/coding/{coding}").status_code == 404
    assert dana.post(f"/coding/{uuid.uuid4()}/withdraw").status_code == 404


@pytest.mark.usefixtures("second")
def test_agreement_over_a_class_and_nothing_of_another(
    dana: TestClient, iris: TestClient, visit: Callable[[str], TestClient], house: House, ended: str
) -> None:
    with house.database.read() as session:
        group = session.exec(select(Classroom.id).where(Classroom.name == "Tuesday group")).one()
        other = session.exec(select(Classroom.id).where(Classroom.name == "Other group")).one()
    assert "No session has been coded by two people yet." in dana.get("/coding").text
    dana.post(f"/review/{ended}/coding", data={"coder": [user_id(house, "dana"), user_id(house, "iris")]})
    code_all(dana, coding_of(house, "dana"), "simple_reflection", "open_question", "confront")
    code_all(iris, coding_of(house, "iris"), "simple_reflection", "open_question", "persuade")
    assert f"/coding/classes/{group}/agreement" in dana.get("/coding").text
    page = dana.get(f"/coding/classes/{group}/agreement").text
    assert "Agreement in Tuesday group" in page
    assert "1 session," in page
    assert "3 utterances coded by hand." in page
    empty = dana.get(f"/coding/classes/{other}/agreement")
    assert (empty.status_code, "Nobody has finished a coding yet." in empty.text) == (200, True)
    assert dana.get(f"/coding/classes/{uuid.uuid4()}/agreement").status_code == 404
    assert visit("una").get(f"/coding/classes/{group}/agreement").status_code == 403
