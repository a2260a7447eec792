"""Bytes of every kind: what can be decided surely is read with a notice, the rest is an error that names the place."""

from __future__ import annotations

import json

import pytest

from tests.scoring.reading import error, noted, read

HEAD = "conversation,turn,speaker,text\n"
ROWS = [(1, 1, "counsellor", "How’s it going – really?"), (1, 2, "client", "Ça va 🙂 I'm fine.")]
JSONL = "".join(
    json.dumps(dict(zip(HEAD.strip().split(","), row, strict=True)), ensure_ascii=False) + "\n" for row in ROWS
)
CSV = HEAD + "".join(",".join(map(str, row)) + "\n" for row in ROWS)
PLAIN = f"Counsellor: {ROWS[0][3]}\nClient: {ROWS[1][3]}\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("form", [JSONL, CSV, PLAIN], ids=["jsonl", "csv", "plain"])
def test_encodings_with_a_mark_are_read(form: str, encoding: str) -> None:
    assert [row.text for row in read(form.encode(encoding))] == [row[3] for row in ROWS]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_known_by_its_zeros(encoding: str) -> None:
    rows, notices = noted(CSV.encode(encoding))
    assert [row.text for row in rows] == [row[3] for row in ROWS]
    assert notices == ["talk: no byte order mark; read as UTF-16"]


@pytest.mark.parametrize("form", [JSONL, CSV, PLAIN], ids=["jsonl", "csv", "plain"])
@pytest.mark.parametrize(
    "ends", [("\r\n", "\r\n", "\r\n"), ("\r", "\r", "\r"), ("\n", "\r", "\r\n"), ("\r\n", "\n", "")]
)
def test_line_ends_of_every_kind_and_mixed(form: str, ends: tuple[str, ...]) -> None:
    data = "".join(line + end for line, end in zip(form.splitlines(), ends, strict=False))
    assert [row.text for row in read(data)] == [row[3] for row in ROWS]


def test_line_breaks_inside_a_cell_are_kept_as_they_are() -> None:
    rows = read(HEAD + '1,1,client,"a\r\nb\rc\nd"\r\n1,2,client,e\r\n')
    assert [row.text for row in rows] == ["a\r\nb\rc\nd", "e"]
    assert "line 6" in error(HEAD + '1,1,client,"a\r\nb\rc\nd"\r\n1,2,dog,e\r\n')


@pytest.mark.parametrize(
    "text",
    [
        "I don’t know what they’re on about.",
        "He said “no” and that’s that.",
        "“Stop it,” she said.",
        "I ‘promised’ her…",
        "my parents’ house",
        "’til then – maybe – I wait",
        "It’s £20 or 20€ a day",
        "at the café with José and Zoë",
        "the fiancé, the fiancée and the Größe",
        "that\xa0– well\xa0… no",
        "• first",
    ],
)
def test_a_line_in_windows_1252_is_read_where_nothing_else_is_possible(text: str) -> None:
    data = (HEAD + '1,1,counsellor,"Wie geht’s?"\n').encode() + f'1,2,client,"{text}"\n'.encode("cp1252")
    rows, notices = noted(data + '1,3,client,"naïve 🙂"\n'.encode())
    assert [row.text for row in rows] == ["Wie geht’s?", text, "naïve 🙂"]
    assert notices == ["talk, line 3: not UTF-8; read as Windows-1252"]


def test_every_such_line_is_named() -> None:
    lines = [f"Client: I don’t {number}".encode("cp1252" if number in (2, 3, 7) else "utf-8") for number in range(1, 9)]
    rows, notices = noted(b"\n".join(lines))
    assert [row.text for row in rows] == [f"I don’t {number}" for number in range(1, 9)]
    assert notices == ["talk, lines 2–3 and 7: not UTF-8; read as Windows-1252"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"Client: caf\xc9\n", ["line 1", "byte 12", "not UTF-8", "0xc9", "iconv"]),
        (b"Client: hi\nClient: \xff\n", ["line 2", "byte 9", "0xff"]),
        (JSONL.encode() + b'{"text": "\xff"}\n', ["line 3", "not UTF-8"]),
        ("Client: Привет, как дела\n".encode("cp1251"), ["line 1", "not UTF-8"]),
        ("Client: 元気ですか\n".encode("shift_jis"), ["line 1", "not UTF-8"]),
        ("Client: γεια σου\n".encode("cp1253"), ["line 1", "not UTF-8"]),
        ("Client: nie wiem, co mam robić, się źle\n".encode("cp1250"), ["line 1", "not UTF-8"]),
        ("Client: çok üşüyorum şimdi\n".encode("cp1254"), ["line 1", "not UTF-8"]),
        ("Client: I don’t\n".encode("mac-roman"), ["line 1", "not UTF-8", "0xd5"]),
        ("Client: mañana\n".encode("mac-roman"), ["line 1", "not UTF-8"]),
        ("Client: I don’t 🙂\n".encode()[:-3], ["line 1", "not UTF-8"]),
        ("Client: it’s".encode()[:-2] + b" here\n", ["line 1", "not UTF-8"]),
        (JSONL.encode("utf-16")[:-1], ["broken UTF-16", "line 2", "UTF-8"]),
        (b"\x89PNG\r\n\x1a\n\x00\x00", ["line 1", "not UTF-8"]),
        (b"PK\x03\x04\x14\x00", [".docx", "CSV"]),
        (b"%PDF-1.7\n", ["is a PDF"]),
        (b"\x1f\x8b\x08", ["gzip"]),
        (b"{\\rtf1\\ansi", ["RTF"]),
    ],
)  # fmt: skip
def test_what_could_be_something_else_is_an_error(data: bytes, words: list[str]) -> None:
    message = error(data)
    assert [word for word in words if word not in message] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a\x00b", "NUL"),
        ("that\ufffds it", "�"),
        ("I donâ€™t", "encoded twice"),
        ("cafÃ©", "encoded twice"),
    ],
)
def test_damage_is_kept_and_told(text: str, words: str) -> None:
    rows, notices = noted(f"{HEAD}1,1,client,{text}\n")
    assert rows[0].text == text
    assert len(notices) == 1
    assert notices[0].startswith("talk, line 2: ")
    assert words in notices[0]


def test_zeros_between_rows_do_not_hide_any() -> None:
    rows, notices = noted(f"{HEAD}1,1,client,one\n\x001,2,client,two\n")
    assert [row.text for row in rows] == ["one", "two"]
    assert "line 3" in notices[0]
