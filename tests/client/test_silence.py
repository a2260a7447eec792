"""Silence: room after an opening, cooling after heat, unease early on, a stand-off when it goes on."""

from __future__ import annotations

from collections import Counter

import pytest

from app.client.authored import offers
from app.client.heard import Heard, Said, hear
from app.client.persona import Persona
from app.client.plan import Plan, make_plan
from app.client.silence import OPENED, waiting
from app.client.state import State, next_state
from tests.client.helpers import heard, ray, with_style

OPEN = Said("client", "I'm scared of October. Kelsey won't have me.", "open_up", "neutral")
LATE = State(0.5, 0.5, 4, 5, turns=8)


def silent(*before: Said) -> Heard:
    return hear("…", ["other"], ray(), before)


@pytest.mark.parametrize(
    ("after_act", "silences", "trust", "turns", "meaning"),
    [
        ("open_up", 1, 0.1, 1, "room"),
        ("concern", 2, 0.5, 9, "room"),
        ("hostile", 1, 0.5, 9, "cooling"),
        ("minimise", 1, 0.2, 1, "uneasy"),
        ("minimise", 1, 0.6, 1, "plain"),
        ("minimise", 1, 0.2, 9, "plain"),
        ("minimise", 2, 0.2, 1, "stand_off"),
        ("minimise", 2, 0.2, 9, "plain"),
        ("minimise", 3, 0.6, 9, "stand_off"),
        ("open_up", 4, 0.6, 9, "stand_off"),
        (None, 1, 0.2, 0, "uneasy"),
    ],
)
def test_what_a_silence_is(after_act: str | None, silences: int, trust: float, turns: int, meaning: str) -> None:
    assert waiting(after_act, silences, trust, turns) == meaning


def test_silences_in_a_row_and_what_they_follow_are_heard() -> None:
    turn = silent(OPEN, Said("counsellor", "…"), Said("client", "Mm.", "silent", "neutral"))
    assert (turn.moment, turn.silences, turn.after_act) == ("silence", 2, "silent")
    assert silent(OPEN, Said("counsellor", "And?"), OPEN).silences == 1
    assert hear("And?", ["open_question"], ray(), [OPEN]).silences == 0


def test_waiting_after_an_opening_brings_trust_and_more() -> None:
    turn = silent(OPEN)
    after = next_state(LATE, ray(), turn)
    assert after.trust > next_state(LATE, ray(), silent(Said("client", "No.", "deny", "sustain"))).trust > LATE.trust
    plans = [make_plan(after, ray(), turn, (), seed) for seed in range(200)]
    on_own = [plan for plan in plans if plan.moment is None]
    assert len(on_own) > 120
    assert {plan.act for plan in on_own} <= set(OPENED)
    best = offers(ray(), on_own[0], turn, after, [OPEN])[0]
    assert best.act == on_own[0].act
    assert best.text not in ray().moments["silence"]


def test_otherwise_the_silence_is_answered() -> None:
    turn = silent(Said("client", "No.", "deny", "sustain"))
    after = next_state(LATE, ray(), turn)
    assert {make_plan(after, ray(), turn, (), seed).moment for seed in range(30)} == {"silence"}


def test_after_hostility_it_cools() -> None:
    hot = State(0.8, 0.4, 3, 5, turns=8)
    cooling = next_state(hot, ray(), heard("…", "other", moment="silence", after_act="hostile", silences=1))
    plain = next_state(hot, ray(), heard("…", "other", moment="silence", after_act="deny", silences=1))
    assert cooling.resistance < plain.resistance < hot.resistance


def test_early_and_in_a_row_it_wears() -> None:
    state = State(0.7, 0.2, 3, 5, turns=1)
    first = next_state(state, ray(), heard("…", "other", moment="silence", silences=1))
    second = next_state(first, ray(), heard("…", "other", moment="silence", silences=2))
    assert state.trust > first.trust > second.trust
    assert second.fatigue - first.fatigue > first.fatigue - state.fatigue > 0


def test_in_a_stand_off_one_of_few_words_keeps_silent_too() -> None:
    def kept(persona: Persona) -> int:
        turn = heard("…", "other", moment="silence", silences=3)
        after = next_state(LATE, persona, turn)
        counts = Counter(make_plan(after, persona, turn, (), seed).moment for seed in range(200))
        return counts[None]

    talker, quiet = (with_style(ray(), acts=ray().style.acts | {"silent": weight}) for weight in (0.0, 8.0))
    assert kept(talker) < kept(quiet)


def test_a_stand_off_is_not_broken_by_words_of_another_act() -> None:
    turn = heard("…", "other", moment="silence", silences=3)
    plan = Plan("silent", "neutral", None, (), "middle", 1)
    wordless = ray().model_copy(update={"lines": {act: lines for act, lines in ray().lines.items() if act != "silent"}})
    assert [offer.text for offer in offers(wordless, plan, turn, LATE, [])] == ["…"]
    assert {offer.act for offer in offers(ray(), plan, turn, LATE, [])} == {"silent"}
