"""Bytes to lines: encodings, line ends, and what is damaged.

UTF-8 with or without a mark, UTF-16 and UTF-32 are read. A line that is not UTF-8 is read as Windows-1252 where each of
its stray bytes can only be what that makes of it (an apostrophe in "don't", an "é" inside a word), with a notice;
anything else is an error, because a guess would change what somebody said.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from app.scoring.reading.notices import Source, TranscriptError

#: Characters of one line; ten thousand words are about sixty thousand.
LONGEST_LINE = 4 * 1024 * 1024

_OTHER_KINDS = {
    b"PK\x03\x04": "a ZIP archive, as .docx and .xlsx files are",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "compressed with gzip",
    b"\xd0\xcf\x11\xe0": "an old Word or Excel file",
    b"{\\rtf": "rich text (RTF)",
}
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",  # begins with the mark of UTF-16
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_ESCAPED = re.compile("[\udc80-\udcff]")
_TWICE = re.compile("â€[™œ\x9d˜“”¦]|Ã[©¨¶¼¤±³¡]")
_CONTRACTED = re.compile(r"(?:s|t|re|ve|ll|d|m)\b", re.IGNORECASE)
#: Letters at the same place in the encodings of western and central Europe.
_SHARED = frozenset("áâäçéëíîóôöúüß")


def decoded(stream: BinaryIO, source: Source) -> Iterator[str]:
    """The lines of a stream with their ends (\\n, \\r\\n or \\r, even mixed), without a byte order mark."""
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[type-var]
    encoding = _encoding(buffered.peek(8)[:8], source)
    errors = "surrogateescape" if encoding == "utf-8-sig" else "strict"
    reader = io.TextIOWrapper(buffered, encoding=encoding, errors=errors, newline="")
    number = 1
    while line := _next(reader, encoding, number, source):
        yield _sound(line, number, source)
        number += 1


def _encoding(start: bytes, source: Source) -> str:
    for mark, kind in _OTHER_KINDS.items():
        if start.startswith(mark):
            raise source.error(f"is {kind}; save it as CSV, JSONL or plain text, in UTF-8")
    for mark, encoding in _MARKS.items():
        if start.startswith(mark):
            return encoding
    every_second = start[1:4:2], start[0:4:2]
    if len(start) >= 4 and b"\x00\x00" in every_second and any(every_second[0] + every_second[1]):
        source.note("no byte order mark; read as UTF-16")
        return "utf-16-le" if every_second[0] == b"\x00\x00" else "utf-16-be"
    return "utf-8-sig"


def _next(reader: io.TextIOWrapper, encoding: str, number: int, source: Source) -> str:
    try:
        line = reader.readline(LONGEST_LINE)
    except UnicodeError as error:
        name = encoding[:6].upper()
        raise source.error(f"broken {name} ({error}); save the file as UTF-8", number) from None
    if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
        raise source.error(f"longer than {LONGEST_LINE // 2**20} million characters; one row a line", number)
    return line


def _sound(line: str, number: int, source: Source) -> str:
    """The line as it was meant, with a notice of what was decided and of what is damaged."""
    if _ESCAPED.search(line):
        line = _western(line, number, source)
        source.note("not UTF-8; read as Windows-1252", number)
    if number > 1 and line.startswith("\ufeff"):
        source.note("a byte order mark inside the file, left out", number)
        line = line.lstrip("\ufeff")
    if "\0" in line:
        source.note("holds NUL characters, kept as they are", number)
    if "\ufffd" in line:
        source.note("holds � where a character was lost before; kept as it is", number)
    if not line.isascii() and _TWICE.search(line):
        source.note("looks like UTF-8 that was encoded twice (â€™ for ’); kept as it is", number)
    return line


def _western(line: str, number: int, source: Source) -> str:
    places = [match.start() for match in _ESCAPED.finditer(line)]
    text = _ESCAPED.sub(lambda match: bytes([ord(match[0]) - 0xDC00]).decode("cp1252", "replace"), line)
    for place in places:
        if not _certain(text[max(place - 1, 0) : place], text[place], text[place + 1 : place + 4]):
            byte = len(line[:place].encode("utf-8", "surrogateescape")) + 1
            value = ord(line[place]) - 0xDC00
            raise TranscriptError(
                f"{source.name}, line {number}, byte {byte}: not UTF-8 (0x{value:02x}); save the file as UTF-8, for "
                "instance with: iconv -f WINDOWS-1252 -t UTF-8"
            )
    return text


def _certain(before: str, mark: str, after: str) -> bool:
    """Whether a character that Windows-1252 makes of a byte can hardly be another, between what stands beside it."""
    opens = not before.isalnum() and after[:1].isalnum()
    closes = bool(before.strip()) and not after[:1].isalnum()
    if mark in "‘“":
        return opens
    if mark == "”":
        return closes
    if mark == "’":
        return opens or closes or bool(before.isalpha() and _CONTRACTED.match(after))
    if mark in "…\xa0":
        return not (before.isalnum() and after[:1].isalnum())
    if mark in "–—•":
        return not before.isalpha()
    if mark in "£€":
        return before.isdigit() or after[:1].isdigit()
    return mark in _SHARED and _inside_a_word(before, after[:1])


def _inside_a_word(before: str, after: str) -> bool:
    neighbours = [letter for letter in (before, after) if letter.isalpha()]
    plain = [letter.isascii() for letter in neighbours]
    return any(plain) and all(letter.isascii() or letter in _SHARED for letter in neighbours) and not after.isupper()


__all__ = ["LONGEST_LINE", "decoded"]
