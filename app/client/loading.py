"""Persona files: YAML in, `Persona` out; a slip is an error that names file, line, field and what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from app.client.persona import Persona, WrittenMoment

#: The folder, beside the persona files, of the written moments that a client speaks from.
BANK = "bank"

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Slip:
    """One thing that is wrong in a file: its line from 1, the field, and what would be right."""

    line: int
    field: str
    says: str


class PersonaError(ValueError):
    """A persona file that cannot be used; one line for each thing that is wrong, `slips` where they have a place."""

    def __init__(self, message: str, slips: tuple[Slip, ...] = ()) -> None:
        super().__init__(message)
        self.slips = slips

    @classmethod
    def of(cls, path: Path, slips: Iterable[Slip]) -> PersonaError:
        """Slips of one file, told as `file:line: field: what is wrong`."""
        slips = tuple(slips)
        told = (f"{path}:{slip.line}: {slip.field + ': ' if slip.field else ''}{slip.says}" for slip in slips)
        return cls("\n".join(told), slips)


def load_persona(path: Path) -> Persona:
    """The persona in one YAML file.

    Raises PersonaError with lines of the form `file:line: field: what is wrong`.
    """
    document = read_document(path)
    bank = read_bank(path.parent / BANK / f"{path.stem}.jsonl")
    persona = validated(Persona, path, document, {"bank": bank})
    check_id(persona.id, path, document)
    return persona


def load_personas(folders: Iterable[Path]) -> dict[str, Persona]:
    """All personas of the folders by id, sorted; a later folder's file replaces an earlier one of the same id.

    Raises PersonaError that holds the errors of all files, or says that there is none.
    """
    found: dict[str, Persona] = {}
    problems: list[str] = []
    folders = list(folders)
    for path in (path for folder in folders for path in sorted(folder.glob("*.yaml"))):
        try:
            found[path.stem] = load_persona(path)
        except PersonaError as error:
            problems.append(str(error))
    if problems:
        raise PersonaError("\n".join(problems))
    if not found:
        raise PersonaError(f"no persona files (*.yaml) in {', '.join(map(str, folders))}")
    return dict(sorted(found.items()))


def read_bank(path: Path) -> tuple[WrittenMoment, ...]:
    """The written moments of one person, a JSON object a line; none where there is no file. Raises PersonaError."""
    if not path.is_file():
        return ()
    found: list[WrittenMoment] = []
    problems: list[str] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PersonaError(f"{path}: cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        try:
            found.append(WrittenMoment.model_validate_json(line))
        except ValidationError as error:
            problems += [
                f"{path}:{number}: {': '.join(map(str, detail['loc'])) or 'moment'}: {detail['msg']}"
                for detail in error.errors()
            ]
    if problems:
        raise PersonaError("\n".join(problems))
    return tuple(found)


def validated(model: type[Model], path: Path, document: CommentedMap, more: dict[str, Any] | None = None) -> Model:
    """The document, with `more` fields, as this model. Raises PersonaError with a line for each thing that is wrong."""
    try:
        return model.model_validate(plain(document) | (more or {}))
    except ValidationError as error:
        raise PersonaError.of(path, [_explain(document, detail, model) for detail in error.errors()]) from error


def check_id(found: str, path: Path, document: CommentedMap) -> None:
    """Raises PersonaError where a file's id is not its name."""
    if found != path.stem:
        line = line_of(document, ("id",))
        slip = Slip(line, "id", f"is {found!r} but the file is {path.name!r}; make them equal")
        raise PersonaError.of(path, [slip])


def read_document(path: Path) -> CommentedMap:
    """A YAML file that holds a mapping, with its line numbers. Raises PersonaError."""
    try:
        return document_of(path.read_text(encoding="utf-8"), path)
    except OSError as error:
        raise PersonaError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PersonaError(f"{path}: is not UTF-8 text (byte {error.start})") from error


def document_of(text: str, path: Path) -> CommentedMap:
    """A YAML text that holds a mapping, with its line numbers; `path` is what errors name. Raises PersonaError."""
    try:
        document = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        says = f"not valid YAML: {error.problem or error.context}"
        raise PersonaError.of(path, [Slip(line, "", says)]) from error
    except (YAMLError, ValueError) as error:  # a date that there is not, a number that is none
        raise PersonaError.of(path, [Slip(1, "", f"not valid YAML: {error}")]) from error
    if not isinstance(document, CommentedMap):
        raise PersonaError.of(path, [Slip(1, "", "a persona file is a mapping of fields (id: …, name: …)")])
    return document


def plain(node: Any) -> Any:
    """Ruamel's commented containers and scalars as plain Python values, which pydantic checks strictly."""
    if isinstance(node, CommentedMap):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return tuple(plain(value) for value in node)
    if isinstance(node, str):
        return str(node)
    if isinstance(node, float):
        return float(node)
    return node


def _explain(document: CommentedMap, detail: ErrorDetails, model: type[BaseModel]) -> Slip:
    loc = detail["loc"]
    field = ": ".join(str(part) for part in loc) or model.__name__.lower()
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        known = _known_fields(loc, model)
        near = get_close_matches(str(loc[-1]), known, 1)
        meant = f" (did you mean {near[0]!r}?)" if near else ""
        message = f"unknown field{meant}; known here are {', '.join(known)}"
    elif detail["type"] == "missing":
        message = "is missing"
    elif not loc:
        loc = _named(document, message)
    return Slip(line_of(document, loc), field, message)


def _named(document: CommentedMap, message: str) -> tuple[int | str, ...]:
    """The place that a message about the whole names at its beginning: `lines: deny: 'Not me.': about: …`."""
    node: Any = document
    loc: list[int | str] = []
    for part in message.split(": "):
        if isinstance(node, CommentedMap) and part in node:
            found: int | str | None = part
        elif isinstance(node, CommentedSeq):
            found = next((at for at, item in enumerate(node) if part in _called(item)), None)
        else:
            break
        if found is None:
            break
        loc.append(found)
        node = node[found]
    return tuple(loc)


def _called(item: Any) -> tuple[str, ...]:
    """What a message may call an item of a list by."""
    if isinstance(item, CommentedMap):
        return (str(item.get("id")), repr(str(item.get("text", "")).strip()), str(item.get("topic")))
    return (repr(str(item).strip()),)


def _known_fields(loc: tuple[int | str, ...], model: type[BaseModel]) -> list[str]:
    """The field names that the schema has at the place where an unknown one stood."""
    schema = model.model_json_schema()
    node: dict[str, Any] = schema
    for part in loc[:-1]:
        node = _resolve(schema, node)
        node = (
            node.get("items", {})
            if isinstance(part, int)
            else node.get("properties", {}).get(part, node.get("additionalProperties", {}))
        )
    return sorted(_resolve(schema, node).get("properties", {}))


def _resolve(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    reference = node.get("$ref")
    return schema["$defs"][reference.rsplit("/", 1)[-1]] if reference else node


def line_of(document: CommentedMap, loc: tuple[int | str, ...]) -> int:
    """The line (from 1) of the deepest part of `loc` that stands in the file."""
    node: Any = document
    line = document.lc.line
    for part in loc:
        if isinstance(node, CommentedMap) and part in node:
            line = node.lc.key(part)[0]
        elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
            line = node.lc.item(part)[0]
        else:
            break
        node = node[part]
    return int(line) + 1


__all__ = [
    "BANK",
    "PersonaError",
    "Slip",
    "check_id",
    "document_of",
    "line_of",
    "load_persona",
    "load_personas",
    "plain",
    "read_bank",
    "read_document",
    "validated",
]
