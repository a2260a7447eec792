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

    from app.client.persona import Persona
    from app.practice.simulate import Conversation, Exchange
    from app.scoring.measures import Measure
    from app.scoring.types import CodedTurn
    from app.settings import Settings

HELP = "Write what you would say. “…” waits in silence; /end ends the session and shows its measures; /help says this."


def chat(
    persona: Annotated[
        str | None, typer.Option(help="The client: an id or a persona file; without it you choose from a list.")
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


def _choose(name: str | None, settings: Settings) -> Persona:
    from app.cli.personas import find_persona, persona_folders
    from app.client.loading import load_personas

    if name is not None:
        return find_persona(name, settings)
    personas = list(load_personas(persona_folders(settings)).values())
    rows = [(str(i), p.name, f"{p.age}", p.difficulty, p.field) for i, p in enumerate(personas, 1)]
    print_table(("", "name", "age", "difficulty", "field"), rows)
    while True:
        answer = typer.prompt("Whom do you want to talk with (number or id)").strip()
        for number, persona in enumerate(personas, 1):
            if answer in (str(number), persona.id):
                return persona
        say(f"{answer!r} is not on the list; write a number from 1 to {len(personas)}")


def _talk(conversation: Conversation, runner: asyncio.Runner, keep: Callable[[Exchange], None]) -> None:
    """The conversation, until somebody ends it."""
    from rich.console import Console

    from app.practice.errors import Invalid

    console, persona = Console(highlight=False), conversation.persona
    _print(console, persona.name, "bold")
    _print(console, persona.briefing, "dim")
    _print(console, f"{HELP}\n", "dim")
    _speak(console, persona, conversation.opening)
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
        _speak(console, persona, exchange.spoken.text)
        if exchange.ended:
            _print(console, f"{persona.name} has left. The session is over.", "bold red")
            break
    _measures(console, conversation)


def _reply(conversation: Conversation, runner: asyncio.Runner) -> Exchange:
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


def _speak(console: Console, persona: Persona, text: str) -> None:
    _print(console, f"{persona.name.split()[0]}: {text}")


def _print(console: Console, text: str, style: str = "") -> None:
    from rich.text import Text

    console.print(Text(text, style=style))


def _measures(console: Console, conversation: Conversation) -> None:
    from app.client.state import start_state
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
    before, after = start_state(conversation.persona), conversation.exchanges[-1].state
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
def _saving(path: Path | None) -> Iterator[Callable[[Exchange], None]]:
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

    def keep(exchange: Exchange) -> None:
        file.write(dumps(exchange.as_dict(), ensure_ascii=False) + "\n")
        file.flush()

    try:
        with file:
            yield keep
    finally:
        if not path.stat().st_size:  # nothing was said, or nothing could be loaded
            path.unlink()


__all__ = ["chat"]
