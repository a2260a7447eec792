"""The tree of branches reads each reply as if it were read by itself."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
import torch

from app.client.control import Control, conversation, who
from app.llm.chat import Chat
from app.llm.engine import Message
from tests.training.client.moments import moment
from training.client import branches, tune
from training.client.branches import Sequence_, Writer, alone_prompt, control_of, padded
from training.client.hearing import Reader
from training.client.material import Moment

MOMENTS = [moment(0), moment(1), moment(2, acts=("concern",))]


@pytest.fixture(autouse=True)
def _in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny model counts in float32, so its mask has to."""

    def exact(sequences: list[Sequence_]) -> dict[str, Any]:
        batch = padded(sequences)
        return batch | {"attention_mask": batch["attention_mask"].float()}

    monkeypatch.setattr(tune, "padded", exact)


def writer(chat: Chat, seed: int = 1, likes: dict[str, str] | None = None) -> Writer:
    return Writer(chat, random.Random(seed), likes or {}, [moment(7, ("hedge",), "w2 Bob")])


def by_themselves(tiny: tuple[Any, Chat], one: Moment, sheet: str, control: Control, text: str) -> float:
    """The log-likelihood of a reply that is read with nothing beside it."""
    messages = conversation(who(one.name, one.age, sheet), one.counsellor, one.history, control)
    return Reader(*tiny).total(messages, [text])[0][0]


def sums(tiny: tuple[Any, Chat], sequences: list[Sequence_]) -> list[list[float]]:
    with torch.inference_mode():
        return [[float(value.sum()) for value in values] for values in tune.log_likelihoods(tiny[0], sequences)]


def test_every_reply_is_as_likely_as_when_it_is_read_by_itself(
    tiny: tuple[Any, Chat], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(branches, "SWAPPED", 0.0)
    monkeypatch.setattr(branches, "LIKE", 0.0)
    sequences = [sequence for each in MOMENTS for sequence in writer(tiny[1]).sequences(each)]
    for each, sequence, found in zip(MOMENTS, sequences, sums(tiny, sequences), strict=True):
        assert [said.true for said in sequence.said] == [True, False] * len(each.answers)
        for number, answer in enumerate(each.answers):
            right = by_themselves(tiny, each, each.sheet, control_of(each, answer), answer.text)
            assert found[2 * number] == pytest.approx(right, abs=1e-3)
        others = [control_of(each, other) for other in each.answers]
        for number, answer in enumerate(each.answers[: len(each.answers) if len(others) > 1 else 0]):
            wrong = [by_themselves(tiny, each, each.sheet, c, answer.text) for c in others if c != others[number]]
            assert min(abs(found[2 * number + 1] - value) for value in wrong) < 1e-3


def test_a_strangers_sheet_and_a_line_to_start_from_are_read_alike_too(
    tiny: tuple[Any, Chat], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(branches, "SWAPPED", 1.0)
    monkeypatch.setattr(branches, "LIKE", 1.0)
    one, stranger = MOMENTS[0], moment(7, ("hedge",), "w2 Bob")
    likes = {answer.text: "I never have more than a beer." for answer in one.answers}
    itself, swapped = writer(tiny[1], likes=likes).sequences(one)
    own, other = sums(tiny, [itself, swapped])
    answers = {tuple(tiny[1].continuation(answer.text)): answer for answer in one.answers}
    adapted = answers[tuple(itself.said[-1].targets)]
    line = control_of(one, adapted, likes[adapted.text])
    assert own[-1] == pytest.approx(by_themselves(tiny, one, one.sheet, line, adapted.text), abs=1e-3)
    assert itself.said[-1].group < 0, "it stands against nothing"
    for said, value in zip(swapped.said, other, strict=True):
        answer = answers[tuple(said.targets)]
        sheet = one.sheet if said.true else stranger.sheet
        assert value == pytest.approx(by_themselves(tiny, one, sheet, control_of(one, answer), answer.text), abs=1e-3)
    assert [said.true for said in swapped.said] == [True, True, False, False]


def test_nobody_sees_anything_of_another_branch(tiny: tuple[Any, Chat]) -> None:
    (sequence,) = writer(tiny[1]).sequences(MOMENTS[0])[:1]
    width = len(sequence.ids) + 3
    sees = sequence.mask(width) == 0
    for row, owner in enumerate(sequence.owners):
        for column, other in enumerate(sequence.owners):
            assert bool(sees[row, column]) is (column <= row and owner[: len(other)] == other)
    assert len(set(sequence.owners)) == 1 + 3 + 6, "the talk, three control lines, six replies"
    assert not sees[: len(sequence.ids), len(sequence.ids) :].any(), "padding is not seen"
    assert sees.any(dim=1).all(), "a row that sees nothing would be no number"


def test_what_is_changed_in_one_branch_changes_nothing_in_the_others(tiny: tuple[Any, Chat]) -> None:
    (sequence,) = writer(tiny[1]).sequences(MOMENTS[0])[:1]
    (before,) = sums(tiny, [sequence])
    first = sequence.said[0]
    for row in first.rows[1:]:
        sequence.ids[row] = 5
    (after,) = sums(tiny, [sequence])
    assert after[1:] == pytest.approx(before[1:], abs=1e-4)
    assert after[0] != pytest.approx(before[0], abs=1e-3)


def test_padding_changes_nothing(tiny: tuple[Any, Chat]) -> None:
    short, long = (writer(tiny[1]).sequences(each)[0] for each in (MOMENTS[2], MOMENTS[0]))
    assert len(short.ids) < len(long.ids)
    together, alone = sums(tiny, [short, long])[0], sums(tiny, [short])[0]
    assert together == pytest.approx(alone, abs=1e-3)


def test_each_control_line_is_read_once(tiny: tuple[Any, Chat]) -> None:
    one = MOMENTS[0]
    sequence = writer(tiny[1]).sequences(one)[0]
    text = tiny[1].text(sequence.ids)
    for answer in one.answers:
        assert text.count(control_of(one, answer).line()) == 1


def test_a_moment_with_one_reply_stands_against_another_intention(tiny: tuple[Any, Chat]) -> None:
    one, same_act = MOMENTS[2], moment(7, ("concern",), "w2 Bob")
    for stranger in (moment(7, ("hedge",), "w2 Bob"), same_act):
        sequence = Writer(tiny[1], random.Random(0), {}, [stranger]).sequences(one)[0]
        assert len(sequence.asked) == 2
        assert [said.true for said in sequence.said] == [True, False]
        (_, right), (_, wrong) = sequence.asked
        assert right == control_of(one, one.answers[0])
        assert (wrong.act, wrong.resistance) != (right.act, 0)
        assert wrong.act != right.act


def test_a_long_talk_loses_its_beginning(tiny: tuple[Any, Chat], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branches, "MOST_TALK", 20)
    sequence = writer(tiny[1]).sequences(MOMENTS[0])[0]
    assert sequence.owners.count((0,)) == 20
    assert "of seven?" in tiny[1].text(sequence.ids[:20])


def test_alone_the_person_is_asked_nothing(tiny: tuple[Any, Chat]) -> None:
    text = tiny[1].text(alone_prompt(tiny[1], MOMENTS[0]))
    assert MOMENTS[0].counsellor not in text
    assert "Cook number 0" in text
    assert tiny[1].prompt([who("Ann", 40, MOMENTS[0].sheet), Message("user", "…")], room=0) == alone_prompt(
        tiny[1], replace(MOMENTS[0], counsellor="Else?")
    )
