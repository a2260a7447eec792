"""A session played for a class: what was said at reading speed, without a word of whose session it is."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from app.client.acts import ACTS
from app.client.persona import Persona
from app.i18n import gettext as _
from app.practice.accounts import User, may_see, require_instructor
from app.practice.blind import stay_blind
from app.practice.errors import NotFound
from app.practice.faces import Client
from app.practice.house import House
from app.practice.names import Mask, mask_of
from app.practice.reading import Reading, read
from app.practice.views import codes_in_force, part_views, waits
from app.scoring.types import SURE
from app.store.tables import PracticeSession, Speaker, Turn
from app.store.tables import User as UserRow


@dataclass(frozen=True)
class PlayedCode:
    """A code of a counsellor turn; where the coder was not sure, it is only likely."""

    code: str
    label: str
    sure: bool


@dataclass(frozen=True)
class PlayedPart:
    """What one of a group said, or what a single client did; `tone` 1–6 tells a group's people apart."""

    name: str
    text: str
    tone: int
    wordless: bool


@dataclass(frozen=True)
class PlayedTurn:
    """One turn. `does`: the client's act in words; `resistance`, `trust`: the client's after it; `words` to read."""

    number: int
    counsellor: bool
    parts: tuple[PlayedPart, ...]
    codes: tuple[PlayedCode, ...]
    does: tuple[str, ...]
    resistance: float
    trust: float
    waits: bool

    @property
    def words(self) -> int:
        """How much there is to read."""
        return sum(len(part.text.split()) for part in self.parts)


@dataclass(frozen=True)
class Playback:
    """A session to be played. `portrait`: the client's id, None where their name is hidden too."""

    title: str
    briefing: str
    portrait: str | None
    turns: tuple[PlayedTurn, ...]


def playback(house: House, user: User, session_id: uuid.UUID, *, client_hidden: bool = False) -> Playback:
    """A session that this instructor may see, with names hidden. Raises NotAllowed, NotFound."""
    require_instructor(user)
    with house.database.read() as session:
        practice = session.get(PracticeSession, session_id)
        if practice is None or not may_see(session, user, practice.user_id):
            raise NotFound(_("There is no such session."))
        stay_blind(session, user, session_id)
        reading = read(session, practice)
        trainee = session.get_one(UserRow, practice.user_id)
        called = _called(reading.client, hidden=client_hidden)
        mask = mask_of(_people(trainee, reading.client, called, hidden=client_hidden))
    turns = [_turn(number, turn, reading, called, mask) for number, turn in enumerate(reading.transcript.turns, 1)]
    title = _("A client") if client_hidden else mask(reading.row.persona_name)
    briefing = "" if client_hidden else mask(_briefing(reading.client))
    return Playback(title, briefing, None if client_hidden else reading.row.persona_id, tuple(turns))


def _briefing(client: Client) -> str:
    return client.briefing if isinstance(client, Persona) else client.group.briefing


def _called(client: Client, *, hidden: bool) -> dict[str, str]:
    """What each person is called on the page, by what they are called in the rows."""
    if isinstance(client, Persona):
        first = client.name.split()[0]
        return {first: _("Client") if hidden else first}
    names = list(client.names.values())
    letters = {name: _("Client %(letter)s") % {"letter": chr(65 + at)} for at, name in enumerate(names)}
    return letters if hidden else {name: name for name in names}


def _people(trainee: UserRow, client: Client, called: dict[str, str], *, hidden: bool) -> list[tuple[list[str], str]]:
    """Everybody whose names are not to be read, with the words that stand for them.

    A name that the client has too stays where the client's is shown, since it may well be the client who is meant.
    """
    shown = set() if hidden else {part.casefold() for name in called for part in name.split()}
    names = [trainee.name, trainee.username]
    parts = [part for name in names for part in (name, *name.split()) if part.casefold() not in shown]
    people = [(parts, _("[counsellor]"))]
    if hidden:
        whole = [client.name] if isinstance(client, Persona) else [person.name for person in client.people.values()]
        for name, (first, word) in zip(whole, called.items(), strict=True):
            people.append(([name, first], f"[{word.lower()}]"))
    return people


def _turn(number: int, turn: Turn, reading: Reading, called: dict[str, str], mask: Mask) -> PlayedTurn:
    counsellor = turn.speaker == Speaker.COUNSELLOR
    return PlayedTurn(
        number,
        counsellor,
        _parts(turn, called, mask),
        _codes(turn, reading) if counsellor and not waits(turn) else (),
        _does(turn, called),
        float(turn.state["resistance"]),
        float(turn.state["trust"]),
        waits(turn),
    )


def _parts(turn: Turn, called: dict[str, str], mask: Mask) -> tuple[PlayedPart, ...]:
    if turn.speaker == Speaker.COUNSELLOR:
        return (PlayedPart(_("Counsellor"), mask(turn.text), 0, False),)
    group = part_views(turn)
    if group:
        return tuple(
            PlayedPart(called.get(part.name, part.name), mask(part.text), part.tone, part.wordless) for part in group
        )
    return (PlayedPart(next(iter(called.values())), mask(turn.text), 0, False),)


def _codes(turn: Turn, reading: Reading) -> tuple[PlayedCode, ...]:
    """The codes in force, an instructor's before the model's; not whose they are."""
    utterances = reading.transcript.utterances.get(turn.id or 0, [])
    views = codes_in_force(turn, utterances, reading.transcript.corrections)
    return tuple(PlayedCode(view.code, view.label, view.corrected or view.probability >= SURE) for view in views)


def _does(turn: Turn, called: dict[str, str]) -> tuple[str, ...]:
    """What the client did, in words; of a group each one."""
    if turn.parts:
        named = ((called.get(part["name"], part["name"]), part["act"]) for part in turn.parts)
        return tuple(f"{name} {ACTS[act].says}" for name, act in named if act in ACTS)
    return (ACTS[turn.act].says,) if turn.act in ACTS else ()


__all__ = ["Playback", "PlayedCode", "PlayedPart", "PlayedTurn", "playback"]
