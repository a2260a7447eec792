"""A real Chromium, and real servers for it to talk to."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from app.client.group import Cast
from app.client.persona import Persona
from app.practice import accounts
from app.practice.classes import create_class
from app.practice.house import House
from app.practice.informed import inform
from app.settings import Settings
from app.store.database import Database
from app.web.main import create_app
from tests.support.databases import SqliteFiles
from tests.support.engines import ScriptedEngine
from tests.web.stand_ins import KeywordCoder, Voice

PASSWORD = "correct horse"
INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path(playwright: Playwright) -> str | None:
    """An installed Chromium or Chrome, else Playwright's own download, else None."""
    installed = next(filter(None, map(shutil.which, INSTALLED)), None)
    own = playwright.chromium.executable_path
    return installed or (own if Path(own).exists() else None)


# One browser a module: while Playwright runs, the thread has an event loop, which other modules' tests would trip over.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = chromium_path(playwright)
        if path is None:
            pytest.skip("no Chromium: install chromium or google-chrome, or run: playwright install chromium")
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@contextmanager
def serving(house: House, *, closing: bool = False) -> Iterator[str]:
    """The house's app on a free port of its own, in a thread; yields its address. `closing`: the house ends with it."""
    lifespan: Literal["on", "off"] = "on" if closing else "off"
    config = uvicorn.Config(
        create_app(house), port=0, log_level="warning", lifespan=lifespan, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive(), "the server stopped while it started"
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(60)
    assert not thread.is_alive(), "the server did not stop"


@pytest.fixture
def voice(monkeypatch: pytest.MonkeyPatch) -> Voice:
    """The client's voice, to be slowed down or made busy."""
    voice = Voice()
    voice.install(monkeypatch)
    return voice


@pytest.fixture
def quick_house(
    sqlite_server: SqliteFiles, personas: dict[str, Persona], groups: dict[str, Cast], tmp_path: Path
) -> Iterator[House]:
    """A house without models, with the instructor Dana and her trainee Tom."""
    database = Database(sqlite_server.migrated())
    dana = accounts.found(database, username="dana", name="Dana", password=PASSWORD)
    code = create_class(database, dana, "Tuesday group").code
    tom = accounts.join(database, class_code=code, username="tom", name="Tom", password=PASSWORD)
    for user in (dana, tom):
        inform(database, user)
    settings = Settings(data_dir=tmp_path, candidates=0)
    yield House(settings, database, ScriptedEngine(), KeywordCoder(), personas, groups)
    database.close()


@pytest.fixture
def site(quick_house: House, voice: Voice) -> Iterator[str]:  # noqa: ARG001
    """The quick house's address."""
    with serving(quick_house) as address:
        yield address


Enter = Callable[..., Page]


@pytest.fixture
def enter(chromium: Browser, site: str, quick_house: House) -> Iterator[Enter]:
    """A page of a browser of its own, signed in as its user; further options go to the browser's context."""
    contexts: list[BrowserContext] = []

    def page(username: str, **options: object) -> Page:
        context = chromium.new_context(base_url=site, **options)  # type: ignore[arg-type]
        contexts.append(context)
        token = accounts.sign_in(quick_house.database, username, PASSWORD, 1)
        context.add_cookies([{"name": "rollwith", "value": token, "url": site, "httpOnly": True, "sameSite": "Lax"}])
        context.set_default_timeout(15_000)
        return context.new_page()

    yield page
    for context in contexts:
        context.close()
