"""docs/cli.md names every command and every option with its default, and none that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from app.cli.main import app

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command with its full name, groups left out."""
    if hasattr(command, "commands"):
        for name, inner in command.commands.items():
            yield from commands(inner, (*path, name))
    else:
        yield " ".join(path), command


COMMANDS = dict(commands(typer.main.get_command(app)))


def section(name: str) -> str:
    """The part of the page under the command's heading."""
    found = re.search(rf"^#+ `rollwith {re.escape(name)}\b[^\n]*\n(.*?)(?=^#|\Z)", DOCS, re.MULTILINE | re.DOTALL)
    assert found, f"docs/cli.md has no heading for rollwith {name}"
    return found[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name: str) -> None:
    text = section(name)
    for parameter in COMMANDS[name].params:
        for word in parameter.opts:
            if word.startswith("--") and word != "--help":
                assert f"`{word}" in text, f"rollwith {name}: {word} is not documented"


@pytest.mark.parametrize("name", COMMANDS)
def test_no_option_is_documented_that_is_not_there(name: str) -> None:
    known = {word for parameter in COMMANDS[name].params for word in parameter.opts}
    documented = set(re.findall(r"^\| `(--[a-z-]+)", section(name), re.MULTILINE))
    assert documented <= known


def test_no_command_is_documented_that_is_not_there() -> None:
    headings = re.findall(r"^#+ `rollwith ([a-z -]+?)(?: [A-Z\[(-].*)?`", DOCS, re.MULTILINE)
    assert set(headings) == set(COMMANDS)


def test_the_options_of_the_whole_are_documented() -> None:
    for word in ("--version", "--help", "--install-completion", "--show-completion"):
        assert f"`{word}`" in DOCS
