"""The report's feedback on the page: what it was, what it did to the client, what to try and why."""

from __future__ import annotations

import html
import re

from fastapi.testclient import TestClient

from app.practice.house import House
from tests.support.engines import ScriptedEngine
from tests.web.conftest import exchange


def page_of(tom: TestClient, room: str) -> str:
    exchange(tom, room, "You should sell the truck.")
    exchange(tom, room, "It sounds like you are tired of being told.")
    tom.post(f"/sessions/{room}/end")
    return html.unescape(tom.get(f"/sessions/{room}/report").text)


def test_each_point_says_what_it_did_and_offers_several_ways_with_their_reasons(tom: TestClient, room: str) -> None:
    page = page_of(tom, room)
    well, tries = (re.search(rf'id="{name}".*?</section>', page, re.DOTALL) for name in ("well", "try"))
    assert well
    assert tries
    assert "In the simulation, Ray’s resistance" in well.group()
    assert "In the simulation, Ray’s resistance" in tries.group()
    assert "You should sell the truck." in tries.group()
    assert "Whether you sell the truck is up to you" in tries.group()
    assert "Autonomy</b>" in tries.group()
    shown = re.findall(r'<p class="rewrite"><b>.*?</b>(.*?)</p>\s*<p class="small soft">(.+?)</p>', tries.group())
    assert len(shown) >= 2
    assert all(why.endswith(".") for _, why in shown)


def test_what_a_model_wrote_is_escaped_and_shown_as_words(
    tom: TestClient, room: str, house: House, engine: ScriptedEngine
) -> None:
    object.__setattr__(house, "settings", house.settings.model_copy(update={"candidates": "auto"}))
    engine.lines = ["It's up to you & nobody else, truck or no truck."]
    exchange(tom, room, "You should sell the truck.")
    tom.post(f"/sessions/{room}/end")
    page = tom.get(f"/sessions/{room}/report").text
    assert "up to you &amp; nobody else, truck or no truck." in page
