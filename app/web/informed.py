"""Who can see what, in plain words: read once before the first session, and whenever one likes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from app.practice import informed
from app.web.pages import render
from app.web.people import HouseDep, ReaderDep
from app.web.security import local_path

router = APIRouter()


@router.get("/before-you-start")
def before_you_start(request: Request, house: HouseDep, user: ReaderDep, next: str = "") -> Response:
    readers = informed.readers_of(house, user)
    return render(request, "before.html", readers=readers, next=local_path(next, "/clients"))


@router.post("/before-you-start")
def have_read(house: HouseDep, user: ReaderDep, next: Annotated[str, Form()] = "") -> Response:
    """The one button; then to where one wanted to go."""
    informed.inform(house.database, user)
    return RedirectResponse(local_path(next, "/clients"), 303)


__all__ = ["router"]
