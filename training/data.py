"""The training material as plain records: AnnoMI rows and the written corpus, each with the codes it may carry.

A label is a *set* of codes: one for the written corpus, several where the source is coarser than the codebook. AnnoMI
knows open and closed questions, simple and complex reflections, four kinds of input and "other"; "complex" may be any
reflection that adds meaning, "advice" may come with permission or not. AnnoMI itself is never committed.
"""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.scoring.codes import CODES
from app.scoring.segment import segment

CORPUS = Path(__file__).parent / "corpus"
ANSWER_FILES = ("counsellor-answers.jsonl", "answers-c5.jsonl", "answers-c6.jsonl", "answers-c7.jsonl")
TEST_FILE = "test-t1.jsonl"

#: AnnoMI annotator 3 stands apart from the others and is left out where anybody else coded the row.
OUTLIER = "3"


@dataclass(frozen=True)
class Utterance:
    """One counsellor utterance with the codes it may carry, and where it comes from.

    `group` is what must stay on one side of a split (a video, a moment, a conversation); `turn` names its turn and
    `place` its number in it.
    """

    text: str
    previous: str | None
    codes: frozenset[str]
    source: str
    group: str
    turn: str
    place: int = 0


@dataclass(frozen=True)
class Row:
    """One counsellor row of AnnoMI as a whole: main behaviour, the kinds it shows, and the session's quality."""

    text: str
    previous: str | None
    behaviour: str
    question: str
    reflection: str
    input: str
    quality: str
    group: str
    session: str


@dataclass(frozen=True)
class Reply:
    """One client turn with its talk type and the counsellor turn before it."""

    text: str
    previous: str | None
    talk: str
    source: str
    group: str


class MissingData(Exception):
    """The shared data are not where the command looked."""


def annomi(path: Path) -> tuple[list[Row], list[Reply]]:
    """Read AnnoMI's CSV: one record a turn, by majority where several annotators coded it."""
    if not path.is_file():
        raise MissingData(
            f"{path}: AnnoMI is not here. It is never part of the repository: get AnnoMI-full.csv from "
            "github.com/uccollab/AnnoMI and name it with --annomi"
        )
    with path.open(encoding="utf-8", newline="") as file:
        turns: dict[tuple[str, int], list[dict[str, str]]] = defaultdict(list)
        for row in csv.DictReader(file):
            turns[row["transcript_id"], int(row["utterance_id"])].append(row)
    rows: list[Row] = []
    replies: list[Reply] = []
    said: dict[tuple[str, str], str] = {}
    for (session, _), coded in sorted(turns.items(), key=lambda item: (int(item[0][0]), item[0][1])):
        coded = [row for row in coded if row["annotator_id"] != OUTLIER] or coded
        first, speaker = coded[0], coded[0]["interlocutor"]
        text = first["utterance_text"].strip()
        if speaker == "therapist":
            rows.append(_annomi_row(coded, text, said.get((session, "client"))))
        else:
            talk = _majority(row["client_talk_type"] for row in coded) or "neutral"
            replies.append(Reply(text, said.get((session, "therapist")), talk, "annomi", first["video_url"]))
        said[session, speaker] = text
    return rows, replies


def _annomi_row(coded: list[dict[str, str]], text: str, previous: str | None) -> Row:
    first = coded[0]
    behaviour = _majority(row["main_therapist_behaviour"] for row in coded) or "other"
    return Row(
        text,
        previous,
        "input" if behaviour == "therapist_input" else behaviour,
        _majority(row["question_subtype"] for row in coded),
        _majority(row["reflection_subtype"] for row in coded),
        _majority(row["therapist_input_subtype"] for row in coded),
        first["mi_quality"],
        first["video_url"],
        first["transcript_id"],
    )


def _majority(values: Iterable[str]) -> str:
    return Counter(values).most_common(1)[0][0]


#: What an AnnoMI label may be in the codebook. "Information" of a poor session is often pressure, and "other" is
#: whatever is neither question, reflection nor input.
ANNOMI_CODES: dict[str, frozenset[str]] = {
    "open": frozenset({"open_question", "seek_collaboration"}),
    "closed": frozenset({"closed_question", "seek_collaboration"}),
    "simple": frozenset({"simple_reflection"}),
    "complex": frozenset(
        {
            "complex_reflection",
            "double_sided_reflection",
            "amplified_reflection",
            "summary",
            "reframe",
        }
    ),
    "information": frozenset({"give_information", "persuade"}),
    "advice": frozenset({"persuade", "persuade_with_permission", "confront"}),
    "negotiation": frozenset({"persuade", "persuade_with_permission", "offer_choices", "seek_collaboration"}),
    "options": frozenset({"offer_choices"}),
    "other": frozenset({"other", "support", "affirmation", "emphasize_autonomy", "paradoxical"}),
}


def annomi_utterances(rows: Iterable[Row]) -> Iterator[Utterance]:
    """AnnoMI rows as utterances with sets of codes; rows whose main behaviour has no kind are left out."""
    for number, row in enumerate(rows):
        kind = {"question": row.question, "reflection": row.reflection, "input": row.input}.get(row.behaviour, "other")
        codes = ANNOMI_CODES.get(kind)
        if not codes:
            continue
        if row.quality == "low" and row.behaviour == "other":
            codes |= {"confront"}
        if row.quality == "low" and kind == "information":
            codes |= {"confront"}
        yield Utterance(row.text, row.previous, codes, "annomi", row.group, f"annomi-{number}")


def corpus_utterances(files: Iterable[str] = ANSWER_FILES, *, conversations: bool = True) -> Iterator[Utterance]:
    """The written corpus, one record an utterance, with the codes its writer gave it."""
    for name in files:
        for moment in _lines(CORPUS / name):
            previous = _last_client(moment["history"])
            for number, answer in enumerate(moment["answers"]):
                turn = f"{moment['id']}/{number}"
                for place, (text, codes) in enumerate(_answer(answer)):
                    yield Utterance(text, previous, codes, moment["writer"], moment["id"], turn, place)
    if conversations:
        yield from _conversation_utterances()


def _answer(answer: dict[str, Any]) -> Iterator[tuple[str, frozenset[str]]]:
    """An answer's utterances. Where only the whole answer is coded, each utterance may carry any of its codes."""
    if "utterances" in answer:
        for utterance in answer["utterances"]:
            yield utterance["text"], _known(utterance["code"])
    elif len(answer["codes"]) == 1:
        yield answer["text"], _known(*answer["codes"])
    else:
        for start, end in segment(answer["text"]):
            yield answer["text"][start:end], _known(*answer["codes"])


def _conversation_utterances() -> Iterator[Utterance]:
    for conversation in _lines(CORPUS / "conversations.jsonl"):
        previous: str | None = None
        for number, turn in enumerate(conversation["turns"]):
            if turn["speaker"] == "client":
                previous = turn["text"]
                continue
            for place, said in enumerate(turn["utterances"]):
                yield Utterance(
                    said["text"],
                    previous,
                    _known(said["code"]),
                    "conversations",
                    conversation["id"],
                    f"{conversation['id']}/{number}",
                    place,
                )


def corpus_replies() -> Iterator[Reply]:
    """Client turns of the written corpus with the stance their writer gave them."""
    for moment in _lines(CORPUS / "client-replies.jsonl"):
        for reply in moment["replies"]:
            yield Reply(reply["text"], moment["counsellor"], reply["stance"], "replies", moment["id"])
    for conversation in _lines(CORPUS / "conversations.jsonl"):
        said: str | None = None
        for turn in conversation["turns"]:
            if turn["speaker"] == "counsellor":
                said = " ".join(utterance["text"] for utterance in turn["utterances"])
            else:
                yield Reply(turn["text"], said, turn["talk"], "conversations", conversation["id"])


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def _last_client(history: list[dict[str, str]]) -> str | None:
    return next((turn["text"] for turn in reversed(history) if turn["speaker"] != "counsellor"), None)


def _known(*codes: str) -> frozenset[str]:
    unknown = set(codes) - set(CODES)
    if unknown:
        raise ValueError(f"unknown code {sorted(unknown)[0]!r} in the corpus; known codes are {', '.join(CODES)}")
    return frozenset(codes)


__all__ = [
    "ANNOMI_CODES",
    "ANSWER_FILES",
    "CORPUS",
    "TEST_FILE",
    "MissingData",
    "Reply",
    "Row",
    "Utterance",
    "annomi",
    "annomi_utterances",
    "corpus_replies",
    "corpus_utterances",
]
