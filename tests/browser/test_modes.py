"""Coached and plain side by side, the pace of the client's words, hints, the close, and voice by a stand-in."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.steps import begin, check, leave, say

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120), pytest.mark.flaky(reruns=1)]

CRAIG = "craig-gambling"
WORDS = "You feel picked on. You should stop."


def prepare(page: Page, **chosen: str) -> None:
    page.goto(f"/clients/{CRAIG}")
    for name, value in chosen.items():
        page.locator(f"input[name={name}][value='{value}']").check()
    page.get_by_role("button", name="Begin the session").click()
    expect(page.locator(".turn.client")).to_have_count(1)


def test_the_page_before_a_session(enter: Enter) -> None:
    page = enter("tom", viewport={"width": 360, "height": 740})
    page.goto(f"/clients/{CRAIG}")
    page.get_by_text("Take a minute to breathe first").click()
    expect(page.locator(".ball")).to_be_visible()
    check(page)
    page.emulate_media(reduced_motion="reduce")
    expect(page.locator(".ball")).to_be_hidden()
    expect(page.get_by_text("Breathe out through your mouth")).to_be_visible()
    mood = page.get_by_role("group", name="How do you feel just now?")
    mood.get_by_role("radio", name="Rather not say").focus()
    page.keyboard.press("ArrowUp")
    expect(mood.get_by_role("radio", name="5 Racing heart")).to_be_checked()
    page.get_by_role("radio", name=re.compile("^Exam")).check()
    page.get_by_role("button", name="Begin the session").click()
    expect(page.get_by_text("· Exam")).to_be_visible()


def test_coached_stands_beside_each_turn_live_and_after_a_reload(enter: Enter) -> None:
    page = enter("tom", reduced_motion="reduce")
    prepare(page, mode="coached", goal="reflection")
    expect(page.get_by_role("group", name="Craig at the start")).to_be_visible()
    say(page, WORDS)
    state = page.get_by_role("group", name="Craig after this turn")
    live = state.inner_text()
    assert "Advice nobody asked for makes Craig argue" in live
    expect(state.get_by_label("Resistance")).to_have_attribute("max", "1")
    check(page)
    page.reload()
    expect(page.locator(".turn.counsellor .chip")).to_have_count(2)
    assert state.inner_text() == live
    expect(page.get_by_role("button", name="Try this again")).to_have_count(1)


def test_plain_shows_nothing_until_the_end_but_gives_hints(enter: Enter) -> None:
    page = enter("tom", reduced_motion="reduce")
    prepare(page, mode="plain")
    say(page, WORDS)
    expect(page.locator(".chip, .state, mark, .again")).to_have_count(0)
    page.get_by_role("button", name="Pause").click()
    ask = page.get_by_role("button", name="Give me a hint")
    ask.click()
    expect(page.locator(".aside.hint")).to_contain_text("things to try here")
    expect(page.get_by_text("1 hint so far")).to_be_visible()
    expect(page.get_by_label("What do you say")).to_be_disabled()
    check(page)
    page.get_by_role("button", name="Go on").click()
    for _ in range(2):
        ask.click()
        expect(ask).to_be_enabled()
    expect(page.locator("#hints")).to_have_text("That is all the room has to say here.")
    expect(page.locator(".aside.hint")).to_have_count(2)
    page.reload()
    expect(page.locator(".aside.hint")).to_have_count(2)
    expect(page.get_by_text("2 hints so far")).to_be_visible()


def test_the_pace_is_a_persons_and_may_be_hurried(enter: Enter) -> None:
    page = enter("tom")
    prepare(page, mode="plain")
    for hurry in ("key", "click"):
        before = page.locator(".turn.client").count()
        say(page, "You feel picked on.", wait=False)
        typing = page.locator(".turn.client.typing")
        expect(typing).to_have_count(1, timeout=60_000)
        expect(typing).to_have_attribute("title", re.compile("Escape"))
        if hurry == "key":
            page.keyboard.press("Escape")
        else:
            typing.click()
        expect(typing).to_have_count(0, timeout=700)
        expect(page.locator(".turn.client")).to_have_count(before + 1)
        expect(page.get_by_role("button", name="Say it")).to_be_enabled()


def test_the_close_in_ones_own_words_and_the_look_back(enter: Enter) -> None:
    page = enter("tom", reduced_motion="reduce")
    prepare(page, mode="plain")
    room = page.url
    say(page, WORDS)
    page.get_by_role("link", name="End session").click()
    expect(page.get_by_label("Close with a summary")).to_be_focused()
    check(page)
    page.get_by_role("link", name="Stay").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("link", name="End session").click()
    page.get_by_label("Close with a summary").fill("It sounds like you came for Mel.")
    page.get_by_role("button", name="Say goodbye").click()
    field = page.get_by_label("Your reflection")
    field.fill("I pushed too early.")
    expect(page.get_by_text("4 words")).to_be_visible()
    check(page)
    page.reload()
    expect(field).to_have_value("I pushed too early.")
    page.get_by_role("button", name="Save and read the report").click()
    expect(page.get_by_role("heading", name="Your session with Craig")).to_be_visible()
    expect(page.locator(".transcript .said").nth(-2)).to_have_text("It sounds like you came for Mel.")
    page.goto(room + "/reflect")
    expect(field).to_have_value("I pushed too early.")
    page.goto(room)
    expect(page.get_by_role("link", name="Look back on it")).to_have_count(0)
    check(page)


def test_without_script_a_close_and_a_hint(enter: Enter) -> None:
    page = enter("tom", java_script_enabled=False)
    prepare(page, mode="plain", mood="2")
    page.get_by_role("button", name="Give me a hint").click()
    expect(page.locator(".aside.hint")).to_have_count(1)
    page.get_by_label("What do you say").fill(WORDS)
    page.get_by_role("button", name="Say it").click()
    expect(page.locator(".turn.client")).to_have_count(2)
    leave(page, summary="It sounds like you came for Mel.", reflection="I pushed.")
    expect(page.get_by_role("heading", name="Your session with Craig")).to_be_visible()


#: A browser that hears "I hear you" and says what it is told into `window.heard`.
_STAND_IN = """
window.heard = [];
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => [{ lang: "en-GB", name: "One" }, { lang: "de-DE", name: "Zwei" }],
    speak: (one) => window.heard.push(one), cancel: () => {},
} });
window.SpeechRecognition = class {
    start() {
        const result = [[{ transcript: "I hear you" }]];
        setTimeout(() => this.onresult?.({ results: result }), 20);
    }
    abort() { this.onend?.(); }
};
"""


def test_voice_is_off_until_it_is_turned_on(enter: Enter) -> None:
    page = enter("tom", reduced_motion="reduce")
    page.add_init_script(_STAND_IN)
    prepare(page, mode="plain")
    mic = page.get_by_role("button", name="Speak", exact=True)
    expect(mic).to_be_hidden()
    say(page, WORDS)
    assert page.evaluate("window.heard.length") == 0
    page.get_by_text("Voice", exact=True).click()
    expect(page.get_by_text("no sound is ever sent to this site")).to_be_visible()
    page.get_by_label("Hear Craig").check()
    page.get_by_label("Speak my replies").check()
    check(page)
    page.reload()
    page.get_by_label("What do you say").fill("Mm.")
    mic.click()
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("What do you say")).to_have_value("Mm. I hear you")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(mic).to_have_attribute("aria-pressed", "false")
    say(page, "Mm. I hear you")
    said = page.locator(".turn.client .said").last.inner_text()
    heard = page.evaluate("window.heard.map(({ text, voice, lang }) => [text, voice.name, lang])")
    assert [words for words, voice, lang in heard if (voice, lang) == ("One", "en")] == [said]


def test_without_speech_there_is_no_word_of_it(enter: Enter) -> None:
    page = enter("tom")
    page.add_init_script(
        "for (const name of ['SpeechRecognition', 'webkitSpeechRecognition', 'SpeechSynthesisUtterance'])"
        " delete window[name];"
    )
    begin(page, CRAIG)
    expect(page.get_by_text("Voice", exact=True)).to_be_hidden()
    expect(page.locator("#mic")).to_be_hidden()
