"""The training material as turns that are read in one pass: a turn, what it answers, and the labels of its spans.

A counsellor turn carries a set of codes for each utterance and a set of behaviours for the whole; a client turn carries
a talk type. Utterances of one turn are read together, as the coder reads them at run time.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from app.scoring.codes import CODES
from training.public import annomi_utterances
from training.records import Reply, Row, Utterance

Span = tuple[int, int]
Names = frozenset[str]
NOTHING: Names = frozenset()


@dataclass(frozen=True)
class Example:
    """One turn. `spans` are character offsets in `text`, `codes` a set of codes for each (empty: unknown).

    `behaviour` and `talk` are sets for the whole turn (empty: unknown).
    """

    text: str
    previous: str | None
    spans: tuple[Span, ...]
    codes: tuple[Names, ...]
    behaviour: Names
    talk: Names
    source: str
    group: str

    @property
    def client(self) -> bool:
        return bool(self.talk)

    @property
    def parts(self) -> list[str]:
        return [self.text[start:end] for start, end in self.spans]


def from_row(row: Row) -> Example:
    """An AnnoMI row: the whole row is one span."""
    found = list(annomi_utterances([row]))
    codes = (found[0].codes if found else NOTHING,)
    behaviour = frozenset({row.behaviour})
    return Example(row.text, row.previous, ((0, len(row.text)),), codes, behaviour, NOTHING, "annomi", row.group)


def from_utterances(said: Iterable[Utterance]) -> Iterator[Example]:
    """Utterances, those of one turn together."""
    for _, found in groupby(said, key=lambda utterance: utterance.turn):
        yield _turn(list(found))


def _turn(parts: Sequence[Utterance]) -> Example:
    spans: list[Span] = []
    text = ""
    for part in parts:
        text = f"{text} {part.text}" if text else part.text
        spans.append((len(text) - len(part.text), len(text)))
    first, codes = parts[0], tuple(part.codes for part in parts)
    return Example(text, first.previous, tuple(spans), codes, _behaviour(codes), NOTHING, first.source, first.group)


def _behaviour(codes: Iterable[Names]) -> Names:
    """The behaviour of a turn, where all its codes are of one."""
    found = frozenset(CODES[code].behaviour for names in codes for code in names)
    return frozenset(found) if len(found) == 1 else NOTHING


def from_reply(reply: Reply) -> Example:
    """A client turn."""
    whole, talk = ((0, len(reply.text)),), frozenset({reply.talk})
    return Example(reply.text, reply.previous, whole, (NOTHING,), NOTHING, talk, reply.source, reply.group)


def one_utterance(example: Example, draw: random.Random) -> Example:
    """One utterance of a turn by itself, as rows of a segmented transcript come."""
    place = draw.randrange(len(example.spans))
    text, codes = example.parts[place], (example.codes[place],)
    return replace(example, text=text, spans=((0, len(text)),), codes=codes, behaviour=_behaviour(codes))


__all__ = ["Example", "Names", "Span", "from_reply", "from_row", "from_utterances", "one_utterance"]
