"""Retrieval: the written replies whose moments are nearest to this one, and how near.

Two similarities speak for a reply: that of the moment which it was written for, and its own to what was just said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from app.client.acts import ACTS
from app.client.persona import Persona, WrittenMoment
from app.client.vectors import Vectors, moment_text, reply_text

#: Texts to unit vectors.
Embed = Callable[[Sequence[str]], Vectors]
#: What the similarity of the moments counts beside that of reply and moment, when the nearest are looked for.
MOMENT_SHARE = 0.6
#: Banks kept.
MOST_BANKS = 96


@dataclass(frozen=True)
class BankReply:
    """One written reply; `moment` is the number of the moment that it was written for."""

    text: str
    act: str
    moment: int
    fact: str | None = None
    defence: str | None = None

    @property
    def stance(self) -> str:
        return str(ACTS[self.act].stance)


@dataclass(frozen=True)
class Found:
    """A reply with two cosines: of its moment and this one, of the reply and what was said."""

    reply: BankReply
    moment: float
    fit: float

    @property
    def nearness(self) -> float:
        """One number for both."""
        return MOMENT_SHARE * self.moment + (1 - MOMENT_SHARE) * self.fit


@dataclass(frozen=True)
class Bank:
    """All written replies of a person, as vectors: moments (m, width), replies (n, width)."""

    replies: tuple[BankReply, ...]
    moments: Vectors
    vectors: Vectors

    def search(self, asked: Vectors) -> list[Found]:
        """Every reply with its nearness to `asked` (2, width) as `Retriever.asked` gives it, nearest first."""
        if not self.replies:
            return []
        here, fits = (self.moments @ asked.T).max(axis=1), self.vectors @ asked[0]
        found = [
            Found(reply, float(here[reply.moment]), float(fits[number])) for number, reply in enumerate(self.replies)
        ]
        return sorted(found, key=lambda each: -each.nearness)


@dataclass
class Retriever:
    """Banks by person, read once each."""

    embed: Embed
    _banks: dict[str, Bank] = field(default_factory=dict, repr=False)
    _lines: dict[str, Vectors] = field(default_factory=dict, repr=False)
    _making: Lock = field(default_factory=Lock, repr=False)

    def asked(self, before: str, counsellor: str) -> Vectors:
        """A moment as vectors (2, width): behind what was said before it, and by itself.

        Most turns mean the same whatever went before them, and most written moments stand by themselves.
        """
        return self.embed([moment_text(before, counsellor), moment_text("", counsellor)])

    def bank(self, persona: Persona) -> Bank:
        """The bank of a person's own moments; made at the first call for this version of the person."""
        key = f"{persona.id} {hash(persona.bank)}"
        with self._making:  # the room reads a bank ahead; a first reply waits for that and does not read it too
            if key not in self._banks:
                if len(self._banks) >= MOST_BANKS:  # drafts that were tried out come and go
                    self._banks.pop(next(iter(self._banks)))
                self._banks[key] = make_bank(persona.bank, self.embed)
            return self._banks[key]

    def fits(self, asked: Vectors, texts: Sequence[str]) -> list[float]:
        """How near each reply is to a moment; vectors of texts are remembered."""
        new = [text for text in dict.fromkeys(texts) if text not in self._lines]
        if len(self._lines) > 20_000:
            self._lines.clear()
            new = list(dict.fromkeys(texts))
        if new:
            vectors = self.embed([reply_text(text) for text in new])
            self._lines.update(zip(new, vectors, strict=True))
        return [float(self._lines[text] @ asked[0]) for text in texts]


def make_bank(moments: Sequence[WrittenMoment], embed: Embed) -> Bank:
    """Moments and their replies as vectors."""
    replies = tuple(
        BankReply(reply.text, reply.act, number, reply.fact, reply.defence)
        for number, moment in enumerate(moments)
        for reply in moment.replies
    )
    if not replies:
        empty = np.zeros((0, 1), dtype=np.float32)
        return Bank((), empty, empty)
    return Bank(
        replies,
        embed([moment_text(moment.before, moment.counsellor) for moment in moments]),
        embed([reply_text(reply.text) for reply in replies]),
    )


__all__ = ["Bank", "BankReply", "Embed", "Found", "Retriever", "make_bank"]
