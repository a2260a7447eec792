"""Words for people: one catalogue that is up to date, and each reader's language."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from app import i18n
from app.web.language import wanted

ROOT = Path(__file__).resolve().parents[1]


def test_the_catalogue_is_up_to_date() -> None:
    done = subprocess.run([sys.executable, "scripts/strings.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("header", "languages"),
    [("de-AT,de;q=0.8,en;q=0.5", ["de-AT", "de", "en"]), ("en;q=0.1,fr", ["fr", "en"]), ("*;q=x,nl", ["nl"]), ("", [])],
)
def test_the_readers_languages_best_first(header: str, languages: list[str]) -> None:
    assert wanted(header) == languages


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A German catalogue of two messages."""
    catalogue = Catalog(locale="de")
    catalogue.add("Account", "Konto")
    catalogue.add(("%(num)d turn", "%(num)d turns"), ("%(num)d Zug", "%(num)d Züge"))
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(i18n, "LOCALE_DIR", tmp_path)
    i18n.languages.cache_clear()
    i18n._catalogue.cache_clear()
    yield
    i18n.speak(i18n.ENGLISH)
    i18n.languages.cache_clear()
    i18n._catalogue.cache_clear()


@pytest.mark.usefixtures("german")
def test_a_translation_is_used_by_those_who_want_it() -> None:
    assert i18n.choose_language(["de-AT", "en"]) == "de"
    i18n.speak("de")
    assert (i18n.gettext("Account"), i18n.gettext("Not there")) == ("Konto", "Not there")
    assert [i18n.ngettext("%(num)d turn", "%(num)d turns", count) for count in (1, 2)] == [
        "%(num)d Zug",
        "%(num)d Züge",
    ]
    assert i18n.choose_language(["fr"]) == "en"
