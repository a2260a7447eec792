"""From the text of a growing candidate to pieces fit to show: stop strings cut, unfinished characters held back."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["Tail"]

_UNFINISHED = "�"


class Tail:
    """Follows one candidate and says what is new in it.

    White space at the start is dropped; what might be the beginning of a stop string, or half a character, waits.
    """

    def __init__(self, stop: Sequence[str]) -> None:
        self._stop = tuple(stop)
        self._shown = 0

    def update(self, text: str, last: bool) -> tuple[str, bool]:
        """The new piece of the candidate whose whole `text` so far is given, and whether a stop string has ended it."""
        text = text.lstrip()
        cuts = [place for place in (text.find(stop) for stop in self._stop) if place >= 0]
        if cuts:
            text = text[: min(cuts)]
        elif not last:
            text = text[: len(text) - self._held(text)]
        new, self._shown = text[self._shown :], max(self._shown, len(text))
        return new, bool(cuts)

    def _held(self, text: str) -> int:
        unfinished = len(text) - len(text.rstrip(_UNFINISHED))
        starts = [
            length
            for stop in self._stop
            for length in range(1, min(len(stop), len(text) + 1))
            if text.endswith(stop[:length])
        ]
        return max([unfinished, *starts])
