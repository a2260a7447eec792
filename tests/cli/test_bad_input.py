"""`rollwith score` on transcripts as they really come: nothing crashes, nothing is dropped, everything odd is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, refused
from tests.scoring.stand_ins import ScriptedCoder

HEAD = "conversation,turn,speaker,text\n"
ANNOMI = (
    "mi_quality,transcript_id,utterance_id,interlocutor,utterance_text,annotator_id\n"
    'high,0,0,therapist,"Well, what brings you here?",1\n'
    'high,0,0,therapist,"Well, what brings you here?",2\n'
    "high,0,1,client,I'm not staying.,1\n"
    "low,7,0,client,Hello.,1\n"
)


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch) -> ScriptedCoder:
    """A coder that needs no weights: questions and simple reflections."""
    coder = ScriptedCoder(lambda text: "open_question" if text.endswith("?") else "simple_reflection")
    monkeypatch.setattr("app.practice.house.open_coder", lambda *_: coder)
    return coder


def rows(stdout: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stdout.splitlines()]


@pytest.mark.parametrize("where", ["file", "standard input"])
@pytest.mark.parametrize(
    ("content", "texts", "told"),
    [
        (HEAD.encode() + b"1,1,client,Hello\n", ["Hello"], []),
        (ANNOMI.encode(), ["Well, what brings you here?"] * 2 + ["I'm not staying.", "Hello."], ["takes", "line 3"]),
        (HEAD.encode() + "1,1,client,I don’t\n".encode("cp1252"), ["I don’t"], ["line 2: not UTF-8"]),
        ((HEAD + "1,1,client,Hi\r1,2,client,Ho\r\n").encode("utf-16"), ["Hi", "Ho"], []),
        ((HEAD + "1,1,client,a\x00b\n").encode(), ["a\x00b"], ["line 2: holds NUL"]),
        ((HEAD + "1,2,client,a\n1,1,client,b\n").encode(), ["a", "b"], ["line 3: turns go back"]),
        (
            (HEAD + ",,,\n1,1,client,b\n").encode(),
            ["", "b"],
            ["line 2: a blank row"],
        ),
        (b"T: Hello?\nC: Hi\n", ["Hello?", "Hi"], ["'t' as counsellor", "'c' as client"]),
    ],
    ids=["plain", "annomi", "windows", "utf16", "nul", "order", "blank", "letters"],
)
def test_rows_are_all_there_and_what_was_decided_is_told_once(
    run: Run, tmp_path: Path, content: bytes, texts: list[str], told: list[str], where: str
) -> None:
    path = tmp_path / "talk"
    path.write_bytes(content)
    result = run("score", path) if where == "file" else run("score", "-", given=content)
    assert result.exit_code == 0, result.stderr
    assert [row.get("text", row.get("utterance_text")) for row in rows(result.stdout)] == texts
    lines = result.stderr.splitlines()
    assert len(lines) == len(told)
    for line, words in zip(lines, told, strict=True):
        assert line.startswith(f"rollwith: {path if where == 'file' else where}")
        assert words in line


def test_annomi_comes_back_with_its_columns_and_is_summed_up(run: Run) -> None:
    scored = rows(run("score", "-", given=ANNOMI).stdout)
    assert [list(row)[:6] for row in scored] == [ANNOMI.splitlines()[0].split(",")] * 4
    assert [row.get("primary") for row in scored] == ["open_question", "open_question", None, None]
    first, second = rows(run("score", "--summary", "-", given=ANNOMI).stdout)
    assert (first["conversation"], first["counsellor_turns"], first["client_turns"]) == ("0", 1, 1)
    assert (second["note"], second["measures"]["talk_time"]["value"]) == ("only client turns", None)


def test_speakers_are_named_by_hand(run: Run) -> None:
    table = HEAD + "1,1,Ann,Why?\n1,2,Bob,Well.\n1,3,Eve,And you?\n"
    refused(
        run("score", "-", given=table), "line 2, column 'speaker'", "'Ann'", "'Bob' (line 3, 1 row)", "--client NAME"
    )
    result = run("score", "-", "--counsellor", "ann", "--client", "Bob", "--client", "Eve", given=table)
    assert (result.exit_code, result.stderr) == (0, "")
    assert ["talk" in row for row in rows(result.stdout)] == [False, True, True]
    both = run("score", "-", "--counsellor", "Ann", "--client", "ANN", given=table)
    assert both.exit_code == 2
    assert "cannot be both" in both.stderr


def test_other_languages_are_marked(run: Run) -> None:
    text = "Counsellor: What is it?\nClient: Ich will nicht aufhören zu trinken, mir geht es gut.\n"
    question, answer = rows(run("score", "-", given=text).stdout)
    assert "language" not in question
    assert answer["language"] == "not English"
    (summary,) = rows(run("score", "--summary", "-", given=text).stdout)
    assert summary["note"] == "1 of 2 turns are not English and not to be trusted"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("Client: Hello.\n", "only client turns"),
        ("Counsellor: Hello.\n", "only counsellor turns"),
        (HEAD + "1,1,client,\n", "empty: no words"),
        (HEAD + "1,,,\n", "empty: no words"),
    ],
)
def test_sessions_without_two_sides_are_summed_up_with_a_note(run: Run, text: str, note: str) -> None:
    (summary,) = rows(run("score", "--summary", "-", given=text).stdout)
    assert summary["note"] == note
    assert summary["measures"]["answers_to_resistance"]["value"] is None
    assert summary["measures"]["answers_to_resistance"]["note"]


def test_ten_thousand_words_on_one_line(run: Run) -> None:
    text = "I don't know, it is hard. " * 1700
    (row,) = rows(run("score", "-", given=f"Client: {text}\n").stdout)
    assert row["text"] == text.strip()


def test_many_conversations_of_a_file_are_summed_up_as_they_end(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "talk.csv"
    said = "".join(f"{number},1,counsellor,Why?\n{number},2,client,not me\n" for number in range(2000))
    path.write_text(HEAD + said, encoding="utf-8")
    result = run("score", path, "--summary")
    assert result.exit_code == 0
    assert [summary["conversation"] for summary in rows(result.stdout)] == [str(number) for number in range(2000)]


def test_what_was_told_before_a_late_error_on_standard_input_is_told_too(run: Run) -> None:
    given = HEAD.encode() + "1,1,client,I don’t\n".encode("cp1252") * 40 + b"1,2,dog,x\n"
    result = run("score", "-", given=given)
    assert result.exit_code == 1
    assert len(rows(result.stdout)) == 32
    assert "lines 2–41: not UTF-8" in result.stderr.splitlines()[0]
    assert "line 42, column 'speaker': 'dog'" in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr
