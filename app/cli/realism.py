"""`rollwith realism`: sheets on which people judge blind how real the clients are, and what their answers say."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.common import fail, load_settings, print_table, say, working

if TYPE_CHECKING:
    from app.client.persona import Persona
    from app.realism.sessions import Moment
    from app.realism.sheets import Sheet
    from app.settings import Settings

app = typer.Typer(help="How real the clients are: sheets to judge blind, and their count.", no_args_is_help=True)

ITEMS = 20


class SheetKind(StrEnum):
    """What is judged."""

    PAIRS = "pairs"
    SENSE = "sense"
    VOICES = "voices"


@app.command()
def blind(
    sheet: Annotated[Path, typer.Argument(help="The sheet to write: a .csv or a .jsonl file that is not there yet.")],
    kind: Annotated[
        SheetKind | None,
        typer.Option(help="pairs: which is real; sense: does it make sense; voices: who said it."),
    ] = None,
    annomi: Annotated[Path | None, typer.Option(help="AnnoMI's CSV, for real moments (pairs).")] = None,
    mibot: Annotated[Path | None, typer.Option(help="MIBOT's CSV, for real moments (pairs).")] = None,
    persona: Annotated[
        list[str] | None, typer.Option(help="A client whose replies are judged (sense, voices); may be given again.")
    ] = None,
    items: Annotated[int, typer.Option(min=1, max=500, help="Things to judge.")] = ITEMS,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="The same seed draws the same sheet.")] = 0,
    key: Annotated[
        Path | None, typer.Option(help="Where the key goes; without it beside the sheet, as NAME.key.jsonl.")
    ] = None,
) -> None:
    """Write a sheet to judge blind, a text to read it by, and its key, which the judge must not see.

    With --annomi or --mibot real answers stand beside simulated ones; without them simulated sessions are read.
    """
    if sheet.suffix not in (".csv", ".jsonl"):
        fail(f"{sheet}: a sheet is a .csv or a .jsonl file")
    chosen = kind or (SheetKind.PAIRS if annomi or mibot else SheetKind.SENSE)
    if (chosen is SheetKind.PAIRS) != bool(annomi or mibot):
        fail("pairs need --annomi or --mibot, and only they do")
    from app.realism.sheets import write

    settings = load_settings()
    found = _moments(annomi, mibot)
    people = _people(persona or [], settings)
    made = asyncio.run(_make(settings, chosen, found, people, items, seed))
    text, hidden = sheet.with_suffix(".txt"), key or sheet.with_suffix(".key.jsonl")
    if not made.items:
        fail("there is nothing to judge: no reply or moment is long enough")
    write(made, sheet, text, hidden)
    typer.echo(f"{sheet}: {len(made.items)} to judge; read them in {text}. The key is in {hidden}.")


@app.command()
def tally(
    sheet: Annotated[Path, typer.Argument(help="The sheet, filled in.")],
    key: Annotated[Path, typer.Argument(help="Its key.")],
) -> None:
    """Count a sheet's answers: shares with 95 % intervals (Wilson), all together and by where the words came from."""
    from app.realism.sheets import read_rows
    from app.realism.sheets import tally as count
    from app.scoring.intervals import wilson

    found = count(read_rows(sheet), read_rows(key))
    rows = []
    for name, (hits, judged) in found.shares.items():
        sources = found.by_source[name]
        parts = [("", hits, judged), *((source, *sources[source]) for source in sorted(sources) if len(sources) > 1)]
        for source, part, whole in parts:
            low, high = wilson(part, whole)
            share = f"{part / whole:.2f} [{low:.2f}–{high:.2f}]"
            rows.append((f"{name}, {source}" if source else name, f"{part} of {whole}", share))
    if not rows:
        fail(f"{sheet}: no answer is filled in")
    print_table((found.kind, "count", "share [95 %]"), rows)


def _moments(annomi: Path | None, mibot: Path | None) -> list[Moment]:
    from app.realism.sessions import moments, read_annomi, read_mibot

    read = [*(read_annomi(annomi) if annomi else []), *(read_mibot(mibot) if mibot else [])]
    return moments(read)


def _people(names: list[str], settings: Settings) -> dict[str, Persona]:
    """The clients named, all of those in use without a name."""
    from app.cli.personas import find_persona
    from app.practice.house import read_personas

    if not names:
        return read_personas(settings)
    return {person.id: person for person in (find_persona(name, settings) for name in names)}


async def _make(
    settings: Settings, kind: SheetKind, found: list[Moment], people: dict[str, Persona], items: int, seed: int
) -> Sheet:
    from app.cli.talking import open_actor
    from app.realism import reading
    from app.realism.answering import Room

    async with open_actor(settings) as (coder, actor):
        room = Room(coder, actor)
        with working("The clients speak …"):
            if kind is SheetKind.PAIRS:
                return await reading.pairs(room, found, items, seed)
            if kind is SheetKind.SENSE:
                return await reading.sense(room, list(people.values()), items, seed)
            chosen = list(people.values())
            if len(chosen) > reading.VOICES:
                chosen = reading.drawn_people(chosen, seed)
            say(f"Voices of {', '.join(person.id for person in chosen)}")
            return await reading.voices(room, chosen, items, seed)


__all__ = ["app"]
