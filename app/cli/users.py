"""`rollwith users`: the accounts, for the person who runs the server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.common import fail, load_settings, print_table, say

if TYPE_CHECKING:
    from app.store.database import Database

app = typer.Typer(help="The accounts of the practice room.", no_args_is_help=True)

Username = Annotated[str, typer.Argument(metavar="USERNAME", help="What the person signs in with.")]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the first line of standard input.")
]


class RoleName(StrEnum):
    """The roles that an account can have."""

    TRAINEE = "trainee"
    INSTRUCTOR = "instructor"
    ADMIN = "admin"


@app.command("list")
def list_accounts() -> None:
    """All accounts with their roles."""
    from app.practice.accounts import list_users

    with database() as db:
        users = list_users(db)
    rows = [
        (user.username, user.name, user.role, "yes" if user.active else "no", f"{user.created_at:%Y-%m-%d}")
        for user in users
    ]
    print_table(("username", "name", "role", "active", "since"), rows)
    if not rows:
        say("There is no account yet. Make one with: rollwith users add USERNAME --role admin")


@app.command()
def add(
    username: Username,
    name: Annotated[str | None, typer.Option(help="The name on the pages; without it the user name.")] = None,
    role: Annotated[RoleName, typer.Option(help="What the account may do.")] = RoleName.TRAINEE,
    password_stdin: PasswordStdin = False,
) -> None:
    """Make an account. Asks for the password, or reads it with --password-stdin; it is never an argument."""
    from app.practice.accounts import add_user
    from app.store.tables import Role

    with database() as db:
        password = _password(password_stdin)
        user = add_user(db, username=username, name=name or username, password=password, role=Role(role.value))
    typer.echo(f"{user.username} can sign in ({user.role})")


@app.command("reset-password")
def reset_password(username: Username, password_stdin: PasswordStdin = False) -> None:
    """Give an account another password; it is signed out everywhere."""
    from app.practice.accounts import find_user, set_password

    with database() as db:
        user = find_user(db, username)
        set_password(db, username, _password(password_stdin))
    typer.echo(f"{user.username} has a new password and is signed out everywhere")


@app.command()
def deactivate(username: Username) -> None:
    """Close an account and sign it out. What it wrote stays."""
    from app.practice import accounts

    with database() as db:
        accounts.deactivate(db, username)
    typer.echo(f"{username.strip().lower()} cannot sign in any more; the sessions stay")


@contextmanager
def database() -> Iterator[Database]:
    """The database of the settings, migrated. Raises StartError, StoreError."""
    from app.practice.house import open_database, prepare_data_dir

    settings = load_settings()
    if not settings.database_url:
        prepare_data_dir(settings.data_dir)
    db = open_database(settings)
    try:
        yield db
    finally:
        db.close()


def _password(from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            fail("--password-stdin: standard input holds no password")
        return password
    if not _at_terminal():
        fail("there is no terminal to ask for the password on; give it with --password-stdin")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _at_terminal() -> bool:
    return sys.stdin.isatty()


__all__ = ["app", "database"]
