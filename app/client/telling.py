"""Rules of telling: nothing made up, nothing before its time, and no more than a person lets out in one breath."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from app.client.heard import content_words
from app.client.patterns import words
from app.client.persona import Persona

#: Facts that one reply may tell.
MOST_FACTS = 2

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{2,}")
#: Numbers that would pass in words, too.
_SMALL = frozenset(map(str, range(13)))
_COMMON_NAMES = words("names")["known to all"]


def made_up(text: str, known: str, persona: Persona) -> str | None:
    """A number or a name in the text that neither what is `known` nor anything written for the person holds."""
    lower = known.lower()
    numbers = [number for number in _NUMBER.findall(text) if number not in known and number not in _SMALL]
    names = [name for name in _NAME.findall(text) if not _common(name) and name.lower() not in lower]
    written = _written(persona) if numbers or names else ""
    for kind, found in (("number", numbers), ("name", names)):
        for word in found:
            if word.lower() not in written.lower():
                return f"made up the {kind} {word}"
    return None


def _common(name: str) -> bool:
    return name.lower() in _COMMON_NAMES or name.lower().removesuffix("s") in _COMMON_NAMES


def early(text: str, open_text: str, persona: Persona, closed: Iterable[str]) -> str | None:
    """The id of a fact behind a trust gate that the text gives away: two of the words that only that fact brings.

    Words that the author lets the person say together in a line without a gate give nothing away.
    """
    said = content_words(text) - content_words(open_text)
    gated = set(closed)
    for fact in persona.facts:
        shared = content_words(fact.text) & said
        if fact.id in gated and len(shared) >= 2 and not _said_together(shared, persona):
            return fact.id
    return None


def _said_together(shared: frozenset[str], persona: Persona) -> bool:
    return any(shared <= content_words(line) for line in _lines(persona))


def told(text: str, persona: Persona) -> list[str]:
    """Ids of the facts that a text tells: a good part of the words of each."""
    said = content_words(text)
    found = []
    for fact in persona.facts:
        own = content_words(fact.text)
        shared = len(own & said)
        if shared >= 3 or (shared >= 2 and shared * 2 >= len(own)):
            found.append(fact.id)
    return found


def _written(persona: Persona) -> str:
    """All that was written for this person to say before any trust; a name in it is nobody's invention."""
    return " ".join(_lines(persona))


def _lines(persona: Persona) -> Iterator[str]:
    yield from (*persona.voice.samples, *persona.openings)
    yield from (line.text for lines in persona.lines.values() for line in lines if line.fact is None)
    yield from (text for texts in persona.moments.values() for text in texts)
    yield from (reply.text for moment in persona.bank for reply in moment.replies if reply.fact is None)
    yield from (text for belief in persona.beliefs for text in belief.lines)
    yield from (text for closed in persona.closed_topics for text in (*closed.steers, *closed.warns, *closed.leaves))


__all__ = ["MOST_FACTS", "early", "made_up", "told"]
