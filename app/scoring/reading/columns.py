"""The four columns of a transcript under the names that people give them."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from app.scoring.reading.notices import SHOWN, Source, quoted

#: Columns of the input that an error lists.
LISTED = 30

COLUMNS = ("conversation", "turn", "speaker", "text")

#: What scoring adds to a row. An input column of such a name is given back as `input_…`.
RESULTS = ("primary", "codes", "behaviour", "talk", "language")

#: Other names, written without spaces, underscores and capitals. A name stands in one list only.
SYNONYMS: dict[str, frozenset[str]] = {
    "conversation": frozenset(
        ("conversationid", "conversationnumber", "convid", "dialogue", "dialogueid", "dialog", "dialogid", "session",
         "sessionid", "sessionnumber", "transcriptid", "interview", "interviewid", "chatid", "callid")
    ),
    "turn": frozenset(
        ("turnid", "turnnumber", "turnno", "turnindex", "utteranceid", "utterancenumber", "utteranceindex", "volley",
         "volleyid", "messageid", "messagenumber", "lineid", "linenumber", "sequence", "position")
    ),
    "speaker": frozenset(
        ("speakerid", "speakerrole", "speakername", "interlocutor", "role", "party", "sender", "talker", "who")
    ),
    "text": frozenset(("utterance", "utterancetext", "message", "messagetext", "content", "turntext", "words", "said")),
}  # fmt: skip


def known(name: str) -> bool:
    """Whether a column is one of the four, by whatever name."""
    plain = plain_name(name)
    return plain in COLUMNS or any(plain in names for names in SYNONYMS.values())


def plain_name(name: str) -> str:
    """A column's name in small letters without anything between them: "Utterance ID" is "utteranceid"."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def columns_of(names: Sequence[str], source: Source, line: int, *, called: str = "") -> dict[str, str]:
    """Which of the input's columns are the four: product's name → input's name.

    A column's own name goes before a synonym. TranscriptError where one is missing or two could be meant; a notice
    says which were taken by another name. `called` goes before a name in errors ("column ").
    """
    found: dict[str, str] = {}
    for column in COLUMNS:
        candidates = _candidates(column, names)
        if len(candidates) > 1:
            either = " and ".join(map(quoted, candidates))
            raise source.error(f"{either} could both be {called}{column!r}; rename the right one {column!r}", line)
        if candidates:
            found[column] = candidates[0]
    if missing := [column for column in COLUMNS if column not in found]:
        raise source.error(_missing(missing, names, found, called), line)
    taken = [f"{quoted(name)} as {column}" for column, name in found.items() if plain_name(name) != column]
    if taken:
        source.note(f"takes {', '.join(taken)}")
    if covered := [name for name in names if name in RESULTS]:
        source.note(f"{', '.join(map(repr, covered))} would be covered by the results; given back as input_…")
    return found


def kept(given: dict[str, Any]) -> dict[str, Any]:
    """The input's columns in their order, those that the results would cover by another name."""
    return {_kept(name, given) if name in RESULTS else name: value for name, value in given.items()}


def _kept(name: str, given: dict[str, Any]) -> str:
    name = f"input_{name}"
    return _kept(name, given) if name in given else name


def _candidates(column: str, names: Sequence[str]) -> list[str]:
    if column in names:
        return [column]
    spelled = [name for name in names if plain_name(name) == column]
    return spelled or [name for name in names if plain_name(name) in SYNONYMS[column]]


def _missing(missing: Sequence[str], names: Sequence[str], found: dict[str, str], called: str) -> str:
    free = {plain_name(name): name for name in names if name not in found.values()}
    alike = [
        f"{quoted(free[near[0]])} looks like {column!r}: rename it"
        for column in missing
        if (near := get_close_matches(column, free, n=1, cutoff=0.7))
    ]
    said = [f"no {called}{', '.join(map(repr, missing))}", f"found {_listed(names) or 'nothing'}"]
    return "; ".join([*said, f"expected {', '.join(COLUMNS)}", *alike])


def _listed(names: Sequence[str]) -> str:
    shown = [name if name.isprintable() and len(name) < SHOWN else quoted(name) for name in names[:LISTED]]
    return ", ".join(shown) + (f" and {len(names) - LISTED} more" if len(names) > LISTED else "")


__all__ = ["COLUMNS", "RESULTS", "SYNONYMS", "columns_of", "kept", "known", "plain_name"]
