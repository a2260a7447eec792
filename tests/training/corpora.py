"""Small written corpora for the tests: objects that have their shape, and hands whose sentences are all different."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from training.checks.reading import read
from training.checks.texts import Text, texts

Object = dict[str, Any]

STATE = {"resistance": 0.7, "trust": 0.3, "importance": 3, "confidence": 5.5}
PERSONA = {
    "name": "Ana", "age": 41, "sheet": "Drives a night bus and was sent by her doctor.", "voice": "dry",
    "facts": ["sleeps four hours", "her brother drank"],
}  # fmt: skip


def said(speaker: str, text: str) -> Object:
    """One turn of a history."""
    return {"speaker": speaker, "text": text}


def answers(id: str = "a1-001", **changes: Any) -> Object:
    """A client turn with three answers."""
    return {
        "id": id, "writer": id.split("-")[0], "field": "sleep",
        "history": [said("counsellor", "Morning."), said("client", "I only came for the sick note, not to talk.")],
        "answers": [
            {"text": "A sick note and then home.", "codes": ["simple_reflection"]},
            {"utterances": [{"text": "Right.", "code": "other"}, {"text": "And nights?", "code": "open_question"}]},
            {"text": "You could sleep more, you know.", "codes": ["persuade"]},
        ],
    } | changes  # fmt: skip


def replies(id: str = "r1-001", **changes: Any) -> Object:
    """A counsellor turn with three client replies."""
    return {
        "id": id, "writer": id.split("-")[0], "persona": PERSONA, "state": STATE,
        "history": [said("client", "Hello.")], "counsellor": "How did you sleep?", "codes": ["open_question"],
        "replies": [
            {"stance": "sustain", "act": "deny", "fact": None, "text": "Like a baby."},
            {"stance": "neutral", "act": "inform", "fact": "sleeps four hours", "text": "Four hours."},
            {"stance": "change", "act": "concern", "fact": None, "text": "It frightens me, at the wheel."},
        ],
    } | changes  # fmt: skip


def client(text: str, **changes: Any) -> Object:
    """A client turn of a conversation."""
    turn = {"speaker": "client", "text": text, "talk": "sustain", "act": "deny", "disclosed": [], "state": STATE}
    return turn | changes


def conversation(id: str = "v1-01", **changes: Any) -> Object:
    """A conversation of twelve turns."""
    turns = [
        turn
        for number in range(6)
        for turn in (
            {"speaker": "counsellor", "utterances": [{"text": f"And on day {number}?", "code": "closed_question"}]},
            client(f"No, day {number} is fine."),
        )
    ]
    return {
        "id": id, "writer": id.split("-")[0], "field": "sleep", "medium": "chat", "skill": "poor",
        "persona": PERSONA | {"name": "Bo", "sheet": "Cleans the depot and thinks everybody drinks."}, "turns": turns,
    } | changes  # fmt: skip


def set_apart(id: str = "t1-001", **changes: Any) -> Object:
    """A moment set apart, by another hand and in another field."""
    history = [said("client", "Forty years I have kept this lamp, and slept by day.")]
    return answers(id, field="sleep, lighthouse", history=history) | changes


def write(folder: Path, **files: Sequence[Object | str]) -> Path:
    """A corpus with one file a folder; folders that are not named hold one good object."""
    whole = {"answers": [answers()], "replies": [replies()], "conversations": [conversation()], "test": [set_apart()]}
    for name, objects in (whole | files).items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        lines = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in objects]
        (folder / name / "one.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "labels").mkdir(exist_ok=True)
    (folder / "labels" / "mibot.csv").write_text(
        "conversation,volley,start,end,code\n0,1,0,5,other\n", encoding="utf-8"
    )
    return folder


def texts_of(folder: Path, **files: Sequence[Object | str]) -> list[Text]:
    """All that is said in such a corpus, which must have its shape."""
    entries, wrong = read(write(folder, **files))
    assert not wrong
    return texts(entries)


def sentences(seed: int, least: int = 2, most: int = 30) -> Iterator[str]:
    """Endless sentences of made-up words, all different, as long as client turns are: many short, some long."""
    random = Random(seed)
    words = ["".join(random.choices("abcdefghijklmnoprstuvwz", k=random.randint(3, 7))) for _ in range(3000)]
    while True:
        length = least + int((most - least) * random.random() ** 2)
        yield " ".join(random.choices(words, k=length))


def hand_of_clients(texts: Sequence[str], hand: str = "r2") -> list[Object]:
    """Moments in which a hand's clients say these texts, three a moment, in all three stances."""
    acts = [("sustain", "deny"), ("neutral", "inform"), ("change", "concern")]
    return [
        replies(
            f"{hand}-{at:03}",
            counsellor=asked,
            replies=[
                {"stance": stance, "act": act, "fact": None, "text": text}
                for text, (stance, act) in zip(texts[at : at + 3], acts, strict=False)
            ],
        )
        for at, asked in zip(range(0, len(texts), 3), sentences(99), strict=False)
    ]


def hand_of_counsellors(texts: Sequence[str], codes: Sequence[str], hand: str = "a2") -> list[Object]:
    """Moments in which a hand's counsellors say these texts, three a moment, under these codes in turn."""
    return [
        answers(
            f"{hand}-{at:03}",
            answers=[
                {"text": text, "codes": [codes[(at + number) % len(codes)]]}
                for number, text in enumerate(texts[at : at + 3])
            ],
        )
        for at in range(0, len(texts), 3)
    ]
