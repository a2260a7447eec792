"""Closed topics: steering away, warning, leaving or going cold; and what cools it down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.client.authored import offers
from app.client.closed import COOLS_AFTER
from app.client.heard import Heard, Said, hear
from app.client.plan import Plan, make_plan
from app.client.state import State, next_state
from tests.client.helpers import CLOSED, guarded, heard, ray

START = State(0.6, 0.3, 3, 5)
PRESS = hear("Tell me about your brother.", ["open_question"], guarded(), [])
AWAY = hear("How was the fish fry on Friday?", ["open_question"], guarded(), [])
FREE = hear("We don't have to talk about your brother. It's your choice.", ["emphasize_autonomy"], guarded(), [])


def after(*turns: Heard, state: State = START, misses_next: bool = False) -> State:
    for turn in turns:
        state = next_state(state, guarded(misses_next), turn)
    return state


def planned(state: State, turn: Heard = PRESS, misses_next: bool = False) -> Plan:
    return make_plan(state, guarded(misses_next), turn, (), 1)


@pytest.mark.parametrize(
    ("presses", "closed", "act", "lines"),
    [
        (1, "steer", "shift_topic", CLOSED.steers),
        (2, "warn", "refuse", CLOSED.warns),
        (3, "leave", "walk_out", CLOSED.leaves),
    ],
)
def test_each_press_is_answered_harder_in_the_clients_own_words(
    presses: int, closed: str, act: str, lines: tuple[str, ...]
) -> None:
    state = after(*[PRESS] * presses)
    plan = planned(state)
    assert (plan.closed, plan.topic, plan.act) == (closed, "past", act)
    assert {offer.text for offer in offers(guarded(), plan, PRESS, state, [])} == set(lines)
    assert Plan.from_dict(plan.as_dict()) == plan
    assert state.resistance > START.resistance
    assert state.trust < START.trust


def test_one_who_does_not_leave_goes_cold_and_stays_cold() -> None:
    state = after(PRESS, PRESS, PRESS, misses_next=True)
    assert state.cold
    plan = planned(state, misses_next=True)
    assert (plan.closed, plan.act) == ("leave", "silent")
    kind = heard("That was hard.", "support", "complex_reflection")
    thawed, warm = (next_state(before, guarded(True), kind) for before in (state, replace(state, cold=False)))
    assert thawed.cold
    assert thawed.trust < warm.trust
    said = [Said("client", text, "silent", "neutral") for text in CLOSED.leaves]
    assert offers(guarded(True), plan, PRESS, state, said)[0].text == "…"


def test_with_trust_the_topic_is_open() -> None:
    state = after(PRESS, state=replace(START, trust=0.8))
    assert state.pressed == ()
    assert planned(state).closed is None
    assert after(PRESS).pressed == (("past", 1),)


def test_lines_said_before_come_last() -> None:
    state = after(PRESS)
    said = [Said("client", text, "shift_topic", "neutral") for text in CLOSED.steers[:2]]
    assert [offer.text for offer in offers(guarded(), planned(state), PRESS, state, said)] == [CLOSED.steers[2]]
    everything = [Said("client", text, "shift_topic", "neutral") for text in CLOSED.steers]
    assert offers(guarded(), planned(state), PRESS, state, everything)[0].text in CLOSED.steers


def test_backing_off_is_no_press_and_cools_at_once() -> None:
    assert FREE.touches == ()
    assert after(PRESS, FREE).pressed == ()
    sorry = hear("I'm sorry.", ["other"], guarded(), [])
    assert after(PRESS, PRESS, sorry).pressed == (("past", 1),)


def test_some_turns_on_something_else_cool_it_too() -> None:
    assert after(PRESS, *[AWAY] * (COOLS_AFTER - 1)).pressed == (("past", 1),)
    assert after(PRESS, *[AWAY] * COOLS_AFTER).pressed == ()


def test_a_warned_client_whom_one_respects_gains_trust() -> None:
    warned, steered = after(PRESS, PRESS), after(PRESS)
    gained = after(FREE, state=warned).trust - warned.trust
    assert gained > after(FREE, state=steered).trust - steered.trust
    assert gained > 0.05


@pytest.mark.parametrize(
    ("text", "codes", "history", "touches"),
    [
        ("And why won't you talk about that?", ["open_question"], "Leave my brother out of it.", ("past",)),
        ("You'd rather leave your brother out of it.", ["simple_reflection"], "Leave my brother out of it.", ()),
        ("You miss your brother.", ["complex_reflection"], "Fish fry was good.", ("past",)),
        ("I see.", ["other"], "Leave my brother out of it.", ()),
        ("How is work?", ["open_question"], "Leave my brother out of it.", ()),
    ],
)
def test_what_goes_into_a_topic(text: str, codes: list[str], history: str, touches: tuple[str, ...]) -> None:
    said = [Said("client", history, "shift_topic", "neutral")]
    assert hear(text, codes, guarded(), said).touches == touches


def test_asking_leave_is_steered_away_from_but_no_further_press() -> None:
    ask = hear("Would it be okay to ask about your brother?", ["seek_collaboration"], guarded(), [])
    state = after(ask, ask, ask)
    assert state.pressed == (("past", 1),)
    assert planned(state, ask).closed == "steer"


def test_who_has_no_closed_topic_is_not_touched() -> None:
    open_book = ray().model_copy(update={"closed_topics": ()})
    turn = hear("Tell me about your brother.", ["open_question"], open_book, [])
    assert next_state(START, open_book, turn).pressed == ()
    assert make_plan(START, open_book, turn, (), 1).closed is None
