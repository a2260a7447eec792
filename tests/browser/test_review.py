"""The desk with the keyboard alone: moving, coding, undoing, commenting with a mention, the summary, the next one."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Page, expect

from app.practice import coding, sessions, turns
from app.practice.accounts import find_user
from app.practice.house import House
from app.store.tables import User
from tests.browser.conftest import Enter
from tests.browser.steps import check

# a real browser on a crowded machine may miss a moment: once more, then it is a failure
pytestmark = [pytest.mark.browser, pytest.mark.timeout(120), pytest.mark.flaky(reruns=1)]

SAID = (
    "You feel picked on. What happened?",
    "Perhaps it sounds like you are tired of it. It is up to you.",
    "You should stop. Perhaps you feel watched.",
)


@pytest.fixture
def talked(quick_house: House) -> Callable[[], uuid.UUID]:
    """Makes an ended session of Tom's with six utterances, two of them uncertain."""

    async def answered(user: User, session: uuid.UUID, turn: int) -> None:
        async for event in turns.reply(quick_house, user, session, turn):
            assert not isinstance(event, turns.Failed)

    def make() -> uuid.UUID:
        tom = find_user(quick_house.database, "tom")
        session = sessions.start(quick_house, tom, "ray-drink-driving", uuid.uuid4().hex)
        for text in SAID:
            taken = turns.take_turn(quick_house, tom, session, text, uuid.uuid4().hex)
            with ThreadPoolExecutor(1) as pool:  # Playwright's own event loop runs in this thread
                pool.submit(asyncio.run, answered(tom, session, taken.turn_id)).result()
        sessions.end(quick_house, tom, session)
        return session

    return make


def at(page: Page, words: str) -> None:
    """The current utterance is this one, and the rubric shows it."""
    expect(page.locator(".utterance.current .words")).to_have_text(words)
    expect(page.locator("#now .words")).to_have_text(words)


def test_a_session_is_reviewed_with_the_keyboard_alone(enter: Enter, talked: Callable[[], uuid.UUID]) -> None:
    last, first = talked(), talked()
    page = enter("dana")
    page.goto(f"/review/{first}")
    at(page, "You feel picked on.")
    check(page)
    page.keyboard.press("j")
    at(page, "What happened?")
    page.keyboard.press("ArrowUp")
    at(page, "You feel picked on.")
    page.keyboard.press("f")
    expect(page.locator("#saved")).to_have_text("Code saved.")
    current = page.locator(".utterance.current")
    expect(current).to_contain_text("Affirmation by Dana")
    expect(current).to_be_focused()
    page.keyboard.press("z")
    expect(current).not_to_contain_text("by Dana")
    page.keyboard.press("u")
    at(page, "Perhaps it sounds like you are tired of it.")
    page.keyboard.press("a")
    expect(current).to_contain_text("the model thought so too")
    expect(page.locator("#unsure a")).to_have_text(["6"])
    page.keyboard.press("u")
    at(page, "Perhaps you feel watched.")
    _comment(page)
    _sum_up(page)
    page.keyboard.press("Escape")
    page.reload()
    at(page, "Perhaps you feel watched.")
    page.keyboard.press("n")
    page.wait_for_url(f"**/review/{last}")


def _comment(page: Page) -> None:
    """A comment with a code, chosen from the list."""
    page.keyboard.press("c")
    page.keyboard.type("What about a #ref")
    options = page.locator("#mention-list [role=option]:visible")
    expect(options.first).to_be_visible()
    page.keyboard.type("rame")
    page.keyboard.press("Enter")
    page.keyboard.type("here? juka")
    check(page)
    page.get_by_role("button", name="Save comment").last.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".comment")).to_contain_text("What about a OReframe here? juka")
    expect(page.locator(".comment")).to_contain_text("shows the same facts in another light")


def _sum_up(page: Page) -> None:
    page.locator(".utterance.current").focus()
    page.keyboard.press("s")
    page.keyboard.type("Good.")
    page.locator("button[data-insert]").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("#summary").input_value().startswith("Good. ")
    page.get_by_role("button", name="Save summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_have_text("Summary saved.")


def test_keys_can_be_looked_up_and_turned_off(enter: Enter, talked: Callable[[], uuid.UUID]) -> None:
    page = enter("dana")
    page.goto(f"/review/{talked()}")
    at(page, "You feel picked on.")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    check(page)
    page.keyboard.press("Escape")
    page.get_by_label("Keys are on").uncheck()
    page.keyboard.press("j")
    page.keyboard.press("f")
    page.wait_for_timeout(300)
    at(page, "You feel picked on.")
    expect(page.locator(".utterance.current")).not_to_contain_text("Affirmation by")
    page.reload()
    expect(page.get_by_label("Keys are on")).not_to_be_checked()


def test_blind_coding_with_the_keyboard(enter: Enter, talked: Callable[[], uuid.UUID], quick_house: House) -> None:
    session, dana = talked(), find_user(quick_house.database, "dana")
    coding.ask(quick_house, dana, session, [dana.id])
    page = enter("dana", viewport={"width": 1280, "height": 800})
    page.goto(f"/review/{session}")
    page.wait_for_url("**/coding/*")
    check(page)
    page.keyboard.press("r")
    at(page, "What happened?")
    for key, following in (
        ("o", "Perhaps it sounds like you are tired of it."), ("x", "It is up to you."), ("y", "You should stop."),
        ("g", "Perhaps you feel watched."),
    ):  # fmt: skip
        page.keyboard.press(key)
        at(page, following)
    page.keyboard.press("x")
    expect(page.get_by_text("6 of 6 coded")).to_be_visible()
    page.get_by_role("button", name="Finish the coding").click()
    expect(page.get_by_role("heading", name="Agreement on this session")).to_be_visible()
    page.get_by_text("Which code for which").click()
    check(page)


def test_the_desk_works_on_a_phone_and_without_a_script(enter: Enter, talked: Callable[[], uuid.UUID]) -> None:
    session = talked()
    phone = enter("dana", viewport={"width": 360, "height": 740})
    for path in ("/review", f"/review/{session}", f"/review/{session}/coding", "/coding"):
        phone.goto(path)
        check(phone)
    plain = enter("dana", java_script_enabled=False)
    plain.goto(f"/review/{session}")
    expect(plain.locator(".needs-script")).to_be_hidden()
    plain.locator(".utterance").first.get_by_role("combobox").select_option("affirmation")
    plain.locator(".utterance").first.get_by_role("button", name="Save").click()
    expect(plain.locator(".utterance").first).to_contain_text("by Dana")
    plain.locator("button.insert").first.click()
    assert plain.locator("#summary").input_value()
