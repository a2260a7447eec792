"""What a persona lacks, and the verdict on one that was tried."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.client.actor import Actor
from app.client.lacks import lacks, written
from app.client.persona import Line, Persona
from app.practice.house import House, judge_of
from app.realism.answering import Room
from app.realism.trial import Trial, judged, verdict
from tests.cli.conftest import PERSONA


@pytest.fixture
def bare(personas: dict[str, Persona]) -> Persona:
    """Ray with three lines an act, none of which is about anything, and no bank."""
    ray = personas[PERSONA]
    lines = {act: tuple(Line(text=line.text) for line in found[:3]) for act, found in ray.lines.items()}
    return ray.model_copy(update={"lines": lines, "bank": ()})


def test_what_is_written_is_counted_once_a_text(personas: dict[str, Persona], bare: Persona) -> None:
    has = written(bare)
    assert (has.moments, has.replies) == (0, 0)
    assert has.lines == has.whole == sum(map(len, bare.lines.values()))
    assert not any(has.by_topic.values())
    assert written(personas[PERSONA]).moments == len(personas[PERSONA].bank)


def test_thin_acts_topics_and_facts_are_named(bare: Persona) -> None:
    acts, topics, facts, bank = lacks(bare)
    assert acts.startswith("acts with few lines: ")
    assert "deny (3)" in acts
    assert all(f"{topic} (none)" in topics for topic in bare.topics)
    assert all(f"{fact.id} (none)" in facts for fact in bare.facts)
    assert "different replies in all" in bank


@pytest.mark.model
@pytest.mark.anyio
async def test_the_verdict_tells_what_works_and_what_does_not(house: House, bare: Persona) -> None:
    actor = Actor(house.engine, judge_of(house.coder), 0)
    room = Room(house.coder, actor)
    trials = []
    for policy in ("good", "poor"):
        exchanges = await room.session(bare, policy, 10, 1)
        assert await judged(house.engine, bare, exchanges) is None
        trials.append(Trial(policy, bare.start.resistance, tuple(exchanges)))
    works, thin = verdict(bare, trials)
    assert any(line.startswith("resistance ends at") for line in works)
    assert any("acts with few lines" in line for line in thin)
    same = [trials[0], replace(trials[0], policy="poor")]
    assert any("makes no difference" in line for line in verdict(bare, same)[1])


@pytest.mark.model
@pytest.mark.anyio
async def test_replies_to_read_are_long_enough_and_differ(house: House, personas: dict[str, Persona]) -> None:
    room = Room(house.coder, Actor(house.engine, judge_of(house.coder), 0))
    replies = await room.replies([personas[PERSONA]], 4, 2)
    assert len({reply.spoken.text for reply in replies}) == 4
    for reply in replies:
        assert reply.before[0].speaker == "client"
        assert reply.before[-1].speaker == "client"
        assert len(reply.spoken.text.split()) >= 5
