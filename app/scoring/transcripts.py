"""Reads transcripts (JSONL, CSV, plain text) as rows that stream: a file of thousands is never held whole.

A row that cannot be read is an error that names file, line and column and says what would be right. No row is dropped
in silence, and whatever was decided on the way (an encoding, a column's other name) is a notice.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from app.scoring.reading.columns import COLUMNS
from app.scoring.reading.forms import records_of
from app.scoring.reading.lines import decoded
from app.scoring.reading.notices import Notices, Source, TranscriptError
from app.scoring.reading.records import Record
from app.scoring.reading.sides import SPEAKERS, Names, with_sides
from app.scoring.rows import Speaker

#: Conversations whose last rows are remembered: the rows of one may be this many other conversations apart.
OPEN = 10_000


@dataclass(frozen=True)
class TranscriptRow:
    """One row as it was read.

    `given` holds the input's own columns, `speaker` the speaker in the product's words (None: a blank row),
    `conversation` its name as the input writes it. `repeated` tells a row that says the turn above once more, as where
    several annotators coded it.
    """

    given: dict[str, Any]
    speaker: Speaker | None
    text: str
    conversation: Any = None
    repeated: bool = False

    @property
    def key(self) -> str:
        """The conversation's name as text: 7 and "7" are one conversation."""
        return "" if self.conversation is None else str(self.conversation)


def read_transcript(
    source: str | Path, names: Names | None = None, notices: Notices | None = None
) -> Iterator[TranscriptRow]:
    """Read a transcript from a path, or from standard input where `source` is "-".

    The kind is told by its first characters: "{" is JSONL, a line with `speaker` and `text` columns is CSV, "Name: …"
    is plain text. `names` are speakers that the reader would not know; what was decided is added to `notices`.
    """
    if str(source) == "-":
        yield from read_stream(sys.stdin.buffer, "standard input", names, notices)
        return
    path = Path(source)
    try:
        with path.open("rb") as file:
            yield from read_stream(file, str(source), names, notices)
    except FileNotFoundError:
        raise TranscriptError(f"{source}: there is no such file") from None
    except IsADirectoryError:
        raise TranscriptError(f"{source}: is a folder; name a file in it") from None
    except PermissionError:
        raise TranscriptError(f"{source}: may not be read; check its permissions") from None
    except OSError as error:
        raise TranscriptError(f"{source}: cannot be read ({error.strerror})") from None


def read_stream(
    stream: BinaryIO, name: str, names: Names | None = None, notices: Notices | None = None
) -> Iterator[TranscriptRow]:
    """Read a transcript from an open byte stream; `name` stands for it in errors."""
    names, notices = names or Names(), Notices() if notices is None else notices
    source = Source(name, notices, ahead=stream.seekable())
    records = records_of(decoded(stream, source), names, source)
    latest: OrderedDict[str, _Latest] = OrderedDict()
    for record, side in with_sides(records, names, source):
        # plain text has no columns of its own: its speakers are the product's
        given = record.given if record.column else record.given | {"speaker": side}
        repeated = _in_order(record, latest, source)
        yield TranscriptRow(given, side, record.text, record.conversation, repeated)


class _Latest(NamedTuple):
    """What a conversation's last row was, in a few bytes."""

    turn: Any
    name: str
    words: int


def _in_order(record: Record, latest: OrderedDict[str, _Latest], source: Source) -> bool:
    """Whether a row says the one before it in its conversation once more; a notice where turns are out of order."""
    if record.is_blank:
        return False
    before = latest.pop(record.key, None)
    latest[record.key] = now = _Latest(record.turn, record.name, hash(record.text))
    if len(latest) > OPEN:
        latest.popitem(last=False)
    if before is None:
        return False
    if before == now and record.text.strip():
        source.note("the turn above again, as where several annotators coded it; counts once in --summary", record.line)
        return True
    if (before.turn, before.name) == (now.turn, now.name) and record.column:
        source.note("the same turn and speaker with other words; each row is scored by itself", record.line)
    numbers = _number(before.turn), _number(now.turn)
    if numbers[0] is not None and numbers[1] is not None and numbers[1] < numbers[0]:
        source.note("turns go back here; rows are taken in the order of the file", record.line)
    return False


def _number(turn: Any) -> float | None:
    try:
        return float(turn)
    except (TypeError, ValueError, OverflowError):
        return None


__all__ = [
    "COLUMNS",
    "SPEAKERS",
    "Names",
    "Notices",
    "TranscriptError",
    "TranscriptRow",
    "read_stream",
    "read_transcript",
]
