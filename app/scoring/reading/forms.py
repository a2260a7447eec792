"""Lines to records: JSONL and CSV; plain text has a module of its own. Every record keeps the line it begins on."""

from __future__ import annotations

import csv
import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

from app.scoring.reading.columns import COLUMNS, columns_of, known, plain_name
from app.scoring.reading.lines import LONGEST_LINE
from app.scoring.reading.notices import Source, quoted
from app.scoring.reading.plain import plain_records
from app.scoring.reading.records import Record
from app.scoring.reading.sides import Names

_DELIMITERS = ",;\t|"
_SEPARATED_BY = re.compile(r'^"?sep=([,;\t|])"?\s*$')


def records_of(lines: Iterator[str], names: Names, source: Source) -> Iterator[Record]:
    """The records of a transcript; its first characters tell its form."""
    head: list[str] = []
    for line in lines:
        head.append(line)
        if line.strip() and not _SEPARATED_BY.match(line):
            break
    else:
        what = "holds no rows" if any(line.strip() for line in head) else "is empty"
        raise source.error(
            f"{what}; expected JSONL, CSV with the columns {', '.join(COLUMNS)}, or lines like 'Client: …'"
        )
    whole = enumerate(itertools.chain(head, lines), 1)
    first = head[-1].lstrip()
    if first.startswith("{"):
        return _jsonl(whole, source)
    if first.startswith("["):
        raise source.error("a JSON array; write one object a line (JSONL)", len(head))
    if sum(known(cell.strip().strip('"')) for cell in re.split(f"[{_DELIMITERS}]", first)) >= 2:
        return _csv(whole, len(head), source)
    return plain_records(whole, names, source)


def _jsonl(lines: Iterator[tuple[int, str]], source: Source) -> Iterator[Record]:
    columns: dict[tuple[str, ...], dict[str, str]] = {}
    for number, line in lines:
        if not line.strip():
            continue
        given = _object(line, number, source)
        keys = tuple(given)
        if keys not in columns:
            # rows may differ in their keys, but not without end
            columns = columns if len(columns) < 100 else {}
            columns[keys] = columns_of(keys, source, number)
        yield _record(given, columns[keys], number, source)


def _object(line: str, number: int, source: Source) -> dict[str, Any]:
    try:
        try:
            given = json.loads(line)
        except json.JSONDecodeError as error:
            if not error.msg.startswith("Invalid control character"):
                raise
            given = json.loads(line, strict=False)
            source.note("raw control characters (a tab, a NUL) inside quotes, kept as they are", number)
    except json.JSONDecodeError as error:
        raise source.error(f"not JSON ({error.msg}); one object a line", number, error.colno) from None
    except RecursionError:
        raise source.error("nested too deeply; one flat object a line", number) from None
    except ValueError as error:  # a number of thousands of digits
        raise source.error(f"not JSON that can be read ({error})", number) from None
    if not isinstance(given, dict):
        raise source.error(f"not an object; expected {{{', '.join(COLUMNS)}}}", number)
    return given


def _csv(lines: Iterator[tuple[int, str]], header_line: int, source: Source) -> Iterator[Record]:
    delimiter = None
    for _, line in itertools.islice(lines, header_line):
        if told := _SEPARATED_BY.match(line):
            delimiter = told[1]
    delimiter = delimiter or max(_DELIMITERS, key=line.count)
    names = [cell.strip() for cell in next(csv.reader([line.strip("\r\n")], delimiter=delimiter))]
    columns = columns_of(names, source, header_line, called="column ")
    names = _distinct(names, columns, source, header_line)
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))
    reader = csv.reader((line for _, line in lines), delimiter=delimiter, strict=True)
    for first, cells in _cells(reader, header_line, source):
        if not any(cell.strip() for cell in cells[len(names) :]):
            cells = cells[: len(names)]
        if not any(cell.strip() for cell in cells):
            cells += [""] * (len(names) - len(cells))
        if [plain_name(cell) for cell in cells] == [plain_name(name) for name in names]:
            source.note("the header again, left out", first)
            continue
        if len(cells) != len(names):
            raise source.error(
                f"{len(cells)} fields where the header has {len(names)}; quote text that holds {delimiter!r}", first
            )
        yield _record(dict(zip(names, cells, strict=True)), columns, first, source)


def _cells(reader: Any, header_line: int, source: Source) -> Iterator[tuple[int, list[str]]]:
    """Rows that are more than an empty line, each with the line it begins on."""
    while True:
        first = header_line + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            open_end = "unexpected end" in str(error) or "limit" in str(error)
            why = "a quote that is never closed" if open_end else str(error)
            said = f"{why}; quote fields that hold quotes or line breaks, and double the quotes in them"
            raise source.error(said, first) from None
        if len(cells) > 1 or any(cell.strip() for cell in cells):
            yield first, cells


def _distinct(names: list[str], columns: dict[str, str], source: Source, line: int) -> list[str]:
    """Column names, each once: one of the four may not stand twice, others get a number."""
    distinct: list[str] = []
    for name in names:
        own = name
        if name in distinct:
            if name in columns.values():
                raise source.error(f"the column {quoted(name)} is there twice; rename one of them", line)
            own = next(other for count in itertools.count(1) if (other := f"{name}.{count}") not in (*distinct, *names))
            source.note(f"the column {quoted(name)} is there twice; a later one is called {quoted(own)}", line)
        distinct.append(own)
    return distinct


def _record(given: dict[str, Any], columns: dict[str, str], line: int, source: Source) -> Record:
    conversation, turn, speaker, text = (given[columns[column]] for column in COLUMNS)
    if text is None:
        source.note(f"{columns['text']!r} is null; taken as blank", line)
        text = ""
    if not isinstance(text, str):
        raise source.error(f"{quoted(text)} is not text; write it in quotes", line, columns["text"])
    if isinstance(speaker, (dict, list)):
        said = f"{quoted(speaker)} is no name; expected 'counsellor' or 'client'"
        raise source.error(said, line, columns["speaker"])
    record = Record(line, given, conversation, turn, speaker, text, columns["speaker"])
    if not record.key.strip() and not record.is_blank:
        source.note(f"{columns['conversation']!r} is empty; such rows are taken as one conversation", line)
    return record


__all__ = ["records_of"]
