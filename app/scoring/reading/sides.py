"""Who speaks: the two sides under the names that transcripts give them, and names that nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from app.scoring.reading.notices import Source, TranscriptError, quoted
from app.scoring.reading.records import Record
from app.scoring.rows import Speaker

#: Names that need no word about them.
SPEAKERS: dict[str, Speaker] = {
    "counsellor": "counsellor",
    "counselor": "counsellor",
    "therapist": "counsellor",
    "interviewer": "counsellor",
    "trainee": "counsellor",
    "client": "client",
    "patient": "client",
}
_COUNSELLORS = (
    "provider", "clinician", "practitioner", "helper", "coach", "doctor", "dr", "nurse", "physician", "psychologist",
    "psychotherapist", "psychiatrist", "social worker", "caseworker", "case worker", "key worker", "probation officer",
    "facilitator", "listener", "volunteer", "supporter", "t", "th", "co", "i",
)  # fmt: skip
_CLIENTS = (
    "standardised patient", "standardized patient", "simulated patient", "simulated client", "standardised client",
    "standardized client", "service user", "help seeker", "seeker", "caller", "texter", "interviewee", "coachee", "sp",
    "cl", "pt", "pat",
)  # fmt: skip
#: Names that are taken, with a notice.
ALSO: dict[str, Speaker] = {**dict.fromkeys(_COUNSELLORS, "counsellor"), **dict.fromkeys(_CLIENTS, "client")}
#: C is the client beside T and the counsellor beside SP; P is the patient or the provider.
EITHER = frozenset({"c", "p"})
#: Rows that are held back until a name beside such a letter tells who it is; unknown names that an error lists.
HELD, LISTED = 1000, 8

Kind = Literal["counsellor", "client", "either", "unknown", "blank"]

BY_HAND = "say who is who with --counsellor NAME and --client NAME"
_EDGES = re.compile(r"^[\W_]+|[\W\d_]+$")
_GAPS = re.compile(r"[\s_\-.]+")


@dataclass(frozen=True)
class Names:
    """Names of the two sides that were given by hand; they go before all others. Capitals do not count."""

    counsellor: tuple[str, ...] = ()
    client: tuple[str, ...] = ()

    def side(self, name: str) -> Speaker | None:
        """The side of a name that was given."""
        for side, names in (("counsellor", self.counsellor), ("client", self.client)):
            if _as_given(name) in map(_as_given, names):
                return "counsellor" if side == "counsellor" else "client"
        return None

    def unused(self, seen: Iterable[str]) -> list[str]:
        """Those of the names that are not among `seen`."""
        known = {_as_given(name) for name in seen}
        return [name for name in (*self.counsellor, *self.client) if _as_given(name) not in known]


def plain_speaker(name: str) -> str:
    """A speaker's name as it is looked up: "[T12]" is "t", "Case-Worker:" is "case worker"."""
    return _GAPS.sub(" ", _EDGES.sub("", name.casefold())).strip()


def with_sides(records: Iterable[Record], names: Names, source: Source) -> Iterator[tuple[Record, Speaker | None]]:
    """Each record with its side; None for a blank row. TranscriptError for names that are not known."""
    rest, speakers = iter(records), _Speakers(names, source)
    held: list[Record] = []
    for record in rest:
        kind = speakers.kind(record)
        if kind == "unknown":
            raise _unknown(record, rest, speakers)
        if speakers.beside is None and (kind == "either" or held):
            held.append(record)
            if len(held) == HELD:
                raise _undecided(held, source)
            continue
        for early in (*held, record):
            yield early, speakers.side(early)
        held.clear()
    if held:
        raise _undecided(held, source)
    for name in names.unused(speakers.used):
        source.note(f"no row has the speaker {name!r}, which was named for a side")


class _Speakers:
    """The speakers of a file as far as it is read. `beside` is the side of the first name that is sure."""

    def __init__(self, names: Names, source: Source) -> None:
        self.names, self.source = names, source
        self.beside: Speaker | None = None
        self.used: set[str] = set()

    def kind(self, record: Record) -> Kind:
        """What is known of a record's speaker by the name alone."""
        if record.is_blank:
            return "blank"
        if not record.name:
            raise self.source.error("no speaker; expected 'counsellor' or 'client'", record.line, record.column)
        plain = plain_speaker(record.name)
        if given := self.names.side(record.name):
            self.used.add(record.name)
        side = given or SPEAKERS.get(plain) or ALSO.get(plain)
        self.beside = self.beside or side
        return side or ("either" if plain in EITHER else "unknown")

    def side(self, record: Record) -> Speaker | None:
        """The side of a record that is known, once `beside` is."""
        kind, plain = self.kind(record), plain_speaker(record.name)
        if kind == "blank":
            self.source.note("a blank row, kept without codes", record.line)
            return None
        side: Speaker = "client" if kind == "either" and self.beside == "counsellor" else "counsellor"
        if kind in ("counsellor", "client"):
            side = "client" if kind == "client" else "counsellor"
        if plain not in SPEAKERS and not self.names.side(record.name):
            self.source.note(
                f"takes the speaker {quoted(plain)} as {side}; else use --counsellor NAME and --client NAME"
            )
        return side


def _as_given(name: str) -> str:
    return " ".join(name.casefold().split())


def _unknown(record: Record, rest: Iterator[Record], speakers: _Speakers) -> TranscriptError:
    found = {record.name: [record.line, 1]}
    with suppress(TranscriptError):  # what is wrong first is told first
        for later in rest if speakers.source.ahead else ():
            if later.name in found:
                found[later.name][1] += 1
            elif len(found) < HELD and speakers.kind(later) == "unknown":
                found[later.name] = [later.line, 1]
    listed = [f"{quoted(name)} (line {line}, {rows} row{'s' * (rows > 1)})" for name, (line, rows) in found.items()]
    more = [f"{len(listed) - LISTED} more"] if len(listed) > LISTED else []
    also = f"; unknown here: {', '.join(listed[:LISTED] + more)}" if speakers.source.ahead else ""
    said = f"{quoted(record.name)} is not known; expected 'counsellor' or 'client', or {BY_HAND}{also}"
    return speakers.source.error(said, record.line, record.column)


def _undecided(held: list[Record], source: Source) -> TranscriptError:
    first = next(record for record in held if not record.is_blank)
    said = f"{quoted(first.name)} may be either side, and no other name here tells which; {BY_HAND}"
    return source.error(said, first.line, first.column)


__all__ = ["ALSO", "BY_HAND", "EITHER", "SPEAKERS", "Names", "plain_speaker", "with_sides"]
