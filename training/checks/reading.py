"""Reads a corpus file by file and says of each line that does not have its shape what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from training.checks.models import AnswerMoment, Conversation, Item, Persona, ReplyMoment

FOLDERS: dict[str, type[Item] | None] = {
    "answers": AnswerMoment,
    "replies": ReplyMoment,
    "conversations": Conversation,
    # set apart, never trained on: may hold any of the three
    "test": None,
}
#: pydantic names the member of a union in the place of an error.
TAGS = ("whole", "split", "counsellor", "client")
BY_KEY: dict[str, type[Item]] = {"answers": AnswerMoment, "replies": ReplyMoment, "turns": Conversation}


@dataclass(frozen=True)
class Entry:
    """One object of the corpus and where it stands."""

    folder: str
    file: str
    line: int
    item: Item

    @property
    def place(self) -> str:
        """For people: file, line and id."""
        return f"{self.file}:{self.line} {self.item.id}"

    @property
    def person(self) -> tuple[str, str, int] | None:
        """Whose persona it is: a hand has one client of a name and an age."""
        persona = self.persona
        return (self.item.writer, persona.name, persona.age) if persona else None

    @property
    def persona(self) -> Persona | None:
        """The client's persona, where it has one."""
        return None if isinstance(self.item, AnswerMoment) else self.item.persona


def read(corpus: Path) -> tuple[list[Entry], list[str]]:
    """All objects that have their shape, and a line for each that does not."""
    entries: list[Entry] = []
    wrong: list[str] = []
    for folder, model in FOLDERS.items():
        paths = sorted((corpus / folder).glob("*.jsonl"))
        if not paths:
            wrong.append(f"{folder}/: holds no .jsonl file; there must be one at least")
        for path in paths:
            for number, line in _lines(path):
                found = _item(f"{folder}/{path.name}:{number}", line, model)
                if isinstance(found, list):
                    wrong += found
                else:
                    entries.append(Entry(folder, f"{folder}/{path.name}", number, found))
    return entries, wrong


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    # not splitlines, which also ends a line at characters that JSON leaves inside a text
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.strip():
            yield number, line


def _item(place: str, line: str, model: type[Item] | None) -> Item | list[str]:
    try:
        found: Any = json.loads(line)
    except json.JSONDecodeError as error:
        return [f"{place}: is not JSON ({error.msg}, column {error.colno}); one object a line"]
    if not isinstance(found, dict):
        return [f"{place}: is no object; one object a line"]
    name = f"{place} {found.get('id', '(no id)')}"
    model = model or next((kind for key, kind in BY_KEY.items() if key in found), None)
    if model is None:
        return [f"{name}: is of no known kind; it must have answers, replies or turns"]
    try:
        return model.model_validate(found)
    except ValidationError as error:
        return [f"{name}: {_sentence(problem['loc'], problem['msg'])}" for problem in error.errors()]


def _sentence(where: tuple[int | str, ...], message: str) -> str:
    # such a name follows a number; ReplyMoment has a key "counsellor" of its own
    pairs = zip(("", *where), where, strict=False)
    keys = [str(key) for before, key in pairs if not (key in TAGS and isinstance(before, int))]
    said = message.removeprefix("Value error, ")
    return f"{'.'.join(keys)}: {said}" if keys else said


__all__ = ["FOLDERS", "Entry", "read"]
