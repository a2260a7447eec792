"""Reading a transcript out of a text or bytes: its rows, its error, what was noted on the way."""

from __future__ import annotations

import io

import pytest

from app.scoring.transcripts import Names, Notices, TranscriptError, TranscriptRow, read_stream


def read(data: str | bytes, names: Names | None = None) -> list[TranscriptRow]:
    """The rows; any notice fails the test."""
    rows, said = noted(data, names)
    assert said == []
    return rows


def noted(data: str | bytes, names: Names | None = None) -> tuple[list[TranscriptRow], list[str]]:
    """The rows and the notices."""
    notices = Notices()
    rows = list(read_stream(io.BytesIO(data.encode() if isinstance(data, str) else data), "talk", names, notices))
    return rows, notices.about("talk")


def error(data: str | bytes, names: Names | None = None) -> str:
    """The message of the error that the reading ends in."""
    with pytest.raises(TranscriptError) as caught:
        noted(data, names)
    assert str(caught.value).startswith("talk")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def said(rows: list[TranscriptRow]) -> list[tuple[str | None, str]]:
    """Side and words of each row."""
    return [(row.speaker, row.text) for row in rows]


__all__ = ["error", "noted", "read", "said"]
