"""The common lines that ship: nobody's life is in them, and their vectors are those of the retriever that ships."""

from __future__ import annotations

import numpy as np
import pytest

from app.client.acts import ACTS
from app.client.authored import PLANNED_ONLY
from app.client.checks import Context, refuse
from app.client.common import LINES, common_bank
from app.client.embed import load_embedder
from app.client.gather import written
from app.client.plan import Plan
from app.client.rank import load_ranker
from app.client.retrieve import Retriever
from app.client.vectors import reply_text
from tests.client.helpers import heard, ray
from tests.client.judging import FRIDAY, HISTORY, STATE, plan


def test_every_line_has_an_act_and_a_moment_and_tells_no_fact() -> None:
    bank = common_bank()
    assert len(bank.replies) > 100
    assert {reply.act for reply in bank.replies} <= set(ACTS)
    assert {reply.moment for reply in bank.replies} == set(range(len(bank.moments)))
    assert len(bank.vectors) == len(bank.replies)
    assert not [reply for reply in bank.replies if reply.fact or reply.defence]
    assert len(LINES.read_text(encoding="utf-8").splitlines()) == len(bank.moments)
    assert common_bank() is bank


def test_the_lines_cover_each_stance() -> None:
    usual = [reply for reply in common_bank().replies if reply.act not in PLANNED_ONLY]
    assert {reply.stance for reply in usual} == {"sustain", "neutral", "change"}


@pytest.mark.parametrize(("medium", "left_out"), [("chat", 0.05), ("speech", 0.25)])
def test_anybody_may_say_them(medium: str, left_out: float) -> None:
    """Some end without a stop, as people type."""
    voice = ray().voice.model_copy(update={"medium": medium})
    context = Context(ray().model_copy(update={"voice": voice}), (), "What do you think?", ())
    replies = common_bank().replies
    refused = [reply.text for reply in replies if refuse(reply.text, context)]
    assert len(refused) < left_out * len(replies), refused[:10]


def test_the_vectors_are_those_of_the_retriever_that_ships() -> None:
    bank = common_bank()
    some = range(0, len(bank.replies), len(bank.replies) // 20)
    anew = load_embedder()([reply_text(bank.replies[number].text) for number in some])
    near = np.sum(anew * bank.vectors[list(some)], axis=1)
    assert near.min() > 0.85
    assert np.median(near) > 0.93
    assert np.allclose(np.linalg.norm(bank.vectors, axis=1), 1, atol=0.02)
    assert np.allclose(np.linalg.norm(bank.moments, axis=1), 1, atol=0.02)


@pytest.mark.parametrize("doing", [plan("hedge"), plan("minimise"), plan("concern")])
def test_somebody_with_few_lines_speaks_from_them(doing: Plan) -> None:
    newcomer = ray().model_copy(update={"bank": (), "lines": {act: lines[:2] for act, lines in ray().lines.items()}})
    common = {reply.text for reply in common_bank().replies}
    found = written(
        newcomer, doing, heard(FRIDAY), STATE, HISTORY, frozenset(), Retriever(load_embedder()), load_ranker()
    )
    assert len([candidate for candidate in found if candidate.text in common]) > 5
