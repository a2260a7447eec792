"""What pages and terminals are shown: plain values, with nothing in them that their reader may not see."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.client.persona import Persona
from app.scoring.codes import CODES
from app.scoring.types import SURE, CodedTurn
from app.store.tables import Correction, Turn, Utterance


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
    """One turn on the trainee's page. `answered` is False while a trainee turn still waits for its reply."""

    id: int
    position: int
    speaker: str
    text: str
    codes: list[CodeView]
    answered: bool = True


@dataclass(frozen=True)
class RoomView:
    """The trainee's page of a session."""

    id: uuid.UUID
    card: PersonaCard
    turns: list[RoomTurn]
    ended: bool
    end_reason: str | None
    unanswered_turn_id: int | None


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
    "CodeView",
    "CommentView",
    "PersonaCard",
    "RoomTurn",
    "RoomView",
    "SessionRow",
    "coded_views",
    "codes_in_force",
    "persona_card_of",
]
