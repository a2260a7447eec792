"""Tuning: what the loss wants, what is read, and one short pass over made-up moments."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch
from torch.nn.functional import softplus

from app.llm.chat import Chat
from tests.training.client.moments import moment, tiny_chat
from training.client import branches, tune
from training.client.branches import Said, Sequence_
from training.client.lowrank import attach, differences
from training.client.material import Moment
from training.client.tune import CONTRAST, CORPUS_STAGE, PARTS_STAGE, Stage


def one_pair() -> Sequence_:
    """A reply of two tokens under the right line, and under another one."""
    return Sequence_(said=[Said([0, 1], [5, 6], 0, True), Said([2, 3], [5, 6], 0, False)])


def loss_of(monkeypatch: pytest.MonkeyPatch, right: float, wrong: float) -> tuple[float, float, float]:
    values = [[torch.full((2,), right), torch.full((2,), wrong)]]
    monkeypatch.setattr(tune, "log_likelihoods", lambda model, batch: values)  # noqa: ARG005
    value, nats, hears = tune.loss(None, [one_pair()])
    return float(value), nats, hears


def test_the_loss_falls_as_the_right_line_makes_its_reply_likelier(monkeypatch: pytest.MonkeyPatch) -> None:
    even, _, _ = loss_of(monkeypatch, -2.0, -2.0)
    heard, nats, hears = loss_of(monkeypatch, -2.0, -3.0)
    missed, _, misses = loss_of(monkeypatch, -2.0, -1.0)
    assert heard < even < missed
    assert (nats, hears, misses) == (2.0, 1.0, 0.0)
    assert heard == pytest.approx(2.0 + CONTRAST * float(softplus(torch.tensor(-2.0))))
    assert loss_of(monkeypatch, -1.0, -2.0)[0] < heard, "the words count too"


def test_only_replies_of_a_group_stand_against_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    sequence = one_pair()
    sequence.said.append(Said([4], [7], -1, True))
    values = [torch.tensor([-1.0, -1.0]), torch.tensor([-2.0, -2.0]), torch.tensor([-7.0])]
    monkeypatch.setattr(tune, "log_likelihoods", lambda model, batch: [values])  # noqa: ARG005
    value, nats, hears = tune.loss(None, [sequence])
    assert nats == pytest.approx(3.0)
    assert hears == 1.0
    assert float(value) == pytest.approx(3.0 + CONTRAST * float(softplus(torch.tensor(-2.0))))


@pytest.mark.parametrize("stage", [CORPUS_STAGE.name, PARTS_STAGE.name])
def test_no_stage_reads_anybody_who_is_held_out(
    stage: str, corpus: list[Moment], banked: list[Moment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tune, "written", lambda: [each for each in corpus if each.source == "replies"])
    monkeypatch.setattr(tune, "conversations", lambda: [each for each in corpus if each.source == "conversations"])
    monkeypatch.setattr(tune, "banks", lambda: banked)
    found = tune.material(stage, random.Random(3))
    assert len(found) > 500
    assert not [each for each in found if each.held_out]
    assert any(each.source == "bank" for each in found) is (stage == PARTS_STAGE.name)
    again = tune.material(stage, random.Random(3))
    assert [id(each) for each in found] == [id(each) for each in again]


def test_batches_hold_everything_once_and_not_too_much() -> None:
    draw = random.Random(1)
    sequences = [Sequence_(ids=[0] * draw.randint(20, 400)) for _ in range(300)]
    found = list(tune.batches(sequences, random.Random(2), tokens=1500))
    assert sorted(id(each) for batch in found for each in batch) == sorted(map(id, sequences))
    assert all(max(len(s.ids) for s in batch) * len(batch) <= 1500 for batch in found)
    assert list(tune.batches([Sequence_(ids=[0] * 2000)], draw, tokens=1500)), "one that is too long stands alone"


def test_the_rate_goes_up_and_then_down_to_its_last() -> None:
    stage = Stage("x", 1e-3, 1e-4, warm_up=10)
    rates = [tune._rate(stage, step, 110) for step in range(110)]
    assert rates[0] == 0.1
    assert max(rates) == rates[9] == 1
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] == pytest.approx(0.1, abs=0.02)


def test_a_short_pass_learns_to_hear_the_line(tmp_path_factory: pytest.TempPathFactory) -> None:
    model, chat = tiny_chat(tmp_path_factory.mktemp("learning"))
    model = model.to(torch.bfloat16)
    torch.manual_seed(0)
    attach(model, rank=8, first=1)
    frozen = model.model.layers[0].mlp.up_proj.weight.clone()
    said: list[str] = []
    stage = Stage("corpus", 2e-2, 1e-2, batch_tokens=1200, warm_up=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tune, "material", lambda name, draw: [moment(n % 3) for n in range(60)])  # noqa: ARG005
        patch.setattr(branches, "SWAPPED", 0.0)
        before = measured(model, chat)
        tune.run(model, chat, stage, 0, said.append)
        after = measured(model, chat)
    assert after[0] < before[0] - 1
    assert after[2] > 0.9
    assert torch.equal(frozen, model.model.layers[0].mlp.up_proj.weight)
    assert all(float(part.abs().sum()) > 0 for part in differences(model).values())
    assert said
    assert said[-1].startswith("corpus")


def measured(model: Any, chat: Chat) -> tuple[float, float, float]:
    writer = branches.Writer(chat, random.Random(5), {}, [moment(1)])
    with torch.no_grad():
        value, nats, hears = tune.loss(model, [writer.sequences(moment(n))[0] for n in range(3)])
    return float(value), nats, hears
