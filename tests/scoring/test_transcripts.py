"""Reading transcripts of every form: JSONL, CSV and plain text, their columns and their order."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from app.scoring.reading.notices import RUNS
from app.scoring.transcripts import OPEN, Notices, TranscriptError, read_stream, read_transcript
from tests.scoring.reading import error, noted, read, said

JSONL = """{"conversation": 1, "turn": 1, "speaker": "counsellor", "text": "What brings you here?", "site": "A"}
{"conversation": 1, "turn": 2, "speaker": "client", "text": "I'm not staying."}
"""
CSV = 'conversation,turn,speaker,text\n1,1,counsellor,"Well, hello"\n1,2,client,"He said ""no"",\nand left."\n'
HEAD = "conversation,turn,speaker,text\n"


def table(*rows: str, head: str = HEAD) -> str:
    return head + "".join(f"{row}\n" for row in rows)


def test_jsonl_keeps_its_columns_and_values() -> None:
    rows = read(JSONL)
    assert rows[0].given == json.loads(JSONL.splitlines()[0])
    assert said(rows) == [("counsellor", "What brings you here?"), ("client", "I'm not staying.")]


def test_jsonl_may_have_other_keys_in_other_rows_and_a_long_line() -> None:
    long = "word " * 100_000
    first = json.dumps(
        {"id": 1, "turn": 1, "text": long, "conversation": 1, "speaker": "client", "vector": [0.5] * 9999}
    )
    rows = read(first + "\n\n" + JSONL)
    assert [row.text for row in rows] == [long, "What brings you here?", "I'm not staying."]
    assert list(rows[0].given) == ["id", "turn", "text", "conversation", "speaker", "vector"]


def test_a_raw_tab_in_a_json_string_is_kept_and_told() -> None:
    rows, notices = noted(JSONL + '{"conversation": 1, "turn": 3, "speaker": "client", "text": "a\tb\x00"}\n')
    assert rows[2].text == "a\tb\x00"
    assert any("line 3" in notice and "control characters" in notice for notice in notices)


def test_null_is_blank_text() -> None:
    rows, notices = noted('{"conversation": null, "turn": null, "speaker": "client", "text": null}\n')
    assert (rows[0].text, rows[0].given["text"], rows[0].key) == ("", None, "")
    assert "'text' is null" in notices[0]
    assert "'conversation' is empty" in notices[1]


def test_csv_with_quotes_commas_and_line_breaks() -> None:
    rows = read(CSV)
    assert rows[0].text == "Well, hello"
    assert rows[1].text == 'He said "no",\nand left.'


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_csv_with_other_delimiters_and_extra_columns(delimiter: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([["id", "Speaker", "text", "turn", "conversation"], [7, "client", "a, b; c", 1, "x"]])
    for head in ("", f"sep={delimiter}\r\n", "\n\n"):
        row = read(head + text.getvalue())[0]
        assert row.given == {"id": "7", "Speaker": "client", "text": "a, b; c", "turn": "1", "conversation": "x"}
        assert list(row.given) == ["id", "Speaker", "text", "turn", "conversation"]


def test_a_table_of_a_spreadsheet_with_empty_cells_rows_and_lines() -> None:
    rows, notices = noted(table("1,1,client,Hello,,", ",,", "", "  ", "1,2,client,", ",3,client,Bye"))
    assert [(row.speaker, row.text) for row in rows] == [
        ("client", "Hello"), (None, ""), ("client", ""), ("client", "Bye"),
    ]  # fmt: skip
    assert notices == ["talk, line 3: a blank row, kept without codes",
                       "talk, line 7: 'conversation' is empty; such rows are taken as one conversation"]  # fmt: skip


def test_tables_that_were_joined_have_their_header_inside() -> None:
    rows, notices = noted("\ufeff" + table("1,1,client,Hello") + "\ufeff" + table("2,1,client,Bye"))
    assert [row.text for row in rows] == ["Hello", "Bye"]
    assert notices == ["talk, line 3: a byte order mark inside the file, left out",
                       "talk, line 3: the header again, left out"]  # fmt: skip


def test_columns_with_the_same_name_are_all_kept() -> None:
    rows, notices = noted(table("1,1,client,Hello,a,b", head="conversation,turn,speaker,text,note,note\n"))
    assert (rows[0].given["note"], rows[0].given["note.1"]) == ("a", "b")
    assert "note.1" in notices[0]
    rows, _ = noted(table("1,1,client,Hello,a,b,c", head="conversation,turn,speaker,text,note,note,note.1\n"))
    assert list(rows[0].given.values()) == ["1", "1", "client", "Hello", "a", "b", "c"]
    assert "'text' is there twice" in error(table("1,1,client,a,b", head="conversation,turn,speaker,text,text\n"))


def test_annomi_can_be_read_as_it_is_published() -> None:
    head = "mi_quality,transcript_id,topic,utterance_id,interlocutor,timestamp,utterance_text,annotator_id\n"
    rows, notices = noted(table(
        'high,0,alcohol,0,therapist,00:00:13,"Thanks, sit down.",3',
        "high,0,alcohol,1,client,00:00:24,Sure.,0",
        "high,0,alcohol,1,client,00:00:24,Sure.,1",
        "low,1,alcohol,0,client,00:00:02,Sure.,1",
        head=head,
    ))  # fmt: skip
    assert [(row.key, row.speaker, row.text, row.repeated) for row in rows] == [
        ("0", "counsellor", "Thanks, sit down.", False),
        ("0", "client", "Sure.", False),
        ("0", "client", "Sure.", True),
        ("1", "client", "Sure.", False),
    ]
    assert list(rows[0].given) == head.strip().split(",")
    assert notices[0] == (
        "talk: takes 'transcript_id' as conversation, 'utterance_id' as turn, 'interlocutor' as speaker, "
        "'utterance_text' as text"
    )
    assert notices[1].startswith("talk, line 4: the turn above again")


@pytest.mark.parametrize(
    "names",
    [
        ("Conversation ID", "Turn No.", "Role", "Message"),
        ("dialogue_id", "utterance_id", "interlocutor", "utterance"),
        ("session", "volley", "SPEAKER", "Content"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_columns_are_known_by_other_names(names: tuple[str, ...], form: str) -> None:
    cells = ("a", "1", "client", "Hello")
    given = dict(zip(names, cells, strict=True))
    rows, _ = noted(json.dumps(given) if form == "jsonl" else table(",".join(cells), head=",".join(names) + "\n"))
    assert (rows[0].conversation, rows[0].speaker, rows[0].text, rows[0].given) == ("a", "client", "Hello", given)


def test_a_columns_own_name_goes_before_others() -> None:
    head = "conversation,session_id,turn,speaker,role,text,message\n"
    assert read(table("a,b,1,client,x,Hello,Bye", head=head))[0].text == "Hello"


def test_columns_that_results_would_cover_are_told() -> None:
    _, notices = noted(table("1,1,client,Hello,x,en", head="conversation,turn,speaker,text,codes,language\n"))
    assert notices == ["talk: 'codes', 'language' would be covered by the results; given back as input_…"]


def test_plain_text_goes_on_over_lines_and_counts_turns() -> None:
    rows = read("\nCounsellor: Morning.\nHow are you?\nClient:  fine\n---\nTherapist: Hello\n")
    assert [(row.key, row.given["turn"], row.given["speaker"], row.speaker, row.text) for row in rows] == [
        ("1", 1, "counsellor", "counsellor", "Morning.\nHow are you?"),
        ("1", 2, "client", "client", "fine"),
        ("2", 1, "counsellor", "counsellor", "Hello"),
    ]


def test_plain_text_may_hold_colons() -> None:
    assert read("Client: I told her: no.\nlisten: no.")[0].text == "I told her: no.\nlisten: no."


def test_order_is_that_of_the_file_and_what_is_odd_is_told() -> None:
    rows, notices = noted(table(
        "a,1,client,one", "a,3,counsellor,two", "b,1,client,three", "a,2,client,four", "a,2,client,five",
        "b,1,counsellor,six", "a,x,client,seven",
    ))  # fmt: skip
    assert [row.text for row in rows] == ["one", "two", "three", "four", "five", "six", "seven"]
    assert notices == ["talk, line 5: turns go back here; rows are taken in the order of the file",
                       "talk, line 6: the same turn and speaker with other words; each row is scored by itself",
                       ]  # fmt: skip


def test_notices_are_bounded_however_long_the_file() -> None:
    rows, notices = noted(table(*(f"a,{1 - turn % 2},client,word {turn}" for turn in range(1000))))
    assert len(rows) == 1000
    assert notices[0].startswith("talk, lines 3, 5, 7, 9, 11, 13 and 494 more: turns go back")
    assert notices[0].count(",") <= RUNS + 1
    many = Notices()
    for number in range(1000):
        many.add(f"thing {number}", number)
    assert len(many.about("talk")) == 41
    assert many.about("talk")[-1] == "talk: 960 more notices"


def test_very_many_conversations_stream() -> None:
    count = OPEN + 500

    class Endless(io.RawIOBase):
        """A pipe that makes its rows when they are asked for."""

        def __init__(self) -> None:
            self.made = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            self.made += 1
            row = f"{self.made},1,client,hello\n" if self.made > 1 else HEAD
            buffer[: len(row)] = row.encode()
            return len(row)

    pipe = Endless()
    rows = read_stream(pipe, "pipe")  # type: ignore[arg-type]
    assert [next(rows).key for _ in range(count)][-1] == str(count + 1)
    assert pipe.made <= count + 2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", ["talk", "empty", "conversation, turn, speaker, text"]),
        ("  \n\n", ["talk", "empty"]),
        (JSONL + "{broken\n", ["line 3", "column 2", "not JSON", "one object a line"]),
        (JSONL + '["a"]\n', ["line 3", "not an object"]),
        (JSONL + "7\n", ["line 3", "not an object"]),
        ('{"a": ' * 100_000, ["line 1", "nested too deeply"]),
        (f'{{"conversation": {"9" * 5000}}}', ["line 1", "not JSON that can be read"]),
        ('{"conversation": 1, "turn": 1, "speaker": "client"}', ["line 1", "no 'text'", "found conversation, turn"]),
        ('{"conversation": 1}', ["line 1", "no 'turn', 'speaker', 'text'"]),
        ('{"conversation": 1, "turn": 1, "speaker": "client", "text": 3}', ["line 1", "column 'text'", "not text"]),
        ('{"conversation": 1, "turn": 1, "speaker": "client", "text": ["a"]}', ["line 1", "['a'] is not text"]),
        ('[{"conversation": 1}]', ["line 1", "JSONL"]),
        ("conversation,speaker,text\n1,client,x\n", ["line 1", "no column 'turn'"]),
        ("conversation,turn,speaker,txet\n1,1,client,x\n", ["line 1", "no column 'text'", "'txet' looks like 'text'"]),
        ("conversation,turn,spaeker,text\n", ["'spaeker' looks like 'speaker': rename it"]),
        ("conversation,turn,speaker,message,content\n", ["'message' and 'content' could both be column 'text'"]),
        (CSV + "1,3,client,a,b\n", ["line 5", "5 fields", "header has 4", "quote text that holds ','"]),
        (CSV + '1,3,client,"a\n1,4,client,b\n', ["line 5", "never closed"]),
        (CSV + '1,3,client,"a" b\n', ["line 5", "double the quotes"]),
        ("Hello there\nClient: hi", ["line 1", "names no speaker", "Counsellor:"]),
        ("1,1,client,Hello\n", ["line 1", "names no speaker", "CSV header", "conversation, turn, speaker, text"]),
        ("Client: hi\n---\nwords\n", ["line 3", "'words' names no speaker"]),
    ],
)  # fmt: skip
def test_errors_name_the_place_and_what_would_be_right(data: str, words: list[str]) -> None:
    message = error(data)
    assert [word for word in words if word not in message] == []


def test_messages_stay_on_one_short_line_whatever_the_file_holds() -> None:
    given: dict[str, Any] = {"conversation": 1, "turn": 1, "speaker": "client", "text": "x"}
    for wrong in (
        {"text": ["a\n"] * 10_000},
        {"speaker": "\x1b[31m\n" * 10_000},
        {"speaker": ["client"] * 10_000},
    ):
        assert len(error(json.dumps(given | wrong))) < 400
    many = error(json.dumps({f"column\n{'x' * number}": 1 for number in range(1000)}))
    assert "970 more" in many
    assert len(many) < 3000
    with_notice = noted(json.dumps({"t" * 3: 1, "Text ": "x", "turn": 1, "speaker": "t\x1b", "Session\n": 1}))[1]
    assert all("\n" not in notice and "\x1b" not in notice for notice in with_notice)


def test_a_line_without_end_is_told_before_it_fills_the_memory() -> None:
    assert "line 1: longer than 4 million characters" in error("{" + " " * 5_000_000)
    assert "line 2: longer than" in error(HEAD + "1,1,client," + "a" * 5_000_000)


def test_files_that_are_not_there_or_are_folders(tmp_path: Path) -> None:
    with pytest.raises(TranscriptError, match="no such file"):
        next(read_transcript(tmp_path / "missing.csv"))
    with pytest.raises(TranscriptError, match="folder"):
        next(read_transcript(tmp_path))
    with pytest.raises(TranscriptError, match="cannot be read"):
        next(read_transcript(tmp_path / ("long" * 100)))


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Client: hi\n")))
    assert [row.text for row in read_transcript("-")] == ["hi"]
