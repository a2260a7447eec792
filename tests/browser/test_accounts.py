"""Ways in, one's own account and all accounts, in a real Chromium."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect
from sqlmodel import select

from app.practice import accounts, resets
from app.practice.house import House
from app.store.tables import Classroom
from tests.browser.conftest import PASSWORD, Enter, serving
from tests.browser.steps import check
from tests.support.provider import PASSWORD as PROVIDER_PASSWORD
from tests.support.provider import oidc_provider

pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=1)]


@pytest.mark.parametrize("width", [1200, 360])
def test_every_page_of_an_account(enter: Enter, quick_house: House, width: int) -> None:
    db, settings = quick_house.database, quick_house.settings
    tom = accounts.find_user(db, "tom")
    accounts.sign_in(db, "dana", PASSWORD, 1, "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0")
    page = enter("dana", viewport={"width": width, "height": 800})
    for path in ("/account", "/people", f"/people/{tom.id}", "/people/invite", "/people?words=nobody"):
        page.goto(path)
        check(page)
    page.goto(f"/people/{tom.id}")
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_role("heading", name="A link for Tom")).to_be_visible()
    check(page)
    page.context.clear_cookies()
    link = resets.link_for(settings, tom, resets.Kind.HANDED).path
    for path in ("/sign-in", "/sign-in?reset=1", "/forgot", "/join", link, "/reset/old"):
        page.goto(path)
        check(page)


def test_a_handed_link_is_copied_and_used_and_a_browser_signed_out(enter: Enter, quick_house: House) -> None:
    other = enter("tom")
    page = enter("dana", permissions=["clipboard-read", "clipboard-write"])
    page.goto("/people?words=tom")
    page.get_by_role("link", name="Tom").click()
    page.get_by_role("button", name="Make a link").click()
    page.get_by_role("button", name="Copy").click()
    link = page.evaluate("navigator.clipboard.readText()")
    assert re.match(r"http://127\.0\.0\.1:\d+/reset/", link)
    other.goto(link)
    other.get_by_label("New password").fill("three quiet herons")
    other.get_by_role("button", name="Set the password").click()
    expect(other.get_by_text("Your new password is set.")).to_be_visible()
    other.get_by_label("User name").fill("tom")
    other.get_by_label("Password").fill("three quiet herons")
    other.get_by_role("button", name="Sign in").click()
    accounts.sign_in(quick_house.database, "tom", "three quiet herons", 1)
    other.goto("/account")
    other.get_by_role("button", name="Sign out all others").click()
    expect(other.get_by_text("All other browsers are signed out.")).to_be_visible()
    expect(other.locator(".browsers li")).to_have_count(1)


def test_signing_in_at_a_provider_and_joining(chromium: Browser, quick_house: House) -> None:
    """From one site to the other and back, as a browser keeps cookies apart: the provider is `localhost`."""
    with quick_house.database.read() as session:
        code = session.exec(select(Classroom.code)).one()
    with oidc_provider() as provider:
        settings = quick_house.settings.model_copy(update=provider.settings)
        settings = type(settings).model_validate(settings.model_dump())
        house = House(settings, quick_house.database, quick_house.engine, quick_house.coder, quick_house.personas)
        provider.add_person("vera", "Vera Neu", "vera@uni.example")
        with serving(house) as address:
            provider.register(address)
            page = chromium.new_context(base_url=address, viewport={"width": 360, "height": 740}).new_page()
            page.goto("/sign-in")
            check(page)
            page.get_by_role("link", name="Sign in with the university").click()
            page.get_by_label("Login").fill("vera")
            page.get_by_role("button", name="Continue").click()
            page.get_by_role("textbox", name="Password").fill(PROVIDER_PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.get_by_role("button", name="Accept").click()
            expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
            check(page)
            page.get_by_label("Class code").fill(code)
            page.get_by_role("button", name="Join").click()
            page.goto("/account")
            expect(page.get_by_text("You can sign in with the university.")).to_be_visible()
            check(page)
            page.goto("/sso/callback?error=access_denied&state=x")
            expect(page.get_by_role("heading", name="Signing in did not work")).to_be_visible()
            check(page)
            page.context.close()
