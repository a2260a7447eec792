"""The rules of tests/conftest.py: what is skipped is named last, and in CI a browser or PostgreSQL test may not be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = """
import pytest

@pytest.mark.postgres
def test_postgres():
    pytest.skip("no PostgreSQL here")

@pytest.fixture
def page():
    pytest.skip("no browser here")

@pytest.mark.browser
def test_browser(page):
    pass

def test_other():
    pytest.skip("wrong moon")
"""


def _run(folder: Path, ci: str) -> tuple[int, str]:
    (folder / "conftest.py").write_text(
        "from tests.conftest import pytest_runtest_makereport, pytest_terminal_summary\n"
    )
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    browser: x\n    postgres: x\n")
    (folder / "test_it.py").write_text(TESTS)
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pytest", "-q", str(folder)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_at_home_a_skip_is_named_at_the_end(tmp_path: Path) -> None:
    status, output = _run(tmp_path, ci="")
    assert status == 0
    last = output.splitlines()[-5:]
    for reason in ("no PostgreSQL here", "no browser here", "wrong moon"):
        assert f"1 test: {reason}" in last


@pytest.mark.parametrize("ci", ["true", "1"])
def test_in_ci_a_browser_or_postgres_test_may_not_be_skipped(tmp_path: Path, ci: str) -> None:
    status, output = _run(tmp_path, ci)
    assert status == 1
    assert "may not be skipped under CI=true: no PostgreSQL here" in output
    assert "may not be skipped under CI=true: no browser here" in output
    assert "1 test: wrong moon" in output
