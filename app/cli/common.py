"""What every command shares: settings, messages on stderr, tables, and expected failures as one line, not a trace."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from pydantic import ValidationError
    from rich.status import Status

    from app.settings import Settings


class CommandGroup(TyperGroup):
    """A group of commands that says in one line on stderr what went wrong, with exit status 1."""

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        """Run the command; a failure that a user can do something about becomes a line."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except Exception as error:
            if not _expected(error):
                raise
            fail(str(error))


def _expected(error: Exception) -> bool:
    """Whether the message is for the user. The heavy modules are asked last: their errors come when they are loaded."""
    from app.client.loading import PersonaError
    from app.llm.engine import EngineError
    from app.practice.errors import PracticeError, StartError

    if isinstance(error, (PersonaError, EngineError, PracticeError, StartError)):
        return True
    from app.store.database import StoreError

    return isinstance(error, StoreError)


def fail(message: str) -> NoReturn:
    """Say on stderr what is wrong and leave with status 1."""
    for line in message.splitlines():
        say(f"rollwith: {line}")
    raise typer.Exit(1)


def say(message: str) -> None:
    """A line on stderr, where what is said does not get into what is printed. A spinner makes way for it."""
    while _spinning:
        _spinning.pop().stop()
    typer.echo(message, err=True)


def emit(value: Mapping[str, Any]) -> None:
    """One JSON object as a line on stdout, in UTF-8 whatever the terminal's own encoding."""
    try:
        line = json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can hold and UTF-8 cannot
        line = json.dumps(value).encode()
    typer.get_binary_stream("stdout").write(line + b"\n")


def flush() -> None:
    """Hand over what was printed so far, to whoever reads along."""
    typer.get_binary_stream("stdout").flush()


def load_settings(**given: Any) -> Settings:
    """The settings of the environment, with options that were given (not None) first. Ends the command if not valid."""
    from pydantic import ValidationError

    from app.settings import Settings

    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        fail(_explain(error, given))


def _explain(error: ValidationError, given: dict[str, Any]) -> str:
    wrong: dict[str, tuple[Any, list[str]]] = {}
    for detail in error.errors():
        field = str(detail["loc"][0]) if detail["loc"] else "settings"
        message = f"{detail['msg'][0].lower()}{detail['msg'][1:]}"
        wrong.setdefault(field, (detail["input"], []))[1].append(message)
    lines = []
    for field, (value, messages) in wrong.items():
        name = f"--{field}" if given.get(field) is not None else f"ROLLWITH_{field.upper()}"
        lines.append(f"{name}: {', or '.join(messages)} (it is {value!r})")
    return "\n".join(lines)


_spinning: list[Status] = []


@contextmanager
def working(message: str) -> Iterator[None]:
    """A spinner on stderr, on a terminal, until the block ends or something is said.

    It stays away once something was said: a download may draw a bar of its own after that.
    """
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    status = console.status(message)
    _spinning.append(status)
    status.start()
    try:
        yield
    finally:
        status.stop()
        _spinning.clear()


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on a terminal; elsewhere the same as lines of tab-separated values, which programs can read."""
    if not sys.stdout.isatty():
        for row in (columns, *rows):
            typer.echo("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)


__all__ = ["CommandGroup", "emit", "fail", "flush", "load_settings", "print_table", "say", "working"]
