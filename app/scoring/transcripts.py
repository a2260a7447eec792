"""Reads transcripts (JSONL, CSV, plain text), scores their rows in batches, and sums conversations up.

Rows stream: a file of thousands is never held whole. A row that cannot be read is an error that names file, line and
column and says what would be right; no row is dropped in silence.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from app.scoring.codes import CODES
from app.scoring.measures import Row, Speaker, measure
from app.scoring.types import CodedTurn, Coder, CodeSpan, Talk

COLUMNS = ("conversation", "turn", "speaker", "text")
BATCH = 32

SPEAKERS: dict[str, Speaker] = {
    "counsellor": "counsellor",
    "counselor": "counsellor",
    "therapist": "counsellor",
    "interviewer": "counsellor",
    "trainee": "counsellor",
    "client": "client",
    "patient": "client",
}
_LABEL = re.compile(r"^\s*([^\W\d_][^\W\d_ ]* ?[^\W\d_]*)\s*[:：]\s*(.*)$")
_SEPARATOR = re.compile(r"^\s*(?:-{3,}|={3,}|\*{3,}|#.*)\s*$")


class TranscriptError(ValueError):
    """A transcript that cannot be read; the message names the place and what would be right."""


@dataclass(frozen=True)
class TranscriptRow:
    """One row as it was read: `given` holds the input's own columns, `speaker` the speaker in the product's words."""

    given: dict[str, Any]
    speaker: Speaker
    text: str

    @property
    def conversation(self) -> str:
        return str(self.given["conversation"])


def read_transcript(source: str | Path) -> Iterator[TranscriptRow]:
    """Read a transcript from a path, or from standard input where `source` is "-".

    The kind is told by its first characters: "{" is JSONL, a line with `speaker` and `text` columns is CSV, "Name: …"
    is plain text. UTF-8 (with or without a mark) and UTF-16 with a mark are read; anything else is an error.
    """
    if str(source) == "-":
        yield from read_stream(sys.stdin.buffer, "standard input")
        return
    path = Path(source)
    try:
        with path.open("rb") as file:
            yield from read_stream(file, str(source))
    except FileNotFoundError:
        raise TranscriptError(f"{source}: there is no such file") from None
    except IsADirectoryError:
        raise TranscriptError(f"{source}: is a folder; name a file in it") from None
    except PermissionError:
        raise TranscriptError(f"{source}: may not be read; check its permissions") from None


def read_stream(stream: BinaryIO, name: str) -> Iterator[TranscriptRow]:
    """Read a transcript from an open byte stream; `name` stands for it in errors."""
    lines = _lines(stream, name)
    head: list[str] = []
    for line in lines:
        head.append(line)
        if line.strip():
            break
    else:
        raise TranscriptError(
            f"{name}: is empty; expected JSONL, CSV with the columns {', '.join(COLUMNS)}, or lines like 'Client: …'"
        )
    whole = itertools.chain(head, lines)
    first = head[-1].lstrip()
    if first.startswith("{"):
        yield from _jsonl(whole, name)
    elif first.startswith("["):
        raise TranscriptError(f"{name}, line {len(head)}: a JSON array; write one object a line (JSONL)")
    elif _looks_like_csv(first):
        yield from _csv(whole, name)
    else:
        yield from _plain(whole, name)


def _lines(stream: BinaryIO, name: str) -> Iterator[str]:
    """Decoded lines with their line ends, without a byte order mark."""
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[type-var]
    start = buffered.peek(4)[:4]
    utf16 = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if utf16:
        reader = io.TextIOWrapper(buffered, encoding="utf-16", newline="")
        try:
            yield from reader
        except UnicodeError as error:
            raise TranscriptError(f"{name}: broken UTF-16 ({error}); save the file as UTF-8") from None
        return
    for number, raw in enumerate(buffered, 1):
        raw = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
        try:
            yield raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise TranscriptError(
                f"{name}, line {number}, byte {error.start + 1}: not UTF-8 (0x{raw[error.start]:02x}); save the file "
                "as UTF-8, for instance with: iconv -f WINDOWS-1252 -t UTF-8"
            ) from None


def _looks_like_csv(line: str) -> bool:
    cells = {cell.strip().strip('"').lower() for cell in re.split(r"[,;\t]", line)}
    return len(cells & set(COLUMNS)) >= 2


def _jsonl(lines: Iterable[str], name: str) -> Iterator[TranscriptRow]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{name}, line {number}"
        try:
            given = json.loads(line)
        except json.JSONDecodeError as error:
            raise TranscriptError(f"{where}, column {error.colno}: not JSON ({error.msg}); one object a line") from None
        if not isinstance(given, dict):
            raise TranscriptError(f"{where}: not an object; expected {{{', '.join(COLUMNS)}}}")
        yield _row(given, where)


def _csv(lines: Iterable[str], name: str) -> Iterator[TranscriptRow]:
    iterator = iter(lines)
    header = next(line for line in iterator if line.strip())
    delimiter = max(",;\t", key=header.count)
    columns = [cell.strip().lower() for cell in next(csv.reader([header.strip()], delimiter=delimiter))]
    missing = [column for column in COLUMNS if column not in columns]
    if missing:
        raise TranscriptError(
            f"{name}, line 1: no column {missing[0]!r}; found {', '.join(columns)}; expected {', '.join(COLUMNS)}"
        )
    reader = csv.reader(iterator, delimiter=delimiter, strict=True)
    while True:
        first = reader.line_num + 2
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TranscriptError(
                f"{name}, line {first}: {error}; quote fields that hold quotes or line breaks"
            ) from None
        if not cells:
            continue
        where = f"{name}, line {first}"
        if len(cells) != len(columns):
            raise TranscriptError(
                f"{where}: {len(cells)} fields where the header has {len(columns)}; quote text that holds {delimiter!r}"
            )
        yield _row(dict(zip(columns, cells, strict=True)), where)


def _plain(lines: Iterable[str], name: str) -> Iterator[TranscriptRow]:
    """Lines "Counsellor: …" and "Client: …"; a line without a name goes on with the turn above it."""
    current: dict[str, Any] | None = None
    place = ""
    turn, conversation = 0, 1
    for number, line in enumerate(lines, 1):
        where = f"{name}, line {number}"
        if not line.strip():
            continue
        if _SEPARATOR.match(line):
            if current is not None:
                yield _row(current, place)
                current, turn, conversation = None, 0, conversation + 1
            continue
        found = _LABEL.match(line.rstrip())
        if found and found[1].strip().lower() in SPEAKERS:
            if current is not None:
                yield _row(current, place)
            turn += 1
            current = {
                "conversation": str(conversation),
                "turn": turn,
                "speaker": SPEAKERS[found[1].strip().lower()],
                "text": found[2],
            }
            place = where
        elif current is None:
            raise TranscriptError(
                f"{where}: {line.strip()[:40]!r} names no speaker; start with 'Counsellor:' or 'Client:'"
            )
        else:
            current["text"] = f"{current['text']}\n{line.strip()}".strip()
    if current is not None:
        yield _row(current, place)


def _row(given: dict[str, Any], where: str) -> TranscriptRow:
    for column in COLUMNS:
        if column not in given:
            raise TranscriptError(f"{where}: no {column!r}; expected {', '.join(COLUMNS)}")
    speaker = SPEAKERS.get(str(given["speaker"]).strip().lower())
    if speaker is None:
        raise TranscriptError(f"{where}, column 'speaker': {given['speaker']!r}; expected 'counsellor' or 'client'")
    if not isinstance(given["text"], str):
        raise TranscriptError(f"{where}, column 'text': {given['text']!r} is not text; write it in quotes")
    return TranscriptRow(given, speaker, given["text"])


def score_rows(
    coder: Coder, rows: Iterable[TranscriptRow], *, segmented: bool = False, batch: int = BATCH
) -> Iterator[dict[str, Any]]:
    """Score rows as they stream, in the same order, one result a row: the input's columns and the codes or the talk.

    `segmented` takes each counsellor row as one utterance. What a row answers is the other side's last turn in the
    same conversation.
    """
    for chunk in _chunks(_with_context(rows), batch):
        counsellor = [(row.text, previous) for row, previous in chunk if row.speaker == "counsellor"]
        client = [(row.text, previous) for row, previous in chunk if row.speaker == "client"]
        coded = iter(coder.code_many(counsellor, segmented=segmented))
        typed = iter(coder.talk_many(client))
        for row, _ in chunk:
            result = counsellor_columns(next(coded)) if row.speaker == "counsellor" else client_columns(next(typed))
            yield {**row.given, **result}


def _with_context(rows: Iterable[TranscriptRow]) -> Iterator[tuple[TranscriptRow, str | None]]:
    """Each row with the other side's last turn; rows of one speaker in a row are one turn."""
    last: dict[tuple[str, Speaker], str] = {}
    speaking: dict[str, Speaker] = {}
    for row in rows:
        other: Speaker = "client" if row.speaker == "counsellor" else "counsellor"
        key = (row.conversation, row.speaker)
        goes_on = speaking.get(row.conversation) == row.speaker
        last[key] = f"{last[key]} {row.text}" if goes_on else row.text
        speaking[row.conversation] = row.speaker
        yield row, last.get((row.conversation, other))


def _chunks(
    rows: Iterator[tuple[TranscriptRow, str | None]], size: int
) -> Iterator[list[tuple[TranscriptRow, str | None]]]:
    while chunk := list(itertools.islice(rows, size)):
        yield chunk


def counsellor_columns(turn: CodedTurn) -> dict[str, Any]:
    """What `score` prints for a counsellor row: primary, codes with their spans, behaviour."""
    return {
        "primary": turn.primary,
        "codes": [
            {"code": span.code, "probability": round(span.probability, 4), "start": span.start, "end": span.end}
            for span in turn.codes
        ],
        "behaviour": turn.behaviour,
    }


def client_columns(talk: Talk) -> dict[str, Any]:
    """What `score` prints for a client row: the talk type and the probability of each."""
    shares = {kind: round(getattr(talk, kind), 4) for kind in ("change", "neutral", "sustain")}
    return {"talk": {"type": talk.type, **shares}}


def summaries(scored: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Session measures out of scored rows, one object a conversation, in order of first appearance."""
    conversations: dict[str, tuple[Any, list[Row]]] = {}
    for row in scored:
        conversations.setdefault(str(row["conversation"]), (row["conversation"], []))[1].append(_measured(row))
    for given, rows in conversations.values():
        session = measure(rows)
        yield {
            "conversation": given,
            "counsellor_turns": session.counsellor_turns,
            "client_turns": session.client_turns,
            "counts": {code: session.counts[code] for code in CODES},
            "talk": session.talk,
            "measures": {
                figure.id: {
                    "value": None if figure.value is None else round(figure.value, 3),
                    "part": figure.part,
                    "whole": figure.whole,
                    "unit": figure.unit,
                    "level": figure.level,
                }
                for figure in session.measures.values()
            },
        }


def _measured(row: dict[str, Any]) -> Row:
    speaker = SPEAKERS[str(row["speaker"]).strip().lower()]
    if speaker == "client":
        return Row("client", row["text"], talk=row["talk"]["type"])
    spans = tuple(CodeSpan(code["code"], code["probability"], code["start"], code["end"]) for code in row["codes"])
    return Row("counsellor", row["text"], codes=spans)


__all__ = [
    "BATCH",
    "COLUMNS",
    "SPEAKERS",
    "TranscriptError",
    "TranscriptRow",
    "client_columns",
    "counsellor_columns",
    "read_stream",
    "read_transcript",
    "score_rows",
    "summaries",
]
