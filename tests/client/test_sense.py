"""What a reply gains by the talk: the likelihood here less that with nothing said, which is remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from app.client.control import Control
from app.client.dialogue import NOTHING
from app.client.sense import Sense
from app.llm.engine import EngineBusy, Message
from tests.client.helpers import guarded, ray
from tests.client.judging import FRIDAY, HISTORY, JudgingEngine
from tests.support.engines import ScriptedEngine

TEXTS = ["A few beers.", "The bus was late."]
CONTROL = Control("sustain", "minimise", 0.7, 0.3)


def by_beer(text: str) -> float:
    return 1.5 if "beer" in text else -0.5


def test_what_the_talk_adds_is_what_counts() -> None:
    worths = asyncio.run(Sense(JudgingEngine(by_beer)).worth(ray(), FRIDAY, HISTORY, TEXTS, None))
    assert worths is not None
    assert [(worth.likely, worth.gain) for worth in worths] == [(-1.5, 1.5), (-3.5, -0.5)]


def test_what_a_text_is_worth_alone_is_asked_once_a_person() -> None:
    engine = JudgingEngine(by_beer)
    sense = Sense(engine)

    def alone() -> list[tuple[str, ...]]:
        return [texts for messages, texts in engine.judged if messages[-1] == NOTHING]

    for texts in (TEXTS, [*TEXTS[::-1], "Not much.", "Not much."]):
        worths = asyncio.run(sense.worth(ray(), FRIDAY, HISTORY, texts, None))
        assert worths is not None
        assert [worth.gain for worth in worths] == [by_beer(text) for text in texts]
    assert alone() == [tuple(TEXTS), ("Not much.",)]
    asyncio.run(sense.worth(guarded().model_copy(update={"id": "other"}), FRIDAY, HISTORY, TEXTS, None))
    assert alone()[-1] == tuple(TEXTS)


def test_the_tuned_model_reads_the_control_line_and_the_untuned_one_does_not() -> None:
    said: dict[bool, tuple[Message, ...]] = {}
    for tuned in (True, False):
        engine = JudgingEngine(by_beer)
        asyncio.run(Sense(engine, tuned).worth(ray(), FRIDAY, HISTORY, TEXTS, CONTROL))
        said[tuned] = next(messages for messages, _ in engine.judged if messages[-1] != NOTHING)
    assert said[True][-1].text == f"{FRIDAY}\n{CONTROL.line()}"
    assert said[True][0].text.startswith(f"You are {ray().name}, {ray().age}.")
    assert said[False][-1].text == FRIDAY
    assert ray().sheet in said[False][0].text


def test_an_engine_that_cannot_judge_says_nothing() -> None:
    assert asyncio.run(Sense(ScriptedEngine(["Hm."])).worth(ray(), FRIDAY, HISTORY, TEXTS, None)) is None


def test_an_engine_that_fails_is_the_callers_to_handle() -> None:
    engine = JudgingEngine(cannot_judge=EngineBusy("full", 2.0))
    with pytest.raises(EngineBusy):
        asyncio.run(Sense(engine).worth(ray(), FRIDAY, HISTORY, TEXTS, None))


def test_two_turns_at_once_do_not_forget_for_each_other() -> None:
    class Slow(JudgingEngine):
        async def score(self, request_messages: Sequence[Message], continuations: Sequence[str]) -> list[float] | None:
            await asyncio.sleep(0.05 if "Slow." in continuations else 0)
            return await super().score(request_messages, continuations)

    sense = Sense(Slow(by_beer))

    async def both() -> None:
        await sense.worth(ray(), FRIDAY, HISTORY, TEXTS, None)
        sense._alone.update({("somebody", str(number)): -3.0 for number in range(50_001)})
        slow, quick = await asyncio.gather(
            sense.worth(ray(), FRIDAY, HISTORY, [*TEXTS, "Slow."], None),
            sense.worth(ray(), FRIDAY, HISTORY, ["Quick."], None),
        )
        assert slow is not None
        assert quick is not None
        assert [worth.gain for worth in slow] == [1.5, -0.5, -0.5]

    asyncio.run(both())
    assert len(sense._alone) < 100
