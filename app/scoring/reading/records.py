"""One row of a transcript as it stands in the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Record:
    """One row as it stands in the file: the line that it begins on, the input's own columns, and the four of them."""

    line: int
    given: dict[str, Any]
    conversation: Any
    turn: Any
    speaker: Any
    text: str
    #: The name of the column that holds the speaker; None in plain text.
    column: str | None = "speaker"

    @property
    def name(self) -> str:
        return "" if self.speaker is None else str(self.speaker).strip()

    @property
    def key(self) -> str:
        """The conversation's name as text: 7 and "7" are one conversation."""
        return "" if self.conversation is None else str(self.conversation)

    @property
    def is_blank(self) -> bool:
        """Whether nobody says nothing: an empty row of a spreadsheet."""
        return not self.name and not self.text.strip()


__all__ = ["Record"]
