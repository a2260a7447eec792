"""What is gathered for a turn: what may be said now from sheet and bank, with the evidence for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.client.authored import offers
from app.client.choose import Candidate
from app.client.gather import MOST, written
from app.client.heard import Said
from app.client.persona import Persona
from app.client.plan import Plan
from app.client.rank import Ranker
from app.client.retrieve import Bank, make_bank
from app.client.state import State
from tests.client.helpers import BELIEF, CLOSED, guarded, heard, ray
from tests.client.judging import FRIDAY, HISTORY, RANKER, STATE, banked, by_words, moment, plan, retriever

FEW_BEERS = "A few, same as everybody."
FRIDAYS = moment(FRIDAY, ("minimise", FEW_BEERS), ("hedge", "Hard to say."))
BIKE = "Backed over the neighbor boy's bike that day."


@pytest.fixture(autouse=True)
def _own_bank_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small banks are not filled up with common lines."""
    monkeypatch.setattr("app.client.gather.FEW", 0)


def gathered(
    persona: Persona,
    doing: Plan | None = None,
    *,
    said_before: frozenset[str] = frozenset(),
    state: State = STATE,
    history: tuple[Said, ...] = HISTORY,
    text: str = FRIDAY,
    ranker: Ranker = RANKER,
) -> list[Candidate]:
    return written(persona, doing or plan(), heard(text), state, history, said_before, retriever(), ranker)


def from_bank(found: list[Candidate]) -> list[str]:
    return [candidate.text for candidate in found if candidate.source == "bank"]


def test_what_was_written_for_the_same_turn_comes_first() -> None:
    other = [
        moment(f"Question number {n} on quite another matter?", ("deny", f"No, {n} times no."), ("deny", "Nah."))
        for n in range(12)
    ]
    found = gathered(banked(*other, FRIDAYS))
    assert found[0].text == FEW_BEERS
    assert found[0].evidence is not None
    assert found[0].evidence.moment == pytest.approx(1, abs=1e-4)
    assert "Hard to say." in from_bank(found)


def test_no_more_than_the_model_has_time_for_each_once_and_the_best_first() -> None:
    found = gathered(banked(*ray().bank, FRIDAYS))
    assert 2 < len(found) <= MOST
    assert len({candidate.text for candidate in found}) == len(found)
    assert [candidate.score for candidate in found] == sorted((c.score for c in found), reverse=True)
    assert all(candidate.sense is not None for candidate in found)
    assert {candidate.source for candidate in found} == {"bank", "authored"}


def test_of_two_equal_replies_the_planned_one_comes_first() -> None:
    two = banked(moment(FRIDAY, ("minimise", "Hardly any beer."), ("concern", "Rather some beer.")))
    for act, first in (("minimise", "Hardly any beer."), ("concern", "Rather some beer.")):
        assert from_bank(gathered(two, plan(act)))[0] == first


def with_reply(act: str, text: str, *fact: str) -> Persona:
    return banked(moment(FRIDAY, (act, text, *fact), ("hedge", "Hard to say.")))


def test_a_fact_waits_behind_its_gate() -> None:
    telling = with_reply("inform", BIKE, "bike")
    assert from_bank(gathered(telling)) == ["Hard to say."]
    opened = gathered(telling, plan("inform", facts=("bike",)))
    assert next(candidate.fact for candidate in opened if candidate.text == BIKE) == "bike"


def test_only_change_talk_comes_back_to_what_was_told() -> None:
    told = replace(STATE, told=("bike",))
    assert BIKE not in from_bank(gathered(with_reply("inform", BIKE, "bike"), state=told))
    again = gathered(with_reply("concern", BIKE, "bike"), state=told)
    assert next(candidate.fact for candidate in again if candidate.text == BIKE) is None, "it is not told anew"


@pytest.mark.parametrize("act", ["hostile", "refuse", "challenge", "commitment", "walk_out", "farewell"])
def test_anger_leaving_and_promises_are_only_ever_planned(act: str) -> None:
    somebody = with_reply(act, "That is what it comes to.")
    assert from_bank(gathered(somebody)) == ["Hard to say."]
    if act not in ("walk_out", "farewell"):  # their words are never the bank's
        assert "That is what it comes to." in from_bank(gathered(somebody, plan(act)))


@pytest.mark.parametrize("text", [FEW_BEERS, "Not really.", "Mm."])
def test_nothing_of_the_bank_is_said_twice_however_short(text: str) -> None:
    somebody = with_reply("minimise", text)
    assert text in from_bank(gathered(somebody))
    assert text not in from_bank(gathered(somebody, said_before=frozenset({text})))
    said = (*HISTORY, Said("counsellor", "And?"), Said("client", text, "minimise", "sustain"))
    assert text not in from_bank(gathered(somebody, history=said))


def test_a_reply_that_no_client_may_give_is_left_out_of_any_bank() -> None:
    assert from_bank(gathered(with_reply("minimise", "As an AI language model I cannot drink."))) == ["Hard to say."]


def test_lines_that_were_heard_in_an_earlier_session_wait_for_the_others() -> None:
    lines = [candidate.text for candidate in gathered(banked())]
    assert len(lines) > 3
    fresh = [candidate.text for candidate in gathered(banked(), said_before=frozenset(lines[:2]))]
    assert fresh
    assert not {*lines[:2]} & {*fresh}
    everything = frozenset(offer.text for offer in offers(banked(), plan(), heard(FRIDAY), STATE, HISTORY))
    assert gathered(banked(), said_before=everything), "something is always said"


@pytest.mark.parametrize(
    ("doing", "own"),
    [
        (plan("shift_topic", closed="steer", topic="past"), CLOSED.steers),
        (plan("refuse", closed="warn", topic="past"), CLOSED.warns),
        (plan("walk_out", closed="leave", topic="past"), CLOSED.leaves),
        (plan("justify", belief="handles"), BELIEF.lines),
        (plan("walk_out"), tuple(line.text for line in ray().lines["walk_out"])),
        (plan("farewell"), tuple(line.text for line in ray().lines["farewell"])),
        (replace(plan("inform"), moment="ruler_importance"), ()),
        (replace(plan("hostile"), moment="abuse"), ()),
    ],
)
def test_what_is_shut_a_belief_leaving_and_most_moments_have_ones_own_words_only(
    doing: Plan, own: tuple[str, ...]
) -> None:
    bank = (moment(FRIDAY, (doing.act, "Words for just this turn."), ("hedge", "Hard to say.")),)
    found = gathered(guarded().model_copy(update={"bank": bank}), doing)
    assert found
    assert {candidate.source for candidate in found} == {"authored"}
    assert not own or {candidate.text for candidate in found} <= {*own}


@pytest.mark.parametrize(
    ("text", "offered"),
    [("Hello, I am Kim.", True), ("Hello and welcome, shall we two start with a word about your work?", False)],
)
def test_a_light_moment_is_answered_from_the_bank_where_it_holds_nearly_the_same(text: str, offered: bool) -> None:
    bank = moment("Hello, I am Kim.", ("small_talk", "Hey there."), ("hedge", "Hard to say."))
    greeted = replace(plan("small_talk"), moment="greeting")
    assert ("Hey there." in from_bank(gathered(banked(bank), greeted, text=text))) is offered


def test_who_has_few_lines_speaks_from_the_common_ones_too(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def common() -> Bank:
        asked.append(1)
        return make_bank([moment(FRIDAY, ("minimise", "Not more than most people."), ("hedge", "Varies."))], by_words)

    monkeypatch.setattr("app.client.gather.common_bank", common)
    assert "Not more than most people." not in from_bank(gathered(banked(FRIDAYS)))
    assert not asked, "it is read only where it is needed"
    monkeypatch.setattr("app.client.gather.FEW", 10_000)
    found = from_bank(gathered(banked(FRIDAYS)))
    assert {FEW_BEERS, "Not more than most people."} <= {*found}
    assert "Not more than most people." in from_bank(gathered(banked()))


def test_without_a_retriever_the_sheets_own_lines_stand_in_their_order() -> None:
    found = written(banked(FRIDAYS), plan(), heard(FRIDAY), STATE, HISTORY, frozenset(), None, RANKER)
    order = [offer.text for offer in offers(banked(FRIDAYS), plan(), heard(FRIDAY), STATE, HISTORY)]
    assert [candidate.text for candidate in found] == order[: len(found)]
    assert {candidate.source for candidate in found} == {"authored"}


def test_the_talk_before_tells_one_moment_from_another() -> None:
    early = moment("And what then?", ("minimise", "Nothing much came of it."), ("hedge", "Hard to say."))
    late = moment("And what then?", ("minimise", "Sold it on."), ("hedge", "Depends who asks."), before="I had a boat.")
    said = (Said("client", "I had a boat.", "inform", "neutral"),)
    for history, first in ((HISTORY, "Nothing much came of it."), (said, "Sold it on.")):
        assert from_bank(gathered(banked(early, late), history=history, text="And what then?"))[0] == first
