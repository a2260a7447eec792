"""Sheets for reading blind, their keys apart from them, and what the readings say.

A sheet is a table with empty columns for the reader's answers and a text that can be read beside it; the key says what
the reader must not know. Anybody can judge, and anybody can count again.
"""

from __future__ import annotations

import csv
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from app.client.heard import Said
from app.practice.errors import Invalid

Kind = Literal["pairs", "sense", "voices"]

#: Turns of what was said before that a reader is shown.
SHOWN = 6
ASKED: dict[Kind, str] = {
    "pairs": "Two answers to the counsellor's last words: one was said by a real client. `real`: which one, A or B? "
    "`sense_a`, `sense_b`: does it make sense as an answer there, y or n?",
    "sense": "`sense`: does the reply make sense as this client's answer there, y or n?",
    "voices": "Each reply was said by one of the people below. `person`: by whom?",
}
#: The columns that the reader fills in.
ANSWERS: dict[Kind, tuple[str, ...]] = {
    "pairs": ("real", "sense_a", "sense_b"), "sense": ("sense",), "voices": ("person",)
}  # fmt: skip
_YES, _NO = {"y", "yes", "1", "true"}, {"n", "no", "0", "false"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Item:
    """One thing to judge: what the reader sees (`shown`) and what only the key holds (`hidden`)."""

    context: str
    shown: dict[str, str]
    hidden: dict[str, Any]


@dataclass(frozen=True)
class Sheet:
    """Items of one kind. `about` is what the reader is told beforehand, `made` what the key says of the whole."""

    kind: Kind
    items: tuple[Item, ...]
    about: str = ""
    made: Mapping[str, Any] = field(default_factory=dict)

    def rows(self) -> list[dict[str, str]]:
        """The table: what is shown, and empty cells for the answers."""
        empty = dict.fromkeys((*ANSWERS[self.kind], "note"), "")
        return [
            {"item": str(number), "context": item.context} | item.shown | empty
            for number, item in enumerate(self.items, 1)
        ]

    def key(self) -> list[dict[str, Any]]:
        """The key: a line on the whole, then one an item."""
        head = {"kind": self.kind, "items": len(self.items)} | dict(self.made)
        return [head, *({"item": number} | item.hidden for number, item in enumerate(self.items, 1))]

    def text(self) -> str:
        """The same to read."""
        parts = [ASKED[self.kind], *([self.about] if self.about else [])]
        for number, item in enumerate(self.items, 1):
            shown = "\n".join(f"  {name.upper()}: {text}" for name, text in item.shown.items())
            parts.append("\n".join(part for part in (f"== {number} ==", item.context, shown) if part))
        return "\n\n".join(parts) + "\n"


def context(before: Sequence[Said], counsellor: str) -> str:
    """What was said last, and the counsellor's words that are answered."""
    recent = [*before[-SHOWN:], Said("counsellor", counsellor)]
    return "\n".join(f"{said.speaker.capitalize()}: {said.text}" for said in recent)


def pair(real: str, simulated: str, rng: random.Random) -> tuple[dict[str, str], str]:
    """The two answers in an order of chance, and the letter of the simulated one."""
    letter = rng.choice("AB")
    return ({"a": simulated, "b": real} if letter == "A" else {"a": real, "b": simulated}), letter


def write(sheet: Sheet, path: Path, text: Path, key: Path) -> None:
    """Sheet, text and key to new files. Raises Invalid where one is there already or cannot be written."""
    rows = sheet.rows()
    as_json = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    keys = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in sheet.key())
    for place in (path, text, key):
        if place.exists():
            raise Invalid("file", f"{place} is there already; choose another name")
    try:
        if path.suffix == ".csv":
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
        else:
            path.write_text(as_json, encoding="utf-8")
        text.write_text(sheet.text(), encoding="utf-8")
        key.write_text(keys, encoding="utf-8")
    except OSError as error:
        raise Invalid("file", f"{error.filename} cannot be written: {error.strerror}") from error


def read_rows(path: Path) -> list[dict[str, Any]]:
    """A sheet or a key, CSV or JSONL by its name. Raises Invalid."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Invalid("file", f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Invalid("file", f"{path}: is not UTF-8; save the file as UTF-8") from error
    if path.suffix == ".csv":
        separator = ";" if text.splitlines() and text.splitlines()[0].startswith("item;") else ","
        return list(csv.DictReader(text.splitlines(keepends=True), delimiter=separator))
    try:
        rows = [json.loads(line) for line in text.splitlines() if line.strip()]
    except json.JSONDecodeError as error:
        raise Invalid("file", f"{path}: is not one JSON object a line: {error.msg}") from error
    if not all(isinstance(row, dict) for row in rows):
        raise Invalid("file", f"{path}: is not one JSON object a line")
    return rows


@dataclass(frozen=True)
class Tally:
    """What the readings say: (hits, judged) by what was asked, and the same by where the simulated words came from."""

    kind: Kind
    items: int
    shares: dict[str, tuple[int, int]]
    by_source: dict[str, dict[str, tuple[int, int]]]


REAL, SENSE, SENSE_REAL, VOICE = "taken for real", "makes sense", "makes sense, real clients", "assigned right"


def tally(sheet: Iterable[Mapping[str, Any]], key: Sequence[Mapping[str, Any]]) -> Tally:
    """Count the answers of a sheet that was filled in; blank ones are not counted. Raises Invalid."""
    if not key or key[0].get("kind") not in ASKED:
        raise Invalid("key", "the key does not begin with its kind; are sheet and key swapped?")
    kind: Kind = key[0]["kind"]
    hidden = {str(row.get("item")): row for row in key[1:]}
    hits: dict[tuple[str, str], Counter[bool]] = defaultdict(Counter)
    for row in sheet:
        item = str(row.get("item") or "").strip()
        if item not in hidden:
            raise Invalid("item", f"the sheet's item {item!r} is not in the key; are they of the same sheet?")
        for name, hit in _judged(kind, item, row, hidden[item]):
            hits[name, str(hidden[item].get("source", ""))][hit] += 1
    by_source: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    shares: dict[str, tuple[int, int]] = {}
    for (name, source), counts in hits.items():
        by_source[name][source] = (counts[True], counts.total())
        known = shares.get(name, (0, 0))
        shares[name] = (known[0] + counts[True], known[1] + counts.total())
    return Tally(kind, len(hidden), shares, dict(by_source))


def _judged(kind: Kind, item: str, row: Mapping[str, Any], key: Mapping[str, Any]) -> list[tuple[str, bool]]:
    """What one row says, as a share's name and whether it hits."""
    found: list[tuple[str, bool]] = []
    if kind == "pairs":
        letter = str(key["simulated"])
        if picked := _word(row, "real").upper():
            if picked not in ("A", "B"):
                raise Invalid("real", f"item {item}: real is {picked!r}; expected A or B")
            found.append((REAL, picked == letter))
        for side in "AB":
            if (sense := _yes(item, row, f"sense_{side.lower()}")) is not None:
                found.append((SENSE if side == letter else SENSE_REAL, sense))
    elif kind == "sense":
        if (sense := _yes(item, row, "sense")) is not None:
            found.append((SENSE, sense))
    elif person := _word(row, "person").lower():
        found.append((VOICE, person in (str(key["person"]).lower(), str(key["name"]).lower())))
    return found


def _yes(item: str, row: Mapping[str, Any], column: str) -> bool | None:
    word = _word(row, column).lower()
    if word and word not in _YES | _NO:
        raise Invalid(column, f"item {item}: {column} is {word!r}; expected y or n")
    return None if not word else word in _YES


def _word(row: Mapping[str, Any], column: str) -> str:
    return str(row.get(column) or "").strip()


def _cell(value: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value


__all__ = [
    "ANSWERS",
    "ASKED",
    "REAL",
    "SENSE",
    "SENSE_REAL",
    "VOICE",
    "Item",
    "Kind",
    "Sheet",
    "Tally",
    "context",
    "pair",
    "read_rows",
    "tally",
    "write",
]
