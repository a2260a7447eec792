"""`rollwith users`: accounts made, listed, given new passwords, closed."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.practice import accounts, browsers
from app.practice.errors import Invalid
from app.store.database import Database
from tests.cli.conftest import Run, refused

PASSWORD = "a long password"


@pytest.fixture
def database(data_folder: Path, run: Run) -> Database:
    """The database that the commands use, made by them."""
    assert run("users", "list").exit_code == 0
    return Database(f"sqlite:///{data_folder / 'rollwith.db'}")


def signs_in(database: Database, username: str, password: str) -> bool:
    try:
        return bool(accounts.sign_in(database, username, password, 1))
    except Invalid:
        return False


def test_an_empty_list_says_how_to_begin(run: Run) -> None:
    result = run("users", "list")
    assert result.exit_code == 0
    assert result.stdout == "username\tname\trole\tactive\tsince\n"
    assert "rollwith users add" in result.stderr


def test_an_account_is_made_and_can_sign_in(run: Run, database: Database) -> None:
    result = run(
        "users", "add", "Anna", "--name", "Anna Berg", "--role", "instructor", "--password-stdin", given=f"{PASSWORD}\n"
    )
    assert (result.exit_code, result.stdout) == (0, "anna can sign in (instructor)\n")
    assert signs_in(database, "anna", PASSWORD)
    assert "anna\tAnna Berg\tinstructor\tyes\t" in run("users", "list").stdout


def test_the_role_is_trainee_and_the_name_the_user_name_where_nothing_is_said(run: Run, database: Database) -> None:
    assert run("users", "add", "tom", "--password-stdin", given=PASSWORD).exit_code == 0
    user = accounts.find_user(database, "tom")
    assert (user.role, user.name) == ("trainee", "tom")


def test_the_password_is_asked_twice_and_never_shown(
    run: Run, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.cli.users._at_terminal", lambda: True)
    result = run("users", "add", "tom", given=f"{PASSWORD}\nanother one\n{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert "do not match" in result.output
    assert PASSWORD not in result.output
    assert signs_in(database, "tom", PASSWORD)


def test_without_a_terminal_a_password_must_come_by_standard_input(run: Run) -> None:
    refused(run("users", "add", "tom"), "--password-stdin")
    refused(run("users", "add", "tom", "--password-stdin", given=""), "holds no password")


@pytest.mark.parametrize(
    ("username", "password", "said"),
    [("x", PASSWORD, "3 to 60"), ("to m", PASSWORD, "letters or digits"), ("tom", "short", "8 to 200")],
)
def test_what_cannot_be_an_account(run: Run, username: str, password: str, said: str) -> None:
    refused(run("users", "add", username, "--password-stdin", given=password), said)


def test_a_name_that_is_taken(run: Run) -> None:
    run("users", "add", "tom", "--password-stdin", given=PASSWORD)
    refused(run("users", "add", "TOM", "--password-stdin", given=PASSWORD), "taken")


def test_an_unknown_role(run: Run) -> None:
    result = run("users", "add", "tom", "--role", "king", "--password-stdin", given=PASSWORD)
    assert result.exit_code == 2
    assert "instructor" in result.stderr


def test_a_new_password_signs_out_everywhere(run: Run, database: Database) -> None:
    run("users", "add", "tom", "--password-stdin", given=PASSWORD)
    token = accounts.sign_in(database, "tom", PASSWORD, 1)
    assert run("users", "reset-password", "tom", "--password-stdin", given="another one\n").exit_code == 0
    assert browsers.user_of(database, token) is None
    assert not signs_in(database, "tom", PASSWORD)
    assert signs_in(database, "tom", "another one")


def test_a_new_password_that_is_too_short_changes_nothing(run: Run, database: Database) -> None:
    run("users", "add", "tom", "--password-stdin", given=PASSWORD)
    refused(run("users", "reset-password", "tom", "--password-stdin", given="short"), "8 to 200")
    assert signs_in(database, "tom", PASSWORD)


def test_a_closed_account_is_signed_out_and_stays_in_the_list(run: Run, database: Database) -> None:
    run("users", "add", "tom", "--password-stdin", given=PASSWORD)
    token = accounts.sign_in(database, "tom", PASSWORD, 1)
    assert run("users", "deactivate", "tom").exit_code == 0
    assert browsers.user_of(database, token) is None
    assert not signs_in(database, "tom", PASSWORD)
    assert "tom\ttom\ttrainee\tno\t" in run("users", "list").stdout


@pytest.mark.parametrize("arguments", [["deactivate", "bob"], ["reset-password", "bob", "--password-stdin"]])
def test_an_account_that_is_not_there(run: Run, arguments: list[str]) -> None:
    refused(run("users", *arguments, given=PASSWORD), "no account called 'bob'")
