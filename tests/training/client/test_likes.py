"""Lines to start from: much like the reply, of its act, from another moment, and never the reply itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.training.client.moments import moment
from training.client.likes import likes
from training.client.material import Answer, Moment, to_learn


def answering(*texts: str, act: str = "minimise") -> Moment:
    return replace(moment(), answers=tuple(Answer(text, act, "sustain") for text in texts))


TWO_BEERS, THREE_BEERS = "I have two beers on a Friday, no more.", "I have three beers on a Friday, at most."


def test_the_nearest_line_of_another_moment_is_found() -> None:
    found = likes([answering(TWO_BEERS), answering(THREE_BEERS), answering("The bus was late this morning.")])
    assert found == {TWO_BEERS: THREE_BEERS, THREE_BEERS: TWO_BEERS}


def test_a_line_of_the_same_moment_is_none() -> None:
    assert likes([answering(TWO_BEERS, THREE_BEERS), answering("The bus was late this morning.")]) == {}


def test_a_line_of_another_act_is_none() -> None:
    assert likes([answering(TWO_BEERS), answering(THREE_BEERS, act="concern")]) == {}


@pytest.mark.parametrize("same", [TWO_BEERS.upper(), TWO_BEERS.replace(",", " –")])
def test_the_same_line_is_none_however_it_is_written(same: str) -> None:
    assert likes([answering(TWO_BEERS), answering(same), answering("The bus was late this morning.")]) == {}


def test_one_line_alone_or_none_at_all_has_no_like() -> None:
    assert likes([]) == likes([answering(TWO_BEERS)]) == {}


def test_in_the_corpus_no_line_is_its_own_like_or_from_its_own_moment(corpus: list[Moment]) -> None:
    moments = [each for each in to_learn(corpus) if each.source == "replies"][:600]
    found = likes(moments)
    assert len(found) > 200
    stands: dict[str, set[int]] = {}
    acts: dict[str, set[str]] = {}
    for number, each in enumerate(moments):
        for answer in each.answers:
            stands.setdefault(answer.text, set()).add(number)
            acts.setdefault(answer.text, set()).add(answer.act)
    assert not [text for text, other in found.items() if text.lower() == other.lower()]
    assert not [text for text, other in found.items() if stands[text] == stands[other]]
    assert not [text for text, other in found.items() if not acts[text] & acts[other]]
