"""Checks `labels/mibot.csv`: our codes for a public set of text chats whose texts are not part of this repository.

Without the texts there is no telling whether a span is right; that spans follow each other, that a volley is one
speaker's and that codes are known can be told.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from app.scoring.codes import CODES, TALK_TYPES

COLUMNS = ["conversation", "volley", "start", "end", "code"]


@dataclass(frozen=True)
class Label:
    """One coded span of one volley; `line` is where it stands in the file."""

    line: int
    volley: tuple[int, int]
    start: int
    end: int
    code: str


def read_labels(path: Path) -> tuple[list[Label], list[str]]:
    """All labels that can be read, and a line for each thing that is wrong with them."""
    if not path.is_file():
        return [], [f"labels/{path.name}: is missing; it holds {','.join(COLUMNS)}"]
    labels: list[Label] = []
    wrong: list[str] = []
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        if (header := next(rows, [])) != COLUMNS:
            return [], [f"labels/{path.name}:1: the columns are {','.join(header)}; they must be {','.join(COLUMNS)}"]
        for number, row in enumerate(rows, 2):
            try:
                conversation, volley, start, end, code = row
                labels.append(Label(number, (int(conversation), int(volley)), int(start), int(end), code))
            except ValueError:
                wrong.append(f"labels/{path.name}:{number}: {','.join(row)!r} is not four whole numbers and a code")
    return labels, wrong + [f"labels/{path.name}:{line}" for line in _wrong(labels)]


def _wrong(labels: Sequence[Label]) -> Iterator[str]:
    seen: set[tuple[int, int]] = set()
    for volley, group in groupby(labels, lambda label: label.volley):
        spans = list(group)
        if volley in seen:
            yield f"{spans[0].line}: volley {volley[1]} comes a second time; its spans must stand together"
        seen.add(volley)
        yield from _wrong_spans(spans)


def _wrong_spans(spans: Sequence[Label]) -> Iterator[str]:
    end = 0
    client = spans[0].code in TALK_TYPES
    for label in spans:
        if label.code not in CODES and label.code not in TALK_TYPES:
            yield f"{label.line}: unknown code {label.code!r}; known are {', '.join((*CODES, *TALK_TYPES))}"
        elif client != (label.code in TALK_TYPES):
            yield f"{label.line}: {label.code!r} mixes a client's talk with a counsellor's codes in one volley"
        # a client may send an empty message
        shortest = 0 if client else 1
        if label.start < end or label.end - label.start < shortest:
            span = f"{label.start}–{label.end}"
            yield f"{label.line}: the span {span} must begin at {end} or later, and end after it begins"
        end = max(end, label.end)


__all__ = ["Label", "read_labels"]
