"""Who speaks: names that are known, names that a second one tells, names given by hand, and names that nobody knows."""

from __future__ import annotations

import json

import pytest

from app.scoring.reading.sides import HELD
from app.scoring.transcripts import Names
from tests.scoring.reading import error, noted, read, said

HEAD = "conversation,turn,speaker,text\n"


def table(*speakers: str) -> str:
    return HEAD + "".join(f"1,{turn},{speaker},word {turn}\n" for turn, speaker in enumerate(speakers, 1))


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("counsellor", "counsellor"),
        ("counselor", "counsellor"),
        ("Therapist", "counsellor"),
        ("INTERVIEWER", "counsellor"),
        ("[Trainee]:", "counsellor"),
        ("client", "client"),
        (" Patient ", "client"),
        ("Client 2", "client"),
    ],
)
def test_everyday_names_need_no_word(name: str, side: str) -> None:
    row = read(json.dumps({"conversation": 1, "turn": 1, "speaker": name, "text": "x"}))[0]
    assert row.speaker == side
    assert row.given["speaker"] == name


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("Provider", "counsellor"),
        ("T", "counsellor"),
        ("T12", "counsellor"),
        ("social_worker", "counsellor"),
        ("Dr.", "counsellor"),
        ("SP", "client"),
        ("Standardized Patient", "client"),
        ("help-seeker", "client"),
        ("Pt.", "client"),
    ],
)
def test_other_names_are_taken_with_a_notice(name: str, side: str) -> None:
    rows, notices = noted(table(name, name))
    assert [row.speaker for row in rows] == [side, side]
    assert len(notices) == 1
    assert f"as {side}" in notices[0]


@pytest.mark.parametrize(
    ("speakers", "sides"),
    [
        (["T", "C", "T"], ["counsellor", "client", "counsellor"]),
        (["C", "C", "T"], ["client", "client", "counsellor"]),
        (["C1", "T1", "C2"], ["client", "counsellor", "client"]),
        (["C", "SP"], ["counsellor", "client"]),
        (["C", "patient"], ["counsellor", "client"]),
        (["P", "therapist"], ["client", "counsellor"]),
        (["P", "SP"], ["counsellor", "client"]),
    ],
)
def test_a_letter_is_told_by_the_name_beside_it(speakers: list[str], sides: list[str]) -> None:
    rows, notices = noted(table(*speakers))
    assert [row.speaker for row in rows] == sides
    assert [row.text for row in rows] == [f"word {turn}" for turn in range(1, len(speakers) + 1)]
    assert notices


@pytest.mark.parametrize("speakers", [["C"], ["P", "C"], ["C"] * (HELD + 5)])
def test_a_letter_that_nothing_tells_is_an_error(speakers: list[str]) -> None:
    message = error(table(*speakers))
    assert message.startswith(f"talk, line 2, column 'speaker': {speakers[0]!r} may be either side")
    assert "--counsellor NAME and --client NAME" in message


def test_names_given_by_hand_go_before_all_others() -> None:
    names = Names(counsellor=("Ann Lee", "assistant"), client=("speaker 2", "T"))
    assert [row.speaker for row in read(table("ann  lee", "Speaker 2", "ASSISTANT", "t"), names)] == [
        "counsellor", "client", "counsellor", "client",
    ]  # fmt: skip
    assert [row.speaker for row in noted(table("c", "p"), Names(client=("P",)))[0]] == ["counsellor", "client"]


def test_a_name_given_by_hand_that_never_speaks_is_told() -> None:
    _, notices = noted(table("client"), Names(counsellor=("Anne",)))
    assert notices == ["talk: no row has the speaker 'Anne', which was named for a side"]


def test_all_unknown_names_are_listed_with_their_lines() -> None:
    message = error(table("client", "judge", "clerk", "judge", "client"))
    assert message == (
        "talk, line 3, column 'speaker': 'judge' is not known; expected 'counsellor' or 'client', or say who is who "
        "with --counsellor NAME and --client NAME; unknown here: 'judge' (line 3, 2 rows), 'clerk' (line 4, 1 row)"
    )
    assert "92 more" in error(table(*(f"somebody{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(100))))


def test_the_columns_own_name_stands_in_the_error() -> None:
    given = {"transcript_id": 1, "utterance_id": 1, "interlocutor": "judge", "utterance_text": "x"}
    assert "line 1, column 'interlocutor': 'judge'" in error(json.dumps(given))


@pytest.mark.parametrize("speaker", [7, True, ["client"], {"a": 1}, "", None, "  "])
def test_a_speaker_that_is_no_name_is_an_error(speaker: object) -> None:
    given = {"conversation": 1, "turn": 1, "speaker": speaker, "text": "x"}
    message = error(json.dumps(given))
    assert "line 1, column 'speaker'" in message
    assert "'counsellor' or 'client'" in message


def test_letters_in_plain_text() -> None:
    rows, notices = noted("T: How are you?\nC: Fine.\nC: drive is full\nT: I see.\n")
    assert said(rows) == [
        ("counsellor", "How are you?"), ("client", "Fine."), ("client", "drive is full"), ("counsellor", "I see."),
    ]  # fmt: skip
    assert [row.given["speaker"] for row in rows] == ["counsellor", "client", "client", "counsellor"]
    assert any("'t' as counsellor" in notice for notice in notices)


def test_letters_and_professions_are_words_where_the_file_names_its_speakers_in_full() -> None:
    rows, notices = noted("Client: He said:\nDoctor: stop it.\nC: not me.\nCounsellor: Hm.\n")
    assert said(rows) == [("client", "He said:\nDoctor: stop it.\nC: not me."), ("counsellor", "Hm.")]
    assert [notice.split(":")[0] for notice in notices] == ["talk, line 2", "talk, line 3"]


def test_names_given_by_hand_in_plain_text() -> None:
    rows = read("Dr. Smith: Hello.\nJohn: Hi.\n", Names(counsellor=("dr. smith",), client=("John",)))
    assert said(rows) == [("counsellor", "Hello."), ("client", "Hi.")]


def test_plain_text_of_strangers_is_an_error_that_lists_them() -> None:
    message = error("Smith: Hello.\nJohn: Hi.\nSmith: So?\nJohn: So.\nNote: none\n")
    assert "line 1: 'Smith: Hello.' names no speaker" in message
    assert "'Smith' (2 lines), 'John' (2 lines)" in message


def test_plain_text_in_which_one_side_is_a_stranger_is_an_error() -> None:
    message = error("Counsellor: Hello.\nJohn: Hi.\nCounsellor: So?\nJohn: So.\n")
    assert "line 2: all known lines are the counsellor's" in message
    assert "'John' (line 2, 2 lines)" in message
    assert "--client NAME" in message
