"""Personas in the browser: the list, text checked, drafts, publishing over a file, going back, withdrawing, trials."""

from __future__ import annotations

import re
import uuid

import pytest
from fastapi.testclient import TestClient

from app.practice import persona_edits
from app.practice.house import House
from app.store.tables import PersonaEdit
from tests.web.conftest import exchange

RAY = "ray-drink-driving"
PATHS = ("", f"/{RAY}", f"/{RAY}/edit", f"/{RAY}/changes?old=0&new=0", f"/{RAY}/trials/x")


@pytest.fixture
def ray(house: House) -> str:
    """The text of Ray's file."""
    return persona_edits.file_text(house, RAY)


def save(client: TestClient, source: str, action: str = "save", persona: str = RAY, note: str = "") -> int:
    return client.post(f"/personas/{persona}/edit", data={"source": source, "action": action, "note": note}).status_code


@pytest.mark.parametrize("path", PATHS)
def test_personas_are_for_instructors(tom: TestClient, path: str) -> None:
    assert tom.get(f"/personas{path}").status_code == 403


def test_a_trainee_can_change_nothing(tom: TestClient, house: House, ray: str) -> None:
    for path in ("edit", "check", "try", "run", "withdraw", "discard", "revisions/1/publish"):
        assert tom.post(f"/personas/{RAY}/{path}", data={"source": ray}).status_code == 403
    assert not persona_edits.revisions(house, RAY)


def test_the_list_tells_where_everybody_comes_from_and_how_often_they_were_met(dana: TestClient, room: str) -> None:
    page = dana.get("/personas").text
    assert "Ray Kovach" in page
    assert "The Thursday group" in page
    assert "1 session, 1 version" in page
    assert page.count("Ships with Rollwith") == 16
    assert room


class TestChecking:
    @pytest.mark.parametrize(
        ("old", "new", "line", "says"),
        [
            ("difficulty: hard", "difficulty: awful", 6, "'gentle', 'moderate' or 'hard'"),
            ("name: Ray Kovach", "name: [Ray", 2, "not valid YAML"),
            ("id: ray-drink-driving", "id: roy", 1, "make them equal"),
            ("age: 46", "aged: 46", 3, "unknown field (did you mean 'age'?); known here are age"),
        ],
    )
    def test_a_slip_is_told_with_line_and_what_would_be_right(
        self, dana: TestClient, ray: str, old: str, new: str, line: int, says: str
    ) -> None:
        assert old in ray
        answer = dana.post(f"/personas/{RAY}/check", data={"source": ray.replace(old, new, 1)}).json()
        assert any(says in slip["says"] and abs(slip["line"] - line) <= 1 for slip in answer["slips"])

    def test_a_name_inside_a_line_leads_to_its_line(self, dana: TestClient, ray: str) -> None:
        found = re.search(r"- \{text: \"[^\"]+\", about: \[(\w+)", ray)
        assert found
        broken = ray[: found.start(1)] + "nowhere" + ray[found.end(1) :]
        slip = dana.post(f"/personas/{RAY}/check", data={"source": broken}).json()["slips"][0]
        assert slip["line"] == ray[: found.start()].count("\n") + 1
        assert "unknown topic 'nowhere'" in slip["says"]

    def test_a_sound_text_gets_hints_for_what_is_thin(self, dana: TestClient, ray: str) -> None:
        answer = dana.post(f"/personas/{RAY}/check", data={"source": ray}).json()
        assert answer["slips"] == []
        assert answer["lines"] > 40
        thin = ray.replace("topics:\n", "topics:\n  zebra: [zebra]\n", 1)
        hints = dana.post(f"/personas/{RAY}/check", data={"source": thin}).json()["hints"]
        assert any("zebra (none)" in hint for hint in hints)

    def test_the_bank_loses_what_names_a_topic_that_is_gone(self, dana: TestClient, ray: str, house: House) -> None:
        fact = next(r.fact for m in house.personas[RAY].bank for r in m.replies if r.fact)
        renamed = re.sub(rf"\b{fact}\b", f"{fact}_2", ray)
        answer = dana.post(f"/personas/{RAY}/check", data={"source": renamed}).json()
        assert answer["slips"] == []
        assert any("of the bank name" in hint for hint in answer["hints"])

    @pytest.mark.parametrize("text", ["", "just words", "- a list", "a: &x [1]\nb: *x", "[" * 3000, "id: 2026-99-99"])
    def test_no_text_breaks_the_check(self, dana: TestClient, text: str) -> None:
        answer = dana.post(f"/personas/{RAY}/check", data={"source": text})
        assert answer.status_code == 200
        assert answer.json()["slips"]

    def test_without_script_the_text_comes_back_with_its_errors(self, dana: TestClient, house: House) -> None:
        answer = dana.post(f"/personas/{RAY}/edit", data={"source": "name: <Roy>", "action": "check"})
        assert "name: &lt;Roy&gt;</textarea>" in answer.text
        assert "is missing" in answer.text
        assert not persona_edits.revisions(house, RAY)


class TestRevisions:
    def test_a_draft_is_kept_even_if_broken_and_nobody_meets_it(self, dana: TestClient, house: House) -> None:
        assert save(dana, "name: Roy") == 303
        assert "name: Roy</textarea>" in dana.get(f"/personas/{RAY}/edit").text
        assert house.personas[RAY].name == "Ray Kovach"
        assert save(dana, "name: Rory") == 303
        assert [r.state for r in persona_edits.revisions(house, RAY)] == ["draft"]

    def test_another_instructor_s_draft_is_not_written_over(
        self, dana: TestClient, iris: TestClient, house: House
    ) -> None:
        save(dana, "name: Roy")
        save(iris, "name: Rory")
        assert [(r.number, r.author) for r in persona_edits.revisions(house, RAY)] == [
            (2, "Iris"),
            (1, "Dana Instructor"),
        ]

    def test_what_is_published_is_met_at_once(self, dana: TestClient, tom: TestClient, house: House, ray: str) -> None:
        assert save(dana, ray.replace("name: Ray Kovach", "name: Roy Kovach"), "publish", note="Roy") == 303
        assert "Roy Kovach" in tom.get("/clients").text
        assert house.groups["thursday-group"].people[RAY].name == "Roy Kovach"
        assert len(house.personas[RAY].bank) == len(house.files.personas[RAY].bank)
        assert "Edited here" in dana.get("/personas").text

    def test_what_is_broken_is_not_published_and_not_lost(self, dana: TestClient, house: House) -> None:
        answer = dana.post(f"/personas/{RAY}/edit", data={"source": "name: Roy", "action": "publish"})
        assert answer.status_code == 422
        assert "name: Roy</textarea>" in answer.text
        assert [r.state for r in persona_edits.revisions(house, RAY)] == ["draft"]
        assert house.personas[RAY].name == "Ray Kovach"

    def test_publishing_the_file_s_own_text_is_refused(self, dana: TestClient, ray: str) -> None:
        assert save(dana, ray, "publish") == 422

    def test_a_session_keeps_the_version_that_it_began_with(
        self, dana: TestClient, tom: TestClient, room: str, ray: str
    ) -> None:
        assert save(dana, ray.replace("name: Ray Kovach", "name: Roy Kovach"), "publish") == 303
        exchange(tom, room, "What brings you here?")
        assert "Ray Kovach" in tom.get(f"/sessions/{room}").text
        new = tom.post(f"/clients/{RAY}/sessions", data={"browser_id": str(uuid.uuid4())}).headers["location"]
        assert "Roy Kovach" in tom.get(new).text
        used = dana.get(f"/personas/{RAY}").text
        assert used.count("<code>") == 2
        dana.post(f"/personas/{RAY}/withdraw")
        assert "Roy Kovach" in tom.get(new).text

    def test_going_back_and_withdrawing(self, dana: TestClient, house: House, ray: str) -> None:
        for name in ("Roy", "Rory"):
            save(dana, ray.replace("name: Ray Kovach", f"name: {name} Kovach"), "publish")
        assert house.personas[RAY].name == "Rory Kovach"
        assert dana.post(f"/personas/{RAY}/revisions/1/publish").status_code == 303
        assert house.personas[RAY].name == "Roy Kovach"
        assert [r.state for r in persona_edits.revisions(house, RAY)] == ["in use", "published", "published"]
        page = dana.get(f"/personas/{RAY}/changes?old=2&new=3").text
        assert "name: Rory Kovach" in page
        assert "name: Roy Kovach" in page
        assert dana.post(f"/personas/{RAY}/withdraw").status_code == 303
        assert house.personas[RAY].name == "Ray Kovach"
        assert dana.post(f"/personas/{RAY}/withdraw").status_code == 404
        assert dana.post(f"/personas/{RAY}/revisions/9/publish").status_code == 404

    def test_a_draft_can_be_thrown_away_by_its_author(self, dana: TestClient, iris: TestClient, house: House) -> None:
        save(dana, "name: Roy")
        assert iris.post(f"/personas/{RAY}/discard").status_code == 404
        assert dana.post(f"/personas/{RAY}/discard").status_code == 303
        assert not persona_edits.revisions(house, RAY)

    def test_a_house_opens_with_what_is_published_and_without_what_is_broken(
        self, dana: TestClient, house: House, ray: str
    ) -> None:
        save(dana, ray.replace("name: Ray Kovach", "name: Roy Kovach"), "publish")
        author = persona_edits.revisions(house, RAY)[0].author_id
        with house.database.write() as session:
            for persona_id in ("jaden-school", "thursday-group"):
                edit = PersonaEdit(persona_id=persona_id, revision=1, author_id=author, source="name: x")
                edit.published_at = edit.created_at
                session.add(edit)
        again = House(
            house.settings, house.database, house.engine, house.coder, house.files.personas, house.files.groups
        )
        troubles = persona_edits.use_published(again)
        assert set(troubles) == {"jaden-school", "thursday-group"}
        assert again.personas[RAY].name == "Roy Kovach"
        assert again.personas["jaden-school"].name == "Jaden Mercer"
        persona_edits.use_published(house)
        assert "Not in use" in dana.get("/personas").text
        assert "is missing" in dana.get("/personas/jaden-school").text


class TestNewOnes:
    def test_a_new_persona_is_a_copy_and_met_once_published(
        self, dana: TestClient, tom: TestClient, house: House
    ) -> None:
        answer = dana.post("/personas", data={"persona_id": "roy-copy", "like": RAY})
        assert answer.headers["location"] == "/personas/roy-copy/edit"
        page = dana.get("/personas/roy-copy/edit").text
        assert "\nid: roy-copy\n" in page
        assert "Draft, not published" in dana.get("/personas").text
        assert tom.get("/clients/roy-copy").status_code == 404
        assert save(dana, persona_edits.text_of(house, "roy-copy").source, "publish", "roy-copy") == 303
        assert tom.get("/clients/roy-copy").status_code == 200
        assert not house.personas["roy-copy"].bank
        began = tom.post("/clients/roy-copy/sessions", data={"browser_id": str(uuid.uuid4())}).headers["location"]
        dana.post("/personas/roy-copy/withdraw")
        assert tom.get("/clients/roy-copy").status_code == 404
        assert tom.get(began).status_code == 200

    @pytest.mark.parametrize("persona_id", ["", "Roy Copy", "roy--copy", "-roy", "x" * 61, RAY, "thursday-group"])
    def test_an_id_that_will_not_do_is_told(self, dana: TestClient, persona_id: str) -> None:
        answer = dana.post("/personas", data={"persona_id": persona_id, "like": RAY})
        assert answer.status_code == 422
        assert 'id="new-error"' in answer.text

    def test_nobody_is_copied_from_nowhere(self, dana: TestClient) -> None:
        assert dana.post("/personas", data={"persona_id": "roy-copy", "like": "nobody"}).status_code == 404
        for path in ("/personas/nobody", "/personas/nobody/edit"):
            assert dana.get(path).status_code == 404


class TestGroups:
    def test_a_group_is_edited_like_a_person(self, dana: TestClient, tom: TestClient, house: House) -> None:
        text = persona_edits.text_of(house, "thursday-group").source
        bad = dana.post(
            "/personas/thursday-group/check", data={"source": text.replace("id: ray-drink", "id: roy-drink")}
        )
        assert any("roy-drink" in slip["says"] for slip in bad.json()["slips"])
        assert dana.get("/personas/thursday-group/edit").status_code == 200
        named = text.replace("name: The Thursday group", "name: The Friday group")
        assert named != text
        assert save(dana, named, "publish", "thursday-group") == 303
        assert "The Friday group" in tom.get("/clients").text
        assert "lonnie-silent" in house.groups["thursday-group"].people
        assert dana.post("/personas/thursday-group/withdraw").status_code == 303
        assert "The Thursday group" in tom.get("/clients").text

    def test_a_new_group_meets_people_who_were_written_here(self, dana: TestClient, house: House, ray: str) -> None:
        save(dana, ray.replace("name: Ray Kovach", "name: Roy Kovach"), "publish")
        dana.post("/personas", data={"persona_id": "friday-group", "like": "thursday-group"})
        text = persona_edits.text_of(house, "friday-group").source
        assert save(dana, text, "publish", "friday-group") == 303
        assert house.groups["friday-group"].people[RAY].name == "Roy Kovach"
        for path in ("try", "run"):
            assert dana.post(f"/personas/friday-group/{path}", data={"source": text}).status_code == 422


class TestTrials:
    def begin(self, client: TestClient, source: str) -> str:
        answer = client.post(f"/personas/{RAY}/try", data={"source": source})
        assert answer.status_code == 303
        return str(answer.headers["location"])

    def test_a_draft_talks_and_nothing_of_it_is_stored(
        self, dana: TestClient, iris: TestClient, tom: TestClient, house: House, ray: str
    ) -> None:
        page = self.begin(dana, ray.replace("name: Ray Kovach", "name: Roy Kovach"))
        assert "Roy Kovach" in dana.get(page).text
        assert dana.post(page, data={"text": "You feel pushed into this."}).status_code == 303
        told = dana.get(page).text
        assert "You feel pushed into this." in told
        for words in ("resistance", "Meant to", "Did"):
            assert words in told
        assert dana.post(page, data={"text": " "}).status_code == 422
        for other in (iris, tom):
            assert other.get(page).status_code in (403, 404)
        assert "No session yet." in dana.get(f"/personas/{RAY}").text
        assert house.personas[RAY].name == "Ray Kovach"

    def test_a_broken_draft_cannot_be_tried_but_is_kept(self, dana: TestClient) -> None:
        for path in ("try", "run"):
            answer = dana.post(f"/personas/{RAY}/{path}", data={"source": "name: Roy"})
            assert answer.status_code == 422
            assert "name: Roy</textarea>" in answer.text

    def test_a_quick_run_tells_two_sessions(self, dana: TestClient, ray: str) -> None:
        told = dana.post(f"/personas/{RAY}/run", data={"source": ray}).text
        assert "With a good counsellor" in told
        assert "With a poor counsellor" in told
        assert told.count('class="said-by me"') == 10

    def test_a_trial_ends_with_the_next_one(self, dana: TestClient, ray: str) -> None:
        first = self.begin(dana, ray)
        self.begin(dana, ray)
        assert dana.get(first).status_code == 404
