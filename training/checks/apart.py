"""Identities: no id twice, one sheet a person, and nobody and nothing of the set apart in training."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence

from training.checks.models import ReplyMoment
from training.checks.reading import Entry


def identities(entries: Sequence[Entry]) -> list[str]:
    """A line for each id that comes twice, each person with two sheets, and each overlap of test and training."""
    return [*_ids(entries), *_people(entries), *_overlaps(entries)]


def _ids(entries: Sequence[Entry]) -> Iterator[str]:
    first: dict[str, Entry] = {}
    for entry in entries:
        known = first.setdefault(entry.item.id, entry)
        if known is not entry:
            yield f"{entry.place}: the id is also {known.file}:{known.line}'s; each object needs its own"


def _people(entries: Sequence[Entry]) -> Iterator[str]:
    first: dict[Hashable, Entry] = {}
    for entry in entries:
        if entry.person:
            known = first.setdefault(entry.person, entry)
            if known.persona != entry.persona:
                yield (
                    f"{entry.place}: {entry.person[1]}, {entry.person[2]}, is another than in {known.place}; "
                    "one sheet, voice and list of facts a person, or another name or age"
                )


def _overlaps(entries: Sequence[Entry]) -> Iterator[str]:
    kinds: tuple[tuple[str, Callable[[Entry], Hashable]], ...] = (
        ("hand", lambda entry: entry.item.writer),
        ("field", _field),
        ("person", lambda entry: entry.persona and (entry.persona.name.casefold(), entry.persona.age)),
    )
    for kind, key in kinds:
        trained: dict[Hashable, Entry] = {}
        for entry in entries:
            if entry.folder != "test":
                trained.setdefault(key(entry), entry)
        told: set[Hashable] = set()
        for entry in entries:
            found = key(entry)
            if entry.folder == "test" and found and found in trained and found not in told:
                told.add(found)
                yield f"{entry.place}: the {kind} {found!r} is also {trained[found].place}'s; {RIGHT[kind]}"


RIGHT = {
    "hand": "what is set apart must be by hands that wrote nothing else",
    "field": "what is set apart needs a situation of its own",
    "person": "what is set apart needs people of its own",
}


def _field(entry: Entry) -> str | None:
    return None if isinstance(entry.item, ReplyMoment) else entry.item.field.casefold()


__all__ = ["identities"]
