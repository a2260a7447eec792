"""From one session to the next: what is remembered, whether the client comes, and what is said at the door."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest

from app.client.acts import Stance
from app.client.heard import Said
from app.client.memory import Memory, begin, chance_of_staying_away, memory_after, memory_of_missing
from app.client.state import State, start_state
from tests.client.helpers import RETURNING, guarded, ray

END = State(
    0.4, 0.6, 6, 7, fatigue=0.8, heat=1, paradox=2, turns=20, stance=Stance.SUSTAIN, told=("dui",), ownership=0.5,
    pressed=(("past", 2),), quiet=2, outcome="room",
)  # fmt: skip
HISTORY = [
    Said("client", "Well, here I am.", "small_talk", "neutral"),
    Said("counsellor", "What will you do?"),
    Said("client", "I'll leave the truck at home on Friday.", "commitment", "change"),
    Said("counsellor", "See you next week."),
    Said("client", "So long.", "farewell", "neutral"),
]


def ended(state: State = END, why: str = "trainee", earlier: Memory | None = None) -> Memory:
    return memory_after(guarded(), state, why, HISTORY, earlier)


def kinds(memory: Memory) -> Counter[str]:
    return Counter(begin(guarded(), memory, seed).kind for seed in range(300))


def test_the_first_time_there_is_nothing_to_remember() -> None:
    arrival = begin(guarded(), None, 3)
    assert (arrival.kind, arrival.state, arrival.homework) == ("on_time", start_state(guarded()), None)
    assert arrival.opening in guarded().openings
    assert arrival.comes
    assert not arrival.ends


def test_what_is_remembered_and_kept_as_json() -> None:
    memory = ended(earlier=ended())
    assert (memory.sessions, memory.last_words, memory.homework) == (2, "So long.", HISTORY[2].text)
    assert Memory.from_dict(json.loads(json.dumps(memory.as_dict())) | {"unknown": 1}) == memory
    assert memory_after(guarded(), END, "trainee", HISTORY[:1]).homework is None


def test_trust_rulers_and_what_was_told_come_along_with_a_little_slipping_back() -> None:
    start = start_state(guarded())
    for seed in range(20):
        state = begin(guarded(), ended(), seed).state
        assert END.resistance - 0.05 < state.resistance < start.resistance
        assert start.trust < state.trust < END.trust + 0.05
        assert start.importance < state.importance < END.importance
        assert (state.told, state.earlier) == (("dui",), ("dui",))
        assert (state.fatigue, state.heat, state.turns, state.paradox, state.cold) == (0, 0, 0, 0, False)
        assert state.pressed == (("past", 1),)
    assert begin(guarded(), ended(), 1) == begin(guarded(), ended(), 1)
    assert len({begin(guarded(), ended(), seed).state.resistance for seed in range(9)}) > 5


def test_after_a_good_session_the_client_comes_mostly_on_time() -> None:
    found = kinds(ended())
    assert set(found) == {"on_time", "late"}
    assert found["on_time"] > 4 * found["late"]


def test_one_who_walked_out_may_stay_away_once_and_then_comes() -> None:
    memory = ended(replace(END, resistance=0.9, trust=0.2), "walked_out")
    found = kinds(memory)
    assert set(found) == {"does_not_come", "after_walking_out"}
    assert min(found.values()) > 50
    away = next(arrival for seed in range(99) if not (arrival := begin(guarded(), memory, seed)).comes)
    assert away.opening == ""
    missed = memory_of_missing(memory)
    assert set(kinds(missed)) == {"after_missing"}
    assert begin(guarded(), missed, 1).opening in RETURNING.missed
    assert missed.sessions == memory.sessions


def test_one_pressed_to_the_end_may_stay_away_and_one_gone_cold_does() -> None:
    assert 0 < chance_of_staying_away(ended(replace(END, pressed=(("past", 3),)))) < 1
    assert set(kinds(ended(replace(END, cold=True)))) == {"does_not_come"}


def test_very_hot_twice_running_is_the_end() -> None:
    hot = replace(END, resistance=1.0)
    once = ended(hot, "trainee")
    twice = ended(hot, "trainee", once)
    assert "has_ended" not in kinds(once)
    assert set(kinds(twice)) == {"has_ended"}
    arrival = begin(guarded(), twice, 1)
    assert arrival.ends
    assert arrival.opening in RETURNING.ending
    assert ended(END, "trainee", once).hot == 0


def test_homework_is_told_of_and_what_is_owned_gets_done() -> None:
    def done(state: State) -> int:
        arrivals = [begin(guarded(), ended(state), seed) for seed in range(200)]
        for arrival in arrivals:
            lines = RETURNING.homework_done if arrival.homework else RETURNING.homework_undone
            assert arrival.opening.endswith(lines)
        return sum(arrival.homework is True for arrival in arrivals)

    assert 0 < done(replace(END, ownership=0.0, confidence=2)) < done(replace(END, ownership=1.0, confidence=9)) < 200


@pytest.mark.parametrize("why", ["trainee", "walked_out"])
def test_who_has_no_words_for_coming_back_opens_as_the_first_time(why: str) -> None:
    plain = ray().model_copy(update={"returning": None})
    for seed in range(20):
        arrival = begin(plain, ended(why=why), seed)
        assert arrival.opening in (*plain.openings, "")


def test_nobody_starts_a_session_about_to_leave() -> None:
    memory = ended(replace(END, resistance=1.0, trust=0.0), "walked_out")
    assert all(begin(guarded(), memory, seed).state.resistance < 0.92 for seed in range(30))
