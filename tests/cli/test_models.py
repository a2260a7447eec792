"""`rollwith models`, and what the other commands say where the model's files are not as they should be."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from app.llm import embedded
from tests.cli.conftest import PERSONA, Run, refused
from tests.support.engines import ScriptedEngine

REPAIR = "rollwith models repair"
#: Commands that need the model; they may not do anything before they have seen that it is whole.
NEEDING = (
    ["models", "status"],
    ["models", "info"],
    ["models", "fetch"],
    ["simulate", "--persona", PERSONA, "--policy", "good"],
    ["chat", "--persona", PERSONA],
    ["serve", "--port", "0"],
)


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """A transcript in the folder that the commands run in."""
    path = tmp_path / "talk.txt"
    path.write_text("Counsellor: How are you?\nClient: Fine.\n", encoding="utf-8")
    return path


@pytest.fixture
def copied(data_folder: Path, embedded_model_dir: Path) -> Path:
    """The model's folder with its large file left out, to be put there by the test."""
    folder = embedded.model_dir(data_folder)
    shutil.copytree(embedded_model_dir, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    return folder


def complained(run: Run, arguments: list[str], *said: str) -> None:
    """One line that says this and how to mend it, nothing printed, status 1."""
    result = run(*arguments)
    assert result.exit_code == 1, (result.output, result.exception)
    assert "Traceback" not in result.output
    assert result.stdout == ""
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("rollwith: ")
    for words in (*said, REPAIR):
        assert words in last


@pytest.mark.parametrize("arguments", [["models", "status"], ["models", "info"]], ids=" ".join)
def test_a_missing_model(run: Run, arguments: list[str]) -> None:
    refused(run(*arguments), "the embedded model is not in", REPAIR)


def test_a_model_that_cannot_be_had(run: Run, talk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "GGUF", "no-such-file.gguf")
    monkeypatch.setattr(embedded, "PACKAGE", "/no/such/package")
    complained(run, ["models", "fetch"], "could not be downloaded")
    scored = run("score", str(talk))
    assert scored.exit_code == 0, "scoring needs no language model"
    assert len(scored.stdout.splitlines()) == 2


@pytest.mark.model
@pytest.mark.usefixtures("talk")
@pytest.mark.parametrize("arguments", NEEDING, ids=lambda arguments: arguments[0] + " " + arguments[1])
def test_a_truncated_model_is_told_before_anything_else(
    run: Run, copied: Path, embedded_model_dir: Path, arguments: list[str]
) -> None:
    with (embedded_model_dir / "model.safetensors").open("rb") as whole:
        (copied / "model.safetensors").write_bytes(whole.read(1_000_000))
    complained(run, arguments, "damaged", "model.safetensors has changed")


@pytest.mark.model
@pytest.mark.usefixtures("talk")
@pytest.mark.parametrize("arguments", NEEDING[3:4], ids=lambda arguments: arguments[0])
def test_a_model_with_a_file_missing_or_a_wrong_one(
    run: Run, copied: Path, embedded_model_dir: Path, arguments: list[str]
) -> None:
    complained(run, arguments, "model.safetensors is missing")
    (copied / "model.safetensors").symlink_to(embedded_model_dir / "model.safetensors")
    config = copied / "config.json"
    config.write_text(config.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    complained(run, arguments, "config.json has changed")
    (copied / embedded.MANIFEST).write_text("{}", encoding="utf-8")
    complained(run, arguments, "manifest.json is not as it was written")


@pytest.mark.model
def test_a_sound_model(run: Run, data_dir: Path, embedded_model_dir: Path) -> None:
    place = {"ROLLWITH_DATA_DIR": str(data_dir)}
    status = run("models", "status", **place)
    assert status.exit_code == 0
    assert f"good, in {embedded.model_dir(data_dir)}" in status.stdout
    assert "the client's voice: the embedded model" in status.stdout
    told = dict(line.split("\t") for line in run("models", "info", **place).stdout.splitlines())
    manifest = json.loads((embedded_model_dir / embedded.MANIFEST).read_text(encoding="utf-8"))
    assert told["name"] == embedded.NAME
    assert told["path"] == str(embedded.model_dir(data_dir))
    assert all(digest in told[name] for name, digest in manifest["files"].items())
    again = run("models", "fetch", **place)
    assert (again.exit_code, again.stderr) == (0, "")


@pytest.mark.model
@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("openai:qwen@http://user:geheim@host:8080/v1", "qwen on a server"),
        ("org/some-model", "org/some-model of the hub"),
    ],
)
def test_status_names_another_voice_and_no_password(run: Run, data_dir: Path, model: str, said: str) -> None:
    result = run("models", "status", ROLLWITH_DATA_DIR=str(data_dir), ROLLWITH_MODEL=model)
    assert f"the client's voice: {said}\n" in result.stdout
    assert "geheim" not in result.output


@pytest.mark.model
def test_fetch_asks_the_server_whether_it_answers(run: Run, data_dir: Path) -> None:
    model = "openai:none@http://127.0.0.1:1/v1"
    result = run("models", "fetch", ROLLWITH_DATA_DIR=str(data_dir), ROLLWITH_MODEL=model)
    assert result.exit_code == 1
    assert "127.0.0.1:1" in result.stderr.strip().splitlines()[-1]
    assert "Traceback" not in result.output


@pytest.mark.model
def test_a_model_name_that_says_nothing(run: Run, data_dir: Path) -> None:
    result = run("models", "fetch", ROLLWITH_DATA_DIR=str(data_dir), ROLLWITH_MODEL="gpt")
    assert result.exit_code == 1
    assert "ROLLWITH_MODEL" in result.stderr
    assert "org/name" in result.stderr


def test_repair_makes_the_model_anew(run: Run, data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = embedded.model_dir(data_folder)
    folder.mkdir(parents=True)
    (folder / "rubbish").write_text("x")
    monkeypatch.setattr(embedded, "_source", lambda _work, _report: Path("model.gguf"))

    def convert(_source: Path, made: Path) -> None:
        made.mkdir()
        (made / "config.json").write_text("{}")

    monkeypatch.setattr(embedded, "_convert", convert)
    result = run("models", "repair")
    assert result.exit_code == 0, result.output
    assert "Removing" in result.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["config.json", embedded.MANIFEST]


def test_a_broken_coder_is_one_line(run: Run, talk: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from app.scoring import coder

    monkeypatch.setattr("app.practice.house.make_engine", lambda *_, **__: ScriptedEngine())
    monkeypatch.setattr(coder.load_coder, "__defaults__", (tmp_path / "nothing",))
    refused(run("score", talk), "coder.json", "install Rollwith again")
