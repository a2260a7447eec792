"""The story of who installs the room: the first account, colleagues, a persona of one's own, doors shut and opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.client.persona import Persona
from app.practice.house import House
from app.settings import Settings
from app.store.database import Database
from tests.browser.conftest import PASSWORD, serving
from tests.browser.steps import check, leave, say
from tests.support.databases import SqliteFiles
from tests.support.engines import ScriptedEngine
from tests.web.stand_ins import KeywordCoder

# a real browser on a crowded machine may miss a moment: once more, then it is a failure
pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.flaky(reruns=1)]

ANOTHER = "another horse"
Newcomer = Callable[[], Page]


@pytest.fixture
def newcomer(
    chromium: Browser, sqlite_server: SqliteFiles, personas: dict[str, Persona], tmp_path: Path
) -> Iterator[Newcomer]:
    """Browsers that have never been here, of a house without models in which nobody has an account."""
    database = Database(sqlite_server.migrated())
    house = House(Settings(data_dir=tmp_path, candidates=0), database, ScriptedEngine(), KeywordCoder(), personas)
    contexts: list[BrowserContext] = []
    with serving(house) as address:

        def page() -> Page:
            contexts.append(chromium.new_context(base_url=address))
            contexts[-1].set_default_timeout(15_000)
            return contexts[-1].new_page()

        yield page
        for context in contexts:
            context.close()
    database.close()


def test_an_admins_story(newcomer: Newcomer) -> None:
    admin, colleague = newcomer(), newcomer()
    admin.on("pageerror", lambda error: pytest.fail(f"an error in a script: {error}"))
    _found(admin)
    _choose_a_password(colleague, _invite(admin), PASSWORD)
    _sign_in(colleague, PASSWORD)
    _write_a_persona(colleague)
    _look_after(admin, colleague)
    _look_after_oneself(admin, newcomer())


def _found(admin: Page) -> None:
    admin.goto("/")
    expect(admin.get_by_role("heading", name="Welcome")).to_be_visible()
    check(admin)
    admin.get_by_label("Your name").fill("Dora Holm")
    admin.get_by_label("User name").fill("dora")
    admin.get_by_label("Password").fill("short")
    admin.get_by_role("button", name="Open the practice room").click()
    expect(admin.get_by_text("A password has 8 to 200 characters.")).to_be_visible()
    admin.get_by_label("Password").fill(PASSWORD)
    admin.get_by_role("button", name="Open the practice room").click()
    expect(admin.get_by_role("heading", name="Open a class")).to_be_visible()
    admin.get_by_role("link", name="Dashboard").click()
    expect(admin.get_by_text("This page fills as your trainees practise")).to_be_visible()
    check(admin)


def _invite(admin: Page) -> str:
    """An instructor's account, and the link for its owner."""
    admin.get_by_role("link", name="People").click()
    check(admin)
    admin.get_by_role("link", name="Invite somebody").click()
    admin.get_by_label("Name", exact=True).fill("Ivo Brandt")
    admin.get_by_label("User name").fill("ivo")
    admin.get_by_role("button", name="Make the account").click()
    check(admin)
    return admin.locator("main code").inner_text()


def _choose_a_password(page: Page, link: str, password: str) -> None:
    page.goto(link)
    check(page)
    page.get_by_label("New password").fill(password)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text("Your new password is set.")).to_be_visible()


def _sign_in(page: Page, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("User name").fill("ivo")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def _write_a_persona(colleague: Page) -> None:
    """A copy of somebody, tried, published, met, withdrawn; the session keeps the version it began with."""
    colleague.goto("/personas")
    colleague.get_by_label("Id").fill("Rob Parking")
    colleague.get_by_label("A copy of").select_option("ray-drink-driving")
    colleague.get_by_role("button", name="Begin").click()
    expect(colleague.get_by_text("An id is made of small letters")).to_be_visible()
    colleague.get_by_label("Id").fill("rob-parking")
    colleague.get_by_role("button", name="Begin").click()
    colleague.get_by_text("Main fields and portrait").click()
    colleague.get_by_label("Name", exact=True).fill("Rob")
    expect(colleague.get_by_text("Sound: it can be published.")).to_be_visible()
    check(colleague)
    colleague.get_by_role("button", name="Talk with the draft").click()
    colleague.get_by_label("What do you say?").fill("You feel watched. What would help?")
    colleague.get_by_role("button", name="Say it").click()
    expect(colleague.locator("#panel .tried")).to_have_count(2)
    colleague.get_by_role("button", name="Publish").click()
    expect(colleague.get_by_text("In use")).to_be_visible()
    check(colleague)
    colleague.get_by_role("link", name="See the briefing").click()
    colleague.get_by_role("button", name="I have read this").click()
    colleague.get_by_role("button", name="Begin the session").click()
    say(colleague, "You feel watched.")
    leave(colleague)
    colleague.goto("/personas/rob-parking")
    colleague.get_by_role("button", name="Withdraw").click()
    expect(colleague.get_by_role("button", name="Publish again")).to_be_visible()
    colleague.goto("/clients/rob-parking")
    expect(colleague.get_by_role("heading", name="We can’t find that")).to_be_visible()
    colleague.goto("/clients")
    colleague.get_by_role("link", name="Your own sessions").click()
    expect(colleague.get_by_role("link", name="Rob")).to_be_visible()


def _look_after(admin: Page, colleague: Page) -> None:
    """Another role, a shut door, an open one, a new password."""
    admin.goto("/people?words=ivo")
    admin.get_by_role("link", name="Ivo Brandt").click()
    check(admin)
    admin.get_by_label("What this account may do").select_option("trainee")
    admin.get_by_role("button", name="Change the role").click()
    colleague.goto("/review")
    expect(colleague.get_by_role("heading", name="This page is for instructors")).to_be_visible()
    admin.get_by_role("button", name="Close the account").click()
    colleague.goto("/clients")
    expect(colleague.get_by_role("heading", name="Sign in")).to_be_visible()
    admin.get_by_role("button", name="Open the account again").click()
    admin.get_by_role("button", name="Make a link").click()
    _choose_a_password(colleague, admin.locator("main code").inner_text(), ANOTHER)
    _sign_in(colleague, ANOTHER)
    expect(colleague.get_by_role("link", name="My sessions")).to_be_visible()
    colleague.goto("/people")
    expect(colleague.get_by_role("heading", name="This page is for admins")).to_be_visible()


def _look_after_oneself(admin: Page, elsewhere: Page) -> None:
    """One's own role is another admin's to change; a browser left signed in somewhere is signed out from here."""
    elsewhere.goto("/sign-in")
    elsewhere.get_by_label("User name").fill("dora")
    elsewhere.get_by_label("Password").fill(PASSWORD)
    elsewhere.get_by_role("button", name="Sign in").click()
    admin.goto("/people")
    admin.get_by_role("link", name="Dora Holm").click()
    expect(admin.get_by_text("This is your own account.")).to_be_visible()
    admin.goto("/account")
    check(admin)
    admin.get_by_role("button", name="Sign out all others").click()
    elsewhere.goto("/classes")
    expect(elsewhere.get_by_role("heading", name="Sign in")).to_be_visible()
