"""How a client leaves: as things stand between the two."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.client.ensemble import scene
from app.client.group import Cast
from app.client.parting import goodbye, tone_of
from app.client.persona import Persona
from app.client.state import State

WARM = State(resistance=0.3, trust=0.7, importance=6, confidence=6)
PLAIN = State(resistance=0.5, trust=0.35, importance=5, confidence=5)
COLD = State(resistance=0.9, trust=0.05, importance=2, confidence=5)


def test_the_tone_follows_the_state() -> None:
    assert [tone_of(state) for state in (WARM, PLAIN, COLD)] == ["warm", None, "cold"]
    assert tone_of(replace(WARM, heat=1)) == "cold", "about to leave"
    assert tone_of(replace(WARM, cold=True)) == "cold", "only sits it out"
    assert tone_of(replace(PLAIN, trust=0.1)) == "cold"
    assert tone_of(replace(WARM, resistance=0.7)) is None


@pytest.mark.parametrize(("state", "tone"), [(WARM, "warm"), (PLAIN, None), (COLD, "cold")])
def test_everybody_leaves_in_that_tone_and_the_same_way_each_time(
    personas: dict[str, Persona], state: State, tone: str | None
) -> None:
    for persona in personas.values():
        lines = {line.text for line in persona.lines["farewell"] if line.tone == tone}
        assert len(lines) >= 2, f"{persona.id} has too few {tone} goodbyes"
        said = {goodbye(persona, state, seed) for seed in range(40)}
        assert said <= lines
        assert len(said) > 1
        assert goodbye(persona, state, 7) == goodbye(persona, state, 7)


def test_a_person_without_such_lines_says_another(personas: dict[str, Persona]) -> None:
    persona = next(iter(personas.values()))
    warm = tuple(line for line in persona.lines["farewell"] if line.tone == "warm")
    other = persona.model_copy(update={"lines": persona.lines | {"farewell": warm}})
    assert goodbye(other, COLD, 1) in {line.text for line in warm}


def test_a_group_leaves_in_that_tone_too(groups: dict[str, Cast]) -> None:
    for cast in groups.values():
        for tone in ("warm", "cold", None):
            scenes = [found for found in cast.group.farewells if found[0].tone == tone]
            assert scenes, f"{cast.group.id} has no {tone} goodbye"
            said = {part.text for seed in range(20) for part in scene(cast, "farewells", seed, cast.group.ids, tone)}
            assert said == {words.text for found in scenes for words in found}
