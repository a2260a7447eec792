"""The group sheet: the strict schema of the YAML files in `personas/groups/`, and a group with its people.

A group is two or three clients in one room. Each has a persona of their own; what the group's file adds is what they do
to each other: who eggs on whom, who cannot stand whom, and the words for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.client.acts import ACTS, Stance
from app.client.persona import Persona, Referral, Share, Slug, Text, Tone
from app.scoring.codes import CODES

Kind = Literal["agree", "egg_on", "interrupt", "side_remark", "defend_other", "turn_on", "back_up_change"]
BondKind = Literal["eggs_on", "stands_by", "cannot_stand"]


@dataclass(frozen=True)
class Chime:
    """One way to chime in on another: the client act that it is, and what it looks like."""

    act: str
    says: str

    @property
    def stance(self) -> Stance:
        """The side of the ambivalence that it takes."""
        return ACTS[self.act].stance


CHIMES: dict[Kind, Chime] = {
    "agree": Chime("justify", "takes the other's side against change"),
    "egg_on": Chime("challenge", "urges the other on against the counsellor"),
    "interrupt": Chime("shift_topic", "talks across an answer before it is given"),
    "side_remark": Chime("joke", "says something to the room rather than to anybody"),
    "defend_other": Chime("challenge", "stands before the other when the counsellor presses"),
    "turn_on": Chime("blame", "turns on the one who opens up"),
    "back_up_change": Chime("reason", "supports the other's change talk"),
}

#: Lines of each kind that a member who speaks needs at least, and openings and farewells of a group.
LEAST_CHIMES, LEAST_SCENES = 8, 2
#: Wordless answers that a silent member needs at least.
LEAST_WORDLESS = 40
_PLACES = re.compile(r"\{(.*?)\}")


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Member(Strict):
    """Somebody in the group: a persona's id, what else they are called, and whether they hardly ever say a word."""

    id: Slug
    called: tuple[Text, ...] = ()
    silent: bool = False

    @model_validator(mode="before")
    @classmethod
    def _plain_id(cls, value: Any) -> Any:
        return {"id": value} if isinstance(value, str) else value


class Bond(Strict):
    """What `who` has with `whom`: eggs on, stands by, cannot stand; 0–1."""

    who: Slug
    whom: Slug
    kind: BondKind
    strength: Share


class GroupLine(Strict):
    """Words for chiming in; `to`: only on this member. `{name}` is the name of the one it is about."""

    text: Text
    to: Slug | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _known_places(self) -> Self:
        unknown = sorted(set(_PLACES.findall(self.text)) - {"name"})
        if unknown:
            raise ValueError(f"unknown place {{{unknown[0]}}} in {self.text!r}; only {{name}} is filled in")
        return self


class Words(Strict):
    """Words of one member in an opening or a farewell; `tone`: of a farewell that is a warm or a cold one."""

    who: Slug
    text: Text
    tone: Tone | None = None


Scene = Annotated[tuple[Words, ...], Field(min_length=1, max_length=4)]


class Group(Strict):
    """A group as written in one YAML file. `collaboration` is how far the room works together at the start."""

    id: Slug
    name: Text
    field: Text
    difficulty: Literal["gentle", "moderate", "hard"]
    teaches: Annotated[tuple[str, ...], Field(min_length=1, max_length=4)]
    briefing: Annotated[str, StringConstraints(strip_whitespace=True, min_length=40, max_length=1200)]
    setting: Annotated[str, StringConstraints(strip_whitespace=True, min_length=20, max_length=900)]
    target_behaviour: Text
    referral: Referral
    members: Annotated[tuple[Member, ...], Field(min_length=2, max_length=3)]
    collaboration: Share
    bonds: tuple[Bond, ...] = ()
    lines: dict[Slug, dict[Kind, Annotated[tuple[GroupLine, ...], Field(min_length=LEAST_CHIMES)]]]
    openings: Annotated[tuple[Scene, ...], Field(min_length=LEAST_SCENES)]
    farewells: Annotated[tuple[Scene, ...], Field(min_length=LEAST_SCENES)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = tuple(member.id for member in self.members)
        if len(set(ids)) < len(ids):
            raise ValueError("members: somebody is in the group twice")
        if not self.speaking:
            raise ValueError("members: somebody has to speak")
        _known("teaches", self.teaches, tuple(CODES))
        _known("lines", tuple(self.lines), ids)
        for bond in self.bonds:
            _known("bonds", (bond.who, bond.whom), ids)
            if bond.who == bond.whom:
                raise ValueError(f"bonds: {bond.who!r} has one with themselves")
        for scene in (*self.openings, *self.farewells):
            _known("openings and farewells", tuple(words.who for words in scene), ids)
        self._complete_lines(ids)
        return self

    def _complete_lines(self, ids: tuple[str, ...]) -> None:
        for member in self.speaking:
            for kind in CHIMES:
                if kind not in self.lines.get(member, {}):
                    raise ValueError(f"lines: {member}: nothing written for {kind!r}")
        for member, kinds in self.lines.items():
            for kind, lines in kinds.items():
                _known(f"lines: {member}: {kind}: to", tuple(line.to for line in lines if line.to), ids)

    @property
    def ids(self) -> tuple[str, ...]:
        """The members' ids in order."""
        return tuple(member.id for member in self.members)

    @property
    def speaking(self) -> tuple[str, ...]:
        """Ids of those who speak."""
        return tuple(member.id for member in self.members if not member.silent)

    def bond(self, who: str, whom: str, *kinds: BondKind) -> float:
        """How strong a bond of these kinds `who` has with `whom`; 0 where there is none."""
        found = (bond for bond in self.bonds if (bond.who, bond.whom) == (who, whom) and bond.kind in kinds)
        return max((bond.strength for bond in found), default=0.0)


class Cast(Strict):
    """A group with its people, by member id: all that a session needs, and what it stores."""

    group: Group
    people: dict[Slug, Persona]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        _known("people", tuple(self.people), self.group.ids)
        _known("members", self.group.ids, tuple(self.people))
        names = list(self.names.values())
        if len({name.lower() for name in names}) < len(names):
            raise ValueError(f"members: two are called the same: {', '.join(names)}")
        for member in self.group.members:
            wordless = len(self.people[member.id].lines.get("silent", ()))
            if member.silent and wordless < LEAST_WORDLESS:
                raise ValueError(f"members: {member.id}: {wordless} lines of 'silent'; at least {LEAST_WORDLESS}")
        return self

    @property
    def names(self) -> dict[str, str]:
        """What each member is called in the room, by id."""
        return {member: persona.name.split()[0] for member, persona in self.people.items()}


def _known(where: str, names: tuple[str, ...], wanted: tuple[str, ...]) -> None:
    for name in names:
        if name not in wanted:
            raise ValueError(f"{where}: unknown {name!r}; known are {', '.join(sorted(wanted))}")


__all__ = ["CHIMES", "LEAST_CHIMES", "Bond", "Cast", "Chime", "Group", "GroupLine", "Kind", "Member", "Words"]
