"""A group in the room: speaking to one by keyboard, parts with names, pages that axe finds nothing on."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.steps import begin, check, leave, say

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120), pytest.mark.flaky(reruns=1)]


def test_a_session_with_a_group(enter: Enter) -> None:
    page = enter("tom")
    page.goto("/clients")
    check(page)
    begin(page, "thursday-group")
    whom = page.get_by_label("Speak to")
    expect(whom).to_have_value("")
    say(page, "You feel picked on.")
    page.get_by_label("What do you say").focus()
    page.keyboard.press("Shift+Tab")
    expect(whom).to_be_focused()
    page.keyboard.type("Dennis")
    say(page, "What happened there?")
    expect(page.locator(".turn.counsellor .name").last).to_have_text("You, to Dennis")
    names = page.locator(".turn.group").last.locator(".name")
    assert "Dennis" in names.all_inner_texts()
    said = page.locator(".turn.group .said").all_inner_texts()
    check(page)
    page.reload()
    expect(page.locator(".turn.group .said")).to_have_text(said)
    page.set_viewport_size({"width": 360, "height": 740})
    check(page)
    page.goto(page.url + "/end")
    leave(page)
    expect(page.get_by_role("heading", name="Your session with the Thursday group")).to_be_visible()
    check(page)
    desk = enter("dana")
    desk.goto(page.url.replace("/sessions/", "/review/").removesuffix("/report"))
    expect(desk.locator(".turn.client .part .name").first).to_be_visible()
    check(desk)
