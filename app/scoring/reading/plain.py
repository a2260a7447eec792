"""Plain text to records: lines "Counsellor: …" and "Client: …", as people type transcripts."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from app.scoring.reading.columns import COLUMNS
from app.scoring.reading.notices import Source, TranscriptError, quoted
from app.scoring.reading.records import Record
from app.scoring.reading.sides import ALSO, BY_HAND, EITHER, LISTED, SPEAKERS, Names, plain_speaker

_LABEL = re.compile(r"^\s*[\[(]?([^\W\d_][\w.'’\-]*(?: [\w.'’\-]+){0,2})[\])]?\s*[:：]\s*(.*)$", re.DOTALL)
_SEPARATOR = re.compile(r"^\s*(?:-{3,}|={3,}|\*{3,}|#.*)\s*$")


def plain_records(lines: Iterator[tuple[int, str]], names: Names, source: Source) -> Iterator[Record]:
    """One record a turn. A line without a known name goes on with the turn above it, a line of dashes ends a talk.

    Turns and conversations are numbered from 1.
    """
    labels = _Labels(names, source)
    current: dict[str, Any] | None = None
    begun, turn, conversation = 0, 0, 1
    for number, line in lines:
        if not line.strip():
            continue
        label = None if _SEPARATOR.match(line) else labels.label(line, number)
        if current is not None and (label or _SEPARATOR.match(line)):
            yield _record(current, begun)
        if _SEPARATOR.match(line):
            conversation, turn, current = conversation + (current is not None), 0, None
        elif label:
            turn, begun = turn + 1, number
            current = {"conversation": str(conversation), "turn": turn, "speaker": label[0], "text": label[1]}
        elif current is None:
            raise _nobody(number, line, lines, source)
        else:
            current["text"] = f"{current['text']}\n{line.strip()}".strip()
    if current is not None:
        yield _record(current, begun)
    labels.check()


class _Labels:
    """Which names before a colon are speakers in this file.

    "Doctor: …" or "C: …" may well be somebody's words: such names count only where the file begins with one of them.
    """

    def __init__(self, names: Names, source: Source) -> None:
        self._names, self._source = names, source
        self._wide: bool | None = None
        self._sides: set[str] = set()
        self._strange: dict[str, list[int]] = {}

    def label(self, line: str, number: int) -> tuple[str, str] | None:
        """The speaker and the words of a line that names one."""
        found = _LABEL.match(line.rstrip())
        if found is None:
            return None
        name, plain = found[1], plain_speaker(found[1])
        side: str | None = self._names.side(name) or SPEAKERS.get(plain)
        if side is None and self._wide is not False:
            side = ALSO.get(plain) or (plain if plain in EITHER else None)
            self._wide = bool(side) or self._wide
        if self._wide is None:
            self._wide = False
        if side is not None:
            self._sides.add(side)
            return name, found[2]
        if name[0].isupper() and self._sides:
            self._source.note(f"{quoted(name)} is not known as a speaker; taken as words of the turn above", number)
            if name in self._strange or len(self._strange) < LISTED:
                self._strange.setdefault(name, [number, 0])[1] += 1
        return None

    def check(self) -> None:
        """TranscriptError where only one side ever speaks, and a name that is not known stands before lines again."""
        often = [
            f"{quoted(name)} (line {line}, {count} lines)" for name, (line, count) in self._strange.items() if count > 1
        ]
        if len(self._sides) == 1 and often:
            first = min(line for line, count in self._strange.values() if count > 1)
            said = (
                f"all known lines are the {next(iter(self._sides))}'s, and not known are {', '.join(often)}; {BY_HAND}"
            )
            raise self._source.error(said, first)


def _record(given: dict[str, Any], line: int) -> Record:
    return Record(line, given, given["conversation"], given["turn"], given["speaker"], given["text"], None)


def _nobody(number: int, line: str, rest: Iterator[tuple[int, str]], source: Source) -> TranscriptError:
    """The error for words that nobody says; it lists what could be names."""
    said = f"{line.strip()[:40]!r} names no speaker; start with 'Counsellor:' or 'Client:'"
    ahead = (text for _, text in itertools.islice(rest, 100_000)) if source.ahead else ()
    labels = Counter(found[1] for text in itertools.chain([line], ahead) if (found := _LABEL.match(text.rstrip())))
    if _LABEL.match(line.rstrip()):
        often = [f"{quoted(name)} ({count} lines)" for name, count in labels.most_common(LISTED) if count > 1]
        return source.error(f"{said}, or {BY_HAND}" + (f"; found {', '.join(often)}" if often else ""), number)
    if any(mark in line for mark in ",;\t|"):
        said += f", or with a CSV header that has {', '.join(COLUMNS)}"
    return source.error(said, number)


__all__ = ["plain_records"]
