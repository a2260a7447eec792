"""A client made on the fly from a real session: nobody in particular, with the client's own words so far.

What the stranger says are neutral lines (`stranger.yaml`) and those written moments of the shipped clients that anybody
could have lived: no fact, name or number, nothing of one person's own sheet, no dialect.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from app.client.persona import Fact, Line, Persona, WrittenMoment, WrittenReply
from app.client.words import content_words
from app.realism.sessions import Moment

NAME = "Sam"
#: The topic that stands for what the session is about.
MATTER = "matter"
#: Words of an answer at most that is anybody's, and facts that are made of the client's own words.
LONGEST, MOST_FACTS = 30, 8
#: A word is anybody's that at least so many clients' writing has.
COMMON = 6

_FILE = Path(__file__).with_name("stranger.yaml")
_NAMES_OR_NUMBERS = re.compile(r"\d|(?<![.!?…] )(?<!^)\b(?!I\b|I['’])[A-Z]\w+")
_DIALECT = re.compile(
    r"\b(?:nowt|summat|owt|mam|lass|aye|ain't|gonna|wanna|y'all|ma'am|sir|love|mate|bloke|bloody|were it|it were"
    r"|i were|reckon|any road|doc|bro|bruh|ur|u|lol|tbh|idk|pal|darling|boss|fella)\b",
    re.IGNORECASE,
)
_WRITTEN_ONLY = ("walk_out", "farewell", "commitment", "taking_steps")


def stranger(moment: Moment, donors: Mapping[str, Persona]) -> Persona:
    """The client of a real session as this room's engine plays them, knowing nothing that was said later."""
    written = _written()
    topics: dict[str, Sequence[str]] = written["topics"] | {MATTER: _stems(moment.topic, written["matters"])}
    said = _sentences(moment.own_words)
    return Persona.model_validate(
        {
            "id": "stranger", "name": NAME, "age": 40, "pronouns": "they/them", "field": moment.topic,
            "difficulty": "moderate", "teaches": ("simple_reflection",), "bank": anybodys(donors, topics),
            "briefing": f"{NAME} has come to talk about {moment.topic}. More than that is not known beforehand.",
            "sheet": _sheet(moment.topic, said), "target_behaviour": moment.topic,
            "referral": {"by": "a doctor", "reason": moment.topic, "at_stake": "health and peace at home"},
            "facts": _facts(moment.topic, said),
            "reasons_to_stay": ("It is a habit that gives something.", "Change is hard."),
            "reasons_to_change": ("To feel better.", "For the family."),
            "style": {"reactance": 0.4, "acts": _weights(written["lines"])},
            "start": {"resistance": 0.45, "trust": 0.5, "importance": 5, "confidence": 4},
            "voice": {"description": "Plain, everyday speech, brief.", "samples": _samples(written)},
            "topics": topics, "walks_out": {"resistance": 0.97, "patience": 4}, "openings": written["openings"],
            "moments": written["moments"], "lines": written["lines"],
        }
    )  # fmt: skip


def heard_before(moment: Moment) -> tuple[str, ...]:
    """The ids of the facts that the client's own words have already told: all that are made of them."""
    return tuple(fact.id for fact in _facts(moment.topic, _sentences(moment.own_words)) if fact.id.startswith("said"))


def anybodys(donors: Mapping[str, Persona], topics: Mapping[str, Sequence[str]]) -> tuple[WrittenMoment, ...]:
    """The written moments of all clients, with the answers that anybody could give; those with two at least."""
    common = common_words(donors.values())
    others = _other_matters(topics[MATTER])
    found = []
    for moment in (moment for person in donors.values() for moment in person.bank):
        about = topics_in(moment.counsellor, topics)
        if (moment.about and not about) or others.search(moment.counsellor) or not _plain(moment.counsellor, common):
            continue
        replies = tuple(reply for reply in moment.replies if _anybodys(reply, common, others))
        if len(replies) > 1:
            before = moment.before if _plain(moment.before, common) else ""
            found.append(moment.model_copy(update={"replies": replies, "about": about, "before": before}))
    return tuple(found)


def common_words(people: Iterable[Persona]) -> frozenset[str]:
    """The content words that several clients' writing has, so that none of them is one person's own."""
    counts = Counter(word for person in people for word in content_words(_writing(person)))
    return frozenset(word for word, count in counts.items() if count >= COMMON)


def topics_in(text: str, topics: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The topics whose stems begin a word of the text."""
    return tuple(topic for topic, stems in topics.items() if _stems_of(tuple(stems)).search(text))


@lru_cache(maxsize=64)
def _stems_of(stems: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(map(re.escape, stems)) + ")", re.IGNORECASE)


def _other_matters(own: Sequence[str]) -> re.Pattern[str]:
    """The words of every matter that is not this session's."""
    found = {stem for stems in _written()["matters"].values() for stem in stems}
    return _stems_of(tuple(sorted(found - set(own) - set(_written()["matters"][""]))))


def _anybodys(reply: WrittenReply, common: frozenset[str], others: re.Pattern[str]) -> bool:
    fits = reply.fact is None and reply.act not in _WRITTEN_ONLY and len(reply.text.split()) <= LONGEST
    return fits and not others.search(reply.text) and "(" not in reply.text and _plain(reply.text, common)


def _plain(text: str, common: frozenset[str]) -> bool:
    return not (_NAMES_OR_NUMBERS.search(text) or _DIALECT.search(text)) and content_words(text) <= common


def _writing(person: Persona) -> str:
    lines = (line.text for lines in person.lines.values() for line in lines)
    asked = (moment.counsellor for moment in person.bank)
    answered = (reply.text for moment in person.bank for reply in moment.replies)
    return " ".join((person.sheet, *lines, *asked, *answered))


def _sheet(topic: str, said: Sequence[str]) -> str:
    words = " ".join(f"“{sentence}”" for sentence in said)
    text = f"{NAME} is in counselling about {topic}, of two minds and not very talkative. {NAME} has said: {words}"
    return text[:1990]


def _facts(topic: str, said: Sequence[str]) -> list[Fact]:
    own = [
        Fact(id=f"said_{number}", text=f"{NAME} said: {sentence}"[:600], trust=0.0)
        for number, sentence in enumerate(said[-MOST_FACTS:], 1)
    ]
    rest = (
        f"{NAME} has come to talk about {topic}.", f"{NAME} has tried before.", f"{NAME} works and has a family.",
        f"{NAME} knows what people say about it.", f"{NAME} is of two minds.",
    )  # fmt: skip
    return own + [Fact(id=f"known_{number}", text=text, trust=0.0) for number, text in enumerate(rest, 1)]


def _sentences(texts: Iterable[str]) -> list[str]:
    """The client's sentences that say something."""
    parts = (part.strip() for text in texts for part in re.split(r"(?<=[.!?…])\s+", text))
    return list(dict.fromkeys(part for part in parts if len(content_words(part)) >= 2))


def _stems(topic: str, matters: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    return tuple(next(stems for name, stems in matters.items() if name in topic.lower()))


def _weights(lines: Mapping[str, Sequence[Any]]) -> dict[str, int]:
    """Acts are done the likelier the more is written for them."""
    return {act: min(10, 1 + len(found)) for act, found in lines.items()}


def _samples(written: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(Line.model_validate(line).text for line in written["lines"]["hedge"][:5])


@lru_cache(maxsize=1)
def _written() -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe").load(_FILE.read_text(encoding="utf-8"))
    return loaded


__all__ = ["MATTER", "NAME", "anybodys", "common_words", "heard_before", "stranger", "topics_in"]
