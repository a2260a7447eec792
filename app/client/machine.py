"""Turns that speak to the machine instead of the client: orders to a model, questions after the prompt, play-acting.

`addresses_the_machine` names the kind, so that a reply by a model to such a turn can be left out and a line that the
persona's author wrote be spoken. The patterns (`words/machine.txt`) are broad where a counsellor would never go and
narrow where one might: “do you feel like a robot?” is about the client, “are you a robot?” about the room.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata

from app.client.budget import clipped
from app.client.patterns import patterns
from app.client.tongue import ciphered, foreign

#: The kind of a turn that asks whether the client is one.
ASKS_WHAT_IT_IS = "asks what it is"

_INVISIBLE = re.compile(
    r"[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0e\ufeff\U000e0000-\U000e007f]"
)
_LONGEST_TURN = 400  # words; nobody says more at one go
_LONE_LETTERS = re.compile(r"\b(?:\w[ ._-]+){5,}\w\b")
_DIGIT_IN_WORD = re.compile(r"[a-z][0134578@$][a-z]", re.IGNORECASE)
_DIGITS = str.maketrans("0134578@$", "oleastbas")


def addresses_the_machine(text: str) -> str | None:
    """How a trainee's turn speaks to the machine rather than to the client, as a verb (“gives orders to a model”)."""
    pasted = len(text.split()) > _LONGEST_TURN or _repeats(text)
    text = clipped(text)  # patterns are slow on a book, and an order in one stands at its ends
    plain = unicodedata.normalize("NFKC", text)
    if _INVISIBLE.search(text) or _mixes_scripts(plain) or _dressed_up(plain):
        return "hides words in odd characters"
    if kind := _kind(plain) or _kind_in_disguise(plain):
        return kind
    if pasted:
        return "pastes too much"
    if ciphered(plain) or _hidden_text(plain):
        return "writes in cipher"
    return "switches the language" if foreign(plain) or re.search("[¿¡]", plain) else None


def _kind(text: str) -> str | None:
    return next((kind for kind, pattern in patterns("machine").items() if pattern.search(text)), None)


def _kind_in_disguise(text: str) -> str | None:
    """The kind of a turn that is spelled out or has digits for letters."""
    if _LONE_LETTERS.search(text) and (kind := _kind(_LONE_LETTERS.sub(_joined, text))):
        return kind
    return _kind(text.lower().translate(_DIGITS)) if _DIGIT_IN_WORD.search(text) else None


def _joined(match: re.Match[str]) -> str:
    words = re.split(r"[ ._-]{2,}", match.group())
    return " ".join(re.sub(r"[ ._-]", "", word) for word in words)


def _mixes_scripts(text: str) -> bool:
    """Letters of another script than Latin."""
    return any(c.isalpha() and not c.isascii() and not unicodedata.name(c, "").startswith("LATIN") for c in text)


def _dressed_up(text: str) -> bool:
    """Letters in boxes and circles, or a mark on every other letter."""
    marked = sum(c.isalpha() and not c.isascii() for c in text)
    boxed = any("\U0001f110" <= c <= "\U0001f189" for c in text)
    return boxed or (marked >= 5 and marked * 4 > sum(c.isalpha() for c in text))


def _repeats(text: str) -> bool:
    """A long text of few different words."""
    words = text.lower().split()
    return len(words) > 60 and len(set(words)) * 5 < len(words)


def _hidden_text(text: str) -> bool:
    """A word that is base64 of readable text."""
    for word in re.findall(r"[A-Za-z0-9+/]{8,}={0,2}", text):
        try:
            decoded = base64.b64decode(word + "=" * (-len(word) % 4), validate=True).decode("ascii")
        except (binascii.Error, ValueError):
            continue
        if " " in decoded and decoded.isprintable():
            return True
    return False


__all__ = ["ASKS_WHAT_IT_IS", "addresses_the_machine"]
