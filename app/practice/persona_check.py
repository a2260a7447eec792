"""A persona's text as somebody is writing it: whether it can be used, what is wrong where, and what is still thin."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from app.client.group import Cast, Group
from app.client.lacks import Written, lacks, written
from app.client.loading import PersonaError, Slip, check_id, document_of, line_of, validated
from app.client.persona import Persona, WrittenMoment
from app.i18n import gettext as _
from app.i18n import language, ngettext
from app.practice.faces import Client
from app.practice.house import House

#: Characters of one persona's text; the longest that ships has 90,000.
LONGEST = 150_000
#: Texts whose check is remembered.
REMEMBERED = 32
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Checked:
    """What is to be said of a text: the client where it can be used, else what is wrong; `hints` are no errors."""

    client: Client | None
    slips: tuple[Slip, ...] = ()
    hints: tuple[str, ...] = ()
    counts: Written | None = field(default=None, repr=False)


@dataclass(frozen=True)
class _Told:
    """What a text was read for, to remember it by: the very people it stands among, its id, itself."""

    among: int
    language: str
    persona_id: str
    source: str


#: With the people themselves, so that no others can get their identity.
_remembered: OrderedDict[_Told, tuple[Checked, object]] = OrderedDict()


def check(house: House, persona_id: str, source: str) -> Checked:
    """Read a text as the persona, or the group, of this id would be read from its file; the last ones are remembered.

    Reading a long one takes half a second, and an editor opens it again and again.
    """
    told = _Told(id(house.personas), language(), persona_id, source)
    if (known := _remembered.pop(told, None)) is None:
        known = _checked(house, persona_id, source), house.personas
    _remembered[told] = known
    while len(_remembered) > REMEMBERED:
        _remembered.popitem(last=False)
    return known[0]


def _checked(house: House, persona_id: str, source: str) -> Checked:
    try:
        if is_group(house, persona_id, source):
            return Checked(cast_in(house, persona_id, source, house.personas))
        persona, lost = persona_in(house, persona_id, source)
    except PersonaError as error:
        slips = error.slips or (Slip(1, "", str(error)),)
        return Checked(None, tuple(sorted(slips, key=lambda slip: slip.line)))
    hints = lacks(persona)
    if lost:
        words = ngettext(
            "%(count)d written reply of the bank names a topic or a fact that is not here any more, and is left out.",
            "%(count)d written replies of the bank name a topic or a fact that is not here any more, and are left out.",
            lost,
        )
        hints = [words % {"count": lost}, *hints]
    return Checked(persona, (), tuple(hints), written(persona))


def persona_in(house: House, persona_id: str, source: str) -> tuple[Persona, int]:
    """The persona of a text with the bank of the file of the same id, and how many replies of that do not fit it.

    Raises PersonaError, whose slips name the lines.
    """
    path = Path(f"{persona_id}.yaml")
    document = _document(source, path)
    try:
        known = house.files.personas.get(persona_id)
        bank = known.bank if known else ()
        fitted = fitting(bank, _names(document, "topics"), _names(document, "facts"))
        persona = validated(Persona, path, document, {"bank": fitted})
    except RecursionError as error:
        raise PersonaError.of(path, [Slip(1, "", _("lists and fields stand too deep in each other"))]) from error
    check_id(persona.id, path, document)
    return persona, _replies(bank) - _replies(fitted)


def cast_in(house: House, group_id: str, source: str, people: Mapping[str, Persona]) -> Cast:
    """The group of a text, with these people and those who are met in groups only. Raises PersonaError."""
    path = Path(f"{group_id}.yaml")
    document = _document(source, path)
    group = validated(Group, path, document)
    check_id(group.id, path, document)
    only_here = {name: person for cast in house.files.groups.values() for name, person in cast.people.items()}
    known = {**only_here, **people}
    for number, member in enumerate(group.ids):
        if member not in known:
            line = line_of(document, ("members", number))
            says = _("there is no persona %(id)s; known are %(known)s")
            told = says % {"id": member, "known": ", ".join(sorted(known))}
            raise PersonaError.of(path, [Slip(line, "members", told)])
    try:
        return Cast(group=group, people={member: known[member] for member in group.ids})
    except ValidationError as error:
        says = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise PersonaError.of(path, [Slip(line_of(document, ("members",)), "", says)]) from error


def is_group(house: House, client_id: str, source: str) -> bool:
    """Whether a text is to be a group's: of that id there is one, or only groups have members."""
    if client_id in house.files.personas:
        return False
    return client_id in house.files.groups or re.search(r"^members:", source, flags=re.MULTILINE) is not None


def _document(source: str, path: Path) -> CommentedMap:
    """A text as YAML. Raises PersonaError, for one that is too long or too deep as well."""
    if len(source) > LONGEST:
        says = _("the text is too long: %(count)d characters, where at most %(most)d are taken")
        raise PersonaError.of(path, [Slip(1, "", says % {"count": len(source), "most": LONGEST})])
    try:
        document = document_of(source, path)
    except RecursionError as error:
        raise PersonaError.of(path, [Slip(1, "", _("lists and fields stand too deep in each other"))]) from error
    _refuse_aliases(document, path)
    return document


def fitting(bank: tuple[WrittenMoment, ...], topics: set[str], facts: set[str]) -> tuple[WrittenMoment, ...]:
    """The written moments without what names topics or facts that are not there."""
    kept = []
    for moment in bank:
        replies = tuple(reply for reply in moment.replies if reply.fact is None or reply.fact in facts)
        about = tuple(topic for topic in moment.about if topic in topics)
        if len(replies) > 1 and (about or not moment.about):
            whole = replies == moment.replies and about == moment.about
            kept.append(moment if whole else moment.model_copy(update={"replies": replies, "about": about}))
    return tuple(kept)


def _replies(bank: tuple[WrittenMoment, ...]) -> int:
    return sum(len(moment.replies) for moment in bank)


def _names(document: CommentedMap, key: str) -> set[str]:
    """The names of topics, or the ids of facts, as far as there are any."""
    found = document.get(key)
    if isinstance(found, CommentedMap):
        return {str(name) for name in found}
    if isinstance(found, CommentedSeq):
        return {str(item["id"]) for item in found if isinstance(item, CommentedMap) and "id" in item}
    return set()


def _refuse_aliases(document: CommentedMap, path: Path) -> None:
    """A few lines of aliases can stand for more than any memory holds, and no persona needs them."""
    seen: set[int] = set()
    waiting: list[Any] = [document]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, CommentedMap | CommentedSeq):
            continue
        if id(node) in seen:
            slip = Slip(node.lc.line + 1, "", _("anchors and aliases (& and *) are not taken here; write it out"))
            raise PersonaError.of(path, [slip])
        seen.add(id(node))
        waiting += node.values() if isinstance(node, CommentedMap) else list(node)


__all__ = ["ID", "LONGEST", "Checked", "cast_in", "check", "fitting", "is_group", "persona_in"]
