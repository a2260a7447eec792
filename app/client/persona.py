"""The persona sheet: the strict schema of the YAML files in `personas/`.

Every key is known, every act and topic named in a line exists, so that a slip in a file is an error that names the
place instead of a client who behaves oddly. Loading from disk, with line numbers, is in `loading.py`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.client.acts import ACTS
from app.client.defences import DEFENCES
from app.client.portrait import Portrait
from app.scoring.codes import CODES

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=40)]
Share = Annotated[float, Field(ge=0, le=1)]
Ruler = Annotated[float, Field(ge=0, le=10)]
Weight = Annotated[float, Field(ge=0, le=10)]
Stage = Literal["early", "middle", "late"]
Tone = Literal["warm", "cold"]

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


#: Acts whose words have to be the client's own, and how many lines make a client.
WRITTEN_BY_HAND = ("walk_out", "farewell")
LEAST_LINES = 40


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
    """How the client resists: weights of acts and defences, and how hard pressure is answered with pressure."""

    acts: dict[str, Weight]
    defences: dict[str, Weight] = {}
    reactance: Share

    @model_validator(mode="after")
    def _known_names(self) -> Self:
        _known("acts", tuple(self.acts), set(ACTS), "act")
        _known("defences", tuple(self.defences), set(DEFENCES), "defence")
        return self


class Belief(Strict):
    """Something the client holds for certain; argued with, it is answered with one of `lines`."""

    id: Name
    text: Text
    about: tuple[Name, ...] = ()
    lines: Annotated[tuple[Text, ...], Field(min_length=3)]


class ClosedTopic(Strict):
    """A subject the client keeps shut until trust reaches `opens_at`: steers away, warns, then leaves.

    `misses_next`: pressed to the end, the client does not leave but stays away from the next appointment.
    """

    topic: Name
    opens_at: Share
    steers: Annotated[tuple[Text, ...], Field(min_length=3)]
    warns: Annotated[tuple[Text, ...], Field(min_length=3)]
    leaves: Annotated[tuple[Text, ...], Field(min_length=2)]
    misses_next: bool = False


class Returning(Strict):
    """What is said at the door from the second session on, by how the last one ended and what was kept since."""

    again: Annotated[tuple[Text, ...], Field(min_length=3)]
    late: Annotated[tuple[Text, ...], Field(min_length=2)]
    missed: Annotated[tuple[Text, ...], Field(min_length=2)]
    walked_out: Annotated[tuple[Text, ...], Field(min_length=2)]
    homework_undone: Annotated[tuple[Text, ...], Field(min_length=2)]
    homework_done: Annotated[tuple[Text, ...], Field(min_length=2)]
    ending: Annotated[tuple[Text, ...], Field(min_length=2)]


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

    Empty means any. `fact` names the fact it tells, and so waits behind that fact's gate; `defence` the one it shows.
    `tone`: whether a goodbye is said warmly or coldly; one without goes with either.
    """

    text: Text
    after: tuple[str, ...] = ()
    about: tuple[Name, ...] = ()
    stage: tuple[Stage, ...] = ()
    fact: Name | None = None
    defence: str | None = None
    tone: Tone | None = None

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


class WrittenReply(Strict):
    """One written answer to a moment: the act it does, the fact it tells, the defence it shows."""

    act: str
    text: Text
    fact: Name | None = None
    defence: str | None = None


class WrittenMoment(Strict):
    """A counsellor turn with several answers of this client, as it stands in the bank (`personas/bank/ID.jsonl`).

    `before` is what the client said before it, empty at the start; `codes` are those of the counsellor's turn.
    """

    stage: Stage
    before: Annotated[str, StringConstraints(strip_whitespace=True, max_length=600)] = ""
    counsellor: Annotated[str, StringConstraints(strip_whitespace=True, max_length=900)]
    codes: Annotated[tuple[str, ...], Field(min_length=1)]
    about: tuple[Name, ...] = ()
    replies: Annotated[tuple[WrittenReply, ...], Field(min_length=2, max_length=8)]


class Persona(Strict):
    """A simulated client, as written in one YAML file, with the bank of written moments beside it."""

    id: Slug
    name: Text
    age: Annotated[int, Field(ge=10, le=110)]
    pronouns: Literal["she/her", "he/him", "they/them"]
    portrait: Portrait | None = None
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
    lines: dict[str, Annotated[tuple[Line, ...], Field(min_length=1)]]
    beliefs: tuple[Belief, ...] = ()
    closed_topics: tuple[ClosedTopic, ...] = ()
    returning: Returning | None = None
    bank: tuple[WrittenMoment, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _same_keys("moments", set(self.moments), set(MOMENTS))
        _known("lines", tuple(self.lines), set(ACTS), "act")
        _enough_lines(self.lines)
        _known("teaches", self.teaches, set(CODES), "code")
        topics = set(self.topics)
        for fact in self.facts:
            _known(f"facts: {fact.id}: about", fact.about, topics, "topic")
        for belief in self.beliefs:
            _known(f"beliefs: {belief.id}: about", belief.about, topics, "topic")
        _known("closed_topics", tuple(closed.topic for closed in self.closed_topics), topics, "topic")
        self._consistent_lines({fact.id for fact in self.facts}, topics)
        return self

    def _consistent_lines(self, facts: set[str], topics: set[str]) -> None:
        for act, lines in self.lines.items():
            for line in lines:
                where = f"lines: {act}: {line.text!r}"
                _known(f"{where}: about", line.about, topics, "topic")
                _known_reply(where, line, facts)
        for number, moment in enumerate(self.bank, 1):
            _known(f"bank: {number}: codes", moment.codes, set(CODES), "code")
            _known(f"bank: {number}: about", moment.about, topics, "topic")
            for reply in moment.replies:
                _known(f"bank: {number}: act", (reply.act,), set(ACTS), "act")
                _known_reply(f"bank: {number}: {reply.text!r}", reply, facts)


def _enough_lines(lines: dict[str, tuple[Line, ...]]) -> None:
    """Leaving must read as leaving, so its words are the client's own; the rest may come from anybody's."""
    for act in WRITTEN_BY_HAND:
        if act not in lines:
            raise ValueError(f"lines: nothing written for {act!r}")
    if (count := sum(map(len, lines.values()))) < LEAST_LINES:
        raise ValueError(f"lines: {count} written; a client needs at least {LEAST_LINES} of their own")


def _known_reply(where: str, reply: Line | WrittenReply, facts: set[str]) -> None:
    _known(f"{where}: fact", (reply.fact,) if reply.fact else (), facts, "fact")
    _known(f"{where}: defence", (reply.defence,) if reply.defence else (), set(DEFENCES), "defence")


def _same_keys(field: str, found: set[str], wanted: set[str]) -> None:
    for name in sorted(wanted - found):
        raise ValueError(f"{field}: nothing written for {name!r}")
    for name in sorted(found - wanted):
        raise ValueError(f"{field}: unknown {name!r}; known are {', '.join(sorted(wanted))}")


def _known(where: str, names: tuple[str, ...], wanted: set[str], kind: str) -> None:
    for name in names:
        if name not in wanted:
            raise ValueError(f"{where}: unknown {kind} {name!r}; known are {', '.join(sorted(wanted))}")


__all__ = [
    "LEAST_LINES",
    "MOMENTS",
    "Belief",
    "ClosedTopic",
    "Fact",
    "Line",
    "Persona",
    "Referral",
    "Returning",
    "Stage",
    "Start",
    "Style",
    "Tone",
    "Voice",
    "WalkOut",
    "WrittenMoment",
    "WrittenReply",
]
