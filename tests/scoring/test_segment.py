"""Segmenting: what is one thought, and offsets that are exact on anything."""

from __future__ import annotations

import itertools
import random

import pytest

from app.scoring.segment import segment


def parts(text: str) -> list[str]:
    return [text[start:end] for start, end in segment(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You like a drink. What does your wife say?", ["You like a drink.", "What does your wife say?"]),
        ("You like a drink, and what does your wife say?", ["You like a drink,", "and what does your wife say?"]),
        ("You've had enough – how do you see it going?", ["You've had enough –", "how do you see it going?"]),
        ("It's up to you what you do; nobody can make you.", None),
        ("You do your bit; they never notice it.", ["You do your bit;", "they never notice it."]),
        ("Mm-hm.", ["Mm-hm."]),
        ("So what now? And then?", ["So what now?", "And then?"]),
    ],
)
def test_sentences_and_clauses(text: str, expected: list[str] | None) -> None:
    found = parts(text)
    assert found == expected if expected else len(found) == 2


@pytest.mark.parametrize(
    "text",
    [
        "It's hard, isn't it?",
        "You know what you need to do. Right?",
        "If you stopped, what would be different?",
        "Tell me, what would help?",
        "Okay, so, what brings you here?",
        "When you think about it, how does it look?",
        "I wonder, what would it take?",
        "Nobody knows what is going on?",
        "So you drink on Fridays, how many?",
        "We could talk about the drinking. Or the letter. Or nothing at all.",
        "We could do:\n- the diary\n- the patch\n- nothing",
        "There are two ways: 1. a slow one, 2. a quick one",
        "You told her “I'm done. I'm out.” and you left.",
        'He said "Why? Why me?" and walked off.',
        "Dr. Smith wrote to you at 5 p.m. about 3.5 units.",
        "Some people, e.g. nurses, work nights.",
        "You were... tired",
        "That's a lot 🙂",
        "That's a lot. 😀",
        "That's a lot. :)",
    ],
)
def test_one_thought_stays_together(text: str) -> None:
    assert parts(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i get that\nwhat would help", ["i get that", "what would help"]),
        ("ok. so its hard lol. what next", ["ok.", "so its hard lol.", "what next"]),
        ("really? how come", ["really?", "how come"]),
        ("Well… You came anyway.", ["Well…", "You came anyway."]),
        ("It is 5 p.m. We have to stop.", ["It is 5 p.m.", "We have to stop."]),
        ("You and I. What now?", ["You and I.", "What now?"]),
        ("1. Stop drinking. 2. Go home.", ["1. Stop drinking.", "2. Go home."]),
        ("هل أنت بخير؟ أنا هنا.", ["هل أنت بخير؟", "أنا هنا."]),
        ("你好。你怎么样？", ["你好。", "你怎么样？"]),
    ],
)
def test_typed_chat_abbreviations_and_other_scripts(text: str, expected: list[str]) -> None:
    assert parts(text) == expected


def test_a_line_that_a_mail_program_wrapped_is_one_sentence() -> None:
    text = "You have been carrying this for a long time and nobody has seen\nhow much of it there is."
    assert parts(text) == [text]


@pytest.mark.parametrize("text", ["", "   ", "\n\t\n", "\x00\x01", "\u200b"])
def test_nothing_to_say_has_no_utterance(text: str) -> None:
    assert segment(text) == []


@pytest.mark.parametrize("text", ["…", "?", "🙂", "..."])
def test_a_mark_alone_is_one_utterance(text: str) -> None:
    assert parts(text) == [text]


def test_offsets_are_exact_in_order_and_lose_no_letter() -> None:
    chooser = random.Random(7)
    alphabet = [*"abcXYZ .,;?!…\n\t\"'“”()-–:)", "🙂", "א", "م", "\u202e", "and what do ", "Or ", "e.g. ", "right? "]
    for _ in range(500):
        text = "".join(chooser.choice(alphabet) for _ in range(chooser.randrange(60)))
        spans = segment(text)
        assert all(text[start:end] == text[start:end].strip() and start < end for start, end in spans)
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
        kept = "".join(text[start:end] for start, end in spans)
        assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


def test_a_very_long_turn_takes_no_time_and_loses_nothing() -> None:
    text = "You said that you are tired, and nobody asked you. What would help? " * 2500
    assert len(segment(text)) == 5000
