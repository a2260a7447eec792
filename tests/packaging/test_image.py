"""The Dockerfile says what it promises, and everything it copies is there. Its steps are proved by a script."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from scripts.prove_dockerfile import Stage, ignore_rules, is_ignored, parse

ROOT = Path(__file__).resolve().parents[2]
STAGES = parse((ROOT / "Dockerfile").read_text(encoding="utf-8"))


def _rest(stage: Stage, name: str) -> list[str]:
    return [step.rest for step in stage.steps if step.name == name]


def test_two_stages_on_a_slim_python() -> None:
    assert [stage.base for stage in STAGES] == ["python:3.11-slim", "python:3.11-slim"]


def test_the_server_is_not_root_has_a_health_check_and_keeps_its_data_in_a_volume() -> None:
    final = STAGES[-1]
    assert _rest(final, "USER") == ["rollwith"]
    assert _rest(final, "VOLUME") == ["/data"]
    (check,) = _rest(final, "HEALTHCHECK")
    assert "/healthz" in check


def test_everything_copied_is_in_the_tree_and_not_ignored() -> None:
    rules = ignore_rules()
    for stage in STAGES:
        for rest in _rest(stage, "COPY"):
            *sources, _ = [word for word in shlex.split(rest) if not word.startswith("--")]
            for source in [] if "--from=" in rest else sources:
                assert (ROOT / source).exists(), source
                assert not is_ignored(source, rules), f".dockerignore leaves out {source}"


@pytest.mark.parametrize("path", [".git", ".venv", "data", "data/rollwith.db", "tests", "app/web/__pycache__", ".env"])
def test_what_does_not_belong_stays_out_of_the_image(path: str) -> None:
    assert is_ignored(path, ignore_rules())


def test_an_unknown_step_is_refused() -> None:
    with pytest.raises(ValueError, match="not known here: ONBUILD"):
        parse("FROM a\nONBUILD RUN x\n")
