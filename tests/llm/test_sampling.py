"""Drawing tokens: the nucleus, the penalty, and luck that belongs to a candidate."""

from __future__ import annotations

import torch

from app.llm.sampling import draw, luck, penalise


def test_temperature_zero_takes_the_likeliest() -> None:
    logits = torch.tensor([[0.0, 3.0, 1.0], [5.0, 3.0, 1.0]])
    assert draw(logits, torch.tensor([0.99, 0.99]), 0.0, 1.0) == [1, 0]


def test_frequencies_follow_the_probabilities() -> None:
    chances = torch.tensor([0.5, 0.3, 0.15, 0.05])
    uniform = luck(7, 1, 20_000)[0]
    drawn = torch.tensor(draw(chances.log().expand(20_000, 4), uniform, 1.0, 1.0))
    assert torch.allclose(drawn.bincount(minlength=4) / 20_000, chances, atol=0.012)


def test_nucleus_leaves_out_the_tail_and_keeps_the_token_that_crosses() -> None:
    chances = torch.tensor([0.5, 0.3, 0.15, 0.05])
    drawn = draw(chances.log().expand(2_000, 4), luck(3, 1, 2_000)[0], 1.0, 0.7)
    assert set(drawn) == {0, 1}


def test_luck_depends_on_seed_and_candidate_alone() -> None:
    assert torch.equal(luck(5, 8, 10)[:3], luck(5, 3, 10))
    assert not torch.equal(luck(5, 1, 10), luck(6, 1, 10))
    assert luck(-1, 1, 1).shape == (1, 1)


def test_penalty_lowers_what_was_seen_whatever_its_sign() -> None:
    logits = torch.tensor([[2.0, -2.0, 1.0]])
    assert penalise(logits, [[0, 1, 1]], 2.0).tolist() == [[1.0, -4.0, 1.0]]
    assert penalise(logits, [[0]], 1.0) is logits
