"""Whether the model hears what it is told: the figures, on a tiny model and on ones that hear well or badly."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from app.client.control import conversation, who
from app.llm.chat import Chat
from app.llm.engine import Message
from app.llm.local import LocalEngine
from tests.training.client.moments import REPLIES, moment
from training.client.hearing import Figures, Reader, measure, show

MOMENTS = [moment(number) for number in range(3)]


class Hears(Reader):
    """A reply is likely by `right` under a line that names its act, else by `wrong`."""

    def __init__(self, right: float, wrong: float) -> None:
        self.right, self.wrong = right, wrong

    def total(self, messages: Sequence[Message], texts: Sequence[str]) -> list[tuple[float, int]]:
        asked = messages[-1].text
        acts = [next(act for act, replies in REPLIES.items() if text in replies) for text in texts]
        return [(2 * (self.right if f"· {act} ·" in asked else self.wrong), 2) for act in acts]


def test_a_total_is_the_sum_of_what_the_engine_scores(tiny: tuple[Any, Chat], tiny_home: Path) -> None:
    model, chat = tiny
    one = MOMENTS[0]
    messages = conversation(who(one.name, one.age, one.sheet), one.counsellor, one.history)
    texts = [answer.text for answer in one.answers]
    found = Reader(model, chat).total(messages, texts)
    assert [count for _, count in found] == [len(chat.continuation(text)) for text in texts]

    async def scored() -> list[float] | None:
        engine = LocalEngine("tiny", lambda: tiny_home, device="cpu", dtype="float32", threads=1)
        try:
            return await engine.score(messages, texts)
        finally:
            await engine.close()

    assert [total / count for total, count in found] == pytest.approx(asyncio.run(scored()), abs=1e-3)


def test_who_hears_the_line_finds_it_and_who_does_not_does_not() -> None:
    well, badly = measure(Hears(-1.0, -3.0), MOMENTS), measure(Hears(-3.0, -1.0), MOMENTS)
    assert well.right_line == [1] * 9
    assert well.right_stance == [1] * 9
    assert badly.right_line == [0] * 9
    assert well.line_chance == [1 / 3] * 9
    assert well.perplexity("true") == pytest.approx(math.exp(1))
    assert well.perplexity("stance and act swapped") == pytest.approx(math.exp(3))
    assert badly.perplexity("true") > badly.perplexity("stance and act swapped")


def test_of_a_person_with_few_moments_no_sixteen_are_drawn(tiny: tuple[Any, Chat]) -> None:
    with torch.inference_mode():
        few = measure(Reader(*tiny), MOMENTS)
    assert few.first == []
    assert few.tokens["true"] > 0
    assert set(few.nats) == {"true", "stance and act swapped", "sheet swapped"}


def test_the_first_of_sixteen_is_what_the_talk_adds_most_to() -> None:
    class Recalls(Hears):
        def total(self, messages: Sequence[Message], texts: Sequence[str]) -> list[tuple[float, int]]:
            number = next((word for word in messages[-1].text.split() if word.isdigit()), None)
            return [(-1.0 if f"({number})" in text else -5.0, 1) for text in texts]

    def numbered(number: int) -> Any:
        made = moment(number)
        answers = tuple(type(a)(f"{a.text} ({number})", a.act, a.stance) for a in made.answers)
        return type(made)(**{**made.__dict__, "answers": answers})

    found = measure(Recalls(0, 0), [numbered(number) for number in range(6)])
    assert found.first == [1] * 6
    assert found.first_chance == [3 / 16] * 6


def test_the_table_names_what_was_measured(capsys: pytest.CaptureFixture[str]) -> None:
    show({"untuned": measure(Hears(-3.0, -1.0), MOMENTS), "tuned": measure(Hears(-1.0, -3.0), MOMENTS)}, (3, 4))
    table = capsys.readouterr().out
    assert "9 replies" in table
    assert "0.75" in table
    assert all(name in table for name in ("untuned", "tuned", "0.33", "perplexity, true", "2.7"))
    assert Figures().perplexity("true") == 1
