"""Files to take away: tables that spreadsheets open, and the header that makes a browser keep a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from starlette.responses import Response

from app.practice.export import inert


def sheet(name: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Response:
    """A CSV download; a cell that a spreadsheet would run as a formula gets an apostrophe in front."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow(map(inert, row))
    # with a byte order mark, by which spreadsheets know that it is UTF-8
    return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=attached(name))


def attached(name: str) -> dict[str, str]:
    """The header of a file that is kept and not shown."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


__all__ = ["attached", "sheet"]
