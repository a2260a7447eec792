"""`rollwith chat`: a session typed into a terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from app.llm.engine import EngineBusy, ModelDamaged
from app.practice.house import House
from tests.cli.conftest import PERSONA, Run, refused
from tests.support.engines import ScriptedEngine

TALK = "Hello Ray.\n\nYou feel they made an example of you.\n/help\nIt's your decision.\n/end\nnever read\n"


@pytest.mark.model
class TestChat:
    """With the real coder and people, and the written lines."""

    def test_a_session(self, run: Run, with_coder: House, tmp_path: Path) -> None:
        path = tmp_path / "session.jsonl"
        result = run("chat", "--persona", PERSONA, "--seed", "4", "--save", path, given=TALK)
        assert result.exit_code == 0, result.output
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        ray = with_coder.personas[PERSONA]
        said = " ".join(result.stdout.split())
        assert " ".join(ray.briefing.split()) in said
        assert ray.sheet.split(".")[1] not in said, "the sheet is secret"
        assert [row["counsellor"]["text"] for row in rows] == [
            "Hello Ray.",
            "You feel they made an example of you.",
            "It's your decision.",
        ]
        assert f"Ray: {rows[0]['previous']}" in said
        for row in rows:
            assert f"Ray: {row['client']['text']}" in said
        assert re.search(r"Autonomy \d\d", said)
        assert "Write something first." in said
        assert said.count("/help says this") == 2
        assert "Answers to resistance" in said
        assert f"Resistance {ray.start.resistance:.2f} → {rows[-1]['state']['resistance']:.2f}" in said

    @pytest.mark.usefixtures("with_coder")
    def test_the_end_of_the_input_ends_it_too(self, run: Run) -> None:
        result = run("chat", "--persona", PERSONA, given="Hello Ray.\n")
        assert result.exit_code == 0
        assert "Answers to resistance" in result.stdout

    @pytest.mark.usefixtures("with_coder")
    def test_nothing_said_is_nothing_measured(self, run: Run, data_folder: Path) -> None:
        result = run("chat", "--persona", PERSONA, given="/end\n")
        assert result.exit_code == 0
        assert "nothing to measure" in result.stdout
        assert list(data_folder.iterdir()) == [], "nothing is stored"

    def test_a_persona_is_chosen_by_number_or_id(self, run: Run, with_coder: House) -> None:
        second = list(with_coder.personas.values())[1]
        for answer in ("2", second.id):
            result = run("chat", given=f"99\n{answer}\n/end\n")
            assert result.exit_code == 0, result.output
            assert "'99' is not on the list" in result.stderr
            assert " ".join(second.briefing.split()) in " ".join(result.stdout.split())

    @pytest.mark.usefixtures("with_coder")
    def test_a_client_who_is_pushed_leaves(self, run: Run) -> None:
        result = run(
            "chat", "--persona", PERSONA, "--seed", "1", given="You must stop, you are a drunk and a liar.\n" * 30
        )
        assert result.exit_code == 0
        assert "Ray Kovach has left." in result.stdout
        assert result.stdout.count("You: ") < 30
        assert "Answers to resistance" in result.stdout

    def test_a_busy_model_is_asked_again(
        self, run: Run, with_coder: House, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waits: list[float] = []
        engine.error = EngineBusy("the queue is full", 3.0)

        def sleep(seconds: float) -> None:
            waits.append(seconds)
            engine.error = None

        monkeypatch.setattr("app.cli.chat.time.sleep", sleep)
        said = "What made you come here today, of all places?\n/end\n"
        result = run("chat", "--persona", PERSONA, "--seed", "1", given=said, ROLLWITH_CANDIDATES="1")
        assert result.exit_code == 0, result.output
        assert waits == [3.0]
        assert "busy; trying again in 3 s" in result.stderr
        assert with_coder.personas[PERSONA].name.split()[0] + ": " in result.stdout

    @pytest.mark.usefixtures("with_coder")
    def test_odd_words(self, run: Run) -> None:
        given = "<script>alert(1)</script> [red]hi[/red]\n😀\n\u202eabc\n…\n" + "x" * 5000 + "\n/end\n"
        result = run("chat", "--persona", PERSONA, given=given)
        assert result.exit_code == 0, result.output
        assert "5,000 characters long" in result.stdout


def test_a_file_that_is_there_is_not_written_over(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "old.jsonl"
    path.write_text("old")
    refused(run("chat", "--persona", PERSONA, "--save", path), "old.jsonl is there already")
    refused(run("chat", "--persona", PERSONA, "--save", tmp_path / "no" / "x"), "cannot be written")
    assert path.read_text() == "old"


def test_a_session_that_could_not_begin_leaves_no_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> None:
        raise ModelDamaged("the model is damaged")

    monkeypatch.setattr("app.practice.house.open_coder", damaged)
    path = tmp_path / "session.jsonl"
    refused(run("chat", "--persona", PERSONA, "--save", path), "the model is damaged")
    assert not path.exists()


def test_an_unknown_persona(run: Run) -> None:
    refused(run("chat", "--persona", "nobody"), "no persona 'nobody'")
