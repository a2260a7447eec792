"""`rollwith demo`: a full practice room to look around in, apart from one's own data."""

from __future__ import annotations

import asyncio
import ipaddress
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.common import fail, load_settings, say
from app.cli.serve import run

if TYPE_CHECKING:
    from app.practice.demo.make import Size
    from app.settings import Settings

PASSWORD = "practice room"
DATABASE = "demo.db"


def demo(
    host: Annotated[str | None, typer.Option(help="Address to listen on; else ROLLWITH_HOST (127.0.0.1).")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on, 0 for a free one; else ROLLWITH_PORT (8000).")
    ] = None,
    password: Annotated[
        str | None, typer.Option(help=f"Everybody's password in the demo; “{PASSWORD}” on this machine alone.")
    ] = None,
    trainees: Annotated[int, typer.Option(min=1, max=240, help="How many trainees there are.")] = 24,
    sessions: Annotated[int, typer.Option(min=1, max=20_000, help="How many sessions they have held.")] = 200,
    anew: Annotated[bool, typer.Option("--anew", help="Make it anew, even if there is one.")] = False,
    make_only: Annotated[bool, typer.Option("--make-only", help="Make it, and do not serve it.")] = False,
) -> None:
    """Start a demo: a class with ten weeks of scored sessions. It has a database of its own, demo.db beside yours.

    The first start holds the sessions, which takes a few minutes; the clients speak their written lines for it.
    """
    settings = load_settings(host=host, port=port)
    if password is None and not make_only and not _is_loopback(settings.host):
        fail("--password: choose one, since the demo is to be seen from other machines")
    file = settings.data_dir / DATABASE
    if anew or not file.exists():
        from app.practice.demo.make import Size

        asyncio.run(_make(settings, file, password or PASSWORD, Size(trainees, sessions)))
    if not make_only:
        typer.echo(
            f"Sign in as dana (instructor), samuel (assistant) or amira (trainee); password: {password or PASSWORD}"
        )
        run(_with(settings, file), password)


def _with(settings: Settings, file: Path) -> Settings:
    from sqlalchemy import URL

    return settings.model_copy(update={"database_url": str(URL.create("sqlite", database=str(file)))})


async def _make(settings: Settings, file: Path, password: str, size: Size) -> None:
    """Make the demo beside its place, and put it there when it is whole."""
    from rich.console import Console
    from rich.progress import Progress

    from app.practice.demo.make import make_demo
    from app.practice.house import close_house, open_house

    draft = file.with_suffix(".draft")
    for left in (draft, *draft.parent.glob(f"{draft.name}-*")):
        left.unlink(missing_ok=True)
    house = open_house(_with(settings, draft), say)
    try:
        with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task("Holding the sessions", total=size.sessions)
            await make_demo(house, password, lambda done, _: bar.update(task, completed=done), size)
    finally:
        await close_house(house)
    for left in file.parent.glob(f"{file.name}-*"):
        left.unlink()
    draft.replace(file)
    say(f"The demo is made: {file}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


__all__ = ["demo"]
