"""`rollwith chat`: practise in the terminal. Nothing is stored unless a file is named."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.common import fail, load_settings, print_table, say, working

if TYPE_CHECKING:
    from rich.console import Console

    from app.client.group import Cast
    from app.client.persona import Persona
    from app.practice.simulate import Answered, Talking
    from app.scoring.measures import Measure
    from app.scoring.types import CodedTurn
    from app.settings import Settings

HELP = "Write what you would say. “…” waits in silence; /end ends the session and shows its measures; /help says this."


def chat(
    persona: Annotated[
        str | None, typer.Option(help="The client or group: an id or a file; without it you choose from a list.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**31 - 1, help="Fixes the client's chances; without it by chance.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the turns to a new file, as JSONL.")
    ] = None,
) -> None:
    """Practise in the terminal: you write, your codes are shown, the client answers; /end shows the measures."""
    from app.cli.talking import open_conversation

    settings = load_settings()
    client = _choose(persona, settings)
    seed = secrets.randbelow(2**31) if seed is None else seed
    with _saving(save) as keep, asyncio.Runner() as runner:
        stack = AsyncExitStack()
        opening = open_conversation(settings, client, seed, settings.reply_timeout)
        conversation = runner.run(stack.enter_async_context(opening))
        try:
            _talk(conversation, runner, keep)
        finally:
            runner.run(stack.aclose())


def _choose(name: str | None, settings: Settings) -> Persona | Cast:
    from app.cli.personas import persona_folders
    from app.cli.talking import find_client
    from app.client.group_loading import load_groups
    from app.client.loading import load_personas

    if name is not None:
        return find_client(name, settings)
    folders = persona_folders(settings)
    people = load_personas(folders)
    groups = load_groups(folders, people)
    rows = [(p.name, f"{p.age}", p.difficulty, p.field) for p in people.values()]
    rows += [(g.group.name, f"{len(g.people)} people", g.group.difficulty, g.group.field) for g in groups.values()]
    print_table(("", "name", "age", "difficulty", "field"), [(str(i), *row) for i, row in enumerate(rows, 1)])
    clients: dict[str, Persona | Cast] = {**people, **groups}
    while True:
        answer = typer.prompt("Whom do you want to talk with (number or id)").strip()
        for number, client in enumerate(clients, 1):
            if answer in (str(number), client):
                return clients[client]
        say(f"{answer!r} is not on the list; write a number from 1 to {len(clients)}")


def _talk(conversation: Talking, runner: asyncio.Runner, keep: Callable[[Answered], None]) -> None:
    """The conversation, until somebody ends it."""
    from rich.console import Console

    from app.practice.errors import Invalid

    console = Console(highlight=False)
    _print(console, conversation.name, "bold")
    _print(console, conversation.briefing, "dim")
    _print(console, f"{HELP}\n", "dim")
    _print(console, conversation.spoken_as(conversation.opening))
    while True:
        text = _ask()
        if text is None or text.lower() in ("/end", "/quit", "/exit"):
            break
        if text.startswith("/"):
            _print(console, HELP, "dim")
            continue
        try:
            _print(console, _codes(conversation.take(text)), "cyan")
        except Invalid as error:
            _print(console, error.message, "yellow")
            continue
        exchange = _reply(conversation, runner)
        keep(exchange)
        _print(console, conversation.spoken_as(exchange.spoken.text))
        if exchange.ended:
            _print(console, f"{conversation.name} has left. The session is over.", "bold red")
            break
    _measures(console, conversation)


def _reply(conversation: Talking, runner: asyncio.Runner) -> Answered:
    from app.llm.engine import EngineBusy

    while True:
        try:
            with working("…"):
                return runner.run(conversation.reply())
        except EngineBusy as error:
            say(f"The model is busy; trying again in {error.retry_after:.0f} s")
            time.sleep(error.retry_after)


def _ask() -> str | None:
    """The trainee's next line, None at the end of the input."""
    try:
        return input("You: ").strip()
    except EOFError:
        return None


def _codes(coded: CodedTurn) -> str:
    from app.scoring.codes import CODES

    return "     " + " · ".join(
        f"{CODES[span.code].label} {span.probability:.0%}{'' if span.sure else ' (not sure)'}" for span in coded.codes
    )


def _print(console: Console, text: str, style: str = "") -> None:
    from rich.text import Text

    console.print(Text(text, style=style))


def _measures(console: Console, conversation: Talking) -> None:
    from app.practice.simulate import measured

    if not conversation.exchanges:
        _print(console, "Nothing was said, so there is nothing to measure.")
        return
    rows = [
        (figure.label, _figure(figure), _threshold(figure.fair, figure.good), figure.note)
        for figure in measured(conversation).measures.values()
    ]
    console.print()
    print_table(("measure", "yours", "fair, good", "note"), rows)
    before, after = conversation.start, conversation.exchanges[-1].state
    _print(
        console,
        f"\nResistance {before.resistance:.2f} → {after.resistance:.2f}, trust {before.trust:.2f} → {after.trust:.2f}",
    )


def _figure(figure: Measure) -> str:
    if figure.value is None:
        return "–"
    return f"{figure.value:.0f} %" if figure.unit == "percent" else f"{figure.value:.1f}".removesuffix(".0")


def _threshold(fair: float | None, good: float | None) -> str:
    return "–" if fair is None or good is None else f"{fair:g}, {good:g}"


@contextmanager
def _saving(path: Path | None) -> Iterator[Callable[[Answered], None]]:
    """What to do with each exchange: write it to the new file, or nothing."""
    if path is None:
        yield lambda _: None
        return
    try:
        file = path.open("x", encoding="utf-8")
    except FileExistsError:
        fail(f"{path} is there already; choose another name")
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror}")

    def keep(exchange: Answered) -> None:
        file.write(dumps(exchange.as_dict(), ensure_ascii=False) + "\n")
        file.flush()

    try:
        with file:
            yield keep
    finally:
        if not path.stat().st_size:  # nothing was said, or nothing could be loaded
            path.unlink()


__all__ = ["chat"]
