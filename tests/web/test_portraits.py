"""Portraits: drawn for everybody, kept by the browser until they change, and nothing to a screen reader."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from app.client.group import Cast
from app.client.persona import Persona
from app.client.portrait import Portrait
from app.practice.faces import Client
from app.practice.house import House
from app.practice.looks import portrait_of, portraits_of, unknown_portrait
from app.resources import PROMPTS_DIR
from app.web.drawing import draw

SVG = "{http://www.w3.org/2000/svg}"


def test_everybody_who_ships_has_looks_of_their_own(personas: dict[str, Persona], groups: dict[str, Cast]) -> None:
    clients: list[Client] = [*personas.values(), *groups.values()]
    drawings = [draw(portraits_of(client)) for client in clients]
    assert all(persona.portrait for persona in personas.values())
    assert len({drawing.version for drawing in drawings}) == len(drawings)
    for drawing in drawings:
        root = ElementTree.fromstring(drawing.svg)
        assert root.tag == f"{SVG}svg"
        # style attributes and scripts would be refused by the pages' policy
        assert not [
            node for node in root.iter() if node.tag in (f"{SVG}style", f"{SVG}script") or "style" in node.attrib
        ]


@pytest.mark.parametrize("field", list(Portrait.model_fields))
def test_every_choice_can_be_drawn(field: str) -> None:
    choices = Portrait.model_json_schema()["properties"][field]["enum"]
    drawn = {choice: draw((Portrait.model_validate({"hat": "cap", field: choice}),)).svg for choice in choices}
    for svg in drawn.values():
        ElementTree.fromstring(svg)


def test_looks_without_a_section_are_steady_and_fit(personas: dict[str, Persona]) -> None:
    ray = personas["ray-drink-driving"].model_copy(update={"portrait": None})
    assert portrait_of(ray) == portrait_of(ray)
    old = ray.model_copy(update={"age": 78})
    assert portrait_of(old).hair_colour in ("white", "grey")
    assert portrait_of(old).lines == "many"
    girl = ray.model_copy(update={"age": 15, "pronouns": "she/her"})
    assert portrait_of(girl).facial_hair == "none"
    assert portrait_of(girl).lines == "none"


def test_a_portrait_is_kept_for_good_under_its_version_only(tom: TestClient, house: House) -> None:
    page = tom.get("/clients").text
    addresses = re.findall(r'<img class="portrait[^"]*" src="([^"]+)" alt=""', page)
    assert len(addresses) == len(house.clients)
    answer = tom.get(addresses[0])
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "immutable" in answer.headers["cache-control"]
    assert tom.get(addresses[0].split("?")[0]).headers["cache-control"] == "no-cache"


def test_a_group_is_drawn_wider_than_a_person(tom: TestClient) -> None:
    group = ElementTree.fromstring(tom.get("/portraits/thursday-group.svg").text)
    ray = ElementTree.fromstring(tom.get("/portraits/ray-drink-driving.svg").text)
    assert int(group.attrib["width"]) > 2 * int(ray.attrib["width"])


def test_somebody_who_is_gone_still_has_a_face(tom: TestClient) -> None:
    assert tom.get("/portraits/long-gone.svg").text == draw((unknown_portrait("long-gone"),)).svg
    assert tom.get("/portraits/NOBODY.svg").status_code == 404


def test_portraits_are_for_people_who_are_signed_in(visit: object) -> None:
    assert visit("").get("/portraits/ray-drink-driving.svg").status_code == 303  # type: ignore[operator]


def test_nothing_of_a_portrait_reaches_the_model() -> None:
    prompts = [path for path in PROMPTS_DIR.rglob("*") if path.is_file()]
    assert prompts
    assert not [path.name for path in prompts if "portrait" in path.read_text(encoding="utf-8")]
