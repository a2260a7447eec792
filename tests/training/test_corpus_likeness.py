"""Near-duplicates are found within and between folders, and only between sessions."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from random import Random

from tests.training.corpora import Object, answers, replies, said, sentences, set_apart, texts_of
from training.checks.alike import PIECE, alike, near_duplicates

LONG = "I have been driving that bus for nineteen years and nobody ever asked me how I sleep."
NEARLY = "I have been driving this bus for nineteen years and nobody ever asked me how I slept."
LOOSELY = "I have been driving that bus for twenty years and nobody ever asks me how I sleep."


def asked(id: str, text: str, make: Callable[..., Object] = answers) -> Object:
    return make(id, history=[said("client", text)])


def test_a_near_duplicate_is_told_within_and_across_folders(tmp_path: Path) -> None:
    pair = [asked("a1-001", LONG), asked("a1-002", NEARLY)]
    spoken = {**replies()["replies"][0], "text": NEARLY}
    across = replies(replies=[spoken, *replies()["replies"][1:]])
    assert len(near_duplicates(texts_of(tmp_path / "one", answers=pair))) == 1
    lines = near_duplicates(texts_of(tmp_path / "two", answers=pair[:1], replies=[across]))
    assert len(lines) == 1
    assert "a1-001" in lines[0]
    assert "replies/one.jsonl:1 r1-001" in lines[0]


def test_what_is_set_apart_may_not_even_be_loosely_like_training(tmp_path: Path) -> None:
    trained, apart = asked("a1-001", LONG), asked("t1-001", LOOSELY, set_apart)
    lines = near_duplicates(texts_of(tmp_path / "one", answers=[trained], test=[apart]))
    assert len(lines) == 1
    assert lines[0].startswith("test/one.jsonl:1 t1-001")
    assert "rewrite the training text" in lines[0]
    assert not near_duplicates(texts_of(tmp_path / "two", answers=[trained, asked("a1-002", LOOSELY)]))


def test_one_session_may_say_things_back(tmp_path: Path) -> None:
    spoken = {**replies()["replies"][0], "text": LONG}
    first = replies(replies=[spoken, *replies()["replies"][1:]])
    later = replies("r1-002", history=[said("client", LONG)])
    again = replies("r1-003", replies=first["replies"])
    assert not near_duplicates(texts_of(tmp_path / "one", replies=[first, later]))
    assert len(near_duplicates(texts_of(tmp_path / "two", replies=[first, again]))) == 1


def test_the_index_finds_what_comparing_all_pairs_finds() -> None:
    random = Random(3)
    made = list(islice(sentences(3, 3, 20), 150))
    for text in made[:100]:
        words = text.split()
        words[random.randrange(len(words))] = random.choice(words)
        made.append(" ".join(words))
    pieces = [{text[at : at + PIECE] for at in range(len(text) - PIECE + 1)} for text in made]
    expected = {
        (a, b)
        for b in range(len(made))
        for a in range(b)
        if len(pieces[a] & pieces[b]) >= 0.6 * len(pieces[a] | pieces[b])
    }
    assert len(expected) > 50
    assert {(min(a, b), max(a, b)) for _, a, b in alike(made, 0.6)} == expected
