"""A moment as one sequence that is read once: the talk, then branches for control lines, then branches for replies.

Every token sees the talk, its own control line and its own reply up to itself, nothing of the other branches; so four
replies under eight control lines cost one reading of the talk.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from app.client.control import Control, alone, conversation, who
from app.llm.chat import Chat
from app.llm.engine import Message
from training.client.material import Answer, Moment

#: The share of moments in which one reply is also read as a change of a line like it; of those read under a stranger's
#: sheet.
LIKE, SWAPPED = 0.25, 0.06
#: Tokens of talk at most; what is older is cut.
MOST_TALK = 320


@dataclass(frozen=True)
class Said:
    """One reply under one control line: the rows whose logits count, the tokens they should give, its partner."""

    rows: list[int]
    targets: list[int]
    group: int
    """Replies that stand against each other share a group."""
    true: bool


@dataclass
class Sequence_:
    """Tokens with position and owner, and what is learnt from them."""

    ids: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    owners: list[tuple[int, ...]] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    asked: dict[tuple[tuple[int, ...], Control], tuple[tuple[int, ...], int]] = field(default_factory=dict)

    def add(self, tokens: Sequence[int], owner: tuple[int, ...], start: int) -> None:
        """Tokens of one branch; `owner` is the path of branches from the talk down."""
        self.ids += tokens
        self.positions += range(start, start + len(tokens))
        self.owners += [owner] * len(tokens)

    def mask(self, width: int) -> torch.Tensor:
        """Who sees whom, additive, shape (width, width) in bfloat16; padding sees the first token alone."""
        names = {owner: number for number, owner in enumerate(dict.fromkeys(self.owners))}
        paths = torch.zeros(len(names), len(names), dtype=torch.bool)
        for one in names:
            for other in names:
                paths[names[one], names[other]] = one[: len(other)] == other
        own = torch.tensor([names[owner] for owner in self.owners])
        visible = paths[own][:, own] & (torch.arange(len(own))[:, None] >= torch.arange(len(own))[None])
        whole = torch.zeros(width, width, dtype=torch.bool)
        whole[: len(own), : len(own)] = visible
        whole[len(own) :, 0] = True
        return torch.zeros(width, width, dtype=torch.bfloat16).masked_fill_(~whole, float("-inf"))


def control_of(moment: Moment, answer: Answer, like: str | None = None) -> Control:
    """The control line that a reply was written under."""
    return Control(answer.stance, answer.act, moment.resistance, moment.trust, answer.fact, like)


class Writer:
    """Moments to sequences; draws which control lines stand against each other."""

    def __init__(self, chat: Chat, draw: random.Random, likes: dict[str, str], sheets: Sequence[Moment]) -> None:
        self._chat, self._draw, self._likes, self._sheets = chat, draw, likes, sheets
        self._tail = _tail(chat)

    def sequences(self, moment: Moment) -> list[Sequence_]:
        """The moment itself, and now and then the same under another sheet."""
        found = [self._moment(moment)]
        if self._draw.random() < SWAPPED:
            found.append(self._swapped(moment))
        return found

    def _moment(self, moment: Moment) -> Sequence_:
        sequence, start = self._talk(who(moment.name, moment.age, moment.sheet), moment)
        controls = [control_of(moment, answer) for answer in moment.answers]
        for group, answer in enumerate(moment.answers):
            rivals = [c for c in controls if c != controls[group]] or [self._other(controls[group])]
            self._say(sequence, start, controls[group], answer.text, group, true=True)
            self._say(sequence, start, self._draw.choice(rivals), answer.text, group, true=False)
        if self._draw.random() < LIKE:
            answer = self._draw.choice(moment.answers)
            like = self._likes.get(answer.text)
            if like:
                self._say(sequence, start, control_of(moment, answer, like), answer.text, -1, true=True)
        return sequence

    def _swapped(self, moment: Moment) -> Sequence_:
        """The replies under the right sheet and under a stranger's, which stand against each other."""
        stranger = self._draw.choice(self._sheets)
        answers = moment.answers[:2]
        sequence, start = self._talk(who(moment.name, moment.age, moment.sheet), moment)
        for group, answer in enumerate(answers):
            self._say(sequence, start, control_of(moment, answer), answer.text, group, true=True)
        talk = self._prompt(
            conversation(who(moment.name, moment.age, stranger.sheet), moment.counsellor, moment.history)
        )
        root = (10_000,)
        sequence.add(talk, root, 0)
        for group, answer in enumerate(answers):
            self._say(sequence, len(talk), control_of(moment, answer), answer.text, group, true=False, root=root)
        return sequence

    def _talk(self, about: Message, moment: Moment) -> tuple[Sequence_, int]:
        talk = self._prompt(conversation(about, moment.counsellor, moment.history))
        sequence = Sequence_()
        sequence.add(talk, (0,), 0)
        return sequence, len(talk)

    def _prompt(self, messages: Sequence[Message]) -> list[int]:
        """Tokens up to the end of the counsellor's text, where a control line goes on."""
        tokens = self._chat.prompt(messages, room=0)
        return tokens[: len(tokens) - len(self._tail)][-MOST_TALK:]

    def _say(
        self, sequence: Sequence_, start: int, control: Control, text: str, group: int, *, true: bool,
        root: tuple[int, ...] = (0,),
    ) -> None:  # fmt: skip
        branch, last = self._ask(sequence, start, control, root)
        tokens, first = self._chat.continuation(text), len(sequence.ids)
        sequence.add(tokens[:-1], (*branch, first), sequence.positions[last] + 1)
        sequence.said.append(Said([last, *range(first, len(sequence.ids))], tokens, group, true))

    def _ask(
        self, sequence: Sequence_, start: int, control: Control, root: tuple[int, ...]
    ) -> tuple[tuple[int, ...], int]:
        """The branch of a control line and its last row, made once."""
        if (root, control) not in sequence.asked:
            branch = (*root, len(sequence.ids))
            sequence.add([*_tokens(self._chat, f"\n{control.line()}"), *self._tail], branch, start)
            sequence.asked[root, control] = branch, len(sequence.ids) - 1
        return sequence.asked[root, control]

    def _other(self, control: Control) -> Control:
        """Another person's intention, for a moment with one reply."""
        stranger = self._draw.choice(self._sheets)
        answer = self._draw.choice(stranger.answers)
        if answer.act == control.act:
            return Control(
                "change" if control.stance == "sustain" else "sustain", "minimise", control.resistance, control.trust
            )
        return Control(answer.stance, answer.act, control.resistance, control.trust)


def _tokens(chat: Chat, text: str) -> list[int]:
    return chat.continuation(text)[:-1]


def _tail(chat: Chat) -> list[int]:
    """What the template puts between the end of a user's text and the assistant's first token."""
    one = chat.prompt([Message("system", "a"), Message("user", "b")], room=0)
    head = chat.prompt([Message("system", "a"), Message("user", "b c")], room=0)
    shared = next(n for n, (x, y) in enumerate(zip(one[::-1], head[::-1], strict=False)) if x != y)
    return one[len(one) - shared :]


def alone_prompt(chat: Chat, moment: Moment) -> list[int]:
    """The prompt of the person with nothing said."""
    return chat.prompt(alone(who(moment.name, moment.age, moment.sheet)), room=0)


def padded(sequences: Sequence[Sequence_]) -> dict[str, Any]:
    """A batch for the model: ids and positions (n, width), mask (n, 1, width, width)."""
    width = max(len(sequence.ids) for sequence in sequences)
    return {
        "input_ids": torch.tensor([s.ids + [0] * (width - len(s.ids)) for s in sequences]),
        "position_ids": torch.tensor([s.positions + [0] * (width - len(s.ids)) for s in sequences]),
        "attention_mask": torch.stack([s.mask(width) for s in sequences])[:, None],
    }


__all__ = ["Said", "Sequence_", "Writer", "alone_prompt", "control_of", "padded"]
