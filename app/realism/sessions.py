"""Real sessions out of the public sets, and moments of them: AnnoMI and MIBOT as they are published.

Neither set is part of this package. What is shown of them is lightly tidied, real and simulated turns alike: notes of
the transcriber and fillers go, so that the transcript does not give away who wrote what.
"""

from __future__ import annotations

import csv
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.client.heard import Said
from app.practice.errors import Invalid

#: A moment worth reading: words of the counsellor and of the client's answer, at least, and of the answer at most.
LEAST_ASKED, LEAST_SAID, MOST_SAID = 4, 3, 60
#: Client turns before a moment, at least: earlier the client has no words of their own yet.
LEAST_BEFORE = 2
#: What MIBOT's people came for.
MIBOT_TOPIC = "smoking cessation"

_NOTES = re.compile(r"[\[(][^\])]{0,40}[\])]")
_FILLERS = re.compile(r"\b(?:um+|uh+|er|erm|hm+)\b,?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class RealTurn:
    """One turn; `talk` is the annotators' word on a client's, None where there is none."""

    speaker: str
    text: str
    talk: str | None = None


@dataclass(frozen=True)
class RealSession:
    """One session of a public set."""

    id: str
    topic: str
    good: bool
    turns: tuple[RealTurn, ...]

    @property
    def talk(self) -> list[str]:
        """The talk types of the client's turns."""
        return [turn.talk for turn in self.turns if turn.talk]


@dataclass(frozen=True)
class Moment:
    """A counsellor turn in a session with what was said before it and what the client really answered."""

    where: str
    topic: str
    before: tuple[Said, ...]
    counsellor: str
    answer: str

    @property
    def own_words(self) -> list[str]:
        """What the client has said so far."""
        return [said.text for said in self.before if said.speaker == "client"]


def read_annomi(path: Path) -> list[RealSession]:
    """AnnoMI's CSV, an utterance once, its talk type by most annotators. Raises Invalid."""
    rows = _rows(path, ("transcript_id", "utterance_id", "interlocutor", "utterance_text", "topic", "mi_quality"))
    found: dict[str, dict[int, dict[str, str]]] = defaultdict(dict)
    votes: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for row in rows:
        number = int(row["utterance_id"])
        found[row["transcript_id"]].setdefault(number, row)
        votes[row["transcript_id"], number][row.get("client_talk_type") or ""] += 1
    sessions = []
    for id_, utterances in found.items():
        first = next(iter(utterances.values()))
        turns = [
            _turn(row["interlocutor"], row["utterance_text"], votes[id_, number].most_common(1)[0][0])
            for number, row in sorted(utterances.items())
        ]
        topic = first["topic"].split(";")[0].strip()
        sessions.append(RealSession(f"annomi {id_}", topic, first["mi_quality"] == "high", _joined(turns)))
    return sessions


def read_mibot(path: Path) -> list[RealSession]:
    """MIBOT's CSV. Raises Invalid."""
    found: dict[str, list[tuple[int, RealTurn]]] = defaultdict(list)
    for row in _rows(path, ("conversation", "volley", "speaker", "text")):
        found[row["conversation"]].append((int(row["volley"]), _turn(row["speaker"], row["text"], "")))
    return [
        RealSession(
            f"mibot {id_}", MIBOT_TOPIC, True, _joined([turn for _, turn in sorted(turns, key=lambda item: item[0])])
        )
        for id_, turns in found.items()
    ]


def moments(sessions: Iterable[RealSession]) -> list[Moment]:
    """All moments of the sessions that are worth reading."""
    return [moment for session in sessions for moment in _moments(session)]


def draw(found: Sequence[Moment], count: int, seed: int) -> list[Moment]:
    """So many moments, as evenly over the sessions as they allow."""
    rng = random.Random(seed)
    by_session: dict[str, list[Moment]] = defaultdict(list)
    for moment in found:
        by_session[moment.where.rsplit("/", 1)[0]].append(moment)
    queues = [rng.sample(group, len(group)) for group in by_session.values()]
    rng.shuffle(queues)
    drawn = [queue[turn] for turn in range(max(map(len, queues), default=0)) for queue in queues if turn < len(queue)]
    return drawn[:count]


def tidied(text: str) -> str:
    """A turn as a reader is shown it: without notes, fillers and broken ends."""
    plain = _FILLERS.sub("", _NOTES.sub(" ", text)).replace("--", "–")
    plain = re.sub(r"\s+([,.?!])", r"\1", " ".join(plain.split())).strip(" –-,")
    plain = plain[:1].upper() + plain[1:]
    return plain if not plain or plain[-1] in ".!?…" else f"{plain}."


def _moments(session: RealSession) -> list[Moment]:
    found = []
    for place, (asked, said) in enumerate(zip(session.turns, session.turns[1:], strict=False)):
        before = tuple(Said(turn.speaker, turn.text) for turn in session.turns[:place])
        spoken = sum(turn.speaker == "client" for turn in before)
        if (
            (asked.speaker, said.speaker) == ("counsellor", "client")
            and spoken >= LEAST_BEFORE
            and len(asked.text.split()) >= LEAST_ASKED
            and LEAST_SAID <= len(said.text.split()) <= MOST_SAID
        ):
            found.append(Moment(f"{session.id}/{place}", session.topic, before, asked.text, said.text))
    return found


def _turn(speaker: str, text: str, talk: str) -> RealTurn:
    counsels = speaker.strip().lower() in ("therapist", "counsellor", "counselor", "bot")
    return RealTurn("counsellor" if counsels else "client", tidied(text), talk or None)


def _joined(turns: Iterable[RealTurn]) -> tuple[RealTurn, ...]:
    """Turns in which the sides take turns; the talk type of what was said last holds. Blank ones are left out."""
    joined: list[RealTurn] = []
    for turn in turns:
        if joined and turn.text and joined[-1].speaker == turn.speaker:
            turn = RealTurn(turn.speaker, f"{joined.pop().text} {turn.text}", turn.talk)
        if turn.text:
            joined.append(turn)
    return tuple(joined)


def _rows(path: Path, wanted: Sequence[str]) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
    except OSError as error:
        raise Invalid("file", f"{path}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid("file", f"{path}: is no CSV in UTF-8: {error}") from error
    missing = [name for name in wanted if name not in (reader.fieldnames or ())]
    if missing:
        raise Invalid("file", f"{path}: has no column {missing[0]!r}; expected {', '.join(wanted)}")
    return rows


__all__ = [
    "Moment",
    "RealSession",
    "RealTurn",
    "draw",
    "moments",
    "read_annomi",
    "read_mibot",
    "tidied",
]
