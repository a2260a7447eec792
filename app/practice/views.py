"""What pages and terminals are shown: plain values, with nothing in them that their reader may not see."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.client.heard import moment_of
from app.client.persona import Persona
from app.practice.arrivals import ArrivalView
from app.scoring.codes import CODES
from app.scoring.types import SURE, CodedTurn
from app.store.tables import Aside, Correction, Speaker, Turn, Utterance


@dataclass(frozen=True)
class PersonaCard:
    """A persona as the trainee may know it before the first word."""

    id: str
    name: str
    age: int
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

    `waits`: the trainee said nothing and waited; such a turn shows no codes.
    """

    id: int
    position: int
    speaker: str
    text: str
    codes: list[CodeView]
    answered: bool = True
    waits: bool = False


@dataclass(frozen=True)
class AsideView:
    """A pause behind the turn at `position`: what the trainee wrote, if anything, and what the room answered."""

    id: int
    position: int
    asked: str
    said: str
    open: bool


@dataclass(frozen=True)
class RoomView:
    """The trainee's page of a session. `paused`: the last aside still runs, and nothing is said till it ends."""

    id: uuid.UUID
    card: PersonaCard
    turns: list[RoomTurn]
    ended: bool
    end_reason: str | None
    unanswered_turn_id: int | None
    arrival: ArrivalView
    asides: list[AsideView]
    paused: bool


@dataclass(frozen=True)
class CommentView:
    """An instructor's word on a turn."""

    id: int
    author: str
    text: str
    created_at: datetime


@dataclass(frozen=True)
class SessionRow:
    """A session in a list. `headline` is the share of resistant client turns answered well, None without any."""

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


def persona_card_of(persona: Persona) -> PersonaCard:
    """The public side of a persona's sheet."""
    return PersonaCard(
        persona.id,
        persona.name,
        persona.age,
        persona.pronouns,
        persona.field,
        persona.difficulty,
        persona.teaches,
        persona.briefing,
        persona.referral.by,
        persona.referral.reason,
        persona.referral.at_stake,
        persona.target_behaviour,
        persona.voice.medium,
    )


def waits(turn: Turn) -> bool:
    """Whether this is a trainee turn of silence."""
    return turn.speaker == Speaker.COUNSELLOR and is_silence(turn.text)


def is_silence(text: str) -> bool:
    """Whether a trainee who wrote this said nothing and waited: marks only, or “(silence)”; “Wait!” is said."""
    silent = moment_of(text, (), first=False) == "silence"
    return silent and (text.startswith("(") or not any(letter.isalnum() for letter in text))


def aside_view(aside: Aside) -> AsideView:
    """A stored pause for a page."""
    return AsideView(aside.id or 0, aside.position, aside.asked, aside.said, aside.resumed_at is None)


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
    "PersonaCard",
    "RoomTurn",
    "RoomView",
    "SessionRow",
    "aside_view",
    "coded_views",
    "codes_in_force",
    "is_silence",
    "persona_card_of",
    "waits",
]
