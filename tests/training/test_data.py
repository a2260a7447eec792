"""The training material: AnnoMI by majority and as sets of codes, the corpus utterance by utterance."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from app.scoring.codes import CODES
from app.scoring.segment import segment
from training.data import (
    ANNOMI_CODES,
    ANSWER_FILES,
    CORPUS,
    TEST_FILE,
    MissingData,
    annomi,
    annomi_utterances,
    corpus_replies,
    corpus_utterances,
)

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


@pytest.mark.parametrize("name", ANSWER_FILES)
def test_every_written_answer_has_a_text_a_place_and_known_codes(name: str) -> None:
    said = list(corpus_utterances([name], conversations=False))
    assert len(said) > 100
    assert all(one.text.strip() and one.codes for one in said)
    assert len({(one.turn, one.place) for one in said}) == len(said)


def test_the_corpus_covers_the_codebook() -> None:
    exact = [one.codes for one in corpus_utterances() if len(one.codes) == 1]
    counted = {code: sum(code in codes for codes in exact) for code in CODES}
    assert {code: count for code, count in counted.items() if count < 40} == {}


def test_a_menu_and_its_closing_question_are_two_utterances() -> None:
    texts = list(corpus_utterances(["counsellor-answers.jsonl"], conversations=False))
    menus = {one.turn for one in texts if one.codes == {"offer_choices"}}
    closing = [one for one in texts if one.turn in menus and one.codes == {"open_question"}]
    assert len(closing) > 20
    assert all(len(segment(one.text)) == 1 for one in closing)


def test_the_set_apart_file_shares_no_moment_and_no_text_with_training() -> None:
    training = list(corpus_utterances())
    testing = list(corpus_utterances([TEST_FILE], conversations=False))
    assert {one.group for one in training}.isdisjoint(one.group for one in testing)
    assert {one.source for one in training}.isdisjoint(one.source for one in testing)
    shared = {one.text for one in training} & {one.text for one in testing if len(one.text.split()) > 5}
    assert shared == set()


def test_client_replies_have_talk_types_and_contexts() -> None:
    replies = list(corpus_replies())
    assert {reply.talk for reply in replies} == {"change", "neutral", "sustain"}
    assert sum(reply.previous is None for reply in replies) < 0.02 * len(replies)
    assert (CORPUS / "client-replies.jsonl").is_file()
