"""Portraits as pictures that pages show: kept by the browser until they change."""

from __future__ import annotations

import re

from fastapi import APIRouter
from starlette.responses import Response

from app.i18n import gettext
from app.practice.errors import NotFound
from app.web.drawing import drawing_of
from app.web.people import HouseDep, ReaderDep

router = APIRouter()

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@router.get("/portraits/{name}.svg")
def portrait(house: HouseDep, _: ReaderDep, name: str, v: str = "") -> Response:
    if not _ID.fullmatch(name):
        raise NotFound(gettext("There is no such portrait."))
    drawing = drawing_of(house, name)
    kept = "private, max-age=31536000, immutable" if v == drawing.version else "no-cache"
    headers = {"Cache-Control": kept, "ETag": f'"{drawing.version}"'}
    return Response(drawing.svg, media_type="image/svg+xml", headers=headers)


__all__ = ["router"]
