"""Who sits across from the trainee, one person or a group, with what reports and lists need of either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.client.group import Cast
from app.client.persona import Persona

#: One person, or a group with its people.
Client = Persona | Cast


@dataclass(frozen=True)
class Face:
    """One face for a person and for a group. `called`: in the middle of a sentence; `aim`: the change in question.

    `reactance`: how readily pressure is met with pressure, 0–1; a group's is the mean of those who speak.
    """

    id: str
    name: str
    called: str
    field: str
    aim: str
    reactance: float


def face_of(client: Client) -> Face:
    """The face of a person, or of a group."""
    if isinstance(client, Persona):
        first = client.name.split()[0]
        return Face(client.id, client.name, first, client.field, client.target_behaviour, client.style.reactance)
    group = client.group
    reactance = [client.people[member].style.reactance for member in group.speaking]
    mean = sum(reactance) / len(reactance)
    return Face(group.id, group.name, "the group", group.field, group.target_behaviour, mean)


def names_of(client: Client) -> dict[str, str]:
    """What a group's members are called in the room, by id and in order; empty for a person."""
    return {} if isinstance(client, Persona) else {member: client.names[member] for member in client.group.ids}


def people_of(client: Client) -> Sequence[Persona]:
    """The one person, or all of a group."""
    return [client] if isinstance(client, Persona) else list(client.people.values())


__all__ = ["Client", "Face", "face_of", "names_of", "people_of"]
