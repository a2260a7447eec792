"""What no client may say: the rules that a proposed reply has to pass before anybody hears it.

Each rule returns the reason for refusing, or None. They are blunt on purpose: a good line lost costs little, since
authored lines stand ready; a line out of role costs the session.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.client.budget import clipped
from app.client.heard import Said, content_words
from app.client.machine import addresses_the_machine
from app.client.persona import Persona
from app.client.role import out_of_role
from app.client.telling import MOST_FACTS, early, made_up, told
from app.client.tongue import ciphered, foreign, strange, verse

LONGEST = 60  # words; the 90th percentile of real client turns is 38

_ENDS = re.compile(r"[.!?…–—)-][\"'”’)]*$")
_REPEATED = re.compile(r"\b(\w+(?: \w+){0,5})\b(?:\W+\1\b){3,}", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
#: Words in a row that are no longer an answer but the trainee's own turn, and how much of a longer reply they may be.
_HANDED_BACK, _HANDED_SHARE = 4, 0.5


@dataclass(frozen=True)
class Context:
    """What a reply is checked against."""

    persona: Persona
    history: Sequence[Said]
    trainee: str
    closed_facts: tuple[str, ...]


def role(text: str, context: Context) -> str | None:  # noqa: ARG001
    """Not an assistant, a counsellor, a client who is done or a narrator."""
    return f"role: {found}" if (found := out_of_role(text)) else None


def form(text: str, context: Context) -> str | None:
    """A whole, speakable turn of bearable length."""
    voice = context.persona.voice
    words = text.split()
    if not words or not re.search(r"[^\W_]|…|\.\.\.", text):
        return "form: empty"
    if len(words) > LONGEST:
        return "form: too long"
    if voice.medium == "speech" and not _ENDS.search(text):
        return "form: cut off"
    if strange(text, chat=voice.medium == "chat"):
        return "form: strange characters"
    return "form: stutters" if _REPEATED.search(text) else None


def tongue(text: str, context: Context) -> str | None:  # noqa: ARG001
    """In plain English prose, whatever language, cipher or verse was asked for."""
    if language := foreign(text):
        return f"tongue: {language}"
    if disguise := ciphered(text):
        return f"tongue: {disguise}"
    return "tongue: verse" if verse(text) else None


def fresh(text: str, context: Context) -> str | None:
    """Not what the client said before, nor the trainee's own words handed back."""
    words = content_words(text)
    for said in context.history:
        if said.speaker == "client" and (_same(said.text, text) or overlap(words, content_words(said.text)) > 0.6):
            return "repeat: said before"
    return "repeat: the trainee's own words" if _handed_back(text, context.trainee) else None


def grounded(text: str, context: Context) -> str | None:
    """No number or name that neither the sheet nor the conversation holds, and nothing from behind a trust gate."""
    persona = context.persona
    heard = (context.trainee, *(said.text for said in context.history))
    if invented := made_up(text, " ".join((_sheet(persona), *heard)), persona):
        return f"facts: {invented}"
    if fact := early(text, " ".join((persona.briefing, *heard)), persona, context.closed_facts):
        return f"facts: tells {fact} before its time"
    if len(told(text, persona)) > MOST_FACTS:
        return "facts: the whole story at once"
    return None


def unbidden(text: str, context: Context) -> str | None:  # noqa: ARG001
    """Nothing by a model where the turn speaks to the machine: what the persona's author wrote answers that."""
    kind = addresses_the_machine(context.trainee)
    return f"bidden: the turn {kind}" if kind else None


def _sheet(persona: Persona) -> str:
    facts = (fact.text for fact in persona.facts)
    return " ".join((persona.sheet, persona.briefing, persona.name, str(persona.age), *facts))


def _same(first: str, second: str) -> bool:
    """Whether two turns of more than a word or two are the same."""
    return first == second and len(first.split()) > 2


def _handed_back(text: str, trainee: str) -> bool:
    """Whether a reply is mostly the trainee's words: all of a short one, or a run of a longer one."""
    mine, theirs = _words(text), _words(clipped(trainee))
    if len(mine) < 3:
        return False
    run = _longest_run(mine, theirs)
    if run >= _HANDED_BACK and run >= _HANDED_SHARE * len(mine):
        return True
    words, known = content_words(text), content_words(trainee)
    return len(words) >= 3 and "?" not in text and len(words & known) / len(words) > 0.8


def _words(text: str) -> list[str]:
    return [word.lower().replace("’", "'") for word in _WORD.findall(text)]


def _longest_run(mine: list[str], theirs: list[str]) -> int:
    """Length of the longest stretch of words that both hold."""
    best, row = 0, [0] * (len(theirs) + 1)
    for word in mine:
        row = [0, *(row[at] + 1 if word == other else 0 for at, other in enumerate(theirs))]
        best = max(best, *row)
    return best


def overlap(first: frozenset[str], second: frozenset[str]) -> float:
    """Shared content words as a share of the smaller set; 0 where the sets are too small to tell."""
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller >= 3 else 0.0


RULES = (role, form, tongue, fresh, grounded)


def refuse(text: str, context: Context) -> str | None:
    """The first reason against a reply, whoever wrote it, or None where all rules let it pass."""
    return next((reason for rule in RULES if (reason := rule(text, context))), None)


def refuse_free(text: str, context: Context) -> str | None:
    """The first reason against a reply that a model wrote: it may not answer a turn that speaks to the machine."""
    return refuse(text, context) or unbidden(text, context)


__all__ = [
    "LONGEST",
    "RULES",
    "Context",
    "form",
    "fresh",
    "grounded",
    "overlap",
    "refuse",
    "refuse_free",
    "role",
    "tongue",
    "unbidden",
]
