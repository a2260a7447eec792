"""Moments of real sessions, and the client who is made for one of them. The sessions here are made up."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from app.practice.errors import Invalid
from app.realism.sessions import Moment, draw, moments, read_annomi, read_mibot, tidied
from app.realism.stranger import MATTER, heard_before, stranger

SAID = (
    ("therapist", "Good morning, thanks for coming in today.", ""),
    ("client", "Um, [laughs] morning--", "neutral"),
    ("therapist", "So tell me a bit about your smoking.", ""),
    ("client", "I smoke a packet a day, uh, since I left school.", "sustain"),
    ("therapist", "And what do you like about it?", ""),
    ("client", "It calms me down after the children are in bed.", "sustain"),
    ("therapist", "Mm-hm.", ""),
    ("client", "And I would like to stop some day.", "change"),
)


@pytest.fixture
def annomi(tmp_path: Path) -> Path:
    """A session in AnnoMI's columns, its third utterance by three annotators."""
    path = tmp_path / "annomi.csv"
    names = (
        "mi_quality",
        "transcript_id",
        "topic",
        "utterance_id",
        "interlocutor",
        "utterance_text",
        "client_talk_type",
    )
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for number, (speaker, text, talk) in enumerate(SAID):
            for vote in (talk, "sustain", "neutral") if number == 1 else (talk,):
                writer.writerow(("high", "7", "smoking cessation", number, speaker, text, vote))
    return path


def test_annomi_is_read_once_an_utterance_by_most_votes(annomi: Path) -> None:
    (session,) = read_annomi(annomi)
    assert (session.id, session.topic, session.good) == ("annomi 7", "smoking cessation", True)
    assert len(session.turns) == len(SAID)
    assert session.turns[1].text == "Morning."
    assert session.talk == ["neutral", "sustain", "sustain", "change"]


def test_a_moment_has_words_on_both_sides_and_a_client_who_has_spoken(annomi: Path) -> None:
    (moment,) = moments(read_annomi(annomi))  # the first two come too early, “Mm-hm.” asks nothing
    assert moment.counsellor == "And what do you like about it?"
    assert moment.answer == "It calms me down after the children are in bed."
    assert moment.own_words == ["Morning.", "I smoke a packet a day, since I left school."]


def test_mibot_is_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "mibot.csv"
    path.write_text(
        "conversation,volley,speaker,text\n1,2,client,apprehensive\n1,1,counsellor,How are you?\n1,3,client,but ok\n",
        encoding="utf-8",
    )
    (session,) = read_mibot(path)
    assert [turn.text for turn in session.turns] == ["How are you?", "Apprehensive. But ok."]


def test_what_is_no_such_file(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(Invalid, match="has no column 'transcript_id'"):
        read_annomi(path)
    with pytest.raises(Invalid, match="cannot be read"):
        read_mibot(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("text", "shown"),
    [("um, i don't know--", "I don't know."), ("[laughs]", ""), ("Well , yes ?", "Well, yes?"), ("…", "…")],
)
def test_tidied(text: str, shown: str) -> None:
    assert tidied(text) == shown


def test_moments_are_drawn_over_all_sessions() -> None:
    found = [Moment(f"s {session}/{turn}", "", (), "", "") for session in range(4) for turn in range(9)]
    drawn = draw(found, 8, 5)
    assert sorted(moment.where.split("/")[0] for moment in drawn) == sorted([f"s {n}" for n in range(4)] * 2)
    assert drawn == draw(found, 8, 5) != draw(found, 8, 6)


def test_the_stranger_knows_what_was_said_and_no_more(annomi: Path) -> None:
    (moment,) = moments(read_annomi(annomi))
    client = stranger(moment)
    assert client.id == "stranger-annomi-7-4"
    assert "I smoke a packet a day" in client.sheet
    assert "calms me down" not in client.model_dump_json()
    assert "cig" in client.topics[MATTER]
    assert heard_before(moment) == ("said_1",)
