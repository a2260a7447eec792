"""`rollwith personas`: lists, sheets, checks with file, line and field, and a file to start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.client.loading import load_persona
from app.resources import PERSONAS_DIR
from tests.cli.conftest import PERSONA, Run, refused

RAY = PERSONAS_DIR / f"{PERSONA}.yaml"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Ray with a slip in his age (a word) and a key that nobody knows."""
    text = RAY.read_text(encoding="utf-8")
    path = tmp_path / RAY.name
    path.write_text(text.replace("age: 46\n", "age: old\nmood: bad\n", 1), encoding="utf-8")
    return path


def test_list_names_all_that_ship(run: Run) -> None:
    result = run("personas", "list")
    assert result.exit_code == 0
    header, *rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert header[:2] == ["id", "name"]
    people, groups = (sorted(path.stem for path in PERSONAS_DIR.glob(files)) for files in ("*.yaml", "groups/*.yaml"))
    assert [row[0] for row in rows] == people + groups


def test_list_has_the_personas_of_the_setting_too(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    text = RAY.read_text(encoding="utf-8").replace(f"id: {PERSONA}", "id: cousin-of-ray", 1)
    (folder / "cousin-of-ray.yaml").write_text(text, encoding="utf-8")
    result = run("personas", "list", ROLLWITH_PERSONAS_DIR=str(folder))
    assert "cousin-of-ray\t" in result.stdout
    assert PERSONA in result.stdout


def test_list_without_the_folder_of_the_setting(run: Run, tmp_path: Path) -> None:
    missing = str(tmp_path / "nowhere")
    refused(run("personas", "list", ROLLWITH_PERSONAS_DIR=missing), "ROLLWITH_PERSONAS_DIR", missing)


def test_show_holds_the_whole_sheet(run: Run) -> None:
    result = run("personas", "show", PERSONA)
    assert result.exit_code == 0
    ray = load_persona(RAY)
    said = " ".join(result.stdout.split())
    for fact in ray.facts:
        assert " ".join(fact.text.split()) in said
    assert " ".join(ray.sheet.split()) in said
    assert all(reason in said for reason in (*ray.reasons_to_change, *ray.reasons_to_stay))


def test_show_of_an_unknown_one_names_those_there_are(run: Run) -> None:
    refused(run("personas", "show", "ray"), "'ray'", PERSONA, "walter-diabetes")


def test_check_without_files_checks_all(run: Run) -> None:
    result = run("personas", "check")
    assert result.exit_code == 0
    files = [*PERSONAS_DIR.glob("*.yaml"), *PERSONAS_DIR.glob("groups/*.yaml")]
    assert result.stdout.count(": good\n") == len(files)


def test_check_names_file_line_field_and_what_would_be_right(run: Run, broken: Path) -> None:
    result = run("personas", "check", broken, RAY)
    assert result.exit_code == 1
    assert f"{RAY}: Ray" in result.stdout
    age, mood, verdict = result.stderr.splitlines()
    assert age.startswith(f"{broken}:3: age: ")
    assert "integer" in age
    assert mood.startswith(f"{broken}:4: mood: unknown field; known here are age, ba")
    assert "1 of 2" in verdict


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "1: a persona file is a mapping"),
        (b"- a\n- b\n", "1: a persona file is a mapping"),
        (b"id: [1\n", "not valid YAML"),
        (b"id: caf\xe9\n", "is not UTF-8"),
        (b"id: x\n", "name: is missing"),
    ],
    ids=["empty", "list", "yaml", "encoding", "missing"],
)
def test_check_of_what_is_no_persona(run: Run, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    result = run("personas", "check", path)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert str(path) in result.stderr
    assert said in result.stderr


def test_check_of_a_file_that_is_not_there(run: Run, tmp_path: Path) -> None:
    result = run("personas", "check", tmp_path / "nobody.yaml")
    assert result.exit_code == 1
    assert "nobody.yaml: cannot be read" in result.stderr


def test_a_broken_file_of_the_setting_is_told_by_line(run: Run, broken: Path) -> None:
    result = run("personas", "list", ROLLWITH_PERSONAS_DIR=str(broken.parent))
    assert result.exit_code == 1
    assert f"{broken}:3: age" in result.stderr


def test_a_new_file_is_a_sound_persona_under_its_own_id(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "maria-gambling.yaml"
    assert run("personas", "new", path, "--like", PERSONA).exit_code == 0
    made = load_persona(path)
    assert made.id == "maria-gambling"
    assert made.facts == load_persona(RAY).facts
    refused(run("personas", "new", path, "--like", PERSONA), "is there already")
    assert load_persona(path) == made


def test_a_new_file_without_an_example_copies_one_that_ships(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "first.yaml"
    assert run("personas", "new", path).exit_code == 0
    assert load_persona(path).id == "first"


@pytest.mark.parametrize("name", ["Maria.yaml", "maria.txt", "maria gambling.yaml"])
def test_a_new_file_needs_a_name_that_can_be_an_id(run: Run, tmp_path: Path, name: str) -> None:
    refused(run("personas", "new", tmp_path / name), "maria-smoking.yaml")
    assert not (tmp_path / name).exists()


def test_a_new_file_where_nobody_may_write(run: Run, tmp_path: Path) -> None:
    refused(run("personas", "new", tmp_path / "no" / "maria.yaml"), "maria.yaml cannot be written")
    refused(run("personas", "new", tmp_path / "maria.yaml", "--like", "nobody"), "no persona 'nobody'")
