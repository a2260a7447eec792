"""Beliefs: what the client holds for certain. Argued with it hardens, reflected it softens (Miller & Rollnick 2013)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from app.client.effects import Effect
from app.client.persona import Belief, Persona
from app.client.words import content_words
from app.scoring.codes import FAMILIES

#: What a belief that is argued with costs, and what one that is understood gives.
DEFENDED = Effect(resistance=0.020, trust=-0.010)
UNDERSTOOD = Effect(resistance=-0.020, trust=0.020)

_REFLECTIONS = {*FAMILIES["reflection"], "reframe"}
_ARGUMENTS = set(FAMILIES["non_adherent"])


def argued_with(text: str, codes: Collection[str], topics: Sequence[str], persona: Persona) -> str | None:
    """The id of the belief that an argument or information speaks against; None where it speaks against none.

    Pressure on a topic is heard against the belief about it; neutral information is, where it shares words too.
    """
    argues = bool(_ARGUMENTS & set(codes))
    if not argues and "give_information" not in codes:
        return None
    return _nearest(text, topics, persona, words=2 if argues else 3, named_enough=argues)


def met(text: str, codes: Collection[str], topics: Sequence[str], persona: Persona) -> str | None:
    """The id of the belief that a reflection takes up: it shares words with it, and nothing in the turn argues."""
    if not _REFLECTIONS & set(codes) or _ARGUMENTS & set(codes):
        return None
    return _nearest(text, topics, persona, words=2, named_enough=False)


def _nearest(text: str, topics: Sequence[str], persona: Persona, *, words: int, named_enough: bool) -> str | None:
    """The belief nearest to a text: so many shared words, or one and a topic, or (`named_enough`) a topic alone."""
    best: tuple[int, str] | None = None
    for belief in persona.beliefs:
        shared, named = _shared(belief, text), len(set(belief.about) & set(topics))
        near = shared >= words or (named and (named_enough or shared))
        if near and (best is None or 2 * shared + named > best[0]):
            best = 2 * shared + named, belief.id
    return best[1] if best else None


def _shared(belief: Belief, text: str) -> int:
    return len(content_words(belief.text) & content_words(text))


__all__ = ["DEFENDED", "UNDERSTOOD", "argued_with", "met"]
