"""Documents to print and to hand in: a typst template and plain data become a tagged A4 PDF.

Templates stand in `templates/pdf/`, `style.typ` gives them the house's look. Nothing is fetched and no system font is
used, so the same data gives the same document everywhere. The fonts beside the templates are the pages' own, as two
static weights each, which typst can read; what they have no letters for falls back to the fonts that typst brings.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from app.i18n import language

TEMPLATES = Path(__file__).resolve().parent / "templates" / "pdf"


def pdf(template: str, data: dict[str, Any], at: datetime | None = None) -> bytes:
    """The document that `templates/pdf/TEMPLATE.typ` makes of `data`, which it reads with `data()` of `style.typ`.

    Data may hold what JSON may, and SVG as text for `picture`. `at` is the moment that the document tells as its own.
    """
    known = {"language": language(), **data}
    made: bytes = typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=[str(TEMPLATES / "fonts")],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(known, default=str)},
        timestamp=int((at or datetime.now(UTC)).timestamp()),
    )
    return made


def file_name(*words: str) -> str:
    """A name for a download that every file system takes."""
    return "-".join(filter(None, (re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-") for word in words))) + ".pdf"


__all__ = ["TEMPLATES", "file_name", "pdf"]
