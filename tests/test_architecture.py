"""The rooms of the house import downwards only (`docs/architecture.md`)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parents[1] / "app"

#: What each room may import of the others.
MAY_KNOW: dict[str, set[str]] = {
    "web": {"practice", "scoring.codes", "settings", "i18n"},
    "cli": {"practice", "realism", "scoring", "client", "llm", "store", "web.main", "settings", "resources"},
    "practice": {"client", "scoring", "store", "llm", "settings", "resources", "i18n"},
    "realism": {"practice", "client", "scoring", "llm.engine"},
    "client": {"llm.engine", "scoring.codes", "resources", "bert"},
    "scoring": {"bert"},
    "llm": set(),
    "store": {"settings"},
}


def imports(path: Path) -> set[str]:
    """Dotted names below `app.` that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module] + [f"{node.module}.{alias.name}" for alias in node.names if node.module == "app"]
        found |= {name.removeprefix("app.") for name in names if name.startswith("app.")}
    return found


@pytest.mark.parametrize("room", MAY_KNOW)
def test_nothing_imports_upward(room: str) -> None:
    allowed = MAY_KNOW[room] | {room}
    wrong = [
        f"{path.relative_to(APP.parent)} imports app.{name}"
        for path in (APP / room).rglob("*.py")
        for name in imports(path)
        if not any(name == other or name.startswith(f"{other}.") for other in allowed)
    ]
    assert not wrong


@pytest.mark.parametrize("path", sorted(APP.rglob("*.py")), ids=lambda path: str(path.relative_to(APP)))
def test_every_module_says_what_it_is_for_and_is_of_one_topic(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if text:
        assert ast.get_docstring(ast.parse(text)), "no docstring on the module"
    lines = sum(bool(line.strip()) for line in text.splitlines())
    assert lines <= 300, f"a module of one topic has at most 300 lines that are not blank; this has {lines}"
