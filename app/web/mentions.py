"""Codes that a comment mentions (`#complex_reflection`), shown as the codes' own chips."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from app.scoring.codes import CODES
from app.web.families import FAMILY_MARKS, family_of

_MENTION = re.compile(r"[#@]([a-z]+(?:_[a-z]+)*)\b")


def mentioned_codes(text: str) -> list[str]:
    """The codes that the text mentions, each once, in order."""
    return list(dict.fromkeys(code for code in _MENTION.findall(text) if code in CODES))


def mentioned(text: str) -> Markup:
    """The text with each mentioned code as its chip; what is no code stays as it was written."""
    parts, at = [], 0
    for match in _MENTION.finditer(text):
        if (code := match[1]) not in CODES:
            continue
        parts += [escape(text[at : match.start()]), _chip(code)]
        at = match.end()
    return Markup("").join([*parts, escape(text[at:])])


def spelled_out(text: str) -> str:
    """The text with each mentioned code by its name, for where there are no chips."""
    return _MENTION.sub(lambda match: CODES[match[1]].label if match[1] in CODES else match[0], text)


def _chip(code: str) -> Markup:
    family = family_of(code)
    chip = '<span class="fam {}"><span class="letter" aria-hidden="true">{}</span>{}</span>'
    return Markup(chip).format(family, FAMILY_MARKS[family].letter, CODES[code].label)


__all__ = ["mentioned", "mentioned_codes", "spelled_out"]
