"""`rollwith personas`: list the clients, show one, check persona files, try one out, start a new one from another."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.common import fail, load_settings, print_table, say
from app.cli.trying import try_persona

if TYPE_CHECKING:
    from app.client.persona import Persona
    from app.settings import Settings

app = typer.Typer(help="The clients one can practise with.", no_args_is_help=True)

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@app.command("list")
def list_personas() -> None:
    """All personas and groups: those that ship and those of ROLLWITH_PERSONAS_DIR."""
    from app.client.group_loading import load_groups
    from app.client.loading import load_personas

    folders = persona_folders(load_settings())
    people = load_personas(folders)
    rows = [(client.id, client.name, str(client.age), client.difficulty, client.field) for client in people.values()]
    rows += [
        (name, cast.group.name, f"{len(cast.people)} people", cast.group.difficulty, cast.group.field)
        for name, cast in load_groups(folders, people).items()
    ]
    print_table(("id", "name", "age", "difficulty", "field"), rows)


@app.command()
def show(persona: Annotated[str, typer.Argument(help="Its id, or a persona file.")]) -> None:
    """One persona's whole sheet. It gives everything away: not for trainees."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False)
    for heading, lines in _sheet(find_persona(persona, load_settings())):
        console.print(Text(heading, style="bold"))
        for line in lines:
            console.print(Padding(Text(line), (0, 0, 0, 2)))


@app.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="Persona files; none: all that are in use.")
    ] = None,
) -> None:
    """Say for each file whether it can be used, else `file:line: field: what would be right`, with exit status 1.

    Under a file that can be used stands what it has few lines for.
    """
    from app.client.group_loading import group_files, is_group_file, load_group
    from app.client.loading import PersonaError, load_persona

    folders = persona_folders(load_settings())
    people = [path for folder in folders for path in sorted(folder.glob("*.yaml"))]
    paths = files or [*people, *group_files(folders)]
    broken = 0
    for path in paths:
        try:
            if is_group_file(path.resolve()):
                cast = load_group(path, folders)
                typer.echo(f"{path}: {cast.group.name}, a group of {', '.join(cast.names.values())}: good")
                continue
            persona = load_persona(path)
        except PersonaError as error:
            broken += 1
            say(str(error))
        else:
            for line in _usable(path, persona):
                typer.echo(line)
    if broken:
        say(f"rollwith: {broken} of {len(paths)} persona files cannot be used")
        raise typer.Exit(1)


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help="The file to write; its name without .yaml becomes the id.")],
    like: Annotated[
        str | None, typer.Option(help="The id of the persona to copy; without it the first that ships.")
    ] = None,
) -> None:
    """Write a new persona file to start from: a copy of another one under its own id."""
    from app.resources import PERSONAS_DIR

    if file.suffix != ".yaml" or not _ID.fullmatch(file.stem):
        fail(f"{file}: a persona file is called like maria-smoking.yaml: lower-case letters, digits and dashes")
    source = _file_of(like, load_settings()) if like else min(PERSONAS_DIR.glob("*.yaml"))
    text = re.sub(r"^id:.*$", f"id: {file.stem}", source.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        fail(f"{file} is there already; choose another name")
    except OSError as error:
        fail(f"{file} cannot be written: {error.strerror}")
    typer.echo(f"{file} is a copy of {source.stem}. Rewrite it, then: rollwith personas check {file}")


app.command("try")(try_persona)


def _usable(path: Path, persona: Persona) -> list[str]:
    """What a sound file holds, and under it what is thin."""
    from app.client.lacks import lacks, written

    has = written(persona)
    bank = f"{has.moments} moments with {has.replies} replies in the bank"
    first = f"{path}: {persona.name}, {len(persona.facts)} facts, {has.lines} lines, {bank}: good"
    return [first, *(f"  {line}" for line in lacks(persona))]


def persona_folders(settings: Settings) -> list[Path]:
    """Where personas lie, those that ship first."""
    from app.resources import PERSONAS_DIR

    extra = settings.personas_dir
    if extra is not None and not extra.is_dir():
        fail(f"ROLLWITH_PERSONAS_DIR: there is no folder {extra}")
    return [PERSONAS_DIR, extra] if extra is not None else [PERSONAS_DIR]


def find_persona(name: str, settings: Settings) -> Persona:
    """The persona of this id, or in this file; other files need not be sound. Raises PersonaError."""
    from app.client.loading import load_persona

    return load_persona(_file_of(name, settings))


def _file_of(name: str, settings: Settings) -> Path:
    if name.endswith((".yaml", ".yml")) or "/" in name:
        return Path(name)
    folders = persona_folders(settings)
    found = [path for folder in folders if (path := folder / f"{name}.yaml").is_file()]
    if not found:
        known = sorted({path.stem for folder in folders for path in folder.glob("*.yaml")})
        fail(f"there is no persona {name!r}; there are {', '.join(known)}")
    return found[-1]


def _sheet(persona: Persona) -> list[tuple[str, list[str]]]:
    """The sheet as headings with lines."""
    start, style = persona.start, sorted(persona.style.acts.items(), key=lambda item: -item[1])
    return [
        (f"{persona.name}, {persona.age} ({persona.pronouns})", [persona.id, persona.field, persona.difficulty]),
        ("Briefing", [persona.briefing]),
        ("Sheet", [persona.sheet]),
        ("Target behaviour", [persona.target_behaviour]),
        ("Sent by", [persona.referral.by, persona.referral.reason, persona.referral.at_stake]),
        (
            "Starts with",
            [
                f"resistance {start.resistance:g}, trust {start.trust:g} (0–1)",
                f"importance {start.importance:g}, confidence {start.confidence:g} (0–10)",
                f"leaves after {persona.walks_out.patience} turns at resistance {persona.walks_out.resistance:g}",
            ],
        ),
        ("Resists by", [", ".join(f"{act} {weight:g}" for act, weight in style)]),
        ("Facts, each with the trust it waits for", [f"{fact.trust:g}  {fact.text}" for fact in persona.facts]),
        ("Reasons to stay", list(persona.reasons_to_stay)),
        ("Reasons to change", list(persona.reasons_to_change)),
        ("Voice", [persona.voice.description, *(f"“{sample}”" for sample in persona.voice.samples)]),
        ("Teaches", [", ".join(persona.teaches)]),
    ]


__all__ = ["app", "find_persona", "persona_folders"]
