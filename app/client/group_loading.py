"""Group files: YAML in, `Cast` out, with the members' personas; a slip is an error that names file, line and field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from app.client.group import Cast, Group
from app.client.loading import PersonaError, check_id, line_of, load_persona, read_document, validated
from app.client.persona import Persona

#: The folder, beside the persona files, of groups, and the one in it of people who are only met in a group.
GROUPS, MEMBERS = "groups", "members"


def group_files(folders: Iterable[Path]) -> list[Path]:
    """The group files beside the personas of these folders; a later folder's file replaces an earlier one's."""
    found = {path.stem: path for folder in folders for path in sorted((folder / GROUPS).glob("*.yaml"))}
    return [found[name] for name in sorted(found)]


def is_group_file(path: Path) -> bool:
    """Whether a file lies where groups do."""
    return path.parent.name == GROUPS


def load_group(path: Path, folders: Sequence[Path], known: Mapping[str, Persona] | None = None) -> Cast:
    """The group in one YAML file with its people: from its own `members` folder, from `known`, from `folders`.

    Raises PersonaError with lines of the form `file:line: field: what is wrong`.
    """
    document = read_document(path)
    group = validated(Group, path, document)
    check_id(group.id, path, document)
    people: dict[str, Persona] = {}
    for number, member in enumerate(group.ids):
        persona = _person(member, path.parent / MEMBERS, folders, known or {})
        if persona is None:
            line = line_of(document, ("members", number))
            raise PersonaError(f"{path}:{line}: members: there is no persona {member!r}")
        people[member] = persona
    try:
        return Cast(group=group, people=people)
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise PersonaError(f"{path}:{line_of(document, ('members',))}: {message}") from error


def load_groups(folders: Sequence[Path], known: Mapping[str, Persona]) -> dict[str, Cast]:
    """All groups of the folders by id, sorted. Raises PersonaError that holds the errors of all files."""
    found: dict[str, Cast] = {}
    problems: list[str] = []
    for path in group_files(folders):
        try:
            found[path.stem] = load_group(path, folders, known)
        except PersonaError as error:
            problems.append(str(error))
    if clash := sorted(set(found) & set(known)):
        problems.append(f"{clash[0]!r} is the id of a persona and of a group; rename one")
    if problems:
        raise PersonaError("\n".join(problems))
    return found


def _person(name: str, own: Path, folders: Sequence[Path], known: Mapping[str, Persona]) -> Persona | None:
    if (own / f"{name}.yaml").is_file():
        return load_persona(own / f"{name}.yaml")
    if name in known:
        return known[name]
    for folder in reversed(folders):
        if (folder / f"{name}.yaml").is_file():
            return load_persona(folder / f"{name}.yaml")
    return None


__all__ = ["GROUPS", "MEMBERS", "group_files", "is_group_file", "load_group", "load_groups"]
