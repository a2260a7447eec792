"""What pages and terminals are shown: plain values, with nothing in them that their reader may not see."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.client.group import Cast
from app.client.heard import moment_of
from app.client.persona import Persona
from app.practice.arrivals import ArrivalView
from app.practice.faces import Client, face_of
from app.practice.modes import Goal, ModeInfo
from app.practice.state_view import StateView
from app.scoring.codes import CODES
from app.scoring.types import SURE, CodedTurn
from app.store.tables import Aside, AsideKind, Correction, EndReason, Mode, Speaker, Turn, Utterance


@dataclass(frozen=True)
class MemberCard:
    """Somebody in a group: `called` so in the room; `tone` is the number of the colour that goes with the name."""

    id: str
    name: str
    called: str
    tone: int


@dataclass(frozen=True)
class PersonaCard:
    """A persona or a group as the trainee may know it before the first word.

    `called` stands in the middle of a sentence. A group has `members` and neither age nor pronouns.
    """

    id: str
    name: str
    called: str
    age: int | None
    pronouns: str
    field: str
    difficulty: str
    teaches: tuple[str, ...]
    briefing: str
    referral_by: str
    referral_reason: str
    at_stake: str
    target_behaviour: str
    medium: str
    members: tuple[MemberCard, ...] = ()

    @property
    def title(self) -> str:
        """The name, with the age where there is one."""
        return f"{self.name}, {self.age}" if self.age else self.name


@dataclass(frozen=True)
class PartView:
    """What one of a group said, or, `wordless`, did; `tone` as in MemberCard."""

    name: str
    text: str
    tone: int
    wordless: bool


@dataclass(frozen=True)
class CodeView:
    """A code that a trainee turn carries, with the words that carry it (offsets in the turn's text).

    `corrected` tells that the code is an instructor's, be it another than the model's or the same, confirmed.
    """

    code: str
    label: str
    meaning: str
    probability: float
    start: int
    end: int
    quote: str
    corrected: bool = False

    @property
    def sure(self) -> bool:
        """Whether the code is graded; where not, pages say “not sure”, with this code as the likeliest."""
        return self.corrected or self.probability >= SURE


@dataclass(frozen=True)
class RoomTurn:
    """One turn on the trainee's page. `answered` is False while a trainee turn still waits for its reply.

    `waits`: the trainee said nothing and waited; such a turn shows no codes. With a group: `parts` of a client turn,
    the names that a trainee turn was spoken `to` where these are not all, and the ids of those `gone` by then. `state`:
    where the client stood then, in coached mode; the other modes show no codes either until the end.
    """

    id: int
    position: int
    speaker: str
    text: str
    codes: list[CodeView]
    answered: bool = True
    waits: bool = False
    parts: tuple[PartView, ...] = ()
    to: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    state: StateView | None = None


@dataclass(frozen=True)
class AsideView:
    """A pause or a hint behind the turn at `position`: what the trainee wrote, if anything, and the room's answer."""

    id: int
    position: int
    asked: str
    said: str
    open: bool
    kind: str = AsideKind.PAUSE.value


@dataclass(frozen=True)
class RoomView:
    """The trainee's page of a session. `paused`: the last pause still runs, and nothing is said till it ends.

    `hints`: how many were asked for; `parent_id` and `branched_at`: which session this is another try at, from where.
    `tries`: how many there are at moments of this one; `counts_from`: the trainee's turns from which it counts for its
    assignment, 0 where there is none.
    """

    id: uuid.UUID
    card: PersonaCard
    turns: list[RoomTurn]
    ended: bool
    end_reason: str | None
    unanswered_turn_id: int | None
    arrival: ArrivalView
    asides: list[AsideView]
    paused: bool
    mode: ModeInfo
    goal: Goal | None
    hints: int
    reflected: bool
    parent_id: uuid.UUID | None
    branched_at: int | None
    tries: int = 0
    counts_from: int = 0

    @property
    def may_go_back(self) -> bool:
        """Whether a turn may be said again here."""
        return self.mode.retries and (not self.ended or self.end_reason == EndReason.WALKED_OUT)

    @property
    def spoken(self) -> bool:
        """Whether the trainee has said anything."""
        return any(turn.speaker == Speaker.COUNSELLOR for turn in self.turns)

    @property
    def gone(self) -> tuple[str, ...]:
        """Ids of a group's members who have left."""
        return self.turns[-1].gone if self.turns else ()


@dataclass(frozen=True)
class CommentView:
    """An instructor's word on a turn."""

    id: int
    author: str
    text: str
    created_at: datetime


@dataclass(frozen=True)
class SessionRow:
    """A session in a list. `headline` is the share of resistant client turns answered well, None without any.

    `tries` counts the tries at moments of it; one that is such a try itself has a `parent_id` and `branched_at`.
    """

    id: uuid.UUID
    trainee_id: uuid.UUID
    trainee_name: str
    persona_id: str
    persona_name: str
    field: str
    started_at: datetime
    ended_at: datetime | None
    end_reason: str | None
    turns: int
    reviewed_at: datetime | None
    has_summary: bool
    headline: float | None
    mode: str = Mode.COACHED.value
    goal: str = ""
    hints: int = 0
    tries: int = 0
    assignment_id: uuid.UUID | None = None
    parent_id: uuid.UUID | None = None
    branched_at: int | None = None
    reflected: bool = False


def persona_card_of(client: Client) -> PersonaCard:
    """The public side of a persona's sheet, or of a group's."""
    person = client if isinstance(client, Persona) else None
    face, sheet = face_of(client), client if isinstance(client, Persona) else client.group
    return PersonaCard(
        face.id,
        face.name,
        face.called,
        person.age if person else None,
        person.pronouns if person else "",
        face.field,
        sheet.difficulty,
        sheet.teaches,
        sheet.briefing,
        sheet.referral.by,
        sheet.referral.reason,
        sheet.referral.at_stake,
        face.aim,
        person.voice.medium if person else "speech",
        _member_cards(client) if isinstance(client, Cast) else (),
    )


def _member_cards(cast: Cast) -> tuple[MemberCard, ...]:
    return tuple(
        MemberCard(member, cast.people[member].name, cast.names[member], tone)
        for tone, member in enumerate(cast.group.ids, start=1)
    )


def part_views(turn: Turn) -> tuple[PartView, ...]:
    """The parts of a group's answer; none of anything else."""
    members = list(turn.state.get("states", ()))
    return tuple(
        PartView(part["name"], part["text"], members.index(part["member"]) + 1, part["wordless"])
        for part in turn.parts or ()
    )


def spoken_to(turn: Turn, names: Mapping[str, str]) -> tuple[str, ...]:
    """The names of those of a group to whom a trainee turn was spoken; none where it was to all who were there."""
    to = tuple((turn.plan or {}).get("to", ())) if names else ()
    here = [member for member in names if member not in gone(turn)]
    return () if set(to) >= set(here) else tuple(names[member] for member in to)


def gone(turn: Turn) -> tuple[str, ...]:
    """Ids of a group's members who have left by this turn."""
    return tuple(turn.state.get("gone", ()))


def waits(turn: Turn) -> bool:
    """Whether this is a trainee turn of silence."""
    return turn.speaker == Speaker.COUNSELLOR and is_silence(turn.text)


def is_silence(text: str) -> bool:
    """Whether a trainee who wrote this said nothing and waited: marks only, or “(silence)”; “Wait!” is said."""
    wordless = text.startswith("(") or not any(letter.isalnum() for letter in text)
    # reading for moments is slow, and a report asks this of every turn more than once
    return wordless and moment_of(text, (), first=False) == "silence"


def aside_view(aside: Aside) -> AsideView:
    """A stored pause or hint for a page."""
    return AsideView(aside.id or 0, aside.position, aside.asked, aside.said, aside.resumed_at is None, aside.kind)


def codes_in_force(
    turn: Turn, utterances: Sequence[Utterance], corrections: dict[int, Correction] | None = None
) -> list[CodeView]:
    """The turn's codes, each once, an instructor's correction before the model's, in order of appearance."""
    views: dict[str, CodeView] = {}
    for utterance in utterances:
        correction = (corrections or {}).get(utterance.id or 0)
        code = correction.code if correction else utterance.code
        probability = 1.0 if correction else utterance.probability
        if code not in views or probability > views[code].probability:
            views[code] = _view(code, probability, utterance.start, utterance.end, turn.text, bool(correction))
    return list(views.values())


def coded_views(text: str, coded: CodedTurn) -> list[CodeView]:
    """The codes of a turn that was only just coded."""
    return [_view(span.code, span.probability, span.start, span.end, text, False) for span in coded.codes]


def _view(code: str, probability: float, start: int, end: int, text: str, corrected: bool) -> CodeView:
    info = CODES[code]
    return CodeView(code, info.label, info.meaning, probability, start, end, text[start:end], corrected)


__all__ = [
    "AsideView",
    "CodeView",
    "CommentView",
    "MemberCard",
    "PartView",
    "PersonaCard",
    "RoomTurn",
    "RoomView",
    "SessionRow",
    "aside_view",
    "coded_views",
    "codes_in_force",
    "gone",
    "is_silence",
    "part_views",
    "persona_card_of",
    "spoken_to",
    "waits",
]
