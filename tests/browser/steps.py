"""What people do on the pages, and what must hold on each of them."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

_axe = Axe()

#: Colours half-way from one scheme to the other are nobody's choice. A page that is not painted never finishes a
#: transition, so there is an end to waiting.
_SETTLED = """Promise.race([
    Promise.allSettled(
        document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished)
    ),
    new Promise((done) => setTimeout(done, 1500)),
])"""


def check(page: Page) -> None:
    """Nothing that axe finds, in light and in dark; nothing wider than the window."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(_SETTLED)
        found = _axe.run(page).response["violations"]
        told = [(item["id"], [node["target"] for node in item["nodes"]]) for item in found]
        assert not told, f"axe on {page.url} ({scheme}): {told}"
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0, f"{page.url} is {overflow} px wider than the window"


def begin(page: Page, persona: str = "ray-drink-driving") -> None:
    """From the briefing into the room."""
    page.goto(f"/clients/{persona}")
    page.get_by_role("button", name="Begin the session").click()
    expect(page.locator(".turn.client")).to_have_count(1)


def say(page: Page, words: str, *, wait: bool = True) -> None:
    """One turn; with `wait`, until the client has spoken to the end and the trainee may go on."""
    expect(page.locator("#say-form")).to_have_attribute("data-ready", "yes")  # before, Enter is only a new line
    turns = page.locator(".turn.client").count()
    page.get_by_label("What do you say").fill(words)
    page.keyboard.press("Enter")
    if wait:
        expect(page.locator(".turn.client")).to_have_count(turns + 1, timeout=90_000)
        expect(page.get_by_role("button", name="Say it")).to_be_enabled(timeout=90_000)


def leave(page: Page, summary: str = "", reflection: str = "") -> None:
    """Say goodbye, from the room or from the page that asks; look back or skip it; the report is there then."""
    if not page.get_by_role("button", name="Say goodbye").is_visible():
        page.get_by_role("link", name="End session").click()
    if summary:
        page.get_by_label("Close with a summary").fill(summary)
    page.get_by_role("button", name="Say goodbye").click()
    expect(page.get_by_role("heading", name="Look back")).to_be_visible()
    if not reflection:
        page.get_by_role("link", name="Skip for now").click()
        return
    page.get_by_label("Your reflection").fill(reflection)
    page.get_by_role("button", name="Save and read the report").click()


__all__ = ["begin", "check", "leave", "say"]
