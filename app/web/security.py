"""What keeps the pages safe: headers, refusal of cross-site requests and large bodies, the cookie, the throttle."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.settings import Settings

MAX_BODY = 256 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
}


class SecurityHeaders:
    """Adds the headers above to every response, and `no-store` wherever a route has not said how to cache."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", _caching(scope["path"]))
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _caching(path: str) -> str:
    if path.startswith("/static/fonts/"):
        return "public, max-age=31536000, immutable"
    return "no-cache" if path.startswith("/static/") else "no-store"


class RequestGuard:
    """Refuses requests that change something when another site sent them (403) or when they are too large (413)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = None
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS:
            refusal = _refusal(Headers(scope=scope))
        await (refusal or self.app)(scope, receive, send)


def _refusal(headers: Headers) -> Response | None:
    if is_cross_site(headers):
        return PlainTextResponse("This request came from another site, so it was refused.", 403)
    length = headers.get("content-length")
    if length is None and "transfer-encoding" in headers:
        return PlainTextResponse("A request body needs a Content-Length.", 411)
    if length is not None and (not length.isdigit() or int(length) > MAX_BODY):
        return PlainTextResponse(f"A request body may hold at most {MAX_BODY} bytes.", 413)
    return None


def is_cross_site(headers: Headers) -> bool:
    """True when a browser says that another origin sent the request.

    Browsers send Sec-Fetch-Site to secure contexts and Origin with every POST; a request with neither comes from a
    program, which has no visitor's cookie to abuse.
    """
    fetch_site = headers.get("sec-fetch-site")
    if fetch_site is not None:
        return fetch_site not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


def cookie_name(settings: Settings) -> str:
    """The cookie's name; the `__Host-` prefix makes browsers insist on HTTPS and on this very host."""
    return "__Host-rollwith" if settings.secure_cookies else "rollwith"


def read_token(request: Request, settings: Settings) -> str | None:
    """The opaque sign-in token that the browser sent, if any."""
    return request.cookies.get(cookie_name(settings))


def write_token(response: Response, settings: Settings, token: str) -> None:
    """Give the browser its sign-in token, for as long as the sign-in lasts."""
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=settings.session_days * 86_400,
        path="/",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )


def drop_token(response: Response, settings: Settings) -> None:
    """Make the browser forget its token."""
    response.delete_cookie(
        cookie_name(settings), path="/", secure=settings.secure_cookies, httponly=True, samesite="lax"
    )


def local_path(target: str | None, default: str = "/") -> str:
    """`target` when it is a path on this site, else `default`: an address from outside must not lead people away."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return default
    if any(ord(character) < 32 or character == "\\" for character in target):
        return default
    return target


class Throttle:
    """At most `limit` attempts per key in `window` seconds; kept in memory, so that a restart forgets."""

    MAX_KEYS = 10_000

    def __init__(self, limit: int, window: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit, self.window, self._clock = limit, window, clock
        self._attempts: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def attempt(self, key: str) -> float:
        """Count an attempt; the seconds to wait before the next one is heard, 0 when this one is."""
        now = self._clock()
        with self._lock:
            times = self._attempts.setdefault(key, deque())
            while times and now - times[0] >= self.window:
                times.popleft()
            if len(times) >= self.limit:
                return self.window - (now - times[0])
            times.append(now)
            self._forget_old(now)
        return 0.0

    def succeeded(self, key: str) -> None:
        """The person is who they say: their slips no longer count."""
        with self._lock:
            self._attempts.pop(key, None)

    def _forget_old(self, now: float) -> None:
        if len(self._attempts) > self.MAX_KEYS:
            self._attempts = {k: t for k, t in self._attempts.items() if t and now - t[-1] < self.window}


__all__ = [
    "HEADERS",
    "MAX_BODY",
    "RequestGuard",
    "SecurityHeaders",
    "Throttle",
    "cookie_name",
    "drop_token",
    "is_cross_site",
    "local_path",
    "read_token",
    "write_token",
]
