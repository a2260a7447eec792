"""What no client may say: the rules that a proposed reply has to pass before anybody hears it.

Each rule returns the reason for refusing, or None. They are blunt on purpose: a good line lost costs little, since
authored lines stand ready; a line out of role costs the session.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.client.heard import Said, content_words
from app.client.persona import Persona

LONGEST = 60  # words; the 90th percentile of real client turns is 38

_ASSISTANT = re.compile(
    r"\bas an? (?:ai|assistant|language model|counsell?or|therapist)\b|\b(?:language model|openai|chatgpt|smollm|hugging ?face)\b"
    r"|\bi(?:'m| am) (?:an? )?(?:ai|assistant|bot|chatbot|robot|counsell?or|therapist|program)\b"
    r"|\bhow (?:can|may) i (?:help|assist)|\bi(?:'m| am) here to (?:help|listen|support|assist)|\blet me know if\b|\bfeel free to\b"
    r"|\bi(?:'d| would) be happy to\b|\bi can help you\b|\bhappy to help\b|\bcertainly[!,]|\bof course[!,] here\b|\bsure[!,] here\b",
    re.IGNORECASE,
)
_COUNSELLOR = re.compile(
    r"\bit sounds like you|\bi hear (?:that )?you|\bi understand (?:that|how|your|you)\b|\bthank you for (?:sharing|telling|being|your)\b"
    r"|\b(?:have you|did you ever) (?:considered|consider|thought about|tried)\b|\byou (?:should|could|need to|might want to|have to) (?:try|consider|talk|seek|take|stop|start|think|quit|cut|change|be|focus|avoid)"
    r"|\bi(?:'d| would) (?:recommend|suggest|advise|encourage)|\bmy (?:advice|recommendation|suggestion|client|patient)\b"
    r"|\bit(?:'s| is) important (?:to|that)|\bhow does that make you feel|\bwhat brings you|\bi(?:'m| am) sorry to hear|\blet's (?:talk|explore|discuss|start|work)"
    r"|\btell me (?:more|about your)|\byou(?:'re| are) not alone\b|\bseek (?:professional )?help\b|\bto summari[sz]e\b|\bin (?:summary|conclusion)\b|\bour session\b",
    re.IGNORECASE,
)
_NARRATOR = re.compile(
    r"[*_#`|{}<>\[\]]|^\s*(?:\d+[.)]|[-•])\s|\b(?:counsell?or|client|therapist|trainee|assistant|user|system)\s*:|https?://|www\.|"
    r"\b(?:he|she|they) (?:said|says|replied|sighed?|paused?)\b.*[\"“]|\b(?:scenario|role-?play|the conversation|the prompt|direction)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!?…][\"'”’)]*$")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{2,}")
_REPEATED = re.compile(r"\b(\w+(?: \w+){0,5})\b(?:\W+\1\b){2,}", re.IGNORECASE)


@dataclass(frozen=True)
class Context:
    """What a reply is checked against."""

    persona: Persona
    history: Sequence[Said]
    trainee: str
    closed_facts: tuple[str, ...]


def role(text: str, context: Context) -> str | None:  # noqa: ARG001
    """Not an assistant, a counsellor or a narrator."""
    if _ASSISTANT.search(text):
        return "role: sounds like an assistant"
    if _COUNSELLOR.search(text):
        return "role: sounds like a counsellor"
    return "role: sounds like a narrator or a page" if _NARRATOR.search(text) else None


def form(text: str, context: Context) -> str | None:
    """A whole, speakable turn of bearable length."""
    words = text.split()
    if not words or not re.search(r"[a-zA-Z…]", text):
        return "form: empty"
    if len(words) > LONGEST:
        return "form: too long"
    if context.persona.voice.medium == "speech" and not _ENDS.search(text):
        return "form: cut off"
    if sum(character.isascii() or character in "…’‘“”–—éèçñ£€" for character in text) < len(text):
        return "form: strange characters"
    return "form: stutters" if _REPEATED.search(text) else None


def fresh(text: str, context: Context) -> str | None:
    """Not what the client said before, nor the trainee's own words handed back."""
    words = content_words(text)
    for said in context.history:
        if said.speaker == "client" and (said.text == text or overlap(words, content_words(said.text)) > 0.6):
            return "repeat: said before"
    return "repeat: the trainee's own words" if overlap(words, content_words(context.trainee)) > 0.6 else None


def grounded(text: str, context: Context) -> str | None:
    """No number or name that neither the sheet nor the conversation holds, and nothing from behind a trust gate."""
    known = _known_text(context)
    for number in _NUMBER.findall(text):
        if number not in known:
            return f"facts: made up the number {number}"
    for name in _NAME.findall(text):
        if name.lower() not in known.lower():
            return f"facts: made up the name {name}"
    said = content_words(text)
    open_words = content_words(
        " ".join((context.persona.briefing, context.trainee, *(s.text for s in context.history)))
    )
    for fact in context.persona.facts:
        if fact.id in context.closed_facts and len((content_words(fact.text) - open_words) & said) >= 2:
            return f"facts: tells {fact.id} before its time"
    return None


def _known_text(context: Context) -> str:
    persona = context.persona
    return " ".join(
        (
            persona.sheet,
            persona.briefing,
            persona.name,
            str(persona.age),
            *(fact.text for fact in persona.facts),
            *(said.text for said in context.history),
            context.trainee,
        )
    )


def overlap(first: frozenset[str], second: frozenset[str]) -> float:
    """Shared content words as a share of the smaller set; 0 where the sets are too small to tell."""
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller >= 2 else 0.0


RULES = (form, role, fresh, grounded)


def refuse(text: str, context: Context) -> str | None:
    """The first reason against a reply, or None where all rules let it pass."""
    return next((reason for rule in RULES if (reason := rule(text, context))), None)


__all__ = ["LONGEST", "RULES", "Context", "form", "fresh", "grounded", "overlap", "refuse", "role"]
