"""A client made on the fly from a real session: nobody in particular, with the client's own words so far.

The stranger has a few dozen neutral lines (`stranger.yaml`) and no bank of moments, so speaks, as everybody with few
lines of their own, from what anybody could say too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from app.client.persona import Fact, Line, Persona
from app.client.words import content_words
from app.realism.sessions import Moment

NAME = "Sam"
#: The topic that stands for what the session is about.
MATTER = "matter"
#: Facts that are made of the client's own words, at most.
MOST_FACTS = 8

_FILE = Path(__file__).with_name("stranger.yaml")


def stranger(moment: Moment) -> Persona:
    """The client of a real session as this room's engine plays them, knowing nothing that was said later."""
    written = _written()
    topics: dict[str, Sequence[str]] = written["topics"] | {MATTER: _stems(moment.topic, written["matters"])}
    said = _sentences(moment.own_words)
    return Persona.model_validate(
        {
            "id": _id(moment.where), "name": NAME, "age": 40, "pronouns": "they/them", "field": moment.topic,
            "difficulty": "moderate", "teaches": ("simple_reflection",),
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


def _id(where: str) -> str:
    """An id of its own for every moment: what is remembered of a person's lines goes by it."""
    return "-".join(("stranger", *re.findall(r"[a-z0-9]+", where.lower())))[:60].rstrip("-")


def _sheet(topic: str, said: Sequence[str]) -> str:
    """Topic and the client's own words, the latest of them where a sheet cannot hold all."""
    words = " ".join(f"“{sentence}”" for sentence in said)
    return f"{NAME} is in counselling about {topic}, of two minds and not very talkative. Lately said: {words[-1700:]}"


def _facts(topic: str, said: Sequence[str]) -> list[Fact]:
    own = [
        Fact(id=f"said_{number}", text=f"{NAME} said: {sentence}"[:600], trust=0.0)
        for number, sentence in enumerate(said[-MOST_FACTS:], 1)
    ]
    rest = (
        f"{NAME} has come to talk about {topic}.", f"{NAME} is of two minds.", f"{NAME} does not like to be pushed.",
        f"{NAME} knows what others say about it.", f"{NAME} has not decided anything.",
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


__all__ = ["MATTER", "NAME", "heard_before", "stranger"]
