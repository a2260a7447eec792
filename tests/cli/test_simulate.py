"""`rollwith simulate`: whole sessions, the same for the same seed, and what cannot be simulated."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from app.client.actor import Actor
from app.client.acts import ACTS
from app.client.persona import Persona
from app.client.state import start_state
from app.llm.engine import EngineBusy
from app.practice.errors import Invalid
from app.practice.house import House, judge_of
from app.practice.simulate import Conversation, measured
from app.scoring.types import Coder
from tests.cli.conftest import PERSONA, Run, refused
from tests.support.engines import ScriptedEngine


def read(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.model
@pytest.mark.usefixtures("with_coder")
class TestSimulated:
    """With the real coder and people; the engine says nothing, so the written lines are spoken."""

    def test_rows_have_what_was_promised(self, run: Run, personas: dict[str, Persona]) -> None:
        result = run("simulate", "--persona", PERSONA, "--policy", "good", "--turns", "6", "--seed", "3")
        assert result.exit_code == 0, result.output
        ray = personas[PERSONA]
        rows = read(result.stdout)
        assert [row["turn"] for row in rows] == [1, 2, 3, 4, 5, 6]
        assert rows[0]["previous"] in ray.openings
        assert [row["previous"] for row in rows[1:]] == [row["client"]["text"] for row in rows[:-1]]
        for row in rows:
            assert set(row) == {"turn", "previous", "counsellor", "client", "state"}
            assert set(row["counsellor"]) == {"text", "primary", "codes", "behaviour"}
            assert set(row["client"]) == {"act", "text", "talk", "source", "fact"}
            assert row["client"]["act"] in ACTS
            assert row["client"]["talk"]["type"] in ("change", "neutral", "sustain")
            assert row["client"]["source"] in ("authored", "bank")
            assert row["state"]["stance"] == ACTS[row["client"]["act"]].stance
            for code in row["counsellor"]["codes"]:
                assert set(code) == {"code", "probability", "sure", "start", "end"}
        assert [row["state"]["turns"] for row in rows] == [1, 2, 3, 4, 5, 6]

    def test_the_same_seed_gives_the_same_bytes_and_another_another_run(self, run: Run) -> None:
        def simulated(seed: int) -> bytes:
            arguments = ("--persona", "walter-diabetes", "--policy", "good", "--turns", "8", "--seed", str(seed))
            return run("simulate", *arguments).stdout_bytes

        assert simulated(11) == simulated(11)
        assert simulated(11) != simulated(12)

    def test_good_counselling_lowers_resistance_and_poor_raises_it(self, run: Run) -> None:
        arguments = ("--persona", "maureen-smoking", "--turns", "10", "--seed", "1")
        good = read(run("simulate", *arguments, "--policy", "good").stdout)
        poor = read(run("simulate", *arguments, "--policy", "poor").stdout)
        assert good[-1]["state"]["resistance"] < 0.6 < 0.7 < poor[-1]["state"]["resistance"]
        assert good[-1]["state"]["trust"] > poor[-1]["state"]["trust"]

    def test_a_client_who_walks_out_ends_the_run(self, run: Run) -> None:
        result = run("simulate", "--persona", PERSONA, "--policy", "poor", "--turns", "40", "--seed", "3")
        rows = read(result.stdout)
        assert result.exit_code == 0
        assert len(rows) < 40
        assert rows[-1]["client"]["act"] == "walk_out"
        assert all(row["client"]["act"] != "walk_out" for row in rows[:-1])
        assert f"walked out after turn {len(rows)}" in result.stderr

    def test_a_file_is_said_line_by_line(self, run: Run, tmp_path: Path) -> None:
        said = ["Hello, I'm Dana.", "What would you like to talk about?", "It's up to you."]
        path = tmp_path / "lines.txt"
        path.write_text("\ufeff" + "\r\n\r\n".join(said), encoding="utf-8")
        arguments = ("simulate", "--persona", PERSONA, "--counsellor")
        assert [row["counsellor"]["text"] for row in read(run(*arguments, path).stdout)] == said
        assert [row["counsellor"]["text"] for row in read(run(*arguments, path, "--turns", "2").stdout)] == said[:2]
        assert len(read(run(*arguments, path, "--turns", "9").stdout)) == 3
        assert len(read(run(*arguments, "-", given="Hi.\n").stdout)) == 1

    def test_a_persona_file_of_ones_own(self, run: Run, tmp_path: Path) -> None:
        path = tmp_path / "mine.yaml"
        assert run("personas", "new", path, "--like", PERSONA).exit_code == 0
        result = run("simulate", "--persona", path, "--policy", "neutral", "--turns", "1")
        assert len(read(result.stdout)) == 1

    def test_without_turns_there_are_twenty(self, run: Run) -> None:
        arguments = ("--persona", "walter-diabetes", "--policy", "good", "--seed", "2")
        assert len(read(run("simulate", *arguments).stdout)) == 20


@pytest.mark.model
def test_the_real_engine_gives_the_same_bytes_for_the_same_seed(run: Run, data_dir: Path) -> None:
    arguments = ("--persona", PERSONA, "--policy", "good", "--turns", "2", "--seed", "5")
    place = {"ROLLWITH_DATA_DIR": str(data_dir), "ROLLWITH_CANDIDATES": "2", "ROLLWITH_THREADS": "1"}
    first, second = (run("simulate", *arguments, **place) for _ in range(2))
    assert first.exit_code == 0, first.output
    assert len(read(first.stdout)) == 2
    assert first.stdout_bytes == second.stdout_bytes


@pytest.mark.model
def test_a_server_that_is_down_is_told_before_the_first_row(run: Run, data_dir: Path) -> None:
    place = {"ROLLWITH_DATA_DIR": str(data_dir), "ROLLWITH_MODEL": "openai:none@http://127.0.0.1:1/v1"}
    result = run("simulate", "--persona", PERSONA, "--policy", "good", **place)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "127.0.0.1:1" in result.stderr.strip().splitlines()[-1]
    assert "Traceback" not in result.stderr


@pytest.mark.model
class TestConversation:
    """The steps that `chat` and `simulate` share."""

    @pytest.fixture
    def talk(self, house: House, coder: Coder, engine: ScriptedEngine) -> Conversation:
        return Conversation(house.personas[PERSONA], coder, Actor(engine, judge_of(coder), 0), 7)

    def test_blank_and_long_words_change_nothing(self, talk: Conversation) -> None:
        for text in ("", " \n\t", "\u200b\x00 "[1:], "x" * 4001):
            with pytest.raises(Invalid):
                talk.take(text)
        assert talk.exchanges == []
        assert talk.last.text == talk.opening

    def test_what_is_taken_is_cleaned_as_in_a_stored_session(self, talk: Conversation) -> None:
        talk.take("  Hello\x07 there.\r\nHow are you? ")
        exchange = asyncio.run(talk.reply())
        assert exchange.text == "Hello there.\nHow are you?"

    def test_a_reply_needs_words_to_answer(self, talk: Conversation) -> None:
        with pytest.raises(RuntimeError, match="nothing to answer"):
            asyncio.run(talk.reply())

    def test_a_busy_model_may_be_asked_again(
        self, house: House, coder: Coder, engine: ScriptedEngine, talk: Conversation
    ) -> None:
        busy = ScriptedEngine(error=EngineBusy("the queue is full", 1.0))
        other = Conversation(house.personas[PERSONA], coder, Actor(busy, judge_of(coder), 1), 7)
        said = "What made you come today, if I may ask you that?"
        other.take(said)
        with pytest.raises(EngineBusy):
            asyncio.run(other.reply())
        busy.error = None
        after = asyncio.run(other.reply())
        talk.take(said)
        assert after.spoken.act == asyncio.run(talk.reply()).spoken.act
        assert after.state.turns == 1
        assert engine.requests == []

    def test_measures_count_what_was_said(self, talk: Conversation) -> None:
        assert measured(talk).counsellor_turns == 0
        for text in ("It's your decision, and nobody else's.", "You must stop drinking, and you know it."):
            talk.take(text)
            asyncio.run(talk.reply())
        found = measured(talk)
        assert (found.counsellor_turns, found.client_turns) == (2, 3)
        assert found.counts["emphasize_autonomy"] == 1
        assert found.measures["non_adherent"].value == 1

    def test_it_starts_where_the_persona_starts(self, talk: Conversation) -> None:
        talk.take("Hello.")
        state = asyncio.run(talk.reply()).state
        start = start_state(talk.persona)
        assert (state.trust, state.importance) == (start.trust, start.importance)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", ["is empty", "one reply a line"]),
        (b"\n \n", ["is empty"]),
        ("Hello.\nCafé\n".encode("latin-1"), ["line 2", "not UTF-8"]),
        (b"Hi.\n" + b"x" * 5000, ["line 2", "5,000 characters", "4,000"]),
    ],
    ids=["empty", "blank", "encoding", "long"],
)
def test_a_file_that_cannot_be_said(run: Run, tmp_path: Path, content: bytes, said: list[str]) -> None:
    path = tmp_path / "lines.txt"
    path.write_bytes(content)
    refused(run("simulate", "--persona", PERSONA, "--counsellor", path), str(path), *said)


def test_what_cannot_be_simulated(run: Run, tmp_path: Path) -> None:
    refused(run("simulate", "--persona", "nobody", "--policy", "good"), "no persona 'nobody'", PERSONA)
    refused(run("simulate", "--persona", tmp_path / "x.yaml", "--policy", "good"), "x.yaml: cannot be read")
    refused(run("simulate", "--persona", PERSONA), "--counsellor", "--policy")
    refused(run("simulate", "--persona", PERSONA, "--policy", "good", "--counsellor", "x"), "one of")
    refused(run("simulate", "--persona", PERSONA, "--counsellor", tmp_path / "none"), "none: cannot be read")
    for wrong in (("--turns", "0"), ("--turns", "many"), ("--seed", "-1")):
        assert run("simulate", "--persona", PERSONA, "--policy", "good", *wrong).exit_code == 2


def test_a_broken_persona_is_told_by_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("id: x\nname: X\nage: 300\n", encoding="utf-8")
    result = run("simulate", "--persona", path, "--policy", "good")
    assert result.exit_code == 1
    assert f"{path}:3: age: " in result.stderr
    assert "Traceback" not in result.stderr
