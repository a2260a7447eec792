"""Banks: what was written for a moment stands first for its own text, and vectors are made once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.client.embed import load_embedder
from app.client.persona import WrittenMoment
from app.client.retrieve import Retriever, make_bank
from app.client.vectors import Vectors
from tests.client.helpers import ray
from tests.client.judging import FRIDAY, OPENING, banked, by_words, moment
from tests.client.judging import retriever as retriever_by_words

MOMENTS = (
    moment(FRIDAY, ("minimise", "A few, same as everybody."), ("hedge", "Depends on the Friday.")),
    moment("Who sent you here today?", ("inform", "The judge did."), ("blame", "Some judge with a quota.")),
    moment("What do your kids say about it?", ("evade", "They have school."), ("concern", "They notice."), before=""),
)


class Counting:
    """Counts the texts that are read."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return by_words(texts)


@pytest.mark.parametrize("written", MOMENTS)
def test_the_replies_of_a_moment_come_first_for_its_own_text(written: WrittenMoment) -> None:
    retriever = retriever_by_words()
    found = retriever.bank(banked(*MOMENTS)).search(retriever.asked(written.before, written.counsellor))
    assert len(found) == 6
    assert {each.reply.text for each in found[:2]} == {reply.text for reply in written.replies}
    assert found[0].moment == pytest.approx(1, abs=1e-4)
    assert found == sorted(found, key=lambda each: -each.nearness)


def test_of_one_moment_the_reply_that_is_near_the_turn_itself_stands_first() -> None:
    asked = by_words([f"client: {OPENING} counsellor: Depends on the Friday, you say?"])
    first, second = make_bank(MOMENTS[:1], by_words).search(asked)
    assert first.moment == second.moment
    assert (first.reply.text, first.fit > second.fit) == ("Depends on the Friday.", True)


def test_a_reply_keeps_what_was_written_of_it() -> None:
    bank = make_bank([moment("And?", ("concern", "It worries me.", "dui"), ("deny", "No."))], by_words)
    assert [(reply.act, reply.fact, reply.moment, reply.stance) for reply in bank.replies] == [
        ("concern", "dui", 0, "change"), ("deny", None, 0, "sustain"),
    ]  # fmt: skip


def test_an_empty_bank_finds_nothing() -> None:
    retriever = retriever_by_words()
    assert retriever.bank(banked()).search(retriever.asked("", FRIDAY)) == []


def test_a_bank_is_read_once_for_each_version_of_a_person() -> None:
    embed = Counting()
    retriever = Retriever(embed)
    first = retriever.bank(banked(*MOMENTS))
    read = len(embed.texts)
    assert read == 9
    assert retriever.bank(banked(*MOMENTS)) is first
    assert len(embed.texts) == read
    assert len(retriever.bank(banked(*MOMENTS[:1])).replies) == 2


def test_lines_are_read_once_and_the_nearest_is_told() -> None:
    embed = Counting()
    retriever = Retriever(embed)
    asked = retriever.asked("", FRIDAY)
    embed.texts.clear()
    lines = ["The bus was late.", "Not on a Friday night.", "The bus was late."]
    bus, friday, again = retriever.fits(asked, lines)
    assert friday > bus == again
    assert retriever.fits(asked, lines[:2]) == [bus, friday]
    assert len(embed.texts) == 2
    assert retriever.fits(asked, []) == []


def test_the_encoder_that_ships_finds_a_moments_own_replies_for_its_own_turn() -> None:
    retriever = Retriever(load_embedder())
    moments = ray().bank[:12]
    bank = retriever.bank(banked(*moments))
    for written in moments[:4]:
        found = bank.search(retriever.asked(written.before, written.counsellor))
        own = {reply.text for reply in written.replies}
        nearest = max(found, key=lambda each: each.moment)
        assert nearest.reply.text in own
        assert found[0].reply.text in own
