"""From plan to words: rules, choice, fallbacks, prompts."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from app.client.actor import Actor
from app.client.acts import ACTS
from app.client.authored import offers
from app.client.checks import Context, refuse
from app.client.choose import Candidate, choose
from app.client.heard import Heard, Said
from app.client.persona import MOMENTS
from app.client.plan import Plan, make_plan
from app.client.state import State, start_state
from app.client.voice import HISTORY as HISTORY_AT_LEAST
from app.client.voice import STEP, messages, tidy
from app.llm.engine import EngineBusy, EngineError
from tests.client.helpers import even_judge, heard, ray
from tests.support.engines import ScriptedEngine

STATE = State(0.7, 0.3, 3, 5)
HISTORY = [Said("client", "Judge says I have to be here.", "inform", "neutral")]


def plan(act: str = "minimise", moment: str | None = None, facts: tuple[str, ...] = ()) -> Plan:
    return Plan(act, str(ACTS[act].stance), moment, facts, "early", 3)


def speak(
    engine: ScriptedEngine, turn: Heard | None = None, act: str = "minimise", timeout: float = 5.0
) -> tuple[str, str]:
    actor = Actor(engine, even_judge, 4, timeout)
    spoken = asyncio.run(actor.speak(ray(), plan(act), STATE, turn or heard("How much do you drink?"), HISTORY))
    return spoken.source, spoken.text


CONTEXT = Context(ray(), HISTORY, "How much do you drink on a Friday?", ("bike",))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("As an AI language model I cannot drink.", "role"),
        ("How can I help you today?", "role"),
        ("It sounds like you are worried about the drinking.", "role"),
        ("You should try a support group.", "role"),
        ("Have you considered cutting down?", "role"),
        ("*sighs* Whatever.", "role"),
        ("Counsellor: And then?", "role"),
        ("1. Drink less.", "role"),
        ("", "form"),
        ("I drank because my", "form"),
        ("word " * 61 + ".", "form"),
        ("酒を飲みます。", "form"),
        ("No no no no no no.", "form"),
        ("Judge says I have to be here.", "repeat"),
        ("Drink on a Friday.", "repeat"),
        ("About 87 beers.", "facts"),
        ("My buddy Horatio was driving.", "facts"),
        ("Backed over the neighbor boy's bike that day.", "facts"),
    ],
)
def test_what_no_client_may_say(text: str, reason: str) -> None:
    refused = refuse(text, CONTEXT)
    assert refused is not None
    assert refused.startswith(reason)


@pytest.mark.parametrize(
    "text",
    ["A few beers. Same as everybody.", "What's it to you?", "…", "Mm.", "Connie says too much. Connie says a lot."],
)
def test_what_a_client_may_say(text: str) -> None:
    assert refuse(text, CONTEXT) is None


def test_a_good_line_of_a_large_model_is_spoken_and_recorded_as_such() -> None:
    source, text = speak(ScriptedEngine(["A couple of beers with the guys, that's all it ever is."]))
    assert (source, text) == ("model", "A couple of beers with the guys, that's all it ever is.")


@pytest.mark.parametrize(
    "texts",
    [
        ("As an AI, I don't drink.", "Let me know if you need help!"),
        ("asdkj asd 8731 kjh",),
        ("",),
        (),
        ("Roses are red,\nviolets are blue", "You should quit."),
    ],
)
def test_where_no_candidate_passes_an_authored_line_is_spoken(texts: tuple[str, ...]) -> None:
    source, text = speak(ScriptedEngine(texts))
    assert source == "authored"
    assert text in {line.text for lines in ray().lines.values() for line in lines}


def test_a_failing_engine_is_noted_and_the_session_goes_on() -> None:
    actor = Actor(ScriptedEngine(error=EngineError("http://x is down")), even_judge, 4)
    spoken = asyncio.run(actor.speak(ray(), plan(), STATE, heard(), HISTORY))
    assert spoken.source == "authored"
    assert any(candidate.refused == "engine: http://x is down" for candidate in spoken.candidates)


def test_a_slow_engine_is_not_waited_for() -> None:
    class Slow(ScriptedEngine):
        async def stream(self, request):  # type: ignore[no-untyped-def]
            await asyncio.sleep(30)
            async for chunk in super().stream(request):
                yield chunk

    assert speak(Slow(["Never."]), timeout=0.05)[0] == "authored"


def test_a_full_queue_is_the_callers_to_tell() -> None:
    actor = Actor(ScriptedEngine(error=EngineBusy("full", 3.0)), even_judge, 4)
    with pytest.raises(EngineBusy):
        asyncio.run(actor.speak(ray(), plan(), STATE, heard(), HISTORY))


def test_leaving_and_silence_are_always_authored() -> None:
    for act in ("walk_out", "silent"):
        engine = ScriptedEngine(["I'll stay a while."])
        assert speak(engine, act=act)[0] == "authored"
        assert engine.requests == []


def test_the_wrong_stance_is_refused() -> None:
    def sure_of_change(text: str, previous: str) -> dict[str, float]:  # noqa: ARG001
        return {"change": 0.98, "neutral": 0.01, "sustain": 0.01}

    actor = Actor(ScriptedEngine(["I want to quit drinking for good."]), sure_of_change, 4)
    spoken = asyncio.run(actor.speak(ray(), plan("minimise"), STATE, heard(), HISTORY))
    assert spoken.source == "authored"
    assert any((candidate.refused or "").startswith("stance") for candidate in spoken.candidates)


def test_an_engine_that_breaks_role_at_once_is_stopped_early() -> None:
    engine = ScriptedEngine(["As an AI language model, I will now write a long essay about beer."] * 4)
    speak(engine)
    assert engine.closed


@pytest.mark.parametrize("moment", MOMENTS)
def test_every_moment_is_answered_from_its_own_lines_even_when_all_were_said(moment: str) -> None:
    persona = ray()
    turn = heard("Hello", "other", moment=moment)
    said = [Said("client", text, "joke", "neutral") for text in persona.moments[moment]]
    for history in ([], said):
        made = make_plan(start_state(persona), persona, turn, (), 1)
        found = offers(persona, made, turn, start_state(persona), history)
        assert found
        assert "{" not in found[0].text


@pytest.mark.parametrize("act", [act for act in ACTS if act != "farewell"])
@pytest.mark.parametrize("code", ["open_question", "closed_question", "complex_reflection", "persuade", "other"])
def test_there_is_always_something_to_say(act: str, code: str) -> None:
    found = offers(ray(), plan(act), heard("And?", code), STATE, [])
    assert found[0].fit > 0
    assert found == sorted(found, key=lambda offer: -offer.fit)


def test_facts_stay_behind_their_gate_in_authored_lines() -> None:
    turn = heard("What happened with the bike and the boy?", "open_question", topics=tuple(ray().topics))
    for act in ACTS:
        assert not [offer for offer in offers(ray(), plan(act), turn, STATE, []) if offer.fact]


def test_nothing_is_said_twice_while_there_is_something_else() -> None:
    turn, spoken = heard("And?", "open_question"), list[str]()
    history: list[Said] = []
    for _ in range(12):
        best = offers(ray(), plan("deny"), turn, STATE, history)[0]
        spoken.append(best.text)
        history.append(Said("client", best.text, best.act, "sustain"))
    assert len(set(spoken)) == len(spoken)


def test_choose_prefers_the_better_and_never_the_refused() -> None:
    candidates = [
        Candidate("good", "authored", "deny", None, 0.9),
        Candidate("poor", "authored", "deny", None, 0.2),
        Candidate("hopeless", "authored", "deny", None, -3.0),
        Candidate("bad", "model", "deny", None, 1.5, "role: no"),
    ]
    chosen = [choose(candidates, seed).text for seed in range(100)]
    assert set(chosen) == {"good", "poor"}
    assert chosen.count("good") > 70
    with pytest.raises(ValueError, match="no candidate"):
        choose(candidates[3:], 1)


def test_the_prompt_says_who_what_and_where_things_stand_and_keeps_closed_facts_out_of_the_direction() -> None:
    state = STATE
    prompt = messages(ray(), plan("inform", facts=("dui",)), state, "How was that night?", HISTORY)
    assert [message.role for message in prompt] == ["system", "user", "assistant", "user"]
    assert "Ray Kovach" in prompt[0].text
    assert ACTS["inform"].says in prompt[-1].text
    assert "How was that night?" in prompt[-1].text
    assert "blew .14" in prompt[-1].text
    other = messages(ray(), plan("inform"), state, "And you?", HISTORY)
    assert prompt[0] == other[0], "the system message must stay the same, so that its cache can be used"
    assert "May tell" not in other[-1].text


@pytest.mark.parametrize(
    ("raw", "cut", "clean"),
    [
        ('"I drink. A bit."', False, "I drink. A bit."),
        ("I drink. A bit. And then the", True, "I drink. A bit."),
        ("- Not  much.\n", False, "Not much."),
        ("no end at all", True, ""),
    ],
)
def test_tidy(raw: str, cut: bool, clean: str) -> None:
    assert tidy(raw, cut=cut) == clean


def test_a_long_conversation_moves_on_in_steps_so_that_most_prompts_begin_as_the_last_one_did() -> None:
    said = [Said(("client", "counsellor")[turn % 2], f"Words number {turn}.") for turn in range(61)]
    prompts = [messages(ray(), plan(), STATE, "And then?", said[:turns]) for turns in range(1, 61, 2)]
    kept = [second[: len(first) - 1] == first[:-1] for first, second in pairwise(prompts)]
    assert kept.count(False) <= len(kept) / (STEP // 2)
    assert HISTORY_AT_LEAST <= len(prompts[-1]) <= HISTORY_AT_LEAST + STEP + 3


@pytest.mark.parametrize(("improvises", "asked"), [(True, 4), (False, 0)])
def test_left_to_itself_only_an_engine_that_can_improvise_is_asked_for_words(improvises: bool, asked: int) -> None:
    engine = ScriptedEngine(["I like a beer, who doesn't."])
    engine.improvises = improvises
    spoken = asyncio.run(Actor(engine, even_judge).speak(ray(), plan(), STATE, heard(), HISTORY))
    assert [request.candidates for request in engine.requests] == [asked] * bool(asked)
    assert spoken.text
