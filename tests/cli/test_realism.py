"""`rollwith realism` and `rollwith personas try`: sheets, counts and verdicts, with an engine that says nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.resources import PERSONAS_DIR
from tests.cli.conftest import PERSONA, Run, refused

MIBOT = """conversation,volley,speaker,text
1,1,counsellor,How are you feeling about today?
1,2,client,a bit nervous i guess
1,3,counsellor,What brings you here today?
1,4,client,i smoke about ten a day
1,5,counsellor,What do you like about smoking?
1,6,client,it relaxes me after work
"""


@pytest.mark.model
@pytest.mark.usefixtures("with_coder")
class TestBlind:
    """The commands with real people and the real coder."""

    def test_a_pair_from_a_real_session(self, run: Run, tmp_path: Path) -> None:
        mibot, sheet = tmp_path / "mibot.csv", tmp_path / "sheet.jsonl"
        mibot.write_text(MIBOT, encoding="utf-8")
        result = run("realism", "blind", sheet, "--mibot", mibot)
        assert result.exit_code == 0, result.output
        (row,) = [json.loads(line) for line in sheet.read_text(encoding="utf-8").splitlines()]
        head, key = [json.loads(line) for line in (tmp_path / "sheet.key.jsonl").read_text("utf-8").splitlines()]
        real = {"A": "b", "B": "a"}[key["simulated"]]
        assert row[real] == "It relaxes me after work."
        assert row[key["simulated"].lower()] not in ("", row[real])
        assert "What do you like about smoking?" in (tmp_path / "sheet.txt").read_text(encoding="utf-8")
        assert (head["kind"], head["items"]) == ("pairs", 1)
        refused_again = run("realism", "blind", sheet, "--mibot", mibot)
        assert refused_again.exit_code == 1
        assert "is there already" in refused_again.stderr

    def test_replies_for_sense_are_counted(self, run: Run, tmp_path: Path) -> None:
        sheet, key = tmp_path / "sense.csv", tmp_path / "secret.jsonl"
        assert run("realism", "blind", sheet, "--persona", PERSONA, "--items", "3", "--key", key).exit_code == 0
        refused(run("realism", "tally", sheet, key), "no answer is filled in")
        text = sheet.read_text(encoding="utf-8").rstrip("\r\n")
        sheet.write_text(text.removesuffix(",,") + ",y,\r\n", encoding="utf-8")
        result = run("realism", "tally", sheet, key)
        assert result.exit_code == 0
        assert "makes sense\t1 of 1\t1.00 [0.21–1.00]" in result.stdout

    def test_voices_are_apart_from_their_names(self, run: Run, tmp_path: Path) -> None:
        sheet, people = tmp_path / "voices.jsonl", ("--persona", PERSONA, "--persona", "walter-diabetes")
        result = run("realism", "blind", sheet, "--kind", "voices", "--items", "4", *people)
        assert result.exit_code == 0, result.output
        rows = [json.loads(line) for line in sheet.read_text(encoding="utf-8").splitlines()]
        key = [json.loads(line) for line in (tmp_path / "voices.key.jsonl").read_text("utf-8").splitlines()[1:]]
        assert len(rows) == len(key) == 4
        assert {row["person"] for row in key} == {PERSONA, "walter-diabetes"}
        assert all(row["person"] == "" for row in rows)

    def test_a_client_is_tried_and_judged_in_words(self, run: Run) -> None:
        path = PERSONAS_DIR / f"{PERSONA}.yaml"
        result = run("personas", "try", path, "--turns", "4")
        assert result.exit_code == 0, result.output
        for said in (
            "== average counselling ==",
            "resistance",
            "no judge",
            "What works",
            "What is thin",
            "words a reply",
        ):
            assert said in result.stdout


def test_what_cannot_be_made(run: Run, tmp_path: Path) -> None:
    refused(run("realism", "blind", tmp_path / "sheet.xlsx"), "a .csv or a .jsonl file")
    refused(run("realism", "blind", tmp_path / "s.csv", "--kind", "pairs"), "--annomi or --mibot")
    refused(run("realism", "blind", tmp_path / "s.csv", "--annomi", tmp_path / "none.csv"), "cannot be read")
    refused(run("realism", "blind", tmp_path / "s.csv", "--persona", "nobody"), "no persona 'nobody'")
    refused(run("realism", "tally", tmp_path / "s.csv", tmp_path / "k.jsonl"), "cannot be read")


def test_check_tells_the_bank_and_what_is_thin(run: Run, tmp_path: Path) -> None:
    # a copy away from its bank has lines of the sheet alone
    path = tmp_path / "ray-drink-driving.yaml"
    path.write_bytes((PERSONAS_DIR / path.name).read_bytes())
    result = run("personas", "check", path, PERSONAS_DIR / path.name)
    assert result.exit_code == 0
    assert "0 moments with 0 replies in the bank: good" in result.stdout
    assert result.stdout.count("few lines") >= 1
