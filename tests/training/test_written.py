"""The written corpus as records, and the files that the coder which ships was trained on."""

from __future__ import annotations

import pytest

from app.scoring.codes import CODES, TALK_TYPES
from app.scoring.segment import segment
from training.recipe import FILES
from training.written import CORPUS, corpus, corpus_replies, corpus_utterances


@pytest.mark.parametrize("folder", ["answers", "conversations", "replies", "test"])
def test_every_folder_has_objects_with_ids(folder: str) -> None:
    ids = [each["id"] for each in corpus(folder)]
    assert len(ids) > 50
    assert len(set(ids)) == len(ids)


def test_every_written_utterance_has_a_text_a_place_and_known_codes() -> None:
    said = list(corpus_utterances())
    assert all(one.text.strip() and one.codes <= set(CODES) and one.codes for one in said)
    assert len({(one.turn, one.place) for one in said}) == len(said)


def test_the_corpus_covers_the_codebook() -> None:
    exact = [one.codes for one in corpus_utterances() if len(one.codes) == 1]
    counted = {code: sum(code in codes for codes in exact) for code in CODES}
    assert {code: count for code, count in counted.items() if count < 200} == {}


def test_a_menu_and_its_closing_question_are_two_utterances() -> None:
    texts = list(corpus_utterances(["c1-c4"], []))
    menus = {one.turn for one in texts if one.codes == {"offer_choices"}}
    closing = [one for one in texts if one.turn in menus and one.codes == {"open_question"}]
    assert len(closing) > 20
    assert all(len(segment(one.text)) == 1 for one in closing)


def test_the_set_apart_files_share_no_hand_no_moment_and_no_text_with_training() -> None:
    training = list(corpus_utterances())
    said = [answer for moment in corpus("test") for answer in moment["answers"]]
    texts = {part["text"] for answer in said for part in answer["utterances"]}
    assert len(said) >= 700
    assert {one.source for one in training}.isdisjoint(moment["writer"] for moment in corpus("test"))
    assert {one.text for one in training} & {text for text in texts if len(text.split()) > 6} == set()


def test_client_replies_have_talk_types_and_contexts() -> None:
    replies = list(corpus_replies())
    assert {reply.talk for reply in replies} == set(TALK_TYPES)
    assert sum(reply.previous is None for reply in replies) < 0.02 * len(replies)


def test_one_person_is_one_group() -> None:
    replies = [reply for reply in corpus_replies(["w1-w7"], []) if reply.source == "replies"]
    moments = {moment["id"] for moment in corpus("replies", ["w1-w7"])}
    assert len({reply.group for reply in replies}) < len(moments) / 2


def test_the_files_trained_on_are_there_and_never_the_test() -> None:
    for folder, names in FILES.items():
        assert folder != "test"
        for name in names:
            assert (CORPUS / folder / f"{name}.jsonl").is_file()
