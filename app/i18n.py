"""Words for people, ready for translation: gettext with the language of whoever is asking.

English stands in the code and the templates; `make strings` gathers it all into `app/locale/messages.pot`. A
translation is a folder `app/locale/LANGUAGE/LC_MESSAGES/messages.po`, compiled by `pybabel compile -d app/locale`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel import negotiate_locale
from babel.support import NullTranslations, Translations

LOCALE_DIR = Path(__file__).resolve().parent / "locale"
ENGLISH = "en"

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


@cache
def languages() -> tuple[str, ...]:
    """English, and every language that has a compiled catalogue."""
    return (ENGLISH, *sorted(file.parts[-3] for file in LOCALE_DIR.glob("*/LC_MESSAGES/messages.mo")))


def choose_language(wanted: Sequence[str]) -> str:
    """The first of the reader's languages that there is, else English. Takes tags such as "de-AT"."""
    tags = [tag.replace("-", "_") for tag in wanted]
    return negotiate_locale(tags, languages()) or ENGLISH


def speak(language: str) -> None:
    """Use this language for the rest of the request."""
    _language.set(language)


def language() -> str:
    """The language in force, as a tag for pages."""
    return _language.get().replace("_", "-")


@cache
def _catalogue(name: str) -> NullTranslations:
    return NullTranslations() if name == ENGLISH else Translations.load(LOCALE_DIR, [name])


def gettext(message: str) -> str:
    """The message in the language in force."""
    return str(_catalogue(_language.get()).gettext(message))


def ngettext(one: str, many: str, count: int) -> str:
    """The message for this many, in the language in force."""
    return str(_catalogue(_language.get()).ngettext(one, many, count))


__all__ = ["LOCALE_DIR", "choose_language", "gettext", "language", "languages", "ngettext", "speak"]
