"""Reading transcripts of every kind, and scoring their rows in order."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.scoring.transcripts import TranscriptError, TranscriptRow, read_stream, read_transcript, score_rows, summaries
from tests.scoring.stand_ins import ScriptedCoder

JSONL = """{"conversation": 1, "turn": 1, "speaker": "counsellor", "text": "What brings you here?", "site": "A"}
{"conversation": 1, "turn": 2, "speaker": "client", "text": "I'm not staying."}
"""
CSV = 'conversation,turn,speaker,text\n1,1,counsellor,"Well, hello"\n1,2,client,"He said ""no"",\nand left."\n'


def read(data: str | bytes) -> list[TranscriptRow]:
    return list(read_stream(io.BytesIO(data.encode() if isinstance(data, str) else data), "talk"))


def error(data: str | bytes) -> str:
    with pytest.raises(TranscriptError) as caught:
        read(data)
    return str(caught.value)


def test_jsonl_keeps_its_columns_and_values() -> None:
    rows = read(JSONL)
    assert rows[0].given == json.loads(JSONL.splitlines()[0])
    assert [(row.speaker, row.text) for row in rows] == [
        ("counsellor", "What brings you here?"),
        ("client", "I'm not staying."),
    ]


def test_csv_with_quotes_commas_and_line_breaks() -> None:
    rows = read(CSV)
    assert rows[0].text == "Well, hello"
    assert rows[1].text == 'He said "no",\nand left.'


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_csv_with_other_delimiters_and_extra_columns(delimiter: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([["id", "Speaker", "text", "turn", "conversation"], [7, "client", "a, b; c", 1, "x"]])
    assert read(text.getvalue())[0].given == {
        "id": "7", "speaker": "client", "text": "a, b; c", "turn": "1", "conversation": "x",
    }  # fmt: skip


def test_plain_text_goes_on_over_lines_and_counts_turns() -> None:
    rows = read("\nCounsellor: Morning.\nHow are you?\nClient:  fine\n---\nTherapist: Hello\n")
    assert [(row.conversation, row.given["turn"], row.speaker, row.text) for row in rows] == [
        ("1", 1, "counsellor", "Morning.\nHow are you?"),
        ("1", 2, "client", "fine"),
        ("2", 1, "counsellor", "Hello"),
    ]


def test_plain_text_may_hold_colons() -> None:
    assert read("Client: I told her: no.\nlisten: no.")[0].text == "I told her: no.\nlisten: no."


@pytest.mark.parametrize(
    ("name", "side"),
    [("Therapist", "counsellor"), ("counselor", "counsellor"), ("INTERVIEWER", "counsellor"), ("Patient", "client")],
)
def test_other_names_for_the_two_sides(name: str, side: str) -> None:
    row = read(json.dumps({"conversation": 1, "turn": 1, "speaker": name, "text": "x"}))[0]
    assert row.speaker == side
    assert row.given["speaker"] == name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_with_a_mark_are_read(encoding: str) -> None:
    text = JSONL.replace("I'm", "Ich bin’s – 🙂 ")
    assert read(text.encode(encoding))[1].text.startswith("Ich bin’s – 🙂")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", ["talk", "empty", "conversation, turn, speaker, text"]),
        ("  \n\n", ["talk", "empty"]),
        (JSONL + "{broken\n", ["line 3", "column 2", "not JSON"]),
        (JSONL + '["a"]\n', ["line 3", "not an object"]),
        ('{"conversation": 1, "turn": 1, "speaker": "client"}', ["line 1", "'text'"]),
        ('{"conversation": 1, "turn": 1, "speaker": "dog", "text": "x"}', ["'speaker'", "'dog'", "'counsellor'"]),
        ('{"conversation": 1, "turn": 1, "speaker": "client", "text": 3}', ["line 1", "'text'", "not text"]),
        ('[{"conversation": 1}]', ["JSONL"]),
        ("conversation,speaker,text\n1,client,x\n", ["line 1", "no column 'turn'"]),
        (CSV + "1,3,client,a,b\n", ["line 5", "5 fields", "header has 4"]),
        (CSV + '1,3,client,"a\n', ["line 5"]),
        ("conversation,turn,speaker,text\n1,1,nobody,x\n", ["line 2", "'nobody'"]),
        ("Hello there\nClient: hi", ["line 1", "names no speaker", "Counsellor:"]),
        (b"Client: caf\xe9\n", ["line 1", "byte 12", "not UTF-8", "0xe9", "iconv"]),
        (JSONL.encode() + b"{\"text\": \"\xff\"}\n", ["line 3", "not UTF-8"]),
        (JSONL.encode("utf-16")[:-1], ["UTF-16", "UTF-8"]),
    ],
)  # fmt: skip
def test_errors_name_the_place_and_what_would_be_right(data: str | bytes, words: list[str]) -> None:
    message = error(data)
    assert message.startswith("talk")
    assert [word for word in words if word not in message] == []


def test_files_that_are_not_there_or_are_folders(tmp_path: Path) -> None:
    with pytest.raises(TranscriptError, match="no such file"):
        next(read_transcript(tmp_path / "missing.csv"))
    with pytest.raises(TranscriptError, match="folder"):
        next(read_transcript(tmp_path))


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Client: hi\n")))
    assert [row.text for row in read_transcript("-")] == ["hi"]


def test_scored_rows_keep_order_and_columns() -> None:
    coder = ScriptedCoder(lambda text: "open_question" if text.endswith("?") else "other")
    counsellor, client = score_rows(coder, read(JSONL))
    assert counsellor == {
        **json.loads(JSONL.splitlines()[0]),
        "primary": "open_question",
        "codes": [{"code": "open_question", "probability": 0.8, "start": 0, "end": 21}],
        "behaviour": "question",
    }
    assert client["talk"] == {"type": "sustain", "change": 0.1, "neutral": 0.2, "sustain": 0.7}


def test_segmented_rows_are_one_utterance_each() -> None:
    coder = ScriptedCoder(lambda text: "summary" if ". " in text else "other")
    row = read("Counsellor: You came. You stayed.")
    assert [c["code"] for c in next(score_rows(coder, row, segmented=True))["codes"]] == ["summary"]
    assert [c["code"] for c in next(score_rows(coder, row))["codes"]] == ["other"]


@pytest.mark.parametrize("batch", [1, 2, 3, 32])
def test_the_turn_before_is_the_other_sides_in_the_same_conversation(batch: int) -> None:
    text = "\n".join(
        json.dumps({"conversation": c, "turn": 0, "speaker": s, "text": t})
        for c, s, t in [
            ("a", "client", "one"),
            ("b", "counsellor", "two"),
            ("a", "client", "three"),
            ("a", "counsellor", "four"),
            ("a", "counsellor", "five"),
            ("b", "client", "six"),
            ("a", "client", "seven"),
        ]
    )
    coder = ScriptedCoder(lambda _: "other")
    assert [row["text"] for row in score_rows(coder, read(text), batch=batch)] == (
        ["one", "two", "three", "four", "five", "six", "seven"]
    )
    assert dict(coder.asked) == {
        "one": None,
        "two": None,
        "three": None,
        "four": "one three",
        "five": "one three",
        "six": "two",
        "seven": "four five",
    }


def test_rows_stream_a_batch_at_a_time() -> None:
    taken: list[int] = []

    def endless() -> Iterator[TranscriptRow]:
        number = 0
        while True:
            taken.append(number)
            yield TranscriptRow({"conversation": 1, "turn": number, "speaker": "client", "text": "x"}, "client", "x")
            number += 1

    rows = score_rows(ScriptedCoder(lambda _: "other"), endless(), batch=4)
    assert [next(rows)["turn"] for _ in range(5)] == [0, 1, 2, 3, 4]
    assert len(taken) == 8


def test_summaries_are_one_a_conversation_in_order() -> None:
    coder = ScriptedCoder(lambda text: "open_question" if text.endswith("?") else "simple_reflection")
    text = "Counsellor: Why?\nClient: not me\nCounsellor: Not you.\n---\nClient: hi\n"
    first, second = summaries(score_rows(coder, read(text)))
    assert (first["conversation"], second["conversation"]) == ("1", "2")
    assert first["counts"]["simple_reflection"] == 1
    assert first["measures"]["answers_to_resistance"] == {
        "value": 100.0, "part": 1, "whole": 1, "unit": "percent", "level": None,
    }  # fmt: skip
    assert second["measures"]["reflections_to_questions"]["value"] is None
    json.dumps([first, second])
