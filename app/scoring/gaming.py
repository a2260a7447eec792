"""Guards against techniques used as tricks: echoes, empty reflections, a menu or a paradox in every turn.

Each form is fine now and then; beyond a fair number its turns are *worn* and no longer count for the trainee. Pure on
coded rows. The fair numbers are the project's own: none of the experts among the written conversations passes one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from app.scoring.codes import FAMILIES
from app.scoring.features import content, mirrored, plain_words
from app.scoring.rows import Row, Volley, volleys
from app.scoring.signs import SIGNS

Kind = Literal["echo", "empty", "menu", "autonomy", "paradox"]

#: A fair number of turns of a kind: this many, or one in so many of the trainee's turns, whichever is more.
FAIR: dict[Kind, tuple[int, int]] = {
    "echo": (2, 6),
    "empty": (2, 6),
    "menu": (3, 4),
    "autonomy": (3, 4),
    "paradox": (2, 6),
}
#: A reflection is an echo when so much of it stands in the client's turn, in the same order.
ECHO = 0.85
#: A reflection is said again when it shares so many of its words with an earlier one.
AGAIN = 0.8

_REFLECTION = frozenset(FAMILIES["reflection"])
_LEAD = r"(?:so|and|but|okay|ok|well|right|yeah|yes|mm+|hm+|oh|i see|alright|sure|now)[,.\s]+"
_STEM = re.compile(
    rf"""^(?:{_LEAD}|
    (?:it|that|this)?\s*(?:sounds|seems|feels|looks)(?:\s+to\ me)?(?:\s+(?:like|as\ if|as\ though|that))?\s+|
    (?:from\s+)?what\s+(?:i'm|i\ am|i)\s+hear(?:ing)?(?:\s+(?:you\ say(?:ing)?|from\ you))?\s+is(?:\s+that)?\s+|
    i(?:'m|\ am)?\s+hear(?:ing)?(?:\s+that)?\s+|
    you(?:'re|\ are)\s+(?:saying|telling\ me)(?:\s+that)?\s+|you\s+(?:said|say|mean|told\ me)(?:\s+that)?\s+|
    (?:in\ other\ words|if\ i\ hear\ you\ right|as\ you\ see\ it)[,\s]+|
    you\s+feel(?:\s+(?:like|as\ if|as\ though|that))?\s+|you(?:'re|\ are)\s+feeling\s+)+""",
    re.IGNORECASE | re.VERBOSE,
)
#: Words that say nothing about this client in particular.
_VAGUE = frozenset(
    (
        "way", "things", "thing", "stuff", "lot", "bit", "bad", "hard", "tough", "difficult", "strongly", "strong",
        "upset", "happening", "going", "situation", "issue", "whole", "pretty", "quite", "here", "makes", "make",
        "hear", "heard", "sounds", "sound", "seems", "like", "some", "sort", "kind", "something", "feelings",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Habit:
    """A form that the trainee used beyond a fair number: the rows that show it, those of them that no longer count.

    `says` tells the trainee in plain words.
    """

    kind: Kind
    rows: tuple[int, ...]
    worn: tuple[int, ...]
    says: str


def habits(rows: Sequence[Row]) -> tuple[Habit, ...]:
    """The forms that wore out in this session, empty for a session with none."""
    turns = sum(row.speaker == "counsellor" and bool(row.text.strip()) for row in rows)
    shown = {"echo": echoes(rows), "empty": empties(rows)} | {
        kind: _with(rows, codes) for kind, codes in _CODES.items()
    }
    found = []
    for kind, (least, one_in) in FAIR.items():
        places, fair = shown[kind], max(least, turns // one_in)
        if len(places) > fair:
            found.append(Habit(kind, tuple(places), tuple(places[fair:]), _SAYS[kind](len(places), fair)))
    return tuple(found)


def worn_rows(found: Iterable[Habit]) -> frozenset[int]:
    """The indices of all counsellor rows that no longer count."""
    return frozenset(row for habit in found for row in habit.worn)


_CODES: dict[Kind, frozenset[str]] = {
    "menu": frozenset({"offer_choices"}),
    "autonomy": frozenset({"emphasize_autonomy"}),
    "paradox": frozenset(FAMILIES["paradoxical"]),
}
_SAYS: dict[Kind, Callable[[int, int], str]] = {
    "echo": lambda count, fair: (
        f"You repeated the client’s words {count} times; {fair} of them count. An echo tells a client that the words "
        "arrived. Listening shows in what you add: what is meant, felt or left unsaid."
    ),
    "empty": lambda count, fair: (
        f"{count} of your reflections would fit any client, or say again what you had said before; {fair} of them "
        "count. Put something of this client’s own story into them."
    ),
    "menu": lambda count, fair: (
        f"You laid out options in {count} turns; {fair} of them count. When every turn is a menu, nothing that the "
        "client says is taken up. Stay with what was picked."
    ),
    "autonomy": lambda count, fair: (
        f"You said whose choice it is in {count} turns; {fair} of them count. Said once at the right moment it frees; "
        "said every time it sounds like a formula, or like not caring."
    ),
    "paradox": lambda count, fair: (
        f"You took the side of not changing in {count} turns; {fair} of them count. Once or twice it leaves the other "
        "side to the client; again and again it keeps the talk on not changing (MITI: softening sustain talk)."
    ),
}


def _with(rows: Sequence[Row], codes: frozenset[str]) -> list[int]:
    return [index for index, row in enumerate(rows) if any(span.code in codes for span in row.sure)]


def _reflections(row: Row) -> list[str]:
    """The row's reflections, without "It sounds like you feel …"."""
    return [row.text[span.start : span.end] for span in row.sure if span.code in _REFLECTION]


def _bare(reflection: str) -> str:
    return _STEM.sub("", " ".join(reflection.replace("’", "'").split()))


def echoes(rows: Sequence[Row]) -> list[int]:
    """Rows all of whose reflections repeat what the client has just said."""
    found: list[int] = []
    heard: list[str] = []
    for volley in volleys(rows):
        if volley.speaker == "client":
            heard = mirrored(plain_words(volley.text))
        else:
            found += [
                index
                for index, said in _spoken(volley)
                if heard and all(_is_echo(mirrored(plain_words(_bare(text))), heard) for text in said)
            ]
    return found


def _spoken(volley: Volley) -> list[tuple[int, list[str]]]:
    """The rows of a volley that hold reflections, with these."""
    said = [(volley.index + place, _reflections(row)) for place, row in enumerate(volley.rows)]
    return [(index, texts) for index, texts in said if texts]


def _is_echo(said: list[str], heard: list[str]) -> bool:
    """Whether three words or more are, in their order, the client's own."""
    if len(said) < 3:
        return False
    blocks = SequenceMatcher(None, heard, said, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size > 1) >= ECHO * len(said)


def empties(rows: Sequence[Row]) -> list[int]:
    """Rows all of whose reflections hold nothing of the client's, or were said before."""
    found: list[int] = []
    heard: set[str] = set()
    before: list[frozenset[str]] = []
    for volley in volleys(rows):
        if volley.speaker == "client":
            heard |= {_root(word) for word in content(plain_words(volley.text))}
            continue
        for index, said in _spoken(volley):
            abouts = [frozenset(content(plain_words(_bare(text)))) for text in said]
            if all(
                _is_empty(text, about, heard) or _is_again(about, before)
                for text, about in zip(said, abouts, strict=True)
            ):
                found.append(index)
            before += abouts
    return found


def _is_empty(text: str, about: frozenset[str], heard: set[str]) -> bool:
    """Whether a reflection fits any client: a stem with none of the client's words, or nothing but vague ones."""
    if any(_root(word) in heard for word in about - _VAGUE):
        return False
    stemmed = bool(_STEM.match(text.replace("’", "'"))) and bool(SIGNS["reflection_stem"].search(text))
    return stemmed or all(word in _VAGUE or SIGNS["feeling"].fullmatch(word) for word in about)


def _is_again(about: frozenset[str], before: Sequence[frozenset[str]]) -> bool:
    return len(about) > 1 and any(len(about & other) >= AGAIN * len(about | other) for other in before)


def _root(word: str) -> str:
    """A word without its commonest endings, so that "drinks" and "drinking" are one."""
    return re.sub(r"(?:'s|ing|ed|es|s|e|n't)$", "", word) if len(word) > 4 else word.removesuffix("s")


__all__ = ["FAIR", "Habit", "Kind", "echoes", "empties", "habits", "worn_rows"]
