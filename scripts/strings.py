"""Gathers every word that people read into `app/locale/messages.pot`, the one catalogue that translators start from.

With `--check`, writes nothing and fails where the catalogue is out of date.
"""

from __future__ import annotations

import sys
import tomllib
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "app" / "locale" / "messages.pot"
_FOLDED = {"method", "pattern"}


def gathered() -> bytes:
    """The catalogue as it should be, without dates or line numbers, so that only changed words change it."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    mappings = config["tool"]["babel"]["mappings"]
    methods = [(one["pattern"], one["method"]) for one in mappings]
    options = {
        one["pattern"]: {key: str(value).lower() for key, value in one.items() if key not in _FOLDED}
        for one in mappings
    }
    catalogue = Catalog(project="Rollwith", charset="utf-8")
    for file, _, message, comments, context in extract_from_dir(ROOT, methods, options, comment_tags=["Translators:"]):
        catalogue.add(message, None, [(file, 0)], auto_comments=comments, context=context)
    out = BytesIO()
    write_po(out, catalogue, omit_header=True, include_lineno=False, sort_output=True)
    return out.getvalue()


def main() -> int:
    """Write the catalogue, or check it."""
    fresh = gathered()
    if "--check" in sys.argv:
        if not CATALOGUE.is_file() or CATALOGUE.read_bytes() != fresh:
            print(f"{CATALOGUE.relative_to(ROOT)} is out of date: run `make strings`", file=sys.stderr)
            return 1
        return 0
    CATALOGUE.write_bytes(fresh)
    print(f"{CATALOGUE.relative_to(ROOT)}: {fresh.count(b'msgid ')} messages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
