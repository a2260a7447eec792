"""Every error as the right status: JSON for programs, a kind page for people."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.i18n import gettext
from app.practice.errors import (
    Conflict,
    Invalid,
    NotAdmin,
    NotAllowed,
    NotFound,
    NotInstructor,
    PracticeError,
    StorageFull,
)
from app.web.pages import render
from app.web.security import HEADERS

STATUS: dict[type[PracticeError], int] = {
    NotFound: 404,
    NotAllowed: 403,
    Conflict: 409,
    Invalid: 422,
    StorageFull: 507,
}


def _title(status: int, error: PracticeError | None) -> str:
    if isinstance(error, NotAdmin):
        return gettext("This page is for admins")
    if isinstance(error, NotInstructor):
        return gettext("This page is for instructors")
    titles = {
        403: gettext("That is not yours to do"),
        404: gettext("We can’t find that"),
        405: gettext("That doesn’t work here"),
        409: gettext("That can’t be done now"),
        422: gettext("Something is missing"),
        429: gettext("A short pause"),
        500: gettext("Something went wrong on our side"),
        507: gettext("The disk is full"),
    }
    return titles.get(status) or HTTPStatus(status).phrase


class SignInNeeded(Exception):
    """Nobody is signed in, and the page is private."""


class NotInformed(Exception):
    """The reader has not been told yet who can see what, which comes before the first session."""


class NewHouse(Exception):
    """No account exists yet: the first-run page comes before all others."""


def status_of(error: PracticeError) -> int:
    """The HTTP status that says what a practice error means."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def is_api(request: Request) -> bool:
    """True for the addresses that programs read."""
    return request.url.path.startswith("/api/")


def answer(
    request: Request, status: int, message: str, error: PracticeError | None = None, field: str = ""
) -> Response:
    """The error as JSON or as a page, whichever the address calls for."""
    if is_api(request):
        return JSONResponse({"message": message, "field": field or getattr(error, "field", None)}, status)
    return render(request, "error.html", status=status, title=_title(status, error), message=message)


async def _practice_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, PracticeError)
    return answer(request, status_of(error), error.message, error)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    messages = {404: gettext("There is no page at this address."), 405: gettext("This address can’t be used that way.")}
    response = answer(request, error.status_code, messages.get(error.status_code, error.detail))
    response.headers.update(error.headers or {})
    return response


async def _malformed(request: Request, error: Exception) -> Response:
    """A part of the address that makes no sense names nothing (404); a malformed form or body is the sender's slip."""
    assert isinstance(error, RequestValidationError)
    problem = error.errors()[0]
    place, field = problem["loc"][0], str(problem["loc"][-1])
    if place == "path":
        return answer(request, 404, gettext("There is no page at this address."))
    return answer(request, 422, f"{field}: {problem['msg']}", field=field)


async def _sign_in_needed(request: Request, _: Exception) -> Response:
    if is_api(request):
        return JSONResponse({"message": gettext("You are signed out. Sign in again to go on."), "field": None}, 401)
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    wanted = target if request.method == "GET" and target != "/" else ""
    return RedirectResponse(f"/sign-in?next={quote(wanted, safe='/')}" if wanted else "/sign-in", 303)


async def _not_informed(request: Request, _: Exception) -> Response:
    """There and back: to the page that was asked for, or to the one whose form was sent."""
    asked = request.url.path if request.method == "GET" else request.url.path.rpartition("/")[0]
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/before-you-start?next={quote(asked + query, safe='/')}", 303)


async def _new_house(request: Request, _: Exception) -> Response:
    if is_api(request):
        return JSONResponse({"message": gettext("No account exists yet: open /welcome first."), "field": None}, 401)
    return RedirectResponse("/welcome", 303)


async def _unexpected(request: Request, _: Exception) -> Response:
    response = answer(
        request, 500, gettext("The error is in the server’s log. Nothing you said has been lost; try again.")
    )
    response.headers.update(HEADERS)  # this handler answers outside the middleware that adds them elsewhere
    return response


def install(app: FastAPI) -> None:
    """Hang every handler on the app."""
    app.add_exception_handler(PracticeError, _practice_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(SignInNeeded, _sign_in_needed)
    app.add_exception_handler(NotInformed, _not_informed)
    app.add_exception_handler(NewHouse, _new_house)
    app.add_exception_handler(Exception, _unexpected)


__all__ = ["NewHouse", "NotInformed", "SignInNeeded", "answer", "install", "status_of"]
