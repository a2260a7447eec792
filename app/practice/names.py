"""Names taken out of what was said, so that a session can be shown to people who need not know whose it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

#: First names that are words too. In small letters they are taken for the name only where somebody is being named.
_WORDS = frozenset(
    {
        "april", "art", "august", "bill", "chance", "chase", "cliff", "dale", "dawn", "dean", "destiny", "don",
        "drew", "earl", "faith", "frank", "gene", "grace", "grant", "guy", "hope", "jack", "joy", "june", "lance",
        "mark", "may", "mercy", "miles", "nick", "olive", "pat", "patience", "penny", "rich", "rob", "rose",
        "rusty", "sage", "sky", "skip", "sue", "summer", "sunny", "true", "wade", "ward", "will", "young"
    }
)  # fmt: skip
_NAMING = r"(?:i['’]?m|i am|name['’]?s|name is|names|this is|called|call me|hi|hello|hey|dear|thanks|thank you)"

#: Parts of names that are nobody's.
_PARTICLES = frozenset(
    re.findall(r"\w+", "al an and bin da de del den der di dr du el la le miss mr mrs ms of the van von y")
)

#: What a text is told through before it is shown.
Mask = Callable[[str], str]


def mask_of(people: Iterable[tuple[Iterable[str], str]]) -> Mask:
    """A mask for people by their names, each with the word that stands for them."""
    swaps = [(pattern, word) for names, word in people for pattern in _patterns(names)]

    def mask(text: str) -> str:
        for pattern, word in swaps:
            text = pattern.sub(lambda found, word=word: f"{found.groupdict().get('before') or ''}{word}", text)  # type: ignore[misc]
        return text

    return mask


def _patterns(names: Iterable[str]) -> list[re.Pattern[str]]:
    """Whole names first, then the parts of each; the longest first, so that none is cut in two."""
    whole = sorted({name.strip() for name in names if len(name.strip()) > 1}, key=len, reverse=True)
    split = {part for name in whole for part in re.split(r"[\s.,]+", name) if len(part) > 1}
    parts = sorted((part for part in split if part.casefold() not in _PARTICLES), key=len, reverse=True)
    found = [_word(name) for name in whole if " " in name]
    for part in parts:
        if part.casefold() not in _WORDS:
            found.append(_word(part))
            continue
        # a word that is a name too: where somebody is being named, and with a capital inside a sentence
        found.append(re.compile(rf"(?P<before>\b{_NAMING}[\s,]+){re.escape(part)}\b", re.IGNORECASE))
        found.append(re.compile(rf"(?P<before>[\w,;:’'“\"]\s+){re.escape(part.capitalize())}\b"))
        found.append(re.compile(rf"(?P<before>,\s*){re.escape(part)}(?=\s*[.!?,])", re.IGNORECASE))
    return found


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)


__all__ = ["Mask", "mask_of"]
