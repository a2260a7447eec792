"""The actor with the embedded model: what is written is judged, sense comes first, and something is always said."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.client.actor import MOST_KEPT, Actor, Spoken, Turn
from app.client.choose import GOOD
from app.client.heard import Heard
from app.client.persona import Persona
from app.client.plan import Plan
from app.client.small import small_acts
from app.llm.engine import EngineBusy, EngineError, Message
from tests.client.helpers import CLOSED, even_judge, guarded, heard
from tests.client.judging import FRIDAY, HISTORY, RANKER, STATE, JudgingEngine, banked, moment, plan, retriever
from tests.support.engines import ScriptedEngine

PLANNED, SENSIBLE = "Hardly a thing.", "It worries me some nights."
TWO = banked(moment(FRIDAY, ("minimise", PLANNED), ("concern", SENSIBLE)))


@pytest.fixture(autouse=True)
def _one_ranker_and_one_bank(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the weights that ship, and without common lines."""
    monkeypatch.setattr("app.client.gather.FEW", 0)
    monkeypatch.setattr("app.client.actor.load_ranker", lambda: RANKER)


def spoken(
    engine: ScriptedEngine, persona: Persona = TWO, doing: Plan | None = None, turn: Heard | None = None, **more: object
) -> Spoken:
    actor = Actor(engine, even_judge, **{"retriever": retriever(), **more})  # type: ignore[arg-type]
    return asyncio.run(actor.speak(persona, doing or plan(), STATE, turn or heard(FRIDAY), HISTORY))


def only(*texts: str) -> JudgingEngine:
    """An engine for which these texts alone make sense."""
    return JudgingEngine(lambda text: 4.0 if text in texts else -4.0)


def test_what_makes_sense_is_said_rather_than_what_was_planned() -> None:
    assert {spoken(only(SENSIBLE), doing=plan(seed=seed)).text for seed in range(5)} == {SENSIBLE}
    found = spoken(only(SENSIBLE, PLANNED))
    assert (found.text, found.source, found.act, str(found.stance)) == (PLANNED, "bank", "minimise", "sustain")


def test_the_models_word_stands_with_every_candidate() -> None:
    found = spoken(only(SENSIBLE))
    assert len(found.candidates) > 2
    assert all(c.evidence and c.evidence.gain in (4.0, -4.0) for c in found.candidates)
    assert [c.text for c in found.candidates if (c.sense or 0) >= GOOD] == [SENSIBLE]
    assert len(found.candidates) <= MOST_KEPT


@pytest.mark.parametrize(("tuned", "candidates"), [(False, None), (True, 0)])
def test_where_nothing_makes_sense_a_small_act_is_done(tuned: bool, candidates: int | None) -> None:
    engine = only()
    found = spoken(engine, tuned=tuned, candidates=candidates)
    said = {said.text for said in HISTORY}
    assert found.text in small_acts(TWO, said, plan().seed, asked_for_more=heard(FRIDAY).wants_more_than_yes)
    assert (found.act, found.source) == ("silent", "authored")
    assert engine.requests == [], "nothing is made up by who has not learnt to, or may not"


def test_without_a_retriever_the_lines_are_all_there_is() -> None:
    found = spoken(only(), retriever=None)
    assert found.text in {line.text for lines in TWO.lines.values() for line in lines}


@pytest.mark.parametrize("mine", ["It adds up, a Friday like that.", "Ask me on a Monday."])
def test_the_tuned_model_makes_a_line_where_nothing_written_makes_sense(mine: str) -> None:
    engine = JudgingEngine(lambda text: 4.0 if text == mine else -4.0, lines=[mine])
    found = spoken(engine, tuned=True)
    assert (found.text, found.source in ("model", "adapted"), found.act) == (mine, True, "minimise")
    assert engine.requests


def test_nothing_is_made_up_where_something_written_makes_sense() -> None:
    engine = JudgingEngine(lambda text: 4.0 if text == SENSIBLE else -4.0, lines=["Ask me on a Monday."])
    assert spoken(engine, tuned=True).text == SENSIBLE
    assert engine.requests == []


def test_what_was_made_and_refused_is_kept_for_the_transcript_and_never_said() -> None:
    engine = JudgingEngine(lambda text: -4.0, lines=["As an AI I cannot drink."])  # noqa: ARG005
    terse = TWO.model_copy(update={"lines": {"minimise": TWO.lines["minimise"][:2]}})
    found = spoken(engine, terse, tuned=True)
    assert found.act == "silent"
    assert any((candidate.refused or "").startswith("role") for candidate in found.candidates)


def test_the_same_seed_gives_the_same_reply_and_others_give_others() -> None:
    texts = [spoken(JudgingEngine(lambda text: 4.0), doing=plan(seed=seed)).text for seed in range(8)]  # noqa: ARG005
    assert texts == [spoken(JudgingEngine(lambda text: 4.0), doing=plan(seed=s)).text for s in range(8)]  # noqa: ARG005
    small = {spoken(only(), doing=plan(seed=seed)).text for seed in range(8)}
    assert len(small) > 2


class Slow(JudgingEngine):
    """Thinks for longer than anybody waits."""

    async def score(self, request_messages: Sequence[Message], continuations: Sequence[str]) -> list[float] | None:
        await asyncio.sleep(30)
        return await super().score(request_messages, continuations)


@pytest.mark.parametrize(("timeout", "judging"), [(0.05, 60.0), (60.0, 0.05)])
def test_a_model_that_is_not_done_in_time_is_done_without(
    timeout: float, judging: float, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        found = spoken(Slow(), timeout=timeout, judging=judging)
    assert found.text == PLANNED, "its moment is this very one"
    assert all(c.evidence is None or c.evidence.gain is None for c in found.candidates)
    assert "no time" in caplog.text


def test_lines_that_take_too_long_to_make_are_not_waited_for() -> None:
    class Hesitant(JudgingEngine):
        async def stream(self, request):  # type: ignore[no-untyped-def]
            await asyncio.sleep(30)
            async for chunk in super().stream(request):
                yield chunk

    found = spoken(Hesitant(lambda text: -4.0, lines=["Never."]), tuned=True, judging=0.5)  # noqa: ARG005
    assert found.act == "silent"
    assert {c.evidence.gain for c in found.candidates if c.evidence} == {-4.0}, "what was judged is not lost"


def test_a_model_that_fails_is_noted_and_the_session_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert spoken(JudgingEngine(cannot_judge=EngineError("broken"))).text == PLANNED
        unable = spoken(JudgingEngine(lambda text: -4.0, error=EngineError("no room")), tuned=True)  # noqa: ARG005
    assert unable.text
    assert "broken" in caplog.text
    assert "no room" in caplog.text


@pytest.mark.parametrize("engine", [
    JudgingEngine(cannot_judge=EngineBusy("full", 2.0)),
    JudgingEngine(lambda text: -4.0, error=EngineBusy("full", 2.0)),  # noqa: ARG005
])  # fmt: skip
def test_a_full_queue_is_the_callers_to_tell(engine: JudgingEngine) -> None:
    with pytest.raises(EngineBusy):
        spoken(engine, tuned=True)


@pytest.mark.parametrize("doing", [
    plan("shift_topic", closed="steer", topic="past"), plan("justify", belief="handles"), plan("walk_out"),
    replace(plan("inform"), moment="ruler_importance"),
])  # fmt: skip
def test_where_only_ones_own_words_are_right_nothing_else_is_said(doing: Plan) -> None:
    engine = JudgingEngine(lambda text: -4.0, lines=["Ask me on a Monday."])  # noqa: ARG005
    found = spoken(engine, guarded(), doing, tuned=True)
    assert found.source == "authored"
    assert found.act == doing.act
    assert engine.requests == []
    if doing.closed:
        assert found.text in CLOSED.steers


def test_of_a_silence_nothing_is_judged() -> None:
    engine = only()
    found = spoken(engine, doing=replace(plan("silent"), moment="silence"), turn=heard("…", "other", moment="silence"))
    assert found.text
    assert engine.judged == []


def test_a_capable_model_is_asked_and_not_judged() -> None:
    found = spoken(ScriptedEngine(["A couple of beers with the guys, that's all."]), candidates=2)
    assert found.text == "A couple of beers with the guys, that's all."
    assert found.source == "model"


def test_the_control_line_tells_a_fact_only_where_the_act_tells() -> None:
    def control(act: str) -> str | None:
        return Turn(TWO, plan(act, facts=("dui",)), STATE, heard(), HISTORY, frozenset()).control().fact

    assert control("inform") == control("open_up") == next(fact.text for fact in TWO.facts if fact.id == "dui")
    assert control("minimise") is None
    line = Turn(TWO, plan(), STATE, heard(), HISTORY, frozenset()).control()
    assert (line.stance, line.act, line.resistance, line.trust) == ("sustain", "minimise", 0.7, 0.3)


def test_what_was_said_in_an_earlier_session_is_not_what_is_said_now() -> None:
    actor = Actor(only(SENSIBLE, PLANNED), even_judge, retriever=retriever())
    found = asyncio.run(actor.speak(TWO, plan(), STATE, heard(FRIDAY), HISTORY, frozenset({PLANNED})))
    assert found.text == SENSIBLE
