"""Where the files beside the code lie: `personas/` and `prompts/`, in a checkout or in an installed package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource_dir(name: str) -> Path:
    """The folder `name` ("personas" or "prompts"): inside the installed package, else at the top of the checkout."""
    packaged = _PACKAGE / "resources" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


PERSONAS_DIR = resource_dir("personas")
PROMPTS_DIR = resource_dir("prompts")

__all__ = ["PERSONAS_DIR", "PROMPTS_DIR", "resource_dir"]
