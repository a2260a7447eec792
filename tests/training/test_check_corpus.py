"""The written corpus passes its check; what has not its shape, or an identity of its own, is told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from app.scoring.codes import CODES
from tests.training.corpora import (
    PERSONA,
    STATE,
    Object,
    answers,
    client,
    conversation,
    replies,
    said,
    set_apart,
    write,
)
from training.check_corpus import check, main
from training.checks.apart import identities
from training.checks.labels import read_labels
from training.checks.reading import read
from training.written import CORPUS


def test_the_shipped_corpus_passes() -> None:
    found, wrong = check(CORPUS)
    assert not wrong, "\n".join(wrong)
    assert {measure.of for measure in found} >= set(CODES)


def test_the_command_prints_the_measures_and_a_line_for_each_violation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, answers=[answers(), answers("a1-002", field="")])
    assert main(["--corpus", str(tmp_path)]) == 1
    printed = capsys.readouterr().out
    assert "The written corpus" in printed
    lines = printed.splitlines()
    assert "answers/one.jsonl:2 a1-002: field: is empty; say something, or write what is seen, as in (nods)" in lines
    assert "all: size: client replies: 3; right would be at least 8,000" in lines
    assert lines[-1].endswith(f" violations in {tmp_path}")


def test_the_command_ends_well_where_nothing_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.check_corpus.check", lambda _: ([], []))
    assert main(["--corpus", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"0 violations in {tmp_path}"


# --- shape -----------------------------------------------------------------------------------------------------


def test_a_small_corpus_in_its_shape_is_let_pass(tmp_path: Path) -> None:
    chat = replies(replies=[*replies()["replies"][:2], {**replies()["replies"][2], "text": "no\nnot me"}])
    entries, wrong = read(write(tmp_path, replies=[chat]))
    assert not wrong
    assert len(entries) == 4
    assert not identities(entries)
    assert not read_labels(tmp_path / "labels" / "mibot.csv")[1]


def reply(**changes: Any) -> Object:
    return replies(replies=[replies()["replies"][0] | changes, *replies()["replies"][1:]])


def turns(number: int, **changes: Any) -> Object:
    whole: list[Object] = conversation()["turns"]
    return conversation(turns=[*whole[:number], whole[number] | changes, *whole[number + 1 :]])


def coded(*codes: str) -> Object:
    return answers(answers=[{"text": "Mm.", "codes": list(codes)}, *answers()["answers"][1:]])


WRONG: list[tuple[str, Object | str, str]] = [
    ("answers", "{", "is not JSON"),
    ("answers", "[]", "is no object"),
    ("test", {"id": "t1-001"}, "must have answers, replies or turns"),
    ("answers", answers(note="?"), "note: Extra inputs"),
    ("answers", answers(writer="c9"), "it should be c9-001"),
    ("answers", answers(history=[]), "history: List should have at least 1"),
    ("answers", answers(history=[said("counsellor", "Hello.")]), "must end on the client turn"),
    ("answers", answers(history=[said("nurse", "Hello.")]), "'counsellor', 'client' or 'other'"),
    ("answers", answers(history=[said("client", "")]), "history.0.text: is empty"),
    ("answers", answers(history=[said("client", "Well,  no.")]), "blanks to spare"),
    ("answers", answers(history=[said("client", "One.\u2028Two.")]), "control character"),
    ("answers", answers(history=[said("client", "I'm [CLIENT NAME].")]), "holds '[CLIENT NAME]'"),
    ("answers", answers(history=[said("client", "It's ana@post.example")]), "no placeholder, address"),
    ("answers", answers(answers=answers()["answers"][:1]), "answers: List should have at least 3"),
    ("answers", answers(answers=answers()["answers"][:1] * 3), "two answers are the same"),
    ("answers", coded("opn_question"), "answers.0.codes.0: unknown code 'opn_question'; did you mean 'open_question'?"),
    ("answers", coded("??"), "known are open_question, closed_question"),
    ("answers", coded("other", "other"), "two codes of an answer are the same"),
    ("answers", coded(), "at least 1 item"),
    ("replies", reply(act="denial"), "replies.0.act: unknown act 'denial'"),
    ("replies", reply(act="desire"), "'desire' does not fit the stance 'sustain'; it is 'change'"),
    ("replies", reply(stance="against"), "unknown talk type 'against'"),
    ("replies", reply(fact="sleeps two hours"), "none of Ana's facts; the nearest is 'sleeps four hours'"),
    ("replies", reply(text="four hours."), "two replies are the same"),
    ("replies", replies(state=STATE | {"trust": 1.2}), "state.trust: Input should be less than or equal to 1"),
    ("replies", replies(state=STATE | {"importance": -1}), "state.importance: Input should be greater"),
    (
        "replies",
        replies(state={name: STATE[name] for name in STATE if name != "resistance"}),
        "state.resistance: Field required",
    ),
    ("replies", replies(counsellor=""), "counsellor: String should have at least 1"),
    ("replies", replies(codes=["open"]), "codes.0: unknown code 'open'"),
    ("replies", replies(history=[said("counsellor", "So.")]), "must end on somebody else"),
    ("replies", replies(persona=PERSONA | {"age": "old"}), "persona.age: Input should be a valid integer"),
    ("conversations", conversation(medium="letter"), "medium: Input should be 'speech' or 'chat'"),
    ("conversations", conversation(turns=conversation()["turns"][:8]), "at least 10 items"),
    ("conversations", conversation(turns=conversation()["turns"] * 3), "at most 32 items"),
    ("conversations", conversation(turns=[client("No."), *conversation()["turns"][1:]]), "turns 1 and 2 are both"),
    ("conversations", turns(1, disclosed=["owns a boat"]), "'owns a boat' is none of Bo's facts"),
    ("conversations", turns(1, act="hedge"), "turns.1: act 'hedge' does not fit the stance 'sustain'"),
    ("conversations", turns(1, state=STATE | {"resistance": 2}), "turns.1.state.resistance: Input should be less"),
    ("conversations", turns(0, utterances=[]), "turns.0.utterances: List should have at least 1"),
]


@pytest.mark.parametrize(("folder", "planted", "told"), WRONG, ids=[told for _, _, told in WRONG])
def test_what_has_not_its_shape_is_told_with_file_line_and_id(
    tmp_path: Path, folder: str, planted: Object | str, told: str
) -> None:
    good = {"answers": answers("x1-1"), "replies": replies("x1-1"), "conversations": conversation("x1-1")}
    _, wrong = read(write(tmp_path, **{folder: [good.get(folder, set_apart("x1-1")), planted]}))
    assert len(wrong) == 1
    assert told in wrong[0]
    name = f" {planted['id']}" if isinstance(planted, dict) else ""
    assert wrong[0].startswith(f"{folder}/one.jsonl:2{name}: ")


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "replies" / "one.jsonl").unlink()
    assert read(tmp_path)[1] == ["replies/: holds no .jsonl file; there must be one at least"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("0,1,0,9,opnquestion", "2: unknown code 'opnquestion'"),
        ("0,1,0,9,other\n0,1,10,19,sustain", "3: 'sustain' mixes a client's talk"),
        ("0,1,0,9,other\n0,1,5,19,support", "3: the span 5–19 must begin at 9 or later"),
        ("0,1,4,4,other", "2: the span 4–4 must begin at 0 or later, and end after it begins"),
        ("0,1,0,9,other\n0,2,0,9,change\n0,1,9,12,other", "4: volley 1 comes a second time"),
        ("0,1,zero,9,other", "2: '0,1,zero,9,other' is not four whole numbers"),
    ],
)
def test_wrong_labels_are_told(tmp_path: Path, rows: str, told: str) -> None:
    path = tmp_path / "mibot.csv"
    path.write_text(f"conversation,volley,start,end,code\n{rows}\n", encoding="utf-8")
    assert [line for line in read_labels(path)[1] if told in line]


def test_labels_that_are_missing_or_have_other_columns_are_told(tmp_path: Path) -> None:
    path = tmp_path / "mibot.csv"
    assert "is missing" in read_labels(path)[1][0]
    path.write_text("volley,code\n", encoding="utf-8")
    assert "the columns are volley,code" in read_labels(path)[1][0]


# --- identities ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"answers": [answers(), answers()]}, "the id is also answers/one.jsonl:1's"),
        ({"test": [set_apart("a1-002")]}, "the hand 'a1' is also answers/one.jsonl:1 a1-001's"),
        ({"test": [set_apart(field="Sleep")]}, "the field 'sleep' is also"),
        ({"test": [replies("t1-001")]}, "the person ('ana', 41) is also"),
        ({"replies": [replies(), replies("r1-002", persona=PERSONA | {"sheet": "Rich."})]}, "is another than in"),
    ],
)
def test_identities_that_overlap_are_told(tmp_path: Path, files: dict[str, Sequence[Object]], told: str) -> None:
    found = identities(read(write(tmp_path, **files))[0])
    assert len(found) == 1
    assert told in found[0]
