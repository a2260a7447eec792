"""Rendering: the Jinja environment, what every page knows, and the filters that templates use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from app.i18n import gettext, language, ngettext
from app.scoring.codes import CODES
from app.web.drawing import portrait_source
from app.web.families import FAMILY_MARKS, family_of
from app.web.mentions import mentioned, mentioned_codes

STATIC_DIR = Path(__file__).resolve().parent / "static"


class Spanned(Protocol):
    """A code with the words that carry it: character offsets into the turn's text."""

    @property
    def code(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def sure(self) -> bool: ...


def when(moment: datetime | None) -> Markup:
    """A moment for people, with the exact time for machines; scripts put it in the reader's own time zone."""
    if moment is None:
        return Markup("")
    words = f"{moment.day} {moment:%b %Y, %H:%M} UTC"
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(timespec="seconds"), words)


def percent(share: float | None) -> str:
    """A share of 0–1 as a whole percentage, or a dash."""
    return "–" if share is None else f"{round(share * 100)} %"


def sure(probability: float) -> str:
    """How sure a model is, as a whole percentage; never none and never all, which no model can be."""
    return f"{min(99, max(1, round(probability * 100)))} %"


def plural(count: int, one: str, many: str = "") -> str:
    """`1 turn`, `2 turns`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def initials(name: str) -> str:
    """Up to two letters that stand for a person, or for a group."""
    parts = name.removeprefix("The ").split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


def tone(name: str) -> int:
    """A steady number 1–6 for a name: which of the portrait colours it wears."""
    return sum(name.encode()) % 6 + 1


def capitalize_first(words: str) -> str:
    """The words with a capital first letter, the rest as it was."""
    return words[:1].upper() + words[1:]


def lower_first(words: str) -> str:
    """The words as the middle of a sentence: a capital article or pronoun becomes small, names stay."""
    first = words.split(" ", 1)[0]
    return words[:1].lower() + words[1:] if first in {"The", "A", "An", "Her", "His", "Their"} else words


def marked(text: str, codes: Sequence[Spanned]) -> Markup:
    """The text with the words of each code marked and numbered as its chip is; words of two codes go to the first.

    A code that the coder was not sure of is marked in no family's colour.
    """
    numbered = sorted(enumerate(codes, start=1), key=lambda item: item[1].start)
    parts, at = [], 0
    for number, code in numbered:
        if not at <= code.start < code.end <= len(text):
            continue
        parts.append(escape(text[at : code.start]))
        words = text[code.start : code.end]
        family = family_of(code.code) if code.sure else "unsure"
        parts.append(Markup('<mark data-n="{}" class="{}">{}</mark>').format(number, family, words))
        at = code.end
    parts.append(escape(text[at:]))
    return Markup("").join(parts)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("app.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(
        capitalize_first=capitalize_first,
        family=family_of,
        initials=initials,
        lower_first=lower_first,
        marked=marked,
        mentioned=mentioned,
        mentioned_codes=mentioned_codes,
        percent=percent,
        plural=plural,
        sure=sure,
        tone=tone,
        when=when,
    )
    environment.globals.update(CODES=CODES, FAMILIES=FAMILY_MARKS)
    return environment


_ENVIRONMENT = _environment()


def render(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """The page `template`; every page knows the request, the reader (`user`, or None), whether they instruct, and
    what the provider is called with which one can sign in, or nothing."""
    state = request.state
    known = {
        "language": language(),
        "path": request.url.path,
        "provider": getattr(request.app.state, "provider_name", ""),
        "user": getattr(state, "user", None),
        "instructs": getattr(state, "instructs", False),
        "portrait_source": portrait_source(request.app.state.house),
    }
    return HTMLResponse(_ENVIRONMENT.get_template(template).render(known | context), status)


__all__ = ["STATIC_DIR", "initials", "marked", "percent", "plural", "render", "tone", "when"]
