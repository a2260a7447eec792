"""Everything that is said in the written corpus, as texts that know who said them where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from training.checks.models import AnswerMoment, ClientTurn, Conversation, ReplyMoment, Said
from training.checks.reading import Entry

WORD = re.compile(r"[^\W_]+")


class Role(StrEnum):
    """What a text is in its moment or conversation."""

    CLIENT = "client turn"
    COUNSELLOR = "counsellor utterance"
    ANSWERED = "client turn answered"
    HISTORY = "turn of a history"
    SHEET = "persona's sheet"


@dataclass(frozen=True)
class Text:
    """A text, its role, the codes it may carry (a client turn: its talk and act) and the object it stands in."""

    said: str
    role: Role
    entry: Entry
    codes: tuple[str, ...] = ()

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words, small, apostrophes left out."""
        return tuple(WORD.findall(self.said.lower().replace("’", "").replace("'", "")))

    @property
    def hand(self) -> str:
        """Who wrote it."""
        return self.entry.item.writer


def texts(entries: Iterable[Entry]) -> list[Text]:
    """All that is said, and each persona's sheet once."""
    found: list[Text] = []
    sheets: set[tuple[str, str]] = set()
    for entry in entries:
        found += _said(entry)
        if entry.persona and (key := (entry.item.writer, entry.persona.sheet)) not in sheets:
            sheets.add(key)
            found.append(Text(entry.persona.sheet, Role.SHEET, entry))
    return found


def _said(entry: Entry) -> Iterator[Text]:
    match entry.item:
        case AnswerMoment(history=history, answers=answers):
            yield from _history(entry, history[:-1])
            yield Text(history[-1].text, Role.ANSWERED, entry)
            for answer in answers:
                for text, codes in answer.coded():
                    yield Text(text, Role.COUNSELLOR, entry, tuple(codes))
        case ReplyMoment(history=history, counsellor=counsellor, replies=replies):
            yield from _history(entry, history)
            # its codes are the whole turn's, so it counts for no code
            yield Text(counsellor, Role.COUNSELLOR, entry)
            for reply in replies:
                yield Text(reply.text, Role.CLIENT, entry, (reply.stance, reply.act))
        case Conversation():
            yield from _turns(entry, entry.item)


def _history(entry: Entry, history: Iterable[Said]) -> Iterator[Text]:
    for turn in history:
        yield Text(turn.text, Role.HISTORY, entry)


def _turns(entry: Entry, conversation: Conversation) -> Iterator[Text]:
    for turn in conversation.turns:
        if isinstance(turn, ClientTurn):
            yield Text(turn.text, Role.CLIENT, entry, (turn.talk, turn.act))
        else:
            for utterance in turn.utterances:
                yield Text(utterance.text, Role.COUNSELLOR, entry, (utterance.code,))


__all__ = ["Role", "Text", "texts"]
