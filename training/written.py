"""The corpus written for this project (`training/corpus/`) as records."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from app.scoring.codes import CODES
from app.scoring.segment import segment
from training.records import Reply, Utterance

CORPUS = Path(__file__).parent / "corpus"


Files = Sequence[str] | None


def corpus_utterances(answers: Files = None, conversations: Files = None) -> Iterator[Utterance]:
    """The counsellors' side, one record an utterance, with the codes its writer gave it.

    `answers` and `conversations` name files (None: all there are).
    """
    for moment in corpus("answers", answers):
        previous = _last_client(moment["history"])
        for number, answer in enumerate(moment["answers"]):
            turn = f"{moment['id']}/{number}"
            for place, (text, codes) in enumerate(_answer(answer)):
                yield Utterance(text, previous, codes, moment["writer"], moment["id"], turn, place)
    yield from _conversation_utterances(conversations)


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


def _conversation_utterances(files: Files) -> Iterator[Utterance]:
    for conversation in corpus("conversations", files):
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


def corpus_replies(replies: Files = None, conversations: Files = None) -> Iterator[Reply]:
    """The clients' side, with the talk type (of single replies: the stance) its writer gave it."""
    for moment in corpus("replies", replies):
        for reply in moment["replies"]:
            yield Reply(
                reply["text"],
                moment["counsellor"],
                reply["stance"],
                "replies",
                f"{moment['writer']}-{moment['persona']['name']}",
            )
    for conversation in corpus("conversations", conversations):
        said: str | None = None
        for turn in conversation["turns"]:
            if turn["speaker"] == "counsellor":
                said = " ".join(utterance["text"] for utterance in turn["utterances"])
            else:
                yield Reply(turn["text"], said, turn["talk"], "conversations", conversation["id"])


def corpus(folder: str, files: Files = None) -> Iterator[dict[str, Any]]:
    """The objects of a folder of the corpus (answers, replies, conversations, test), of all files or the named ones."""
    for path in sorted((CORPUS / folder).glob("*.jsonl")):
        if files is None or path.stem in files:
            yield from lines(path)


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of one JSONL file."""
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


__all__ = ["CORPUS", "corpus", "corpus_replies", "corpus_utterances", "lines"]
