"""Scoring rows in order as they stream, and summing conversations up, whole or odd ones."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from app.scoring.scored import CONTEXT, score_rows, summaries
from app.scoring.transcripts import OPEN, TranscriptRow
from tests.scoring.reading import noted, read
from tests.scoring.stand_ins import ScriptedCoder

JSONL = """{"conversation": 1, "turn": 1, "speaker": "counsellor", "text": "What brings you here?", "site": "A"}
{"conversation": 1, "turn": 2, "speaker": "client", "text": "I'm not staying."}
"""
HEAD = "conversation,turn,speaker,text\n"


def plain(code: str = "other") -> ScriptedCoder:
    """A coder that finds one code in everything."""
    return ScriptedCoder(lambda _: code)


def scored(text: str, coder: ScriptedCoder | None = None, *, segmented: bool = False) -> list[dict[str, Any]]:
    return [row.as_dict() for row in score_rows(coder or plain(), noted(text)[0], segmented=segmented)]


def summed(text: str, coder: ScriptedCoder | None = None) -> list[dict[str, Any]]:
    """The same whether it is known how many rows there are or not."""
    rows = noted(text)[0]
    found = list(summaries(score_rows(coder or plain(), rows)))
    assert list(summaries(score_rows(coder or plain(), rows), Counter(row.key for row in rows))) == found
    json.dumps(found)
    return found


def test_scored_rows_keep_order_and_columns() -> None:
    coder = ScriptedCoder(lambda text: "open_question" if text.endswith("?") else "other")
    counsellor, client = scored(JSONL, coder)
    assert counsellor == {
        **json.loads(JSONL.splitlines()[0]),
        "primary": "open_question",
        "codes": [{"code": "open_question", "probability": 0.8, "sure": True, "start": 0, "end": 21}],
        "behaviour": "question",
    }
    assert client["talk"] == {"type": "sustain", "sure": True, "change": 0.1, "neutral": 0.2, "sustain": 0.7}


def test_columns_that_results_would_cover_come_back_by_another_name() -> None:
    (row,) = scored("site,codes,conversation,turn,speaker,text,input_codes,language\nA,gold,1,1,counsellor,Hm.,x,en\n")
    assert list(row)[:8] == [
        "site", "input_input_codes", "conversation", "turn", "speaker", "text", "input_codes", "input_language",
    ]  # fmt: skip
    assert (row["input_input_codes"], row["input_codes"], row["input_language"]) == ("gold", "x", "en")
    assert [code["code"] for code in row["codes"]] == ["other"]


def test_segmented_rows_are_one_utterance_each() -> None:
    coder = ScriptedCoder(lambda text: "summary" if ". " in text else "other")
    text = "Counsellor: You came. You stayed."
    assert [code["code"] for code in scored(text, coder, segmented=True)[0]["codes"]] == ["summary"]
    assert [code["code"] for code in scored(text, coder)[0]["codes"]] == ["other"]


@pytest.mark.parametrize("batch", [1, 2, 3, 32])
def test_the_turn_before_is_the_other_sides_in_the_same_conversation(batch: int) -> None:
    rows = read("\n".join(
        json.dumps({"conversation": c, "turn": t, "speaker": s, "text": t})
        for c, s, t in [
            ("a", "client", "one"), ("b", "counsellor", "two"), ("a", "client", "three"), ("a", "counsellor", "four"),
            ("a", "counsellor", "five"), ("b", "client", "six"), ("a", "client", "seven"),
        ]
    ))  # fmt: skip
    coder = plain()
    assert [result.row.text for result in score_rows(coder, rows, batch=batch)] == (
        ["one", "two", "three", "four", "five", "six", "seven"]
    )
    assert dict(coder.asked) == {
        "one": None, "two": None, "three": None, "four": "one three", "five": "one three", "six": "two",
        "seven": "four five",
    }  # fmt: skip


def test_blank_and_repeated_rows_are_no_turns_of_their_own() -> None:
    coder = plain()
    rows = scored(
        HEAD + "1,1,client,one\n1,1,client,one\n1,2,counsellor,\n,,,\n1,3,client,two\n1,4,counsellor,three\n", coder
    )
    assert dict(coder.asked)["three"] == "one two"
    assert rows[2] == {"conversation": "1", "turn": "2", "speaker": "counsellor", "text": "",
                       "primary": "other", "codes": [], "behaviour": "other"}  # fmt: skip
    assert rows[3] == {"conversation": "", "turn": "", "speaker": "", "text": ""}


def endless(same: bool = True) -> Iterator[TranscriptRow]:
    number = 0
    while True:
        given = {"conversation": 1, "turn": number, "speaker": "client", "text": "word"}
        yield TranscriptRow(given, "client", "word", 1 if same else number)
        number += 1


def test_rows_stream_a_batch_at_a_time() -> None:
    taken: list[int] = []

    def counted() -> Iterator[TranscriptRow]:
        for row in endless():
            taken.append(row.given["turn"])
            yield row

    rows = score_rows(plain(), counted(), batch=4)
    assert [next(rows).row.given["turn"] for _ in range(5)] == [0, 1, 2, 3, 4]
    assert len(taken) == 8


@pytest.mark.parametrize("same", [True, False], ids=["one session", "a session a row"])
def test_memory_does_not_grow_with_rows_or_conversations(same: bool) -> None:
    class Deaf(ScriptedCoder):
        """Does not keep what it was asked."""

        def talk_many(self, items: Any) -> Any:
            self.asked.clear()
            return super().talk_many(items)

    rows = score_rows(Deaf(lambda _: "other"), endless(same))
    for _ in range(OPEN + 100):
        next(rows)
    tracemalloc.start()
    try:
        for _ in range(OPEN):
            next(rows)
        grown, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # what is traced replaces what was there before: a conversation each, at most
    assert grown < (100_000 if same else 1200 * OPEN)


def test_what_is_answered_is_kept_to_its_end() -> None:
    coder = plain()
    long = " ".join(f"w{number}" for number in range(3000))
    scored(f"Client: {long}\nCounsellor: Hm.\n", coder)
    previous = dict(coder.asked)["Hm."]
    assert previous is not None
    assert len(previous) <= CONTEXT
    assert long.endswith(f" {previous}")


@pytest.mark.parametrize(
    "text",
    [
        "word " * 10_000,
        "Well, you know. It is what it is; I said so! " * 1000,
        "what? " * 10_000,
        "so, what do you think, and how is it, " * 1200,
        '"He said no." "I know." ' * 2500,
        "- one\n- two\n\n" * 3300,
        "1. a 2. b " * 2500,
        "a" * 60_000,
        "…" * 60_000,
    ],
    ids=["no mark", "sentences", "questions", "clauses", "quotes", "lists", "numbers", "one word", "dots"],
)
@pytest.mark.parametrize("speaker", ["counsellor", "client"])
def test_ten_thousand_words_are_scored_within_seconds(text: str, speaker: str) -> None:
    row = {"conversation": 1, "turn": 1, "speaker": speaker, "text": text}
    start = time.perf_counter()
    (result,) = scored(json.dumps(row))
    assert time.perf_counter() - start < 10
    assert result["text"] == text


def test_other_languages_are_kept_and_marked() -> None:
    rows = scored(
        "Counsellor: ¿Qué te trae por aquí hoy, después de tanto tiempo?\n"
        "Client: No quiero dejar de beber, estoy bien.\n"
        "Counsellor: ¿Cuántos?\nClient: So you say, but I don't.\nCounsellor: Это очень трудно.\nClient: Sí.\n"
    )
    assert [row.get("language") for row in rows] == [
        "not English", "not English", "not English", None, "not English", "not English",
    ]  # fmt: skip


def test_summaries_are_one_a_conversation_in_order() -> None:
    coder = ScriptedCoder(lambda text: "open_question" if text.endswith("?") else "simple_reflection")
    first, second = summed("Counsellor: Why?\nClient: not me\nCounsellor: Not you.\n---\nClient: hi\n", coder)
    assert (first["conversation"], second["conversation"]) == ("1", "2")
    assert first["counts"]["simple_reflection"] == 1
    figure = first["measures"]["answers_to_resistance"]
    assert (figure["value"], figure["part"], figure["whole"], figure["unit"]) == (100.0, 1, 1, "percent")
    assert figure["interval"][1] == 100.0
    assert "note" not in figure
    assert first["not_sure"] == {"counsellor": 0, "client": 0}


def test_summaries_of_known_size_are_let_go_when_they_are_whole() -> None:
    rows = read(HEAD + "b,1,client,x\na,1,client,x\na,2,client,y\nb,2,client,y\nc,1,client,x\nc,2,client,y\n")
    taken: list[str] = []

    def watched() -> Iterator[TranscriptRow]:
        for row in rows:
            taken.append(row.key)
            yield row

    found = summaries(score_rows(plain(), watched(), batch=1), Counter(row.key for row in rows))
    assert next(found)["conversation"] == "b"
    assert "".join(taken) == "baab"
    assert [summary["conversation"] for summary in found] == ["a", "c"]


def test_a_summary_has_the_globals_as_estimates_and_the_quality() -> None:
    talk = "Client: They made me come.\nCounsellor: You feel pushed.\n" * 6
    (summary,) = summed(talk, plain("complex_reflection"))
    assert list(summary["globals"]) == ["partnership", "empathy", "cultivating", "softening", "relational", "technical"]
    empathy = summary["globals"]["empathy"]
    assert empathy["moments"] == 6
    assert empathy["interval"][0] < empathy["estimate"] < empathy["interval"][1]
    quality = summary["quality"]
    assert quality is None or 0 < quality["interval"][0] < quality["probability"] < quality["interval"][1] < 1
    (empty,) = summed("Client: I won't.\nClient: not me")
    assert empty["quality"] is None
    assert empty["globals"]["empathy"] == {"estimate": None, "interval": None, "moments": 0}


@pytest.mark.parametrize(
    ("text", "note", "why"),
    [
        ("Client: I won't.\nClient: not me", "only client turns", "no counsellor turns"),
        ("Counsellor: Why?\nCounsellor: Well.", "only counsellor turns", "no client turns"),
        (HEAD + "1,1,counsellor,\n1,2,client, \n", "empty: no words", "no resistant client turn was answered"),
        (HEAD + "1,,,\n", "empty: no words", "no counsellor turns"),
        ("Counsellor: Why?\nClient: yes", None, "no resistant client turn was answered"),
    ],
)
def test_sessions_of_one_side_or_none_say_why_there_is_no_figure(text: str, note: str | None, why: str) -> None:
    (summary,) = summed(text)
    assert summary.get("note") == note
    figure = summary["measures"]["answers_to_resistance"]
    assert (figure["value"], figure["level"], figure["interval"], figure["note"]) == (None, None, None, why)
    if why == "no counsellor turns":
        assert {figure["value"] for figure in summary["measures"].values()} == {None}
    if why == "no client turns":
        assert summary["measures"]["talk_time"]["value"] is None
        assert summary["measures"]["reflection_share"]["value"] == 0


def test_an_empty_row_of_a_spreadsheet_is_no_conversation() -> None:
    assert [row["conversation"] for row in summed(HEAD + ",,,\n1,1,client,Hi\n,,\n")] == ["1"]


def test_every_measure_without_a_value_says_why() -> None:
    for summary in summed("Counsellor: Hm.\nClient: yes\n---\nClient: no\n---\nCounsellor: Oh.\n"):
        for figure in summary["measures"].values():
            assert (figure["value"] is None) == bool(figure.get("note"))


def test_repeated_rows_count_once_and_foreign_ones_are_told() -> None:
    text = HEAD + "1,1,counsellor,Why are you here?\n" * 3 + '1,2,client,"No quiero dejar de beber, estoy bien."\n'
    (summary,) = summed(text, plain("open_question"))
    assert (summary["counsellor_turns"], summary["counts"]["open_question"]) == (1, 1)
    assert summary["note"] == "1 of 2 turns are not English and not to be trusted"
