"""`rollwith score`: every form of transcript in, rows out in order; what cannot be used is told by file and line."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.cli.batches import in_batches
from app.scoring.codes import BEHAVIOURS, CODES
from app.scoring.types import Coder
from tests.cli.conftest import Run, refused

ROWS = [
    ("a", 1, "counsellor", "You don't want to be here. What would make this worth your while?"),
    ("b", 1, "counsellor", "You have to stop drinking today or you will lose everything."),
    ("a", 2, "client", "Nothing. I'm not going to quit, and that's that."),
    ("a", 3, "counsellor", "What you do about it is entirely your decision."),
    ("b", 2, "client", "I'd love to stop, I really want to."),
    ("a", 4, "client", "Mm."),
]
KEYS = ("conversation", "turn", "speaker", "text")


def as_jsonl(rows: list[tuple[Any, ...]]) -> str:
    return "".join(json.dumps(dict(zip(KEYS, row, strict=True))) + "\n" for row in rows)


def as_csv(rows: list[tuple[Any, ...]], delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows([KEYS, *rows])
    return out.getvalue()


def read(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.model
@pytest.mark.usefixtures("with_coder")
class TestScored:
    """With the real coder."""

    def test_rows_come_in_order_with_what_was_promised(self, run: Run, tmp_path: Path) -> None:
        path = tmp_path / "talk.jsonl"
        path.write_text(as_jsonl(ROWS), encoding="utf-8")
        result = run("score", path)
        assert (result.exit_code, result.stderr) == (0, "")
        rows = read(result.stdout)
        assert [tuple(row[key] for key in KEYS) for row in rows] == ROWS
        for row in rows:
            if row["speaker"] == "counsellor":
                assert row["behaviour"] in BEHAVIOURS
                assert row["primary"] in [code["code"] for code in row["codes"]]
                for code in row["codes"]:
                    assert set(code) == {"code", "probability", "sure", "start", "end"}
                    assert code["code"] in CODES
                    assert 0 < code["probability"] <= 1
                    assert row["text"][code["start"] : code["end"]].strip()
            else:
                talk = row["talk"]
                assert max(("change", "neutral", "sustain"), key=lambda kind: talk[kind]) == talk["type"]
                assert sum(talk[kind] for kind in ("change", "neutral", "sustain")) == pytest.approx(1, abs=0.001)
        assert [code["code"] for code in rows[0]["codes"]][-1] == "open_question"
        assert rows[1]["primary"] in ("persuade", "confront")
        assert rows[2]["talk"]["type"] == "sustain"
        assert rows[3]["primary"] == "emphasize_autonomy"
        assert rows[4]["talk"]["type"] == "change"

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_csv_gives_the_same(self, run: Run, tmp_path: Path, delimiter: str) -> None:
        path = tmp_path / "talk.csv"
        path.write_text(as_csv(ROWS, delimiter), encoding="utf-8-sig")
        scored = read(run("score", path).stdout)
        assert [row | {"turn": int(row["turn"])} for row in scored] == read(
            run("score", "-", given=as_jsonl(ROWS)).stdout
        )

    def test_plain_text_and_its_conversations(self, run: Run) -> None:
        text = "Counsellor: How are you?\nClient: Fine.\nAnd you?\n---\nTherapist: You look tired.\nPatient: No.\n"
        rows = read(run("score", "-", given=text).stdout)
        assert [(row["conversation"], row["turn"], row["text"]) for row in rows] == [
            ("1", 1, "How are you?"),
            ("1", 2, "Fine.\nAnd you?"),
            ("2", 1, "You look tired."),
            ("2", 2, "No."),
        ]

    def test_segmented_takes_a_row_as_one_utterance(self, run: Run) -> None:
        whole = read(run("score", "-", given=as_jsonl(ROWS)).stdout)
        single = read(run("score", "--segmented", "-", given=as_jsonl(ROWS)).stdout)
        assert len(whole[0]["codes"]) == 2
        assert [len(row["codes"]) for row in single if "codes" in row] == [1, 1, 1]
        assert (single[0]["codes"][0]["start"], single[0]["codes"][0]["end"]) == (0, len(ROWS[0][3]))

    def test_summary_sums_up_each_conversation(self, run: Run) -> None:
        first, second = read(run("score", "--summary", "-", given=as_jsonl(ROWS)).stdout)
        assert (first["conversation"], first["counsellor_turns"], first["client_turns"]) == ("a", 2, 2)
        assert (second["conversation"], second["counsellor_turns"], second["client_turns"]) == ("b", 1, 1)
        assert first["counts"]["emphasize_autonomy"] == 1
        assert first["measures"]["answers_to_resistance"]["value"] == 100
        assert second["measures"]["non_adherent"]["value"] == 1

    def test_columns_of_the_input_are_kept(self, run: Run) -> None:
        row = {"conversation": 7, "turn": 1, "speaker": "client", "text": "Ja.", "site": {"town": "Bern"}}
        (scored,) = read(run("score", "-", given=json.dumps(row)).stdout)
        assert {key: scored[key] for key in row} == row

    @pytest.mark.parametrize(
        "text", ["", "   ", "😀😀", "مرحبا، كيف حالك؟", "\u202eabc", "<script>alert(1)</script>", "a\x00b"]
    )
    def test_odd_text_is_scored_and_given_back(self, run: Run, text: str) -> None:
        rows = [("x", 1, "counsellor", text), ("x", 2, "client", text)]
        scored = read(run("score", "-", given=as_jsonl(rows)).stdout)
        assert [row["text"] for row in scored] == [text, text]
        assert scored[0]["behaviour"] in BEHAVIOURS

    def test_half_a_character_is_scored_and_given_back(self, run: Run) -> None:
        given = '{"conversation": 1, "turn": 1, "speaker": "client", "text": "oh \\ud83d no"}\n'
        (row,) = read(run("score", "-", given=given).stdout)
        assert row["text"] == "oh \ud83d no"

    def test_long_input_keeps_its_order(self, run: Run) -> None:
        rows = [("long", turn, "client" if turn % 3 else "counsellor", f"Number {turn}.") for turn in range(100)]
        assert [row["turn"] for row in read(run("score", "-", given=as_jsonl(rows)).stdout)] == list(range(100))

    def test_a_bad_row_late_on_standard_input_ends_it_there(self, run: Run) -> None:
        result = run("score", "-", given=as_jsonl(ROWS) + '{"conversation": 1}\n')
        assert result.exit_code == 1
        assert "standard input, line 7: no 'turn'" in result.stderr
        assert "Traceback" not in result.stderr


@pytest.mark.model
@pytest.mark.parametrize("segmented", [False, True])
def test_batches_give_what_the_coder_gives(coder: Coder, segmented: bool) -> None:
    said = [(row[3], None) for row in ROWS]
    with in_batches(coder, 3) as batches:
        assert batches.name == coder.name
        assert batches.code_many(said, segmented=segmented) == coder.code_many(said, segmented=segmented)
        assert batches.talk_many(said) == coder.talk_many(said)
        assert batches.code(*said[0]) == coder.code(*said[0])
        assert batches.talk(*said[2]) == coder.talk(*said[2])


@pytest.mark.model
def test_a_terminal_shows_a_bar_and_whole_rows(data_dir: Path, tmp_path: Path) -> None:
    path = tmp_path / "talk.jsonl"
    path.write_text(as_jsonl(ROWS), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("rollwith")), "score", str(path)]
    environment = os.environ | {"ROLLWITH_DATA_DIR": str(data_dir), "TERM": "xterm", "COLUMNS": "80"}
    screen, terminal = pty.openpty()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=terminal) as process:
        os.close(terminal)
        shown = _drained(screen)
        assert process.stdout is not None
        rows = read(process.stdout.read().decode())
    assert process.returncode == 0
    assert [row["text"] for row in rows] == [row[3] for row in ROWS]
    assert "Scoring" in shown
    assert f"{len(ROWS)}/{len(ROWS)}" in shown


def _drained(screen: int) -> str:
    """All that appears on a terminal until the program at its other end is gone."""
    shown = b""
    while True:
        try:
            piece = os.read(screen, 65536)
        except OSError:  # how Linux says that nobody holds the other end any more
            piece = b""
        if not piece:
            os.close(screen)
            return shown.decode(errors="replace")
        shown += piece


HEAD = "conversation,turn,speaker,text\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", ["is empty"]),
        (b" \n\n", ["is empty"]),
        (
            b"conversation,turn,speaker\n1,1,client\n",
            ["line 1", "no column 'text'", "conversation, turn, speaker, text"],
        ),
        ((HEAD + "1,1,judge,Hello\n").encode(), ["line 2", "'speaker'", "'judge'", "'counsellor' or 'client'"]),
        ((HEAD + "1,1,client,a,b\n").encode(), ["line 2", "5 fields"]),
        (HEAD.encode(), ["holds no rows"]),
        (b'{"conversation": 1, "turn": 1, "speaker": "client"}\n', ["line 1", "no 'text'"]),
        (b'{"conversation": 1, "turn": 1, "speaker": "client", "text": 5}\n', ["line 1", "5 is not text"]),
        (b'{"conversation": 1,\n', ["line 1", "not JSON"]),
        (b'[{"conversation": 1}]\n', ["line 1", "JSON array"]),
        (b"Once upon a time\n", ["line 1", "names no speaker", "Counsellor:"]),
        ("Client: ÿ\n".encode("latin-1"), ["line 1", "not UTF-8", "0xff"]),
        (b"\x89PNG\r\n\x1a\n\x00\x00", ["line 1", "not UTF-8"]),
    ],
    ids=[
        "empty",
        "blank",
        "columns",
        "speaker",
        "fields",
        "header",
        "key",
        "type",
        "json",
        "array",
        "text",
        "latin",
        "image",
    ],
)
@pytest.mark.parametrize("where", ["file", "standard input"])
def test_what_cannot_be_used_is_told_before_the_model_is_loaded(
    run: Run, tmp_path: Path, content: bytes, said: list[str], where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.practice.house.open_coder", lambda *_: pytest.fail("the coder was loaded"))
    path = tmp_path / "talk"
    path.write_bytes(content)
    if where == "file":
        refused(run("score", path), str(path), *said)
    else:
        refused(run("score", "-", given=content), "standard input", *said)


def test_a_bad_row_late_in_a_file_is_told_before_any_is_scored(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.practice.house.open_coder", lambda *_: pytest.fail("the coder was loaded"))
    path = tmp_path / "talk.csv"
    path.write_text(as_csv([*ROWS, ("a", 5, "klient", "Ja")]), encoding="utf-8")
    refused(run("score", path), f"{path}, line 8", "'klient'")


def test_a_file_that_is_not_there_or_none(run: Run, tmp_path: Path) -> None:
    refused(run("score", tmp_path / "none.csv"), "none.csv", "no such file")
    refused(run("score", tmp_path), str(tmp_path), "folder")
    assert run("score").exit_code == 2
