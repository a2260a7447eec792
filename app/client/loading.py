"""Persona files: YAML in, `Persona` out; a slip is an error that names file, line, field and what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from app.client.persona import Persona, WrittenMoment

#: The folder, beside the persona files, of the written moments that a client speaks from.
BANK = "bank"


class PersonaError(ValueError):
    """A persona file that cannot be used; one line for each thing that is wrong."""


def load_persona(path: Path) -> Persona:
    """The persona in one YAML file.

    Raises PersonaError with lines of the form `file:line: field: what is wrong`.
    """
    document = _read(path)
    bank = read_bank(path.parent / BANK / f"{path.stem}.jsonl")
    try:
        persona = Persona.model_validate(_plain(document) | {"bank": bank})
    except ValidationError as error:
        lines = [_explain(path, document, detail) for detail in error.errors()]
        raise PersonaError("\n".join(lines)) from error
    if persona.id != path.stem:
        line = _line(document, ("id",))
        raise PersonaError(f"{path}:{line}: id: is {persona.id!r} but the file is {path.name!r}; make them equal")
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


def _read(path: Path) -> CommentedMap:
    yaml = YAML(typ="rt")
    try:
        document = yaml.load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PersonaError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PersonaError(f"{path}: is not UTF-8 text (byte {error.start})") from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PersonaError(f"{path}:{line}: not valid YAML: {error.problem or error.context}") from error
    except YAMLError as error:
        raise PersonaError(f"{path}:1: not valid YAML: {error}") from error
    if not isinstance(document, CommentedMap):
        raise PersonaError(f"{path}:1: a persona file is a mapping of fields (id: …, name: …)")
    return document


def _plain(node: Any) -> Any:
    """Ruamel's commented containers and scalars as plain Python values, which pydantic checks strictly."""
    if isinstance(node, CommentedMap):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return tuple(_plain(value) for value in node)
    if isinstance(node, str):
        return str(node)
    if isinstance(node, float):
        return float(node)
    return node


def _explain(path: Path, document: CommentedMap, detail: ErrorDetails) -> str:
    field = ": ".join(str(part) for part in detail["loc"]) or "persona"
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        message = f"unknown field; known here are {', '.join(_known_fields(detail['loc']))}"
    elif detail["type"] == "missing":
        message = "is missing"
    return f"{path}:{_line(document, detail['loc'])}: {field}: {message}"


def _known_fields(loc: tuple[int | str, ...]) -> list[str]:
    """The field names that the schema has at the place where an unknown one stood."""
    schema = Persona.model_json_schema()
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


def _line(document: CommentedMap, loc: tuple[int | str, ...]) -> int:
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


__all__ = ["BANK", "PersonaError", "load_persona", "load_personas", "read_bank"]
