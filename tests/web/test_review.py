"""The review desk: ratings, snippets, mentions, the queue's filters, and the next one in it."""

from __future__ import annotations

import html
import json
import re
import uuid
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.practice.house import House
from app.scoring.codes import CODES
from app.store.tables import PracticeSession, Review
from app.web import keys
from app.web.mentions import mentioned, mentioned_codes
from tests.web.conftest import PERSONA, exchange
from training.corrections import correction_examples


@pytest.fixture
def ended(tom: TestClient, room: str) -> str:
    """A session of Tom's with three utterances, one of them uncertain, ended."""
    exchange(tom, room, "You feel picked on. What happened?")
    exchange(tom, room, "Perhaps it sounds like you are tired of it.")
    tom.post(f"/sessions/{room}/end")
    return room


def another(client: TestClient, words: str = "What happened?") -> str:
    """One more ended session of this trainee's."""
    answer = client.post(f"/clients/{PERSONA}/sessions", data={"browser_id": str(uuid.uuid4())})
    room: str = answer.headers["location"].rsplit("/", 1)[1]
    exchange(client, room, words)
    client.post(f"/sessions/{room}/end")
    return room


def ids(page: str, prefix: str) -> list[int]:
    return [int(number) for number in re.findall(rf'id="{prefix}(\d+)"', page)]


def rows(page: str) -> list[str]:
    """The sessions of a queue, in order."""
    return re.findall(r'scope="row"><a href="/review/([0-9a-f-]{36})', page)


def test_every_code_has_one_key_and_none_is_a_commands() -> None:
    assert set(keys.CODE_KEYS) == set(CODES)
    taken = [*keys.CODE_KEYS.values(), *keys.review_keys()]
    assert len(taken) == len(set(taken))
    assert all(len(key) == 1 for key in taken)
    assert sorted(code for group in keys.rubric() for code in group.codes) == sorted(CODES)


def test_the_page_shows_keys_meters_spans_and_what_is_uncertain(dana: TestClient, ended: str) -> None:
    page = dana.get(f"/review/{ended}").text
    first, second, third = ids(page, "u")
    assert page.count("data-code=") == 2 * len(CODES)
    assert f"<kbd>{keys.CODE_KEYS['complex_reflection']}</kbd>" in page
    assert '<meter min="0" max="1" value="0.8"' in page
    assert ">0–19</span>" in page
    assert f'<a href="#u{third}">' in page
    assert f'<a href="#u{first}">' not in page
    assert re.search(rf'id="u{third}"[^>]*data-model="complex_reflection" data-unsure', page)
    assert not re.search(rf'id="u{second}"[^>]*data-unsure', page)


def test_globals_take_the_place_of_the_estimates_everywhere(
    dana: TestClient, tom: TestClient, house: House, ended: str
) -> None:
    path = f"/review/{ended}/globals"
    page = dana.get(f"/review/{ended}").text
    assert "Hears what the client means beyond the words" in page
    assert "(yours)" not in page
    answer = dana.post(path, data={"empathy": "5", "partnership": "4", "cultivating": ""})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/review/{ended}#globals")
    page = dana.get(f"/review/{ended}").text
    assert page.count("(yours)") == 2
    assert 'name="empathy" value="5" checked' in page
    with house.database.read() as session:
        practice = session.exec(select(PracticeSession).where(PracticeSession.id == uuid.UUID(ended))).one()
        word = session.exec(select(Review)).one()
    assert word.globals_given == {"empathy": 5, "partnership": 4}
    assert practice.figures is not None
    assert (practice.figures["ratings"]["empathy"], practice.figures["ratings"]["relational"]) == (5, 4.5)
    assert "5.0" in tom.get(f"/sessions/{ended}/report").text
    assert dana.post(path, data={"empathy": "6"}).status_code == 422
    assert dana.post(path, data={"empathy": "2.5"}).status_code == 422
    dana.post(path, data={})
    assert "(yours)" not in dana.get(f"/review/{ended}").text


def test_a_mentioned_code_is_a_chip_with_its_meaning() -> None:
    text = "Nice #complex_reflection, not <b>@confront</b>; #nonsense #Complex_reflection #complex_reflections"
    assert mentioned_codes(text) == ["complex_reflection", "confront"]
    shown = mentioned(text)
    assert shown.count("fam ") == 2
    assert "Complex reflection</span>," in shown
    assert "&lt;b&gt;" in shown
    assert "#nonsense" in shown
    assert "#complex_reflections" in shown


def test_a_comment_that_mentions_a_code_tells_its_meaning(dana: TestClient, tom: TestClient, ended: str) -> None:
    turn = ids(dana.get(f"/review/{ended}").text, "t")[1]
    dana.post(f"/review/{ended}/turns/{turn}/comments", data={"text": "Here a #double_sided_reflection would fit."})
    page = dana.get(f"/review/{ended}").text
    assert "Double-sided reflection: holds both sides" in page
    assert "#double_sided_reflection" not in page
    assert "#double_sided_reflection" not in tom.get(f"/sessions/{ended}/report").text


def test_snippets_are_ones_own_and_can_be_put_into_the_summary(dana: TestClient, iris: TestClient, ended: str) -> None:
    path = f"/review/{ended}/snippets"
    assert dana.post(path, data={"text": " "}).status_code == 422
    assert dana.post(path, data={"text": "x" * 601}).status_code == 422
    assert dana.post(path, data={"text": "Go on like this."}).status_code == 303
    page = dana.get(f"/review/{ended}").text
    assert 'value="Go on like this."' in page
    dana.post(f"/review/{ended}/summary", data={"text": "Well done.", "insert": "Go on like this."})
    assert ">Well done. Go on like this.</textarea>" in dana.get(f"/review/{ended}").text
    snippet = int(re.findall(r"/snippets/(\d+)/delete", page)[0])
    assert iris.post(f"{path}/{snippet}/delete").status_code == 404
    assert dana.post(f"{path}/{snippet}/delete").status_code == 303
    assert 'value="Go on like this."' not in dana.get(f"/review/{ended}").text


def test_the_figures_suggest_sentences(dana: TestClient, ended: str) -> None:
    page = html.unescape(dana.get(f"/review/{ended}").text)
    assert "You listened more than you asked" in page or "questions and" in page
    assert "You gave no advice that nobody had asked for, and did not argue." in page


def test_marking_opens_the_next_one_and_keeps_what_was_written(dana: TestClient, tom: TestClient, ended: str) -> None:
    later = another(tom)
    query = "?status=to+review&sort=oldest"
    answer = dana.post(f"/review/{ended}/reviewed{query}", data={"reviewed": "yes", "text": "Well listened."})
    assert answer.headers["location"] == f"/review/{later}{query}&done={ended}"
    page = dana.get(answer.headers["location"]).text
    assert "This is the next one." in page
    assert f'href="/review/{ended}?status=to+review' in page
    assert ">Well listened.</textarea>" in dana.get(f"/review/{ended}").text
    last = dana.post(f"/review/{later}/reviewed{query}", data={"reviewed": "yes"})
    assert last.headers["location"] == f"/review/{later}{query}#word"


def test_the_next_one_follows_the_queue_as_it_was_opened(dana: TestClient, tom: TestClient, una: TestClient) -> None:
    sessions = [another(tom), another(una), another(tom)]

    def following(session: str, query: str) -> str | None:
        found = re.search(r'id="next" href="/review/([0-9a-f-]{36})', dana.get(f"/review/{session}{query}").text)
        return found[1] if found else None

    assert following(sessions[2], "?sort=newest") == sessions[1]
    assert following(sessions[2], "?sort=oldest") == sessions[0]
    assert following(sessions[0], "?sort=oldest&trainee=Tom") == sessions[2]
    assert following(sessions[0], "?trainee=Tom&persona=nobody") is None


def test_the_most_uncertain_come_first_and_filters_narrow(dana: TestClient, tom: TestClient, ended: str) -> None:
    sure = another(tom)
    assert rows(dana.get("/review?sort=unsure").text) == [ended, sure]
    assert rows(dana.get("/review?sort=newest").text) == [sure, ended]
    assert rows(dana.get("/review?mode=exam").text) == []
    assert rows(dana.get("/review?mode=coached").text) == [sure, ended]
    assert rows(dana.get(f"/review?classroom={uuid.uuid4()}").text) == []
    assert rows(dana.get("/review?classroom=nonsense").text) == []
    group = re.search(r'<option value="([0-9a-f-]{36})" >\s*Tuesday group', dana.get("/review").text)
    assert group is not None
    assert rows(dana.get(f"/review?classroom={group[1]}&status=to+review").text) == [sure, ended]
    assert rows(dana.get(f"/review?assignment={uuid.uuid4()}").text) == []


def test_tries_stand_with_their_session_and_not_in_the_queue(
    dana: TestClient, tom: TestClient, house: House, ended: str
) -> None:
    attempt = another(tom)
    with house.database.write() as session:
        row = session.exec(select(PracticeSession).where(PracticeSession.id == uuid.UUID(attempt))).one()
        row.parent_id, row.branched_at = uuid.UUID(ended), 1
        session.add(row)
    page = dana.get("/review").text
    assert rows(page) == [ended]
    assert f'href="/sessions/{ended}/tries">1 try' in page


def test_codes_from_people_can_be_downloaded_as_training_data(
    dana: TestClient, iris: TestClient, tom: TestClient, ended: str, tmp_path: Path
) -> None:
    first, *_ = ids(dana.get(f"/review/{ended}").text, "u")
    dana.post(f"/review/{ended}/utterances/{first}", data={"code": "affirmation"})
    answer = dana.get("/review/corrections.jsonl")
    assert answer.headers["content-disposition"] == 'attachment; filename="rollwith-corrections.jsonl"'
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [(line["text"], line["codes"]) for line in lines] == [
        ("You feel picked on.", ["affirmation"]),
        ("What happened?", []),
    ]
    file = tmp_path / "desk.jsonl"
    file.write_bytes(answer.content)
    (example,) = correction_examples([file])
    assert example.codes == (frozenset({"affirmation"}), frozenset())
    assert iris.get("/review/corrections.jsonl").text == ""
    assert tom.get("/review/corrections.jsonl").status_code == 403
