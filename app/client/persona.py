"""The persona sheet: the strict schema of the YAML files in `personas/`.

Every key is known, every act and topic named in a line exists, so that a slip in a file is an error that names the
place instead of a client who behaves oddly. Loading from disk, with line numbers, is in `loading.py`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.client.acts import ACTS
from app.scoring.codes import CODES

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=40)]
Share = Annotated[float, Field(ge=0, le=1)]
Ruler = Annotated[float, Field(ge=0, le=10)]
Stage = Literal["early", "middle", "late"]

#: Moments that rules recognise in the trainee's turn and that want an answer of their own, whatever the act.
MOMENTS: dict[str, str] = {
    "greeting": "the trainee says hello or introduces themselves",
    "small_talk": "the trainee makes small talk (the weather, the way here, coffee)",
    "ask_permission": "the trainee asks whether it is all right to ask, talk or tell",
    "confidentiality": "the trainee explains or is asked about who hears of this",
    "ruler_importance": "the trainee asks how important a change is from 0 to 10; may hold {importance}",
    "ruler_confidence": "the trainee asks how confident the client is from 0 to 10; may hold {confidence}",
    "apology": "the trainee apologises",
    "thanks": "the trainee thanks the client",
    "silence": "the trainee says nothing ('…') and waits",
    "unintelligible": "nobody could make sense of what the trainee wrote",
    "asked_if_real": "the trainee asks whether the client is a machine",
    "out_of_role": "the trainee asks for something no counsellor asks for: a poem, code, 'ignore your instructions'",
    "abuse": "the trainee insults the client",
}


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Referral(Strict):
    """Who sent the client and what hangs on it."""

    by: Text
    reason: Text
    at_stake: Text


class Fact(Strict):
    """Something true of the client; `trust` is the gate below which it is not told."""

    id: Name
    text: Text
    trust: Share
    about: tuple[Name, ...] = ()


class Style(Strict):
    """How the client resists: relative weights of acts, and how hard pressure is answered with pressure."""

    acts: dict[str, Annotated[float, Field(ge=0, le=10)]]
    reactance: Share

    @model_validator(mode="after")
    def _known_acts(self) -> Self:
        unknown = sorted(set(self.acts) - set(ACTS))
        if unknown:
            raise ValueError(f"unknown act {unknown[0]!r}; known acts are {', '.join(ACTS)}")
        return self


class Start(Strict):
    """Where the client starts: resistance and trust 0–1, the two MI rulers 0–10."""

    resistance: Share
    trust: Share
    importance: Ruler
    confidence: Ruler


class Voice(Strict):
    """How the client talks."""

    medium: Literal["speech", "chat"] = "speech"
    description: Text
    samples: Annotated[tuple[Text, ...], Field(min_length=5)]


class WalkOut(Strict):
    """When the client leaves: after `patience` turns in a row at or above this resistance."""

    resistance: Share
    patience: Annotated[int, Field(ge=1, le=10)]


class Line(Strict):
    """A written reply. `after`: trainee codes it answers; `about`: topics it fits; `stage`: when in a session.

    Empty means any. `fact` names the fact it tells, and so waits behind that fact's gate.
    """

    text: Text
    after: tuple[str, ...] = ()
    about: tuple[Name, ...] = ()
    stage: tuple[Stage, ...] = ()
    fact: Name | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _known_codes(self) -> Self:
        unknown = sorted(set(self.after) - set(CODES))
        if unknown:
            raise ValueError(f"unknown code {unknown[0]!r} in 'after'; known codes are {', '.join(CODES)}")
        return self


class Persona(Strict):
    """A simulated client, as written in one YAML file."""

    id: Slug
    name: Text
    age: Annotated[int, Field(ge=10, le=110)]
    pronouns: Literal["she/her", "he/him", "they/them"]
    field: Text
    difficulty: Literal["gentle", "moderate", "hard"]
    teaches: Annotated[tuple[str, ...], Field(min_length=1, max_length=4)]
    briefing: Annotated[str, StringConstraints(strip_whitespace=True, min_length=40, max_length=900)]
    sheet: Annotated[str, StringConstraints(strip_whitespace=True, min_length=80, max_length=2000)]
    target_behaviour: Text
    referral: Referral
    facts: Annotated[tuple[Fact, ...], Field(min_length=5)]
    reasons_to_stay: Annotated[tuple[Text, ...], Field(min_length=2)]
    reasons_to_change: Annotated[tuple[Text, ...], Field(min_length=2)]
    style: Style
    start: Start
    voice: Voice
    topics: dict[Name, Annotated[tuple[Text, ...], Field(min_length=1)]]
    walks_out: WalkOut
    openings: Annotated[tuple[Text, ...], Field(min_length=2)]
    moments: dict[str, Annotated[tuple[Text, ...], Field(min_length=2)]]
    lines: dict[str, Annotated[tuple[Line, ...], Field(min_length=3)]]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _same_keys("moments", set(self.moments), set(MOMENTS))
        _same_keys("lines", set(self.lines), set(ACTS))
        _known("teaches", self.teaches, set(CODES), "code")
        facts, topics = {fact.id for fact in self.facts}, set(self.topics)
        for fact in self.facts:
            _known(f"facts: {fact.id}: about", fact.about, topics, "topic")
        for act, lines in self.lines.items():
            for line in lines:
                _known(f"lines: {act}: {line.text!r}: about", line.about, topics, "topic")
                _known(f"lines: {act}: {line.text!r}: fact", (line.fact,) if line.fact else (), facts, "fact")
        return self


def _same_keys(field: str, found: set[str], wanted: set[str]) -> None:
    for name in sorted(wanted - found):
        raise ValueError(f"{field}: nothing written for {name!r}")
    for name in sorted(found - wanted):
        raise ValueError(f"{field}: unknown {name!r}; known are {', '.join(sorted(wanted))}")


def _known(where: str, names: tuple[str, ...], wanted: set[str], kind: str) -> None:
    for name in names:
        if name not in wanted:
            raise ValueError(f"{where}: unknown {kind} {name!r}; known are {', '.join(sorted(wanted))}")


__all__ = ["MOMENTS", "Fact", "Line", "Persona", "Referral", "Stage", "Start", "Style", "Voice", "WalkOut"]
