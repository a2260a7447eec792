"""The wheel: built as pip builds it, it holds all that the code reads at run time, and the code finds it there."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built once from the tree."""
    folder = tmp_path_factory.mktemp("wheel")
    # without isolation pip builds with this environment's hatchling, so the test needs no network
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    command = [sys.executable, "-m", "pip", "wheel", *options, str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("rollwith-*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


def _files(folder: str, *patterns: str) -> set[str]:
    """Paths below `folder` in the checkout; without what tools leave there."""
    found = [path for pattern in patterns for path in (ROOT / folder).rglob(pattern) if path.is_file()]
    return {str(path.relative_to(ROOT / folder)) for path in found if "__pycache__" not in path.parts}


@pytest.mark.parametrize(
    ("folder", "inside", "patterns"),
    [
        ("personas", "app/resources/personas", ("*.yaml",)),
        ("prompts", "app/resources/prompts", ("*.j2",)),
        ("app/web/templates", "app/web/templates", ("*",)),
        ("app/web/static", "app/web/static", ("*",)),
        ("app/store/migrations", "app/store/migrations", ("*.py",)),
        ("app/scoring/model", "app/scoring/model", ("*",)),
        ("app", "app", ("*.py",)),
    ],
)
def test_the_wheel_holds_what_runs(names: set[str], folder: str, inside: str, patterns: tuple[str, ...]) -> None:
    wanted = {f"{inside}/{name}" for name in _files(folder, *patterns)}
    assert wanted, f"{folder} has no such files, so this would not see that they are missing"
    assert wanted <= names


def test_the_wheel_holds_nothing_else(names: set[str]) -> None:
    tops = {name.split("/")[0] for name in names}
    assert tops == {"app", next(top for top in tops if top.endswith(".dist-info"))}
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".db"))]


def test_an_unpacked_wheel_finds_its_own_files(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = (
        "import app, app.resources as r; from pathlib import Path\n"
        "from app.client.loading import load_personas\n"
        "assert Path(app.__file__).is_relative_to(Path.cwd() / 'site'), app.__file__\n"
        "assert r.PERSONAS_DIR.is_relative_to(Path.cwd()) and r.PROMPTS_DIR.is_relative_to(Path.cwd())\n"
        "people = load_personas([r.PERSONAS_DIR])\n"
        "banks = sum(bool(person.bank) for person in people.values())\n"
        "print(len(people), len(list(r.PROMPTS_DIR.glob('*.j2'))), banks)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    people = [path for path in _files("personas", "*.yaml") if "/" not in path]
    assert done.stdout.split() == [str(len(people)), str(len(_files("prompts", "*.j2"))), str(len(people))]
