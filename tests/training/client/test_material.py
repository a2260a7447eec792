"""What is learnt from: nobody who is held out, everybody who ships, each moment with what stood before it."""

from __future__ import annotations

from dataclasses import replace

from app.client.acts import ACTS
from tests.training.client.moments import moment
from training.client.material import HELD_OUT_ONE_IN, STANDS, Moment, held_out, to_learn


def test_nobody_who_is_held_out_is_learnt_from(corpus: list[Moment]) -> None:
    learnt, kept = to_learn(corpus), held_out(corpus)
    assert len(learnt) + len(kept) == len(corpus)
    assert not {each.person for each in learnt} & {each.person for each in kept}
    people = len({each.person for each in corpus})
    assert 0.5 / HELD_OUT_ONE_IN < len({each.person for each in kept}) / people < 2 / HELD_OUT_ONE_IN


def test_both_kinds_of_writing_have_people_held_out(corpus: list[Moment]) -> None:
    assert {each.source for each in held_out(corpus)} == {each.source for each in corpus}
    assert {each.source for each in corpus} == {"replies", "conversations"}


def test_who_ships_is_never_held_out(banked: list[Moment]) -> None:
    assert held_out(banked) == []
    assert len({each.person for each in banked}) >= 5


def test_who_is_held_out_hangs_on_the_person_alone() -> None:
    people = [f"w{number} Ann" for number in range(400)]
    out = {person for person in people if moment(person=person).held_out}
    assert 10 < len(out) < 70
    assert out == {person for person in people if replace(moment(5, person=person), source="conversations").held_out}
    assert not [person for person in out if replace(moment(person=person), source="bank").held_out]


def test_a_moment_ends_with_the_counsellor_and_has_its_replies(corpus: list[Moment], banked: list[Moment]) -> None:
    for each in (*corpus, *banked):
        assert each.counsellor.strip()
        assert each.answers
        assert not each.history or each.history[-1].speaker != "counsellor", each
        assert all(answer.stance == ACTS[answer.act].stance for answer in each.answers if each.source != "replies")
        assert 0 <= each.resistance <= 1
        assert 0 <= each.trust <= 1
    assert {(each.resistance, each.trust) for each in banked} <= set(STANDS.values())


def test_facts_of_a_bank_are_told_in_words(banked: list[Moment]) -> None:
    facts = {answer.fact for each in banked for answer in each.answers if answer.fact}
    assert facts
    assert all(" " in fact for fact in facts)
