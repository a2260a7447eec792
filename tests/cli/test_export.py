"""`rollwith export`: everything that was said and how it was coded, without names unless they are asked for."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from app.practice import accounts, review, sessions, turns
from app.practice.export import COLUMNS, NAME_COLUMNS, export_rows, flat
from app.practice.house import House
from app.scoring.transcripts import read_transcript
from app.store.database import Database
from app.store.queries import Transcript, transcript_of
from app.store.tables import PracticeSession, Role, User, Utterance
from tests.cli.conftest import PERSONA, Run, refused

PASSWORD = "a long password"
SAID = ("Hello Ray, I'm Dana.", "=1+1 is what they think of you.\nHow is that?", "It's your decision, Ray.")

pytestmark = pytest.mark.model


async def answered(house: House, user: User, session: uuid.UUID, turn: int) -> None:
    async for event in turns.reply(house, user, session, turn):
        assert not isinstance(event, turns.Failed)


def practised(house: House, user: User, persona: str) -> uuid.UUID:
    """A session in which all of SAID was said and answered."""
    session = sessions.start(house, user, persona, f"start-{uuid.uuid4()}")
    for number, text in enumerate(SAID):
        taken = turns.take_turn(house, user, session, text, f"turn-000{number}")
        asyncio.run(answered(house, user, session, taken.turn_id))
    return session


@pytest.fixture
def trainee(house: House) -> User:
    """Zelda, who practises."""
    return accounts.add_user(house.database, username="zelda", name="Zelda Zimt", password=PASSWORD, role=Role.TRAINEE)


@pytest.fixture
def stored(house: House, trainee: User) -> list[uuid.UUID]:
    """Two sessions, the first ended and with one code corrected to a reframe."""
    admin = accounts.add_user(house.database, username="irma", name="Irma", password=PASSWORD, role=Role.ADMIN)
    ids = [practised(house, trainee, persona) for persona in (PERSONA, "walter-diabetes")]
    with house.database.read() as session:
        utterance = session.exec(select(Utterance).order_by(Utterance.id.desc())).first()  # type: ignore[union-attr]
    assert utterance is not None
    review.correct(house, admin, utterance.id or 0, "reframe")
    sessions.end(house, trainee, ids[0])
    return ids


@pytest.fixture
def place(house: House) -> dict[str, str]:
    """The house's database as the command's."""
    return {"ROLLWITH_DATABASE_URL": house.database.url}


def read(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_jsonl_holds_every_turn_of_every_session(run: Run, stored: list[uuid.UUID], place: dict[str, str]) -> None:
    result = run("export", **place)
    assert result.exit_code == 0, result.output
    rows = read(result.stdout)
    assert f"{len(rows)} turns exported" in result.stderr
    assert [row["turn"] for row in rows] == [*range(8), *range(7)], "opening, three exchanges, and one farewell"
    assert [row["conversation"] for row in rows] == [str(stored[0])] * 8 + [str(stored[1])] * 7
    assert [row["text"] for row in rows if row["speaker"] == "counsellor"] == [*SAID, *SAID]
    first, last = rows[0], rows[7]
    assert (first["persona"], first["end_reason"], last["act"]) == (PERSONA, "trainee", "farewell")
    assert rows[8]["ended_at"] is None
    for row in rows:
        assert 0 <= row["state"]["resistance"] <= 1
        if row["speaker"] == "client":
            assert row["source"] in ("authored", "bank")
            assert row["talk"]["type"] in ("change", "neutral", "sustain")
        else:
            assert row["primary"] in [utterance["code"] for utterance in row["utterances"]]


def test_a_correction_stands_beside_the_models_code(run: Run, stored: list[uuid.UUID], place: dict[str, str]) -> None:
    rows = [row for row in read(run("export", "--session", str(stored[1]), **place).stdout) if "utterances" in row]
    assert len(rows) == len(SAID)
    *_, corrected = rows[-1]["utterances"]
    assert corrected["code"] == "emphasize_autonomy"
    assert corrected["corrected"] == "reframe"
    in_force = {code["code"]: code["corrected"] for code in rows[-1]["codes"]}
    assert in_force["reframe"] is True
    assert all(utterance["corrected"] is None for row in rows[:-1] for utterance in row["utterances"])


@pytest.mark.usefixtures("stored")
def test_nobody_is_named_unless_asked_for(run: Run, trainee: User, place: dict[str, str]) -> None:
    for form in ("jsonl", "csv"):
        plain = run("export", "--format", form, **place).stdout
        assert "zelda" not in plain.lower()
        named = run("export", "--format", form, "--names", **place).stdout
        assert "zelda" in named
        assert "Zelda Zimt" in named
    assert {row["trainee"] for row in read(run("export", **place).stdout)} == {str(trainee.id)}


@pytest.mark.usefixtures("stored")
def test_csv_is_flat_and_no_cell_is_a_formula(run: Run, place: dict[str, str]) -> None:
    text = run("export", "--format", "csv", "--names", **place).stdout
    reader = csv.DictReader(io.StringIO(text))
    rows = list(reader)
    assert tuple(reader.fieldnames or ()) == (*COLUMNS, *NAME_COLUMNS)
    assert len(rows) == 15
    assert [row["text"] for row in rows if row["speaker"] == "counsellor"][1] == f"'{SAID[1]}"
    last = next(row for row in reversed(rows) if row["speaker"] == "counsellor")
    assert "emphasize_autonomy" in last["model_codes"].split()
    assert "reframe" in last["codes"].split()
    assert all(row["talk"] and row["act"] for row in rows if row["speaker"] == "client")
    assert all(0 <= float(row["resistance"]) <= 1 for row in rows)


@pytest.mark.usefixtures("stored", "with_coder")
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_export_can_be_scored_again(run: Run, tmp_path: Path, place: dict[str, str], form: str) -> None:
    path = tmp_path / f"all.{form}"
    result = run("export", "--format", form, "--out", path, **place)
    assert (result.exit_code, result.stdout) == (0, "")
    assert len(list(read_transcript(path))) == 15
    summary = read(run("score", "--summary", path).stdout)
    assert [found["counsellor_turns"] for found in summary] == [3, 3]


def test_a_file_of_an_export_is_for_its_owner_and_whole(
    run: Run, stored: list[uuid.UUID], tmp_path: Path, place: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "all.jsonl"
    assert run("export", "--out", path, **place).exit_code == 0
    before = path.read_text(encoding="utf-8")
    assert len(before.splitlines()) == 15
    assert path.stat().st_mode & 0o077 == 0

    def full(_: dict[str, Any]) -> dict[str, Any]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.practice.export.flat", full)
    refused(run("export", "--format", "csv", "--out", path, **place), "all.jsonl", "No space left")
    assert path.read_text(encoding="utf-8") == before
    assert [other.name for other in tmp_path.glob("all*")] == ["all.jsonl"]
    assert stored


def test_sessions_that_are_not_there(run: Run, house: House, place: dict[str, str], tmp_path: Path) -> None:
    assert house
    result = run("export", **place)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "no session" in result.stderr
    assert run("export", "--format", "csv", **place).stdout == ",".join(COLUMNS) + "\n"
    refused(run("export", "--session", str(uuid.uuid4()), **place), "There is no session")
    refused(run("export", "--session", "7", **place), "--session", "'7'")
    refused(run("export", "--out", tmp_path / "no" / "x", **place), "cannot be written")
    assert run("export", "--format", "xml", **place).exit_code == 2


def test_rows_stream(stored: list[uuid.UUID], house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second session is not read before the first one was handed over."""
    asked: list[uuid.UUID] = []

    def noted(session: Session, practice: PracticeSession) -> Transcript:
        asked.append(practice.id)
        return transcript_of(session, practice)

    monkeypatch.setattr("app.practice.export.transcript_of", noted)
    rows = export_rows(house.database)
    for _ in range(8):
        next(rows)
    assert asked == stored[:1]
    next(rows)
    assert asked == stored


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_cells_that_a_spreadsheet_would_run(start: str, house: House, trainee: User) -> None:
    session = sessions.start(house, trainee, PERSONA, "start-0001")
    (row,) = export_rows(house.database, session_id=session)
    assert flat(row | {"text": f"{start}cmd"})["text"] == f"'{start}cmd"


def test_both_databases_give_rows(database: Database) -> None:
    assert list(export_rows(database)) == []


def test_corrections_are_exported_as_training_data(run: Run, stored: list[uuid.UUID], place: dict[str, str]) -> None:
    result = run("export", "--corrections", **place)
    rows = read(result.stdout)
    assert "Exported utterances that people coded: 1" in result.stderr
    assert [row["codes"] for row in rows if row["codes"]] == [["reframe"]]
    assert {row["conversation"] for row in rows} <= {str(one) for one in stored}
    assert "Irma" not in result.stdout
    refused(run("export", "--corrections", "--format", "csv", **place))
