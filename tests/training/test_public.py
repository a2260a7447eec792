"""Public sessions as records: AnnoMI by majority and as sets of codes, the chats with our labels."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from app.scoring.codes import CODES, TALK_TYPES
from training.public import ANNOMI_CODES, LABELS, annomi, annomi_sessions, annomi_utterances, mibot
from training.records import MissingData

COLUMNS = [
    "mi_quality", "transcript_id", "video_url", "utterance_id", "interlocutor", "utterance_text", "annotator_id",
    "therapist_input_subtype", "reflection_subtype", "question_subtype", "main_therapist_behaviour", "client_talk_type",
]  # fmt: skip


def row(utterance: int, speaker: str, text: str, annotator: str = "1", **labels: str) -> dict[str, str]:
    fixed = {"mi_quality": "high", "transcript_id": "0", "video_url": "v", "utterance_id": str(utterance)}
    return dict.fromkeys(COLUMNS, "") | fixed | {
        "interlocutor": speaker, "utterance_text": text, "annotator_id": annotator,
    } | labels  # fmt: skip


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    path = tmp_path / "annomi.csv"
    rows = [
        row(0, "therapist", "What brings you?", main_therapist_behaviour="question", question_subtype="open"),
        row(1, "client", "The judge.", "1", client_talk_type="neutral"),
        row(1, "client", "The judge.", "2", client_talk_type="sustain"),
        row(1, "client", "The judge.", "4", client_talk_type="sustain"),
        row(2, "therapist", "You must stop.", "3", main_therapist_behaviour="other"),
        row(2, "therapist", "You must stop.", "5", main_therapist_behaviour="therapist_input")
        | {"therapist_input_subtype": "advice"},
        row(3, "therapist", "Hm.", "1", main_therapist_behaviour="reflection", reflection_subtype=""),
    ]  # fmt: skip
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_annomi_is_one_record_a_turn_by_majority_without_the_outlier(csv_file: Path) -> None:
    rows, replies = annomi(csv_file)
    assert [(turn.text, turn.previous, turn.behaviour) for turn in rows] == [
        ("What brings you?", None, "question"),
        ("You must stop.", "The judge.", "input"),
        ("Hm.", "The judge.", "reflection"),
    ]
    assert [(turn.talk, turn.previous) for turn in replies] == [("sustain", "What brings you?")]


def test_coarse_labels_become_sets_of_codes(csv_file: Path) -> None:
    question, advice = annomi_utterances(annomi(csv_file)[0])
    assert question.codes == {"open_question", "seek_collaboration"}
    assert advice.codes == {"persuade", "persuade_with_permission", "confront"}


def test_annomi_elsewhere_is_a_clear_message(tmp_path: Path) -> None:
    with pytest.raises(MissingData, match="never part of the repository"):
        annomi(tmp_path / "nowhere.csv")


def test_every_annomi_label_is_made_of_known_codes() -> None:
    assert set().union(*ANNOMI_CODES.values()) <= set(CODES)


def test_sessions_follow_the_turns(csv_file: Path) -> None:
    (session,) = annomi_sessions(csv_file)
    assert session.client_turns == (False, True, False, False)
    assert (session.quality, session.group) == ("high", "v")


@pytest.fixture
def chats(tmp_path: Path) -> tuple[Path, Path]:
    texts, labels = tmp_path / "mibot.csv", tmp_path / "labels.csv"
    texts.write_text(
        "conversation,volley,speaker,text\n"
        '1,10,counsellor,"Hello.  Why\nnow?"\n1,11,client,Great!\n1,12,counsellor,Great!\n2,13,counsellor,Great!\n'
    )
    labels.write_text(
        "conversation,volley,start,end,code\n"
        "1,10,0,6,other\n1,10,7,15,open_question\n1,11,0,6,neutral\n1,12,0,6,support\n2,13,0,6,other\n"
    )
    return texts, labels


def test_the_chats_get_our_labels_by_place(chats: tuple[Path, Path]) -> None:
    said, replies = mibot(*chats)
    assert [(one.text, one.previous) for one in said] == [
        ("Hello.", None), ("Why now?", None), ("Great!", "Great!"), ("Great!", None),
    ]  # fmt: skip
    assert [(reply.text, reply.talk, reply.previous) for reply in replies] == [("Great!", "neutral", "Hello. Why now?")]


def test_the_same_words_labelled_in_two_ways_may_be_either(chats: tuple[Path, Path]) -> None:
    said, _ = mibot(*chats)
    assert said[2].codes == said[3].codes == {"support", "other"}


def test_the_chats_elsewhere_are_a_clear_message(tmp_path: Path) -> None:
    with pytest.raises(MissingData, match="--mibot"):
        mibot(tmp_path / "nowhere.csv")


def test_every_label_of_the_chats_is_known() -> None:
    with LABELS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 7000
    assert {row["code"] for row in rows} <= {*CODES, *TALK_TYPES}
    assert all(int(row["start"]) <= int(row["end"]) for row in rows)
