"""The tiny model, and the written corpus, read once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.llm.chat import Chat
from tests.training.client.moments import tiny_chat
from training.client import material


@pytest.fixture(scope="session")
def tiny_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the tiny model lies."""
    return tmp_path_factory.mktemp("tiny")


@pytest.fixture(scope="session")
def tiny(tiny_home: Path) -> tuple[Any, Chat]:
    """A random Llama in float32 and its chat. Change nothing in it."""
    return tiny_chat(tiny_home)


@pytest.fixture(scope="session")
def corpus() -> list[material.Moment]:
    """The moments of the corpus and of its conversations."""
    return [*material.written(), *material.conversations()]


@pytest.fixture(scope="session")
def banked() -> list[material.Moment]:
    """The banks of the people who ship."""
    return material.banks()
