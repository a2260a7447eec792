"""Replies drawn to be judged: of all kinds, from sessions of unseen turns, and shown without their source."""

from __future__ import annotations

import asyncio
import random

import pytest

from app.client.choose import Candidate
from app.client.persona import Persona
from app.client.rank import Evidence
from app.scoring.types import Coder
from tests.client.helpers import even_judge
from tests.client.judging import JudgingEngine
from tests.client.judging import retriever as by_words
from training.client.collect import COURSE, EACH, Watched, drawn, session, sheet, trainee_turns
from training.client.material import Moment


def candidate(text: str, source: str = "bank", refused: str | None = None) -> Candidate:
    return Candidate(text, source, "hedge", None, 0.0, refused, evidence=Evidence(0.1))  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(10))
def test_the_best_what_the_model_made_and_some_of_the_rest_are_drawn(seed: int) -> None:
    every = [candidate(f"b{n}") for n in range(9)]
    every += [candidate("free", "model"), candidate("changed", "adapted"), candidate("third", "model")]
    every += [candidate("refused", "model", "role: no"), Candidate("(shrugs)", "authored", "silent", None, 0.0)]
    found = [each.text for each in drawn(every, random.Random(seed))]
    assert len(found) == len(set(found)) == EACH
    assert found[:3] == ["b0", "free", "changed"]
    assert not {"refused", "(shrugs)"} & {*found}


def test_few_candidates_are_all_drawn_and_none_twice() -> None:
    made = [candidate("free", "model"), candidate("b1")]
    assert drawn(made, random.Random(1)) == made
    assert drawn([candidate("no", refused="role: x")], random.Random(1)) == []


def test_there_are_turns_of_every_kind_and_hardly_one_is_in_a_bank(banked: list[Moment]) -> None:
    turns = trainee_turns()
    assert set(COURSE) <= set(turns)
    assert all(len(turns[kind]) > 1 for kind in COURSE)
    seen = {" ".join(each.counsellor.lower().split()) for each in banked if len(each.counsellor.split()) > 6}
    every = [" ".join(text.lower().split()) for texts in turns.values() for text in texts]
    assert len(set(every) & seen) < 0.02 * len(every), "only what anybody would ask"


def test_a_session_gives_replies_in_their_context(coder: Coder, personas: dict[str, Persona]) -> None:
    engine = JudgingEngine(lambda text: 0.2 * (len(text) % 5), lines=["Hard to say, that."])
    actor = Watched(engine, even_judge, retriever=by_words(), tuned=True)
    persona = personas["ray-drink-driving"]
    rows = asyncio.run(session(persona, coder, actor, trainee_turns(), seed=1))
    assert len({row["id"] for row in rows}) == len(rows) > 5
    assert len(actor.turns) <= len(COURSE)
    for row in rows:
        assert row["verdict"] is None
        assert len(row["history"]) <= 4
        assert row["history"][-1]["speaker"] == "client"
        assert row["control"]["stance"] in ("sustain", "neutral", "change")
    assert any(row["shown"] for row in rows)
    shown = sheet(rows, personas)
    assert all(f"REPLY: {row['reply']}" in shown and row["id"] in shown for row in rows)
    assert "authored" not in shown
    assert "verdict" not in shown
