"""What a persona's file and bank still lack: acts, topics and facts with few words, told in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from app.client.acts import ACTS, CHANGE_TALK_KINDS
from app.client.persona import Persona

#: Fewer written replies than this are few: for an act that the client does, for a topic, for a fact.
FEW_FOR_ACT, FEW_FOR_TOPIC, FEW_FOR_FACT = 6, 3, 2
#: Acts with at least this weight are the client's own ways; with fewer replies in all a client repeats within weeks.
OWN_WAY, SMALL_BANK = 2.0, 250
#: Acts that need no lines: moments have their own words.
_NEEDS_NONE = ("small_talk", "walk_out", "farewell")


@dataclass(frozen=True)
class Written:
    """How much is written for a client. Counts are replies that differ in their text, of sheet and bank together."""

    lines: int
    moments: int
    replies: int
    by_act: dict[str, int]
    by_topic: dict[str, int]
    by_fact: dict[str, int]

    @property
    def whole(self) -> int:
        """All replies that differ."""
        return sum(self.by_act.values())


def written(persona: Persona) -> Written:
    """Count what is written."""
    acts: dict[str, set[str]] = {}
    topics: dict[str, set[str]] = {topic: set() for topic in persona.topics}
    facts: dict[str, set[str]] = {fact.id: set() for fact in persona.facts}
    for act, text, fact, about in _replies(persona):
        acts.setdefault(act, set()).add(text)
        for topic in about:
            topics[topic].add(text)
        if fact:
            facts[fact].add(text)
    return Written(
        sum(map(len, persona.lines.values())),
        len(persona.bank),
        sum(len(moment.replies) for moment in persona.bank),
        *({name: len(texts) for name, texts in found.items()} for found in (acts, topics, facts)),
    )


def lacks(persona: Persona) -> list[str]:
    """What is thin, one line each; none where nothing is."""
    has = written(persona)
    own = {act for act, weight in persona.style.acts.items() if weight >= OWN_WAY}
    wanted = [act for act in ACTS if (act in own or act in CHANGE_TALK_KINDS) and act not in _NEEDS_NONE]
    found = [
        ("acts with few lines", _few({act: has.by_act.get(act, 0) for act in wanted}, FEW_FOR_ACT)),
        ("topics with few lines", _few(has.by_topic, FEW_FOR_TOPIC)),
        ("facts with few lines that tell them", _few(has.by_fact, FEW_FOR_FACT)),
    ]
    thin = [f"{name}: {', '.join(few)}" for name, few in found if few]
    if has.whole < SMALL_BANK:
        thin.append(f"{has.whole} different replies in all; from {SMALL_BANK} on a class can practise with one client")
    return thin


def _few(counts: dict[str, int], least: int) -> list[str]:
    few = Counter({name: count for name, count in counts.items() if count < least})
    return [f"{name} ({count or 'none'})" for name, count in sorted(few.items(), key=lambda item: item[1])]


def _replies(persona: Persona) -> list[tuple[str, str, str | None, tuple[str, ...]]]:
    """Every written reply: act, text, fact and topics."""
    lines = [(act, line.text, line.fact, line.about) for act, found in persona.lines.items() for line in found]
    bank = [(reply.act, reply.text, reply.fact, moment.about) for moment in persona.bank for reply in moment.replies]
    return lines + bank


__all__ = ["FEW_FOR_ACT", "FEW_FOR_FACT", "FEW_FOR_TOPIC", "Written", "lacks", "written"]
