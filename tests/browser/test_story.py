"""The whole story on the real models: founding, joining, eight turns, the report, the review, the word back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.practice.house import open_house
from app.settings import Settings
from tests.browser.conftest import PASSWORD, serving
from tests.browser.steps import begin, check, leave, say
from tests.support.databases import SqliteFiles

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.timeout(600), pytest.mark.flaky(reruns=1)]

TURNS = (
    "Hello Ray, I'm Tom. Thanks for coming in today.",
    "It sounds like being sent here doesn't sit well with you.",
    "You're a man who works hard and doesn't like being told what to do.",
    "What would you like to use our time for?",
    "We could talk about work, or about home, or just sit. Which would you like?",
    "On the one hand Friday at the Eagles is your whole social life, and on the other hand this is costing you jobs.",
    "You should really think about your drinking before somebody gets hurt.",
    "Maybe this is not the time to change anything. It's up to you what you do with these ten sessions.",
)


@pytest.fixture
def site(data_dir: Path, sqlite_server: SqliteFiles) -> Iterator[str]:
    """A new house with its real models, an empty database and nobody in it."""
    settings = Settings(data_dir=data_dir, database_url=sqlite_server.empty(), threads=2, reply_timeout=40)
    house = open_house(settings, print)
    with ThreadPoolExecutor(1) as pool:  # Playwright's own event loop runs in this thread
        pool.submit(asyncio.run, house.engine.ready()).result()
    with serving(house, closing=True) as address:
        yield address


def test_the_whole_story(chromium: Browser, site: str) -> None:
    desk = _browser(chromium, site)
    code = _found_and_open_a_class(desk)
    room = _browser(chromium, site)
    _join(room, code)
    said = _talk(room)
    _read_the_report(room, said)
    better = _review(desk)
    _hear_the_instructors_word(room, better)


def _browser(chromium: Browser, site: str) -> Page:
    context = chromium.new_context(base_url=site)
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"an error in a script: {error}"))
    return page


def _found_and_open_a_class(desk: Page) -> str:
    desk.goto("/")
    expect(desk).to_have_title("Welcome · Rollwith")
    check(desk)
    desk.get_by_label("Your name").fill("Dana Instructor")
    desk.get_by_label("User name").fill("dana")
    desk.get_by_label("Password").fill(PASSWORD)
    desk.get_by_role("button", name="Open the practice room").click()
    check(desk)
    desk.get_by_label("Name of the class").fill("Tuesday group")
    desk.get_by_role("button", name="Open the class").click()
    check(desk)
    return desk.locator(".class-code").inner_text()


def _join(room: Page, code: str) -> None:
    room.goto("/")
    expect(room).to_have_title("Sign in · Rollwith")
    check(room)
    room.get_by_role("link", name="Join with your class code").click()
    check(room)
    room.get_by_label("Class code").fill(code.lower())
    room.get_by_label("Your name").fill("Tom Trainee")
    room.get_by_label("User name").fill("tom")
    room.get_by_label("Password").fill(PASSWORD)
    room.get_by_role("button", name="Join").click()
    expect(room.get_by_role("heading", name="Who would you like to practise with?")).to_be_visible()
    check(room)
    room.get_by_role("link", name="Ray Kovach").click()
    expect(room.get_by_role("heading", name="Before you start")).to_be_visible()
    check(room)
    room.get_by_role("button", name="I have read this").click()
    check(room)


def _talk(room: Page) -> list[str]:
    """Eight turns, then the end; the client's words."""
    begin(room)
    for words in TURNS:
        say(room, words)
        expect(room.locator(".turn.counsellor").last.locator(".chip").first).to_be_visible()
    check(room)
    said = room.locator(".turn.client .said").all_inner_texts()
    assert len(said) == len(TURNS) + 1
    assert len(set(said)) == len(said), "the client must not repeat himself"
    leave(room)
    return said


def _read_the_report(room: Page, said: list[str]) -> None:
    expect(room.get_by_role("heading", name="Your session with Ray Kovach")).to_be_visible()
    check(room)
    transcript = room.locator(".transcript .said")
    expect(transcript).to_have_count(2 * len(TURNS) + 2)
    told = transcript.all_inner_texts()
    assert [words for words in told if words in TURNS] == list(TURNS)
    assert told[::2][: len(said)] == said
    expect(room.get_by_role("img", name="Ray’s resistance")).to_be_visible()
    for heading in ("Answers to resistance", "Done well", "Worth another look", "Techniques", "Measures"):
        expect(room.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    room.get_by_text("The same as a table").click()
    expect(room.locator("figure tbody tr")).to_have_count(len(TURNS))
    expect(room.get_by_role("heading", name="Your instructor’s word")).to_have_count(0)
    room.get_by_role("link", name="My sessions").click()
    check(room)


def _review(desk: Page) -> str:
    """Correct, comment, sum up, mark; the label of the instructor's code."""
    desk.get_by_role("link", name="Review", exact=True).click()
    check(desk)
    desk.get_by_role("link", name="Tom Trainee").click()
    expect(desk.locator(".utterance").first).to_be_visible()
    check(desk)
    code = desk.locator(".utterance", has_text="You should really think").get_by_role("combobox")
    better = "Confronting" if code.input_value() != "confront" else "Persuading"
    code.select_option(label=better)
    expect(desk.get_by_text("Code saved.")).to_be_visible()
    expect(desk.locator(".utterance", has_text="You should really think")).to_contain_text("by Dana Instructor")
    turn = desk.locator(".turn.counsellor", has_text="You should really think")
    turn.get_by_text("Comment", exact=False).first.click()
    turn.get_by_label("Your comment").fill("Here he closed up again. What did you hear just before?")
    turn.get_by_role("button", name="Save comment").click()
    expect(desk.locator(".comment")).to_contain_text("What did you hear")
    desk.get_by_label("Summary for the trainee").fill("You gave him room. Keep the pushing out.")
    desk.get_by_role("button", name="Save summary").click()
    expect(desk.get_by_text("Summary saved.")).to_be_visible()
    desk.get_by_role("button", name="Mark as reviewed").click()
    expect(desk.get_by_role("button", name="Mark as not reviewed")).to_be_visible()
    check(desk)
    return better


def _hear_the_instructors_word(room: Page, better: str) -> None:
    room.reload()
    expect(room.get_by_text("Instructor’s word")).to_be_visible()
    room.get_by_role("link", name="Ray Kovach").click()
    expect(room.get_by_text("You gave him room.")).to_be_visible()
    expect(room.get_by_text("What did you hear just before?")).to_be_visible()
    corrected = room.locator(".turn.counsellor", has_text="You should really think")
    expect(corrected.get_by_role("button", name=better)).to_be_visible()
    check(room)
    for path in ("/account", "/codes", "/review"):
        room.goto(path)
        check(room)
    expect(room.get_by_role("heading", name="This page is for instructors")).to_be_visible()
