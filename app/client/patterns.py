"""Reading the lists in `words/`: headings with a line for each thing below them.

Patterns and word lists are kept as data, one a line, so that one can be added, read and argued with on its own.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_WORDS = Path(__file__).with_name("words")


@cache
def sections(name: str) -> dict[str, tuple[str, ...]]:
    """The lines of `words/NAME.txt` by heading, in the file's order; comments and blank lines left out."""
    found: dict[str, list[str]] = {}
    for line in (_WORDS / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            lines = found.setdefault(line.removeprefix("== "), [])
        elif line and not line.startswith("# "):
            lines.append(line)
    return {heading: tuple(lines) for heading, lines in found.items()}


@cache
def patterns(name: str) -> dict[str, re.Pattern[str]]:
    """The sections of `words/NAME.txt` as regular expressions; one headed `<X>` is what `<X>` stands for elsewhere."""
    given = sections(name)
    shared = {heading: "|".join(lines) for heading, lines in given.items() if heading.startswith("<")}
    compiled = {}
    for heading, lines in given.items():
        if heading not in shared:
            joined = "|".join(lines)
            for mark, words in shared.items():
                joined = joined.replace(mark, words)
            compiled[heading] = re.compile(joined, re.IGNORECASE)
    return compiled


def words(name: str) -> dict[str, frozenset[str]]:
    """The sections of `words/NAME.txt` as sets of words."""
    return {heading: frozenset(" ".join(lines).split()) for heading, lines in sections(name).items()}


__all__ = ["patterns", "sections", "words"]
