"""What is written down matches the code: settings, make targets, links between documents."""

from __future__ import annotations

import re
import subprocess
from enum import Enum
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
#: Named in docs/settings.md outside the table: for tests.
NOT_SETTINGS = {"ROLLWITH_TEST_DATABASE_URL"}


def _rows() -> dict[str, str]:
    """Documented defaults by variable."""
    return dict(re.findall(r"^\| `(ROLLWITH_\w+)` \| (.+?) \|", SETTINGS, re.MULTILINE))


def _default(name: str) -> str:
    """A field's default as the table writes it."""
    value = Settings.model_fields[name].get_default(call_default_factory=True, validated_data={})
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if value in ("", None):
        return "empty"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, Path):
        return f"`{value.relative_to(Path.cwd())}`"
    return f"`{value.value if isinstance(value, Enum) else value}`"


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented_with_its_default(name: str) -> None:
    assert _rows().get(f"ROLLWITH_{name.upper()}") == _default(name)


def test_no_setting_is_documented_that_is_not_there() -> None:
    assert set(_rows()) == {f"ROLLWITH_{name.upper()}" for name in Settings.model_fields}


def test_every_choice_of_a_setting_is_documented() -> None:
    schema = Settings.model_json_schema()["properties"]
    for name, field in schema.items():
        for choice in field.get("enum", []):
            line = next(line for line in SETTINGS.splitlines() if f"`ROLLWITH_{name.upper()}`" in line)
            assert f"`{choice}`" in line, f"{name} may be {choice}, which docs/settings.md does not say"


def _texts() -> list[Path]:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    places = ("app/", "scripts/", "docs/", "training/", "benchmarks/")
    found = [ROOT / line for line in tracked.splitlines() if line.startswith(places) or "/" not in line]
    return [path for path in found if path.suffix in {".py", ".md", ".sh", ".html", ".js", ""} and path.is_file()]


def test_no_text_names_a_setting_that_is_not_there() -> None:
    known = {f"ROLLWITH_{name.upper()}" for name in Settings.model_fields} | NOT_SETTINGS
    for path in _texts():
        named = set(re.findall(r"\bROLLWITH_[A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8")))
        assert named <= known, f"{path.relative_to(ROOT)} names {sorted(named - known)}"


def test_every_make_target_is_in_the_help() -> None:
    targets = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    assert targets is not None
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"^  make ([a-z-]+) +\S", shown, re.MULTILINE) == targets[1].split()
    for target in targets[1].split():
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), f"make {target} is listed and not there"


def test_make_runs_only_modules_that_are_there() -> None:
    modules = re.findall(r"python -m ([a-z_.]+)", MAKEFILE)
    assert modules
    for module in modules:
        place = ROOT / module.replace(".", "/")
        assert place.with_suffix(".py").is_file() or (place / "__main__.py").is_file(), f"make runs {module}"


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", *sorted(
    str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md"))])  # fmt: skip
def test_links_between_documents_lead_somewhere(document: str) -> None:
    path = ROOT / document
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if not re.match(r"[a-z]+:", target):
            assert (path.parent / target).exists(), f"{document} links to {target}"
    for command in re.findall(r"`make ([a-z-]+)", text):
        assert re.search(rf"^{command}:", MAKEFILE, re.MULTILINE), f"{document} tells of make {command}"
