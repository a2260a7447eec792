"""Beliefs: argued with they are defended, reflected they soften. And which lines show which defence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.client.authored import fit, offers
from app.client.defences import DEFENCES
from app.client.heard import Said, hear
from app.client.persona import Line
from app.client.plan import Plan, make_plan
from app.client.state import State, next_state
from app.resources import PERSONAS_DIR
from tests.client.helpers import BELIEF, guarded, heard, ray

STATE = State(0.6, 0.3, 3, 5)


@pytest.mark.parametrize(
    ("text", "code", "belief", "met"),
    [
        ("You drink too much beer.", "confront", "handles", None),
        ("You should cut the drinking down.", "persuade", "handles", None),
        ("Nobody can handle that, however hard he works.", "persuade", "handles", None),
        ("Beer breaks up the second half of the night.", "give_information", "handles", None),
        ("The sessions are ten, on Mondays.", "give_information", None, None),
        ("You should sleep more.", "persuade", None, None),
        ("You work every day, and you can handle a beer.", "simple_reflection", None, "handles"),
        ("You're fond of the dog.", "simple_reflection", None, None),
        ("How much do you drink?", "open_question", None, None),
    ],
)
def test_what_is_heard_against_a_belief_and_what_meets_it(
    text: str, code: str, belief: str | None, met: str | None
) -> None:
    turn = hear(text, [code], guarded(), [])
    assert (turn.belief, turn.met) == (belief, met)


def test_argued_with_it_is_defended_in_its_own_words_while_there_are_new_ones() -> None:
    turn = hear("You drink too much beer.", ["confront"], guarded(), [])
    plan = make_plan(STATE, guarded(), turn, (), 1)
    assert plan.belief == BELIEF.id
    assert {offer.text for offer in offers(guarded(), plan, turn, STATE, [])} == set(BELIEF.lines)
    said = [Said("client", text, "justify", "sustain") for text in BELIEF.lines]
    assert offers(guarded(), plan, turn, STATE, said)[0].text not in BELIEF.lines
    assert Plan.from_dict(plan.as_dict()) == plan


def test_arguing_costs_and_understanding_softens() -> None:
    confront, reflect = heard("x", "confront"), heard("x", "simple_reflection")
    assert (
        next_state(STATE, guarded(), replace(confront, belief="handles")).resistance
        > next_state(STATE, guarded(), confront).resistance
    )
    met = next_state(STATE, guarded(), replace(reflect, met="handles"))
    assert met.resistance < next_state(STATE, guarded(), reflect).resistance
    assert met.trust > next_state(STATE, guarded(), reflect).trust


def test_a_line_of_the_planned_defence_is_preferred_and_one_of_another_a_little_out_of_place() -> None:
    turn = heard("You have to stop.", "persuade")
    plain, denial, blaming = (Line(text="No.", defence=defence) for defence in (None, "denial", "displacement"))
    defended = Plan("deny", "sustain", None, (), "early", 1, defence="denial")
    assert (
        fit(denial, "deny", defended, turn, STATE)
        > fit(plain, "deny", defended, turn, STATE)
        > fit(blaming, "deny", defended, turn, STATE)
        > 0.5
    )
    calm = replace(defended, defence=None)
    assert fit(plain, "deny", calm, turn, STATE) > fit(denial, "deny", calm, turn, STATE) > 0.5


def test_a_fact_told_may_be_referred_to_but_is_not_told_again() -> None:
    facts = {fact.id for fact in ray().facts}
    state = State(0.2, 1.0, 5, 5, told=tuple(facts))
    turn = heard("What about the bike?", "open_question", topics=tuple(ray().topics))
    for act in ray().lines:
        plan = Plan(act, "neutral", None, (), "middle", 1)
        assert not [offer for offer in offers(ray(), plan, turn, state, []) if offer.fact]


def test_defences_are_documented_as_they_are() -> None:
    text = (PERSONAS_DIR.parent / "docs" / "personas.md").read_text(encoding="utf-8")
    for name, info in DEFENCES.items():
        assert f"| `{name}` | {info.says} | {' '.join(f'`{act}`' for act in info.acts)} |" in text
