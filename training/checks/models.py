"""The shape of everything in the written corpus: one pydantic model a kind of object.

What a field may hold stands at the field; what several fields must agree on is told by a validator, in a sentence that
says what would be right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from app.client.acts import ACTS
from app.scoring.codes import CODES, TALK_TYPES

#: What no keyboard writes into a sentence, and what ends a line for `str.splitlines`; chats have line breaks.
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\ufeff\ufffd]")
#: What a template, a language model or an address book leaves behind.
LEFTOVER = re.compile(
    r"\[[A-Z_ ]{3,}\]|\{\w+\}|\bTODO\b|lorem ipsum|\bas an ai (?:language )?model\b|\w@\w+\.\w|https?://|\b\d{9,}\b",
    re.IGNORECASE,
)


def _tidy(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty; say something, or write what is seen, as in (nods)")
    if text != text.strip() or "  " in text:
        raise ValueError("has blanks to spare; single blanks between words and none at the ends")
    if found := CONTROL.search(text):
        raise ValueError(f"holds the control character {found.group()!r}; plain text has none")
    if found := LEFTOVER.search(text):
        raise ValueError(f"holds {found.group()!r}: no placeholder, address, link or long number belongs here")
    return text


def _one_of(kind: str, known: Iterable[str]) -> AfterValidator:
    names = list(known)

    def check(name: str) -> str:
        if name not in names:
            near = get_close_matches(name, names, 1)
            right = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(names)}"
            raise ValueError(f"unknown {kind} {name!r}; {right}")
        return name

    return AfterValidator(check)


Tidy = Annotated[str, AfterValidator(_tidy)]
Code = Annotated[str, _one_of("code", CODES)]
Talk = Annotated[str, _one_of("talk type", TALK_TYPES)]
Act = Annotated[str, _one_of("act", ACTS)]
Share = Annotated[float, Field(ge=0, le=1)]
Ruler = Annotated[float, Field(ge=0, le=10)]


def _fits(act: str, stance: str) -> None:
    right = ACTS[act].stance.value
    if stance != right:
        raise ValueError(f"act {act!r} does not fit the stance {stance!r}; it is {right!r}")


def _unlike(texts: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for text in texts:
        if text.casefold() in seen:
            raise ValueError(f"two {what} are the same: {text!r}; each must be another")
        seen.add(text.casefold())


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Said(_Strict):
    """One turn of a history."""

    speaker: Literal["counsellor", "client", "other"]
    text: Tidy


class Coded(_Strict):
    """One counsellor utterance and its code."""

    text: Tidy
    code: Code


class WholeAnswer(_Strict):
    """A counsellor answer coded as a whole."""

    text: Tidy
    codes: list[Code] = Field(min_length=1, max_length=4)

    @model_validator(mode="after")
    def _each_code_once(self) -> WholeAnswer:
        _unlike(self.codes, "codes of an answer")
        return self

    def coded(self) -> list[tuple[str, list[str]]]:
        """Its utterances with the codes they may carry."""
        return [(self.text, self.codes)]


class SplitAnswer(_Strict):
    """A counsellor answer coded utterance by utterance."""

    utterances: list[Coded] = Field(min_length=1, max_length=8)

    def coded(self) -> list[tuple[str, list[str]]]:
        """Its utterances with the codes they may carry."""
        return [(one.text, [one.code]) for one in self.utterances]


def _split(answer: Any) -> str:
    split = "utterances" in answer if isinstance(answer, dict) else isinstance(answer, SplitAnswer)
    return "split" if split else "whole"


Answer = Annotated[
    Annotated[WholeAnswer, Tag("whole")] | Annotated[SplitAnswer, Tag("split")],
    Discriminator(_split),
]


class _Item(_Strict):
    id: Tidy
    writer: Annotated[str, Field(pattern=r"^[a-z]+[0-9]+$")]

    @model_validator(mode="after")
    def _id_names_its_writer(self) -> _Item:
        if not re.fullmatch(re.escape(self.writer) + r"-\d+", self.id):
            raise ValueError(f"the id {self.id!r} does not name its writer; it should be {self.writer}-001 or the like")
        return self


class AnswerMoment(_Item):
    """A client turn and coded counsellor answers to it."""

    field: Tidy
    history: list[Said] = Field(min_length=1, max_length=8)
    answers: list[Answer] = Field(min_length=3, max_length=12)

    @model_validator(mode="after")
    def _answers_a_client(self) -> AnswerMoment:
        if self.history[-1].speaker != "client":
            raise ValueError("the history ends on another speaker; it must end on the client turn that is answered")
        _unlike((" ".join(text for text, _ in answer.coded()) for answer in self.answers), "answers")
        return self


class Persona(_Strict):
    """Who a client is."""

    name: Tidy
    age: int = Field(ge=10, le=105)
    sheet: Tidy
    voice: Tidy
    facts: list[Tidy] = Field(min_length=1, max_length=12)

    @model_validator(mode="after")
    def _each_fact_once(self) -> Persona:
        _unlike(self.facts, "facts of the persona")
        return self


class State(_Strict):
    """Where a client stands."""

    resistance: Share
    trust: Share
    importance: Ruler
    confidence: Ruler


class Reply(_Strict):
    """One thing a client could say."""

    stance: Talk
    act: Act
    fact: str | None
    text: Tidy

    @model_validator(mode="after")
    def _act_fits(self) -> Reply:
        _fits(self.act, self.stance)
        return self


class ReplyMoment(_Item):
    """A counsellor turn and different replies of one client to it."""

    persona: Persona
    state: State
    history: list[Said] = Field(max_length=8)
    # a trainee may type anything, an attempt to take over the client too
    counsellor: str = Field(min_length=1)
    codes: list[Code] = Field(min_length=1)
    replies: list[Reply] = Field(min_length=2, max_length=8)

    @model_validator(mode="after")
    def _agrees(self) -> ReplyMoment:
        if self.history and self.history[-1].speaker == "counsellor":
            raise ValueError("the history ends on the counsellor, who speaks next; it must end on somebody else")
        _known_facts([reply.fact for reply in self.replies if reply.fact is not None], self.persona)
        _unlike((reply.text for reply in self.replies), "replies")
        _unlike(self.codes, "codes of the counsellor's turn")
        return self


class CounsellorTurn(_Strict):
    """A counsellor turn of a conversation."""

    speaker: Literal["counsellor"]
    utterances: list[Coded] = Field(min_length=1, max_length=12)


class ClientTurn(_Strict):
    """A client turn of a conversation, with the state after it."""

    speaker: Literal["client"]
    text: Tidy
    talk: Talk
    act: Act
    disclosed: list[str]
    state: State

    @model_validator(mode="after")
    def _act_fits(self) -> ClientTurn:
        _fits(self.act, self.talk)
        return self


Turn = Annotated[CounsellorTurn | ClientTurn, Field(discriminator="speaker")]


class Conversation(_Item):
    """A whole conversation, both sides coded. From 12 to 30 turns were asked for; two more or fewer are let pass."""

    field: Tidy
    medium: Literal["speech", "chat"]
    skill: Literal["expert", "good", "average", "poor", "dreadful"]
    persona: Persona
    turns: list[Turn] = Field(min_length=10, max_length=32)

    @model_validator(mode="after")
    def _agrees(self) -> Conversation:
        for number, (turn, following) in enumerate(zip(self.turns, self.turns[1:], strict=False), 1):
            if turn.speaker == following.speaker:
                raise ValueError(f"turns {number} and {number + 1} are both the {turn.speaker}'s; they must alternate")
        for turn in self.turns:
            if isinstance(turn, ClientTurn):
                _known_facts(turn.disclosed, self.persona)
        return self


def _known_facts(told: Iterable[str], persona: Persona) -> None:
    for fact in told:
        if fact not in persona.facts:
            near = get_close_matches(fact, persona.facts, 1, cutoff=0)
            raise ValueError(f"{fact!r} is none of {persona.name}'s facts; the nearest is {near[0]!r}")


Item = AnswerMoment | ReplyMoment | Conversation

__all__ = [
    "AnswerMoment",
    "ClientTurn",
    "Conversation",
    "CounsellorTurn",
    "Item",
    "Persona",
    "Reply",
    "ReplyMoment",
    "Said",
    "SplitAnswer",
    "State",
    "WholeAnswer",
]
