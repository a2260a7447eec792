"""Trying again and the report in a real browser: wide, narrow, dark, by keyboard, and nothing that axe finds."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.steps import begin, check, leave, say

# a real browser on a crowded machine may miss a moment: once more, then it is a failure
pytestmark = [pytest.mark.browser, pytest.mark.timeout(120), pytest.mark.flaky(reruns=1)]


def _go_back(page: Page, turn: int) -> None:
    page.locator(".turn.counsellor").nth(turn).get_by_role("button", name="Try this again").click()
    expect(page).to_have_url(re.compile(r"again=\d+"))


def test_one_goes_back_compares_and_keeps(enter: Enter) -> None:
    page = enter("tom", viewport={"width": 1100, "height": 900})
    begin(page)
    say(page, "You feel picked on.")
    say(page, "You should stop drinking.")
    say(page, "What now?")
    _go_back(page, 1)
    expect(page.locator(".turn.counsellor")).to_have_count(1)
    expect(page.get_by_label("What do you say")).to_have_value("You should stop drinking.")
    say(page, "It is up to you, or we could talk about work.")
    page.get_by_role("link", name="Compare 1 earlier try").click()
    expect(page.locator(".way")).to_have_count(2)
    check(page)
    page.set_viewport_size({"width": 360, "height": 800})
    check(page)
    page.get_by_role("button", name="Keep this one and go on").click()
    expect(page.locator(".turn.counsellor")).to_have_count(3)
    say(page, "Sounds like it is a lot.")


def test_the_report_opens_turns_and_tries_moments_again(enter: Enter) -> None:
    page = enter("tom", viewport={"width": 1100, "height": 900})
    begin(page)
    say(page, "You feel picked on.")
    say(page, "You should stop drinking.")
    leave(page)
    expect(page.get_by_role("heading", name="How it went")).to_be_visible()
    check(page)
    page.locator(".timeline a[aria-label^='Exchange 2:']").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#turn-3$"))
    page.set_viewport_size({"width": 360, "height": 800})
    check(page)
    page.locator("#turn-3").get_by_role("button", name="Try this moment again").click()
    expect(page.get_by_label("What do you say")).to_have_value("You should stop drinking.")
    say(page, "It is up to you.")
    page.get_by_role("link", name="Compare").first.click()
    expect(page.get_by_role("link", name="Go on with this try")).to_be_visible()
