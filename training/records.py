"""The training material as plain records, each with the codes it may carry.

A label is a *set* of codes: one for the written corpus, several where the source is coarser than the codebook.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Utterance:
    """One counsellor utterance with the codes it may carry, and where it comes from.

    `group` is what must stay on one side of a split (a video, a moment, a conversation); `turn` names its turn and
    `place` its number in it.
    """

    text: str
    previous: str | None
    codes: frozenset[str]
    source: str
    group: str
    turn: str
    place: int = 0


@dataclass(frozen=True)
class Row:
    """One counsellor row of AnnoMI as a whole: main behaviour, the kinds it shows, and the session's quality."""

    text: str
    previous: str | None
    behaviour: str
    question: str
    reflection: str
    input: str
    quality: str
    group: str
    session: str


@dataclass(frozen=True)
class Reply:
    """One client turn with its talk type and the counsellor turn before it."""

    text: str
    previous: str | None
    talk: str
    source: str
    group: str


class MissingData(Exception):
    """The shared data are not where the command looked."""


__all__ = ["MissingData", "Reply", "Row", "Utterance"]
