"""A real OpenID Connect provider on this machine, for tests: Canaille, with its own sign-in pages, in a thread."""

from __future__ import annotations

import os
import re
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urljoin
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx

SECRET = "the room's secret"
CLIENT = "rollwith"
PASSWORD = "a word at the provider"


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments: Any) -> None:
        pass


@dataclass
class Provider:
    """The running provider. `people`: who has an account there, all with the same password."""

    url: str
    app: Any
    backend: Any

    @property
    def settings(self) -> dict[str, Any]:
        """The settings that lead here."""
        return {
            "oidc_issuer": self.url,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SECRET,
            "oidc_name": "the university",
        }

    def add_person(self, username: str, name: str, email: str) -> None:
        """Somebody with an account at the provider."""
        from canaille.app import models

        given, _, family = name.partition(" ")
        with self.app.app_context():
            user = models.User(
                user_name=username,
                display_name=username,
                formatted_name=name,
                given_name=given,
                family_name=family or given,
                emails=[email],
                password=PASSWORD,
            )
            self.backend.save(user)

    def register(self, address: str) -> None:
        """Make the room at this address known as a client."""
        from canaille.app import models

        with self.app.app_context():
            client = models.Client(
                client_id=CLIENT,
                client_secret=SECRET,
                client_name="Practice room",
                client_uri="https://practice.example.org",
                contacts=["room@example.org"],
                redirect_uris=[f"{address}/sso/callback"],
                grant_types=["authorization_code"],
                response_types=["code"],
                scope=["openid", "profile", "email"],
                token_endpoint_auth_method="client_secret_basic",
            )
            self.backend.save(client)


@contextmanager
def oidc_provider() -> Iterator[Provider]:
    """A provider that runs as long as the block."""
    os.environ.setdefault("AUTHLIB_INSECURE_TRANSPORT", "1")  # Authlib's server side wants HTTPS otherwise
    from canaille import create_app
    from joserfc.jwk import RSAKey

    key = RSAKey.generate_key(2048)
    key.ensure_kid()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = {
        "SECRET_KEY": uuid.uuid4().hex,
        "PREFERRED_URL_SCHEME": "http",
        "SERVER_NAME": f"localhost:{port}",
        "CANAILLE": {
            "DATABASE": "memory",
            "JAVASCRIPT": False,
            "LOGGING": {"version": 1, "disable_existing_loggers": False},
        },
        "CANAILLE_OIDC": {"ACTIVE_JWKS": [key.as_dict(private=True)]},
    }
    app = create_app(config)
    _make_exact(app.backend)
    server = make_server("localhost", port, app, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Provider(f"http://localhost:{port}", app, app.backend)
    server.shutdown()
    thread.join(10)
    server.server_close()


def _make_exact(backend: Any) -> None:
    """Canaille's store in memory by itself finds what fits any of the conditions, and not all of them."""
    from canaille.backends.memory.backend import listify

    loose = backend.do_query

    def exact(model: Any, *arguments: Any, **wanted: Any) -> list[Any]:
        found = loose(model, *arguments, **wanted)
        for name, values in wanted.items():
            index = backend.attribute_index(model, name)
            fitting = {one for value in model.serialize(listify(values)) for one in index.get(value, [])}
            found = [one for one in found if one.id in fitting]
        return list(found)

    backend.do_query = exact


def talk(address: str, username: str, answer: str = "accept") -> str:
    """Sign in at the provider with a new browser, and answer its question; where it sends the browser then."""
    with httpx.Client() as browser:
        page = _follow(browser, browser.get(address))
        if page.url.path == "/login":
            page = _send_form(browser, page, login=username)
            page = _send_form(browser, page, password=PASSWORD)
        if not page.has_redirect_location:
            page = _send_form(browser, page, answer=answer)
        assert page.has_redirect_location, page.text
        return page.headers["location"]


def _send_form(browser: httpx.Client, page: httpx.Response, **filled: str) -> httpx.Response:
    """Send the page's form as a browser would: its hidden fields, and these."""
    form = re.search(r"<form[^>]*>.*?</form>", page.text, re.DOTALL)
    assert form is not None, page.text
    action = re.search(r"<form[^>]*\baction=\"([^\"]*)\"", form[0])
    hidden = {}
    for field in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", form[0]):
        name, value = re.search(r"name=\"([^\"]*)\"", field), re.search(r"value=\"([^\"]*)\"", field)
        if name:
            hidden[name[1]] = unescape(value[1]) if value else ""
    target = urljoin(str(page.url), unescape(action[1]) if action else "")
    return _follow(browser, browser.post(target, data=hidden | filled))


def _follow(browser: httpx.Client, page: httpx.Response) -> httpx.Response:
    """From page to page, as long as it is the provider's; what leads elsewhere is the caller's."""
    while page.next_request is not None and page.next_request.url.netloc == page.url.netloc:
        page = browser.send(page.next_request)
    return page


__all__ = ["CLIENT", "PASSWORD", "SECRET", "Provider", "oidc_provider", "talk"]
