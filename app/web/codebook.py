"""The codebook page: every code with what it is, out of `app.scoring.codes`."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.scoring.codes import CODES
from app.web.families import FAMILY_MARKS, family_of
from app.web.pages import render
from app.web.people import VisitorDep

router = APIRouter()


@router.get("/codes")
def codes(request: Request, _: VisitorDep) -> Response:
    groups = [(key, mark, [c for c in CODES if family_of(c) == key]) for key, mark in FAMILY_MARKS.items()]
    return render(request, "codes.html", groups=groups)


__all__ = ["router"]
