"""The command as a whole: its help, its errors, its speed."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.cli.conftest import PERSONA, Run, refused

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = ("serve", "chat", "score", "simulate", "personas", "users", "export", "models")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_everything_has_help(run: Run, command: str) -> None:
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    assert "Usage" in result.stdout
    if not command:
        assert all(name in result.stdout for name in COMMANDS)


def test_version_is_that_of_the_package(run: Run) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert run("--version").stdout.strip() == project["version"]


@pytest.mark.parametrize(
    "arguments", [["--help"], ["score", "--help"], ["personas", "check", f"personas/{PERSONA}.yaml"]], ids=" ".join
)
def test_light_commands_load_nothing_heavy(arguments: list[str]) -> None:
    script = (
        "import sys\nfrom app.cli.main import app\n"
        f"try: app({arguments!r})\nexcept SystemExit as end: assert not end.code\n"
        "heavy = {'torch', 'transformers', 'sqlalchemy', 'fastapi', 'numpy'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_database_commands_load_no_torch(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom app.cli.main import app\n"
        "try: app(['users', 'list'])\nexcept SystemExit as end: assert not end.code\n"
        "sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"ROLLWITH_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_wrong_setting_is_named(run: Run) -> None:
    refused(run("users", "list", ROLLWITH_PORT="http"), "ROLLWITH_PORT", "integer", "'http'")
    refused(run("users", "list", ROLLWITH_CANDIDATES="99"), "ROLLWITH_CANDIDATES", "16")


def test_a_wrong_option_is_named(run: Run) -> None:
    refused(run("serve", "--port", "70000"), "--port", "65535")
    result = run("simulate", "--persona", PERSONA, "--policy", "kind")
    assert result.exit_code == 2
    assert "good" in result.stderr


def test_an_unknown_command_is_told_with_the_one_that_was_meant(run: Run) -> None:
    result = run("persona")
    assert result.exit_code == 2
    assert "personas" in result.stderr


@pytest.mark.parametrize("arguments", [["users", "list"], ["export"], ["models", "fetch"], ["serve", "--port", "0"]])
def test_a_data_folder_that_cannot_be_written(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "file").write_text("no folder")
    folder = tmp_path / "file" / "data"
    refused(run(*arguments, ROLLWITH_DATA_DIR=str(folder)), str(folder), "cannot be written", "ROLLWITH_DATA_DIR")


def test_a_database_that_cannot_be_reached_is_one_line_without_the_password(run: Run) -> None:
    url = "postgresql://rollwith:geheim@127.0.0.1:1/none"
    result = run("users", "list", ROLLWITH_DATABASE_URL=url)
    refused(result, "database", "127.0.0.1")
    assert "geheim" not in result.output


def test_an_unexpected_failure_is_not_hidden(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("app.practice.accounts.list_users", broken)
    assert isinstance(run("users", "list").exception, ZeroDivisionError)
