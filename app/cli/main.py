"""`rollwith`: one command with a small file for each group of its commands.

Nothing heavy is imported here or at the top of those files, so that `rollwith --help` answers at once.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from app.cli import chat, demo, export, models, personas, realism, score, serve, simulate, users
from app.cli.common import CommandGroup

app = typer.Typer(
    name="rollwith",
    cls=CommandGroup,
    help="A practice room for motivational interviewing: a simulated client who resists, every reply scored.",
    epilog="Settings come from the environment (ROLLWITH_…); docs/settings.md lists them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        try:
            typer.echo(version("rollwith"))
        except PackageNotFoundError:
            typer.echo("not installed")
        raise typer.Exit


@app.callback()
def options(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Options that stand before a command; `--version` acts by itself."""


app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("chat")(chat.chat)
app.command("score")(score.score)
app.command("simulate")(simulate.simulate)
app.add_typer(personas.app, name="personas")
app.add_typer(realism.app, name="realism")
app.add_typer(users.app, name="users")
app.command("export")(export.export)
app.add_typer(models.app, name="models")


def main() -> None:
    """The entry point of the installed command."""
    app()


__all__ = ["app", "main"]
