"""Running the command in this process, on a data folder of its own, with or without the real models."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

import pytest
from typer.testing import CliRunner, Result

from app.cli.main import app
from app.practice.house import House
from tests.support.engines import ScriptedEngine

PERSONA = "ray-drink-driving"


class Run(Protocol):
    """Runs `rollwith` with arguments; keywords are standard input and further environment variables."""

    def __call__(self, *arguments: str | Path, given: str | bytes | None = None, **environment: str) -> Result: ...


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    """An empty data folder, which the commands make themselves."""
    return tmp_path / "data"


@pytest.fixture
def run(data_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """`rollwith …` in this process."""
    for name in list(os.environ):
        if name.startswith("ROLLWITH_") and not name.startswith("ROLLWITH_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str | Path, given: str | bytes | None = None, **environment: str) -> Result:
        variables = {"ROLLWITH_DATA_DIR": str(data_folder)} | environment
        return CliRunner().invoke(app, [str(argument) for argument in arguments], input=given, env=variables)

    return invoke


@pytest.fixture
def with_coder(house: House, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch) -> House:
    """The commands take the real coder that is loaded already, and a scripted engine, which is also the house's."""
    monkeypatch.setattr("app.practice.house.open_coder", lambda *_: house.coder)
    monkeypatch.setattr("app.practice.house.open_engine", lambda *_: engine)
    return house


def refused(result: Result, *said: str) -> None:
    """The command ended with status 1 and with one line on stderr that says all of this; nothing was printed."""
    assert result.exit_code == 1, (result.output, result.exception)
    assert result.stdout == ""
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    for words in said:
        assert words in lines[0]
    assert "Traceback" not in result.stderr
