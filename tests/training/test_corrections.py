"""From the desk into training: what the export writes is read without hand work, and a bad line is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlmodel import Session, select

from app.practice.corrections import correction_rows, in_force
from app.practice.export import COLUMNS
from app.scoring.codes import CODES
from app.store.database import Database
from app.store.tables import (
    CodedByHand,
    Coding,
    Correction,
    PersonaVersion,
    PracticeSession,
    Role,
    Speaker,
    Turn,
    User,
    Utterance,
    now,
)
from training.corrections import SOURCE, correction_examples, correction_utterances
from training.figures import correction_figures
from training.records import MissingData
from training.train_coder import Places, main, trained

SAID = (
    (Speaker.CLIENT, "I'm only here because they made me.", ()),
    (Speaker.COUNSELLOR, "They made you. What now?", ("simple_reflection", "open_question")),
    (Speaker.CLIENT, "No idea.", ()),
    (Speaker.COUNSELLOR, "You should stop.", ("persuade",)),
    (Speaker.COUNSELLOR, "It's your call.", ("emphasize_autonomy",)),
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A session in which one code was corrected, one coded blind by two people, and two left alone."""
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    database.migrate()
    with database.write() as session:
        people = [_user(session, name) for name in ("tom", "dana", "iris")]
        utterances = _session(session, people[0])
        session.add(Correction(utterance_id=utterances[0], reviewer_id=people[1].id, code="complex_reflection"))
        _blind(session, people[1:], utterances[2], ("confront", "persuade"))
    yield database
    database.close()


def _user(session: Session, name: str) -> User:
    user = User(username=name, name=name.title(), password_hash="-", role=Role.TRAINEE.value)
    session.add(user)
    session.flush()
    return user


def _session(session: Session, trainee: User) -> list[int]:
    session.add(PersonaVersion(id="v", persona_id="ray", name="Ray", field="f", persona={}))
    practice = PracticeSession(
        user_id=trainee.id, browser_id="b", persona_id="ray", version_id="v", seed=1, engine="e", coder="coder-1"
    )
    session.add(practice)
    session.flush()
    ids = []
    for position, (speaker, text, codes) in enumerate(SAID):
        turn = Turn(session_id=practice.id, position=position, speaker=speaker, text=text, state={})
        session.add(turn)
        session.flush()
        at = 0
        for ordinal, code in enumerate(codes):
            end = len(text) if ordinal == len(codes) - 1 else text.index(". ") + 1
            said = Utterance(
                turn_id=turn.id or 0,
                ordinal=ordinal,
                start=at,
                end=end,
                code=code,
                probability=0.7,
                probabilities={code: 0.7},
            )
            session.add(said)
            session.flush()
            ids.append(said.id or 0)
            at = end + 1
    return ids


def _blind(session: Session, coders: list[User], utterance: int, codes: tuple[str, ...]) -> None:
    turn = session.get_one(Turn, session.get_one(Utterance, utterance).turn_id)
    for coder, code in zip(coders, codes, strict=True):
        coding = Coding(session_id=turn.session_id, coder_id=coder.id, assigned_by=coder.id, finished_at=now())
        session.add(coding)
        session.flush()
        session.add(CodedByHand(coding_id=coding.id, utterance_id=utterance, code=code))


@pytest.fixture
def file(database: Database, tmp_path: Path) -> Path:
    """The export as a file."""
    path = tmp_path / "corrections.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in correction_rows(database)))
    return path


def test_the_export_becomes_material_without_hand_work(file: Path) -> None:
    first, second = correction_examples([file])
    assert first.text == "They made you. What now?"
    assert first.previous == "I'm only here because they made me."
    assert first.parts == ["They made you.", "What now?"]
    assert first.codes == (frozenset({"complex_reflection"}), frozenset()), "nobody spoke on the second"
    assert first.behaviour == frozenset(), "a turn that is known in part has no known behaviour"
    assert second.codes == (frozenset({"confront", "persuade"}),), "two coders who differ allow both"
    assert second.behaviour == frozenset({"input"})
    assert (second.previous, second.source) == ("No idea.", SOURCE)
    assert first.group == second.group


def test_a_line_holds_the_models_code_and_who_gave_another_as_a_pseudonym(database: Database, file: Path) -> None:
    first, _, third = (json.loads(line) for line in file.read_text().splitlines())
    assert first["model"] == {
        "name": "coder-1", "code": "simple_reflection", "probability": 0.7, "probabilities": {"simple_reflection": 0.7},
    }  # fmt: skip
    assert [(one["code"], one["how"]) for one in third["people"]] == [("confront", "blind"), ("persuade", "blind")]
    assert first["people"][0]["by"] in {one["by"] for one in third["people"]}
    text = file.read_text()
    assert "ana" not in text
    assert not set(first) & {"resistance", "state"}, COLUMNS
    with database.read() as session:
        assert not [user for user in session.exec(select(User)) if str(user.id) in text]


def test_a_correction_counts_before_blind_coders_and_the_majority_of_these() -> None:
    def people(*codes: str, how: str = "blind") -> list[dict[str, Any]]:
        return [{"code": code, "how": how} for code in codes]

    assert in_force(people("other", how="correction") + people("confront", "confront")) == ["other"]
    assert in_force(people("confront", "other", "confront")) == ["confront"]
    assert in_force(people("other", "confront")) == ["confront", "other"]
    assert in_force([]) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"codes": ["nonsense"]}, "line 2, codes: Value error, 'nonsense' is not a code"),
        ({"text": ""}, "line 2, text"),
        ({"format": "other"}, "line 2, format"),
        ({"turn": "x"}, "line 2, turn"),
        ({"previous": 3}, "line 2, previous"),
    ],
)
def test_a_bad_line_is_told_with_file_and_line(file: Path, change: dict[str, Any], told: str) -> None:
    lines = file.read_text().splitlines()
    lines[1] = json.dumps(json.loads(lines[1]) | change)
    file.write_text("\n".join(lines))
    with pytest.raises(MissingData) as caught:
        list(correction_utterances(file))
    assert str(caught.value).startswith(f"{file}, {told}")


def test_what_is_no_json_or_not_there_is_told(file: Path, tmp_path: Path) -> None:
    file.write_text(file.read_text() + "{oops\n")
    with pytest.raises(MissingData, match="line 4: not JSON"):
        correction_examples([file])
    with pytest.raises(MissingData, match="rollwith export --corrections"):
        correction_examples([tmp_path / "nowhere.jsonl"])


def test_the_trainer_takes_the_file_in(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    monkeypatch.setattr("training.train_coder.base_folder", lambda base: base)
    monkeypatch.setattr("training.train_coder.material", lambda *_: [])
    monkeypatch.setattr("training.train_coder.members", lambda _base, _cache, examples, _workers: seen.extend(examples))
    monkeypatch.setattr("training.train_coder.held_out", lambda *_: [])
    trained(Places(tmp_path, tmp_path, tmp_path, tmp_path, 1, (file,)))
    assert [example.source for example in seen] == [SOURCE, SOURCE]


def test_the_trainer_names_a_bad_file_before_it_trains(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("training.train_coder.base_folder", lambda base: base)
    file.write_text("{}\n")
    assert main(["--corrections", str(file), "--out", str(tmp_path)]) == 2
    assert f"{file}, line 1, format: Field required" in capsys.readouterr().err


def test_the_evaluation_judges_only_what_people_settled_on(file: Path) -> None:
    names = list(CODES)
    examples = correction_examples([file])
    shares = [{"code": np.eye(len(names))[[names.index("complex_reflection")] * len(one.spans)]} for one in examples]
    found, by_code = correction_figures(examples, shares)
    assert found["primary code, accuracy"] == 1.0, "the one utterance with one code; two others are open"
    assert by_code[names.index("complex_reflection")] == 1.0
    with pytest.raises(MissingData, match="nothing to judge by"):
        correction_figures(examples[1:], shares[1:])
