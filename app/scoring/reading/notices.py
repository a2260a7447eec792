"""What is said about a transcript: errors that end the reading, and notices of what was decided on the way."""

from __future__ import annotations

from dataclasses import dataclass, field

#: Runs of lines that a notice names before it only counts; different notices before the rest are only counted.
RUNS, DIFFERENT = 6, 40
#: Characters of a value that a message shows.
SHOWN = 60


class TranscriptError(ValueError):
    """A transcript that cannot be read; the message names the place and what would be right."""


class Notices:
    """Notices by what they say, each with the lines that it is about: bounded, however long the file."""

    def __init__(self) -> None:
        self._found: dict[str, _Lines] = {}
        self._left_out = 0

    def add(self, what: str, line: int | None = None) -> None:
        """Note something about a line, or about the whole file. Lines come in ascending order."""
        if what not in self._found and len(self._found) >= DIFFERENT:
            self._left_out += 1
            return
        lines = self._found.setdefault(what, _Lines())
        if line is not None:
            lines.add(line)

    def about(self, name: str) -> list[str]:
        """One line a notice, the first noted first: `talk.csv, lines 3–5 and 9: …`."""
        said = [f"{name}{lines}: {what}" for what, lines in self._found.items()]
        return [*said, f"{name}: {self._left_out} more notices"] if self._left_out else said


def quoted(value: object) -> str:
    """A value from the file as a message shows it: on one line, and not longer than a line."""
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 2]}…{text[-1]}"


@dataclass(frozen=True)
class Source:
    """The transcript that is being read, as errors and notices name it.

    `ahead` tells that the rest of it may be read for the sake of an error: it is a file, nobody waits at its other end.
    """

    name: str
    notices: Notices
    ahead: bool = False

    def error(self, what: str, line: int | None = None, column: str | int | None = None) -> TranscriptError:
        """An error at a line and a column; to be raised."""
        where = self.name + (f", line {line}" if line else "") + (f", column {column!r}" if column else "")
        return TranscriptError(f"{where}: {what}")

    def note(self, what: str, line: int | None = None) -> None:
        self.notices.add(what, line)


@dataclass
class _Lines:
    runs: list[tuple[int, int]] = field(default_factory=list)
    more: int = 0

    def add(self, line: int) -> None:
        if self.runs and not self.more and self.runs[-1][1] in (line, line - 1):
            self.runs[-1] = (self.runs[-1][0], line)
        elif len(self.runs) < RUNS:
            self.runs.append((line, line))
        else:
            self.more += 1

    def __str__(self) -> str:
        if not self.runs:
            return ""
        parts = [str(first) if first == last else f"{first}–{last}" for first, last in self.runs]
        parts += [f"{self.more} more"] if self.more else []
        one = len(parts) == 1 and self.runs[0][0] == self.runs[0][1]
        text = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
        return f", line {text}" if one else f", lines {text}"


__all__ = ["DIFFERENT", "RUNS", "Notices", "Source", "TranscriptError", "quoted"]
