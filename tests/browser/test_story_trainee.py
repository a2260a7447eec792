"""A trainee's story from the invitation to the last sign-out, through the pages alone, with axe at each station."""

from __future__ import annotations

import json
import re
import zipfile

import pytest
from playwright.sync_api import Browser, Page, expect

from app.practice import accounts, assignments, invitations
from app.practice.classes import list_classes
from app.practice.house import House
from tests.browser.conftest import PASSWORD
from tests.browser.steps import begin, check, leave, say

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.flaky(reruns=1)]

NEW_PASSWORD = "nine green pears"
CRAIG = "craig-gambling"
SUMMARY = "It sounds like you came for Mel, and like part of you is tired of hiding it."
REFLECTION = "I pushed when he went quiet. Reflecting worked; I want to wait longer next time."


def test_a_trainees_story(chromium: Browser, site: str, quick_house: House) -> None:
    page = _browser(chromium, site)
    _join_by_invitation(page, quick_house)
    _choose_what_was_set(page)
    _talk_coached(page)
    _say_it_another_way(page)
    _close_and_look_back(page)
    _read_the_report(page)
    _try_a_moment_again(page)
    _look_at_progress(page)
    _take_and_delete_ones_data(page)
    _keep_the_account_safe(chromium, site, page)
    page.context.close()


def test_the_main_path_without_script(chromium: Browser, site: str, quick_house: House) -> None:
    """By class code, on a phone: join, read, talk, wait, ask, close, look back, read the report."""
    page = _browser(chromium, site, java_script_enabled=False, viewport={"width": 360, "height": 740})
    dana = accounts.find_user(quick_house.database, "dana")
    page.goto("/join")
    page.get_by_label("Class code").fill(list_classes(quick_house.database, dana)[0].code)
    _give_a_name(page, "nina")
    page.get_by_role("link", name="Craig").click()
    page.get_by_role("button", name="I have read this").click()
    page.get_by_role("radio", name=re.compile("^Plain")).check()
    page.get_by_role("button", name="Begin the session").click()
    turns = page.locator(".turn.client")
    page.get_by_label("What do you say").fill("You feel picked on.")
    page.get_by_role("button", name="Say it").click()
    expect(turns).to_have_count(2)
    page.get_by_role("button", name="Wait", exact=True).click()
    expect(turns).to_have_count(3)
    page.get_by_role("button", name="Give me a hint").click()
    expect(page.locator(".aside.hint")).to_have_count(1)
    leave(page, SUMMARY, REFLECTION)
    expect(page.get_by_role("heading", name="Your session with Craig")).to_be_visible()
    page.get_by_text("The same as a table").first.click()
    expect(page.locator("figure tbody tr")).to_have_count(3)
    page.get_by_role("button", name="Try this moment again").first.click()
    expect(page.get_by_label("What do you say")).to_be_visible()
    page.context.close()


def _browser(chromium: Browser, site: str, **options: object) -> Page:
    context = chromium.new_context(base_url=site, reduced_motion="reduce", **options)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"an error in a script: {error}"))
    return page


def _give_a_name(page: Page, username: str) -> None:
    page.get_by_label("Your name").fill("Nina Trainee")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()


def _join_by_invitation(page: Page, house: House) -> None:
    dana = accounts.find_user(house.database, "dana")
    room = list_classes(house.database, dana)[0]
    wanted = assignments.Wanted(client_id=CRAIG, goal="reflection", note="Only reflections today.", min_turns="2")
    assignments.make(house, dana, room.id, wanted)
    sent = invitations.invite(house, dana, room.id, "Nina, nina@example.org")[0]
    page.goto(sent.path)
    expect(page.get_by_role("heading", name="Join Tuesday group")).to_be_visible()
    check(page)
    page.get_by_label("Password").fill("short")
    page.get_by_label("User name").fill("nina")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_text("A password has 8 to 200 characters.")).to_be_visible()
    _give_a_name(page, "nina")
    expect(page).to_have_url(re.compile("/clients$"))


def _choose_what_was_set(page: Page) -> None:
    """What the instructor set stands first; before the first session stands who can read it."""
    expect(page.get_by_text("Only reflections today.")).to_be_visible()
    check(page)
    page.get_by_role("link", name="Begin Craig").click()
    expect(page.get_by_role("heading", name="Who can read your sessions")).to_be_visible()
    expect(page.get_by_text("your instructor Dana")).to_be_visible()
    check(page)
    page.get_by_role("button", name="I have read this").click()
    expect(page.get_by_role("heading", name="Set by your instructor")).to_be_visible()
    page.get_by_role("radio", name="4 Tense").check()
    page.get_by_text("Take a minute to breathe first").click()
    expect(page.get_by_text("Breathe out through your mouth")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Begin the session").click()
    expect(page.locator(".turn.client")).to_have_count(1)


def _talk_coached(page: Page) -> None:
    expect(page.get_by_text("Coached · Goal: Reflections")).to_be_visible()
    page.get_by_text("Briefing", exact=True).click()
    expect(page.get_by_text("how hard the client pushes back")).to_be_visible()
    page.get_by_text("Briefing", exact=True).click()
    say(page, "You feel picked on.")
    expect(page.get_by_role("group", name="Craig after this turn")).to_contain_text("Resistance")
    page.get_by_role("button", name="Simple reflection").click()
    expect(page.get_by_role("tooltip").first).to_be_visible()
    page.get_by_role("button", name="Give me a hint").click()
    expect(page.locator(".aside.hint")).to_have_count(1)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_label("What do you say")).to_be_disabled()
    check(page)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Wait", exact=True).click()
    expect(page.locator(".turn.client")).to_have_count(3)
    silence = page.get_by_role("group", name="Craig after this turn").last
    expect(silence).not_to_contain_text("You showed that you are listening")
    say(page, "You should stop betting.")
    page.set_viewport_size({"width": 360, "height": 740})
    check(page)
    page.set_viewport_size({"width": 1280, "height": 900})


def _say_it_another_way(page: Page) -> None:
    page.locator(".turn.counsellor").last.get_by_role("button", name="Try this again").click()
    expect(page).to_have_url(re.compile(r"again=\d+"))
    say(page, "It sounds like everybody has an opinion about you.")
    page.get_by_role("link", name="Compare 1 earlier try").click()
    expect(page.locator(".way")).to_have_count(2)
    expect(page.locator(".way").first).to_contain_text("Kept")
    check(page)
    page.get_by_role("link", name="Go on with this").click()
    say(page, "What matters to you in all of this?")


def _close_and_look_back(page: Page) -> None:
    page.get_by_role("link", name="End session").click()
    page.get_by_label("Close with a summary").fill(SUMMARY)
    page.get_by_role("button", name="Say goodbye").click()
    expect(page.get_by_role("heading", name="Look back")).to_be_visible()
    page.get_by_label("Your reflection").fill(REFLECTION)
    check(page)
    page.get_by_role("button", name="Save and read the report").click()
    expect(page.get_by_role("heading", name="Your session with Craig")).to_be_visible()


def _read_the_report(page: Page) -> None:
    check(page)
    expect(page.get_by_text(REFLECTION)).to_be_visible()
    expect(page.get_by_role("heading", name="Today’s goal: Reflections")).to_be_visible()
    found = page.locator("main a[href]").evaluate_all("links => links.map((one) => one.getAttribute('href'))")
    for target in {one for one in found if one.startswith("#")}:
        assert page.locator(f"[id='{target[1:]}']").count() == 1, f"{target} leads nowhere"
    for address in {one for one in found if one.startswith("/")}:
        assert page.request.get(address).status == 200, address
    paper = page.request.get(page.url.split("#")[0] + ".pdf")
    assert paper.body().startswith(b"%PDF-")


def _try_a_moment_again(page: Page) -> None:
    page.get_by_role("button", name="Try this moment again").first.click()
    say(page, "It is up to you, or we could talk about work.")
    page.get_by_role("link", name="Compare").first.click()
    expect(page.get_by_role("link", name="Go on with this try")).to_be_visible()
    check(page)
    page.get_by_role("link", name="Practise").click()
    done = page.locator(".assigned li")
    expect(done).to_contain_text("done")
    expect(done.get_by_role("link", name="Once more")).to_be_visible()


def _look_at_progress(page: Page) -> None:
    page.get_by_role("link", name="My sessions").click()
    expect(page.get_by_role("row", name="Craig")).to_contain_text("Coached")
    check(page)
    page.get_by_role("link", name="Progress").click()
    page.get_by_text("Set a milestone").click()
    page.get_by_label("What is to be reached").select_option(label="Turns with a reflection (%)")
    page.get_by_label("Target").fill("45")
    page.get_by_role("button", name="Set the milestone").click()
    expect(page.locator(".milestone")).to_contain_text("set by you")
    check(page)


def _take_and_delete_ones_data(page: Page) -> None:
    page.get_by_role("link", name="Account").click()
    check(page)
    page.get_by_role("link", name="My data").click()
    check(page)
    with page.expect_download() as table:
        page.get_by_role("link", name="Tables").click()
    assert any("turns" in name for name in zipfile.ZipFile(table.value.path()).namelist())
    with page.expect_download() as document:
        page.get_by_role("link", name="One document").click()
    assert REFLECTION in json.dumps(json.loads(document.value.path().read_text()), ensure_ascii=False)
    begin(page, "ray-drink-driving")
    page.get_by_role("link", name="End session").click()
    page.get_by_role("button", name="Say goodbye").click()
    expect(page.get_by_text("You ended before saying anything")).to_be_visible()
    page.goto("/account/data")
    page.get_by_role("link", name=re.compile("Delete … Ray")).click()
    check(page)
    page.get_by_role("button", name="Delete the session").click()
    expect(page.get_by_text("The session is deleted.")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Delete … Ray"))).to_have_count(0)


def _keep_the_account_safe(chromium: Browser, site: str, page: Page) -> None:
    """Sign the other browser out, and change the password: the old one opens nothing."""
    other = _browser(chromium, site)
    _sign_in(other, PASSWORD)
    expect(other.get_by_role("link", name="My sessions")).to_be_visible()
    page.goto("/account")
    page.get_by_role("button", name="Sign out all others").click()
    expect(page.get_by_role("status")).to_be_visible()
    other.goto("/sessions")
    expect(other).to_have_url(re.compile("/sign-in"))
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("status")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    _sign_in(other, PASSWORD)
    expect(other.get_by_text("do not match")).to_be_visible()
    check(other)
    _sign_in(other, NEW_PASSWORD)
    expect(other.get_by_role("link", name="My sessions")).to_be_visible()
    other.context.close()


def _sign_in(page: Page, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("User name").fill("nina")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
