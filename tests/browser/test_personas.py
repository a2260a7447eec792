"""The persona editor and playback as people use them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from app.practice import persona_edits
from app.practice.house import House
from tests.browser.conftest import Enter
from tests.browser.steps import begin, check, say

# a real browser on a crowded machine may miss a moment: once more, then it is a failure
pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.flaky(reruns=1)]

RAY = "ray-drink-driving"
#: Pasting 75,000 characters as a person would takes a browser seconds.
_WRITE = "(field, text) => { field.value = text; field.dispatchEvent(new Event('input', { bubbles: true })); }"


def write(page: Page, text: str) -> None:
    page.locator("#source").evaluate(_WRITE, text)


def test_a_persona_is_rewritten_tried_out_and_published(enter: Enter, quick_house: House) -> None:
    page = enter("dana")
    file = persona_edits.file_text(quick_house, RAY)
    page.goto("/personas")
    check(page)
    page.get_by_role("link", name="Edit Ray Kovach").click()
    write(page, file.replace("difficulty: hard", "difficulty: awful"))
    expect(page.locator("#findings")).to_contain_text("1 thing to mend")
    page.get_by_role("button", name="Line 6").click()
    chosen = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
    assert page.locator("#source").evaluate(chosen) == "difficulty: awful"
    page.get_by_role("button", name="Talk with the draft").click()
    expect(page.locator("#panel")).to_contain_text("cannot be tried out before this is mended", timeout=30_000)
    write(page, file.replace("name: Ray Kovach", "name: Roy Kovach"))
    expect(page.locator("#findings")).to_contain_text("Sound")
    check(page)
    page.get_by_role("button", name="Talk with the draft").click()
    expect(page.locator("#panel h2")).to_have_text("Trial with Roy Kovach", timeout=90_000)
    for turn, words in enumerate(("You feel pushed into this.", "What would you like to use this hour for?"), 2):
        page.get_by_label("What do you say?").fill(words)
        page.get_by_role("button", name="Say it").click()
        expect(page.locator("#panel .tried")).to_have_count(turn, timeout=30_000)
    expect(page.locator("#panel .why").last).to_contain_text("Meant to")
    check(page)
    page.get_by_role("button", name="Quick run").click()
    expect(page.locator("#panel h2").first).to_have_text("Quick run of Roy Kovach", timeout=60_000)
    check(page)
    page.get_by_label("What you changed").fill("A new first name")
    page.get_by_role("button", name="Publish").click()
    expect(page).to_have_url(re.compile("#revisions"))
    expect(page.get_by_text("A new first name")).to_be_visible()
    check(page)
    page.get_by_role("link", name="What changed").click()
    expect(page.locator("tr.new")).to_contain_text("name: Roy Kovach")
    check(page)


def test_the_main_fields_write_into_the_text(enter: Enter, quick_house: House) -> None:
    page = enter("dana")
    page.goto(f"/personas/{RAY}/edit")
    page.get_by_text("Main fields and portrait").click()
    expect(page.get_by_label("Age")).to_have_value("46")
    expect(page.get_by_label("Hair", exact=True)).to_have_value("receding")
    expect(page.get_by_label("Leaves at resistance")).to_have_value("0.92")
    expect(page.get_by_label("Glasses")).to_have_value("")
    page.get_by_label("Name").fill("Roy: Kovach")
    page.get_by_label("Age").fill("51")
    page.get_by_label("Hair", exact=True).select_option("bald")
    page.get_by_label("Glasses").select_option("round")
    page.get_by_label("Trust", exact=True).fill("0.35")
    page.get_by_label("Turns before leaving").fill("5")
    page.get_by_label("Turns before leaving").blur()
    expect(page.locator("#findings")).to_contain_text("Sound")
    page.get_by_role("button", name="Publish").click()
    expect(page).to_have_url(re.compile("#revisions"))
    roy, ray = quick_house.personas[RAY], quick_house.files.personas[RAY]
    assert (roy.name, roy.age, roy.start.trust, roy.walks_out.patience) == ("Roy: Kovach", 51, 0.35, 5)
    assert roy.portrait is not None
    assert ray.portrait is not None
    assert roy.portrait == ray.portrait.model_copy(update={"hair": "bald", "glasses": "round"})
    assert roy.lines == ray.lines
    page.goto(f"/personas/{RAY}/edit")
    page.get_by_text("Main fields and portrait").click()
    check(page)


def test_a_text_that_was_not_saved_is_not_lost(enter: Enter, quick_house: House) -> None:
    page = enter("dana")
    page.goto(f"/personas/{RAY}/edit")
    write(page, persona_edits.file_text(quick_house, RAY) + "# mine\n")
    expect(page.locator("#findings")).to_contain_text("Sound")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/personas")
    page.goto(f"/personas/{RAY}/edit")
    page.get_by_role("button", name="Put it back").click()
    assert page.locator("#source").input_value().endswith("# mine\n")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Saved as a draft.")).to_be_visible()
    expect(page.get_by_role("button", name="Put it back")).to_be_hidden()


def test_a_session_is_played_turn_by_turn(enter: Enter) -> None:
    trainee = enter("tom")
    begin(trainee)
    for words in ("Hello, I'm Tom.", "You feel pushed into this."):
        say(trainee, words)
    session = re.search(r"[0-9a-f-]{36}", trainee.url)
    assert session
    page = enter("dana", reduced_motion="reduce")
    page.goto(f"/playback/{session[0]}")
    turns = page.locator(".play:visible")
    expect(turns).to_have_count(1)
    check(page)
    page.keyboard.press("ArrowRight")
    expect(turns).to_have_count(2)
    expect(page.get_by_text("Hello, I'm [counsellor].")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(turns).to_have_count(1)
    page.get_by_label("Codes and state").select_option("key")
    expect(page.locator(".told:visible")).to_have_count(0)
    page.locator("body").click(position={"x": 5, "y": 200})
    page.keyboard.press("c")
    expect(page.locator(".told:visible")).to_have_count(1)
    page.keyboard.press("s")
    page.keyboard.press(" ")
    expect(page.get_by_text("What would you say here?")).to_be_visible()
    expect(turns).to_have_count(1)
    check(page)
    page.get_by_label("Speed").select_option("2")
    page.keyboard.press("s")
    page.locator("body").click(position={"x": 5, "y": 200})
    page.keyboard.press(" ")
    expect(turns).to_have_count(5, timeout=60_000)
    expect(page.locator("[data-at]")).to_contain_text("The end")


def test_playback_without_script_is_a_plain_page(enter: Enter) -> None:
    trainee = enter("tom")
    begin(trainee)
    say(trainee, "You feel pushed into this.")
    session = re.search(r"[0-9a-f-]{36}", trainee.url)
    assert session
    page = enter("dana", java_script_enabled=False)
    page.goto(f"/playback/{session[0]}")
    expect(page.locator(".play:visible")).to_have_count(3)
    expect(page.locator(".told:visible")).to_have_count(3)
    expect(page.get_by_role("button", name="Play")).to_be_hidden()
