"""Public sessions as records: AnnoMI, coded by experts, and the MIBOT chats, labelled for this project.

AnnoMI knows open and closed questions, simple and complex reflections, four kinds of input and "other"; "complex" may
be any reflection that adds meaning, "advice" may come with permission or not. Neither set is ever committed; of the
chats only our own labels are, by conversation, volley and place in the text.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.scoring.codes import TALK_TYPES
from training.records import MissingData, Reply, Row, Utterance

LABELS = Path(__file__).parent / "corpus" / "labels" / "mibot.csv"

#: AnnoMI annotator 3 stands apart from the others and is left out where anybody else coded the row.
OUTLIER = "3"


@dataclass(frozen=True)
class AnnoMiSession:
    """One session of AnnoMI: who speaks in each turn, whether experts call it high or low in quality, its video."""

    client_turns: tuple[bool, ...]
    quality: str
    group: str


def annomi(path: Path) -> tuple[list[Row], list[Reply]]:
    """Read AnnoMI's CSV: one record a turn, by majority where several annotators coded it."""
    rows: list[Row] = []
    replies: list[Reply] = []
    for turns in _annomi_turns(path).values():
        said: dict[str, str] = {}
        for coded in turns:
            first, speaker = coded[0], coded[0]["interlocutor"]
            text = first["utterance_text"].strip()
            if speaker == "therapist":
                rows.append(_annomi_row(coded, text, said.get("client")))
            else:
                talk = _majority(row["client_talk_type"] for row in coded) or "neutral"
                replies.append(Reply(text, said.get("therapist"), talk, "annomi", first["video_url"]))
            said[speaker] = text
    return rows, replies


def annomi_sessions(path: Path) -> list[AnnoMiSession]:
    """The sessions whose turns `annomi` gives, in the same order."""
    return [
        AnnoMiSession(
            tuple(coded[0]["interlocutor"] == "client" for coded in turns),
            turns[0][0]["mi_quality"],
            turns[0][0]["video_url"],
        )
        for turns in _annomi_turns(path).values()
    ]


def _annomi_turns(path: Path) -> dict[str, list[list[dict[str, str]]]]:
    """The rows of each turn of each session, one an annotator."""
    if not path.is_file():
        raise MissingData(
            f"{path}: AnnoMI is not here. It is never part of the repository: get AnnoMI-full.csv from "
            "github.com/uccollab/AnnoMI and name it with --annomi"
        )
    turns: dict[tuple[int, int], list[dict[str, str]]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            turns[int(row["transcript_id"]), int(row["utterance_id"])].append(row)
    sessions: dict[str, list[list[dict[str, str]]]] = defaultdict(list)
    for (session, _), coded in sorted(turns.items()):
        sessions[str(session)].append([row for row in coded if row["annotator_id"] != OUTLIER] or coded)
    return sessions


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


def mibot(path: Path, labels: Path = LABELS) -> tuple[list[Utterance], list[Reply]]:
    """The chats of the MIBOT study with this project's labels: counsellor utterances and client turns.

    Where the same words were labelled in two ways, both codes may be right.
    """
    texts, before = _chats(path)
    with labels.open(encoding="utf-8", newline="") as file:
        rows = [(row["conversation"], row["volley"], int(row["start"]), int(row["end"]), row["code"])
                for row in csv.DictReader(file)]  # fmt: skip
    meanings: dict[str, set[str]] = defaultdict(set)
    for chat, volley, start, end, code in rows:
        if code not in TALK_TYPES:
            meanings[texts[chat, volley][start:end]].add(code)
    said: list[Utterance] = []
    replies: list[Reply] = []
    for chat, volley, start, end, code in rows:
        text, group, previous = texts[chat, volley][start:end], f"mibot-{chat}", before[chat, volley]
        if code in TALK_TYPES:
            replies.append(Reply(text, previous, code, "mibot", group))
        else:
            said.append(
                Utterance(text, previous, frozenset(meanings[text]), "mibot", group, f"{group}/{volley}", start)
            )
    return said, replies


def _chats(path: Path) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], str | None]]:
    """The text of each (conversation, volley), and what the other side said before it."""
    if not path.is_file():
        raise MissingData(
            f"{path}: the MIBOT chats are not here. They are never part of the repository: get them from "
            "github.com/zaffnet/MIBOT_ACL2025 as CSV (conversation,volley,speaker,text) and name them with --mibot"
        )
    texts: dict[tuple[str, str], str] = {}
    before: dict[tuple[str, str], str | None] = {}
    last: dict[tuple[str, str], str] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key, speaker = (row["conversation"], row["volley"]), row["speaker"]
            other = "client" if speaker == "counsellor" else "counsellor"
            texts[key] = last[row["conversation"], speaker] = " ".join(row["text"].split())
            before[key] = last.get((row["conversation"], other))
    return texts, before


__all__ = ["ANNOMI_CODES", "AnnoMiSession", "annomi", "annomi_sessions", "annomi_utterances", "mibot"]
