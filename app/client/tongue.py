"""Rules of language: English words that can be spoken; no other tongue, no cipher, no verse.

A client whose counsellor switches language, or asks for the answer in base64, goes on as before. Dialects, pidgins and
a foreign word in an English turn pass: what is refused is a turn whose small words are those of another language.
"""

from __future__ import annotations

import re
import unicodedata

from app.client.patterns import words

_SMALL_WORDS = words("tongue")
_ENGLISH = _SMALL_WORDS.pop("English")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_CIPHER = re.compile(
    r"\b(?=\w*[a-z])(?=\w*[A-Z0-9])[A-Za-z0-9+/]{16,}={0,2}|\b[A-Za-z0-9+/]{24,}={0,2}"
    r"|\b(?:[0-9a-f]{2} ?){6,}\b|\b[01]{7,}\b"
)
_MORSE = re.compile(r"(?:[.·–-]{1,5}[ /]+){5,}")
_SPELLED = re.compile(r"(?:\b\w[ .-]+){6,}\w?\b")
_MIXED = re.compile(
    r"\b[a-z]+[0134578@$][a-z]+\w*|\b[0134578][a-z]+[0134578]\w*|\b[a-z][0134578][a-z]?[0134578]\w*", re.IGNORECASE
)
_MAY_STAND = frozenset(" \t\n.,;:!?…'\"’‘“”–—-()/&%£$€°+½¼¾×")
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f\u200d\U0001f3fb-\U0001f3ff]")


def strange(text: str, *, chat: bool) -> bool:
    """Whether a text has characters that this client would not write: other scripts, invisible marks, look-alikes."""
    if chat and len(_EMOJI.findall(text)) <= 4:
        text = _EMOJI.sub("", text)
    return not all(_plain(character) for character in unicodedata.normalize("NFC", text))


def _plain(character: str) -> bool:
    if character.isascii():
        return character.isprintable() or character in "\n\t"
    return character in _MAY_STAND or unicodedata.name(character, "").startswith("LATIN ")


def foreign(text: str) -> str | None:
    """The language other than English whose small words carry the text, or None."""
    said = _said(text)
    for language, small in _SMALL_WORDS.items():
        own = [word for word in said if word in small and word not in _ENGLISH]
        english = sum(word in _ENGLISH and word not in small for word in said)
        if len(set(own)) >= 2 and len(own) > 2 * english and len(own) * 4 >= len(said):
            return language
    return None


def ciphered(text: str) -> str | None:
    """How a text is disguised, or None: encoded, spelled out, in digits for letters, or in words that are none."""
    if _CIPHER.search(text) or _MORSE.search(text):
        return "encoded"
    if _SPELLED.search(text):
        return "spelled out"
    if len(_MIXED.findall(text)) >= 2:
        return "digits for letters"
    return _not_words(_said(text))


def _not_words(said: list[str]) -> str | None:
    """How English words were turned into others, or None."""
    odd = [word for word in said if word not in _ENGLISH]
    no_english = all(len(word) < 3 for word in said if word in _ENGLISH)
    if len(said) >= 4 and no_english and sum(len(word) > 2 and word[::-1] in _ENGLISH for word in odd) >= 2:
        return "written backwards"
    if len(said) >= 4 and sum(len(word) > 1 and _rot13(word) in _ENGLISH for word in said) * 3 >= len(said):
        return "encoded"
    pig = [word for word in odd if word.endswith("ay") and len(word) > 3 and not word.endswith(("day", "okay"))]
    return "a play language" if len(said) >= 3 and len(pig) * 2 > len(said) else None


def _said(text: str) -> list[str]:
    return [word.lower().replace("’", "'") for word in _WORD.findall(text)]


def _rot13(word: str) -> str:
    return "".join(chr((ord(letter) - 97 + 13) % 26 + 97) if "a" <= letter <= "z" else letter for letter in word)


def verse(text: str) -> bool:
    """Whether a text rhymes: short pieces, several pairs of which end alike."""
    pieces = [_said(piece) for piece in re.split(r"[,;/.!?…\n]+|\s[–—-]\s", text)]
    ends = [piece[-1] for piece in pieces if 3 <= len(piece) <= 9]
    rhymes = {(a, b) for a in ends for b in ends if a < b and min(len(a), len(b)) >= 2 and _rhyme(a) == _rhyme(b)}
    return len(rhymes) >= (2 if len(ends) >= 4 else 3)


def _rhyme(word: str) -> str:
    """What rhymes of a word: its last vowel and all that comes after it."""
    match = re.search(r"[aeiouy]+[^aeiouy]*e?$", word)
    return match.group() if match else word


__all__ = ["ciphered", "foreign", "strange", "verse"]
