"""Each request speaks its reader's language, as far as there is a translation."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.i18n import choose_language, speak


class Language:
    """Chooses the language by Accept-Language, before anything is said."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            speak(choose_language(wanted(Headers(scope=scope).get("accept-language", ""))))
        await self.app(scope, receive, send)


def wanted(header: str) -> list[str]:
    """The languages of an Accept-Language header, the most wanted first."""
    ranked = []
    for part in header.split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            ranked.append((-float(weight or 1), tag))
        except ValueError:
            continue
    return [tag for _, tag in sorted(ranked, key=lambda pair: pair[0]) if tag and tag != "*"]


__all__ = ["Language", "wanted"]
