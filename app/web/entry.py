"""What every way in shares: the cookie, the throttle's answer, where the room is for the reader."""

from __future__ import annotations

from math import ceil
from typing import Annotated

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from app.i18n import ngettext
from app.practice import browsers
from app.practice.house import House
from app.web.pages import render
from app.web.security import read_token, write_token

Field = Annotated[str, Form()]


def agent_of(request: Request) -> str:
    """What the browser calls itself."""
    return request.headers.get("user-agent", "")


def who(request: Request) -> str:
    """Where the request comes from, as the throttle's key."""
    return request.client.host if request.client else "unknown"


def let_in(request: Request, house: House, token: str, target: str) -> Response:
    """Hand the browser its new token and go to `target`; what token it came with is good no more."""
    browsers.sign_out(house.database, read_token(request, house.settings))
    response = RedirectResponse(target, 303)
    write_token(response, house.settings, token)
    return response


def held_back(request: Request, template: str, seconds: float, **context: object) -> Response:
    """The form again, after too many tries."""
    minutes = ceil(seconds / 60)
    message = ngettext(
        "Too many tries. Wait %(minutes)s minute, then try again.",
        "Too many tries. Wait %(minutes)s minutes, then try again.",
        minutes,
    ) % {"minutes": minutes}
    response = render(request, template, status=429, error=message, field=None, **context)
    response.headers["Retry-After"] = str(ceil(seconds))
    return response


def public_address(request: Request, house: House) -> str:
    """Where people reach the room: as set, else as this reader does. For pages; mail has `Settings.public_url`."""
    return (house.settings.base_url or str(request.base_url)).rstrip("/")


__all__ = ["Field", "agent_of", "held_back", "let_in", "public_address", "who"]
