"""Progress, my data and the page before the first session in a real Chromium: at a desk, on a phone, by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from app.practice import accounts
from app.practice.house import House
from app.practice.milestones import set_milestone
from app.store.tables import User
from tests.browser.conftest import PASSWORD, Enter
from tests.browser.steps import check
from tests.practice.doings import ended, summary

pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=1)]

PHONE = {"viewport": {"width": 360, "height": 740}}


@pytest.fixture
def practised(quick_house: House) -> User:
    """Tom, after eight sessions and with a milestone."""
    tom = accounts.find_user(quick_house.database, "tom")
    for n in range(8):
        ended(quick_house, tom, days_ago=8 - n, figures=summary())
    set_milestone(quick_house, tom, tom.id, measure="answers_to_resistance", target="80", note="Slowly.")
    return tom


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desk", "phone"])
@pytest.mark.usefixtures("practised")
def test_every_page_is_accessible_and_fits(enter: Enter, options: dict[str, object]) -> None:
    page = enter("tom", **options)
    for path in ("/progress", "/account/data", "/account/delete", "/before-you-start"):
        page.goto(path)
        check(page)
    page.goto("/progress")
    for fold in page.locator("details").all():
        fold.locator("summary").click()
    check(page)
    page.goto("/account/data")
    page.get_by_role("link", name=re.compile("^Delete …")).first.click()
    expect(page.get_by_role("heading", name="Delete this session?")).to_be_visible()
    check(page)


def test_nothing_yet_is_kind(enter: Enter) -> None:
    page = enter("tom", **PHONE)
    page.goto("/progress")
    expect(page.get_by_text("One session is a good start.")).to_be_visible()
    check(page)


def test_an_instructor_sets_a_milestone_and_the_trainee_finds_it(enter: Enter, practised: User) -> None:
    desk = enter("dana")
    desk.goto(f"/dashboard/trainees/{practised.id}/progress")
    check(desk)
    desk.get_by_text("Set a milestone").click()
    desk.get_by_label("Target").fill("1.5")
    desk.get_by_label("What is to be reached").select_option("reflections_to_questions")
    desk.get_by_role("button", name="Set the milestone").click()
    expect(desk.locator(".milestone", has_text="1.5 : 1 or more")).to_contain_text("set by you")
    own = enter("tom")
    own.goto("/progress")
    expect(own.locator(".milestone", has_text="1.5 : 1 or more")).to_contain_text("set by Dana")


@pytest.mark.usefixtures("practised")
def test_deleting_the_account_signs_out(enter: Enter) -> None:
    page = enter("tom")
    page.goto("/account/delete")
    page.get_by_label("Your password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your account is deleted")).to_be_visible()
    check(page)
    page.goto("/progress")
    expect(page).to_have_title("Sign in · Rollwith")
