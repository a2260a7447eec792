"""`rollwith models`: the embedded model, which speaks for the client by default."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.cli.common import load_settings, print_table, say

if TYPE_CHECKING:
    from app.settings import Settings

app = typer.Typer(help="The language models: are they there, bring them, mend them.", no_args_is_help=True)


@app.command()
def status() -> None:
    """Check the embedded model, and name the client's voice; exit status 1 when a model is missing or damaged."""
    from app.llm.embedded import check, model_dir

    settings = load_settings()
    folder = model_dir(settings.data_dir)
    check(folder)
    typer.echo(f"embedded model: good, in {folder}")
    typer.echo(f"the client's voice: {_voice(settings)}")


@app.command()
def fetch() -> None:
    """Bring the embedded model, and the one that ROLLWITH_MODEL names, if they are not there yet."""
    from app.llm.embedded import ensure
    from app.practice.house import prepare_data_dir

    settings = load_settings()
    prepare_data_dir(settings.data_dir)
    folder = ensure(settings.data_dir, say)
    typer.echo(f"embedded model: good, in {folder}")
    if settings.model != "embedded":
        asyncio.run(_make_ready(settings))
        typer.echo(f"the client's voice: {_voice(settings)}: ready")


@app.command()
def repair() -> None:
    """Throw the embedded model away and make it anew."""
    from app.llm import embedded
    from app.practice.house import prepare_data_dir

    settings = load_settings()
    prepare_data_dir(settings.data_dir)
    folder = embedded.repair(settings.data_dir, say)
    typer.echo(f"embedded model: good, in {folder}")


@app.command()
def info() -> None:
    """Name, licence, source, path, size and checksums of the embedded model."""
    from app.llm.embedded import MANIFEST, check, model_dir

    folder = model_dir(load_settings().data_dir)
    check(folder)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    files = {name: (folder / name).stat().st_size for name in manifest["files"]}
    rows = [(key, str(manifest[key])) for key in ("name", "licence", "source", "source_sha256")]
    rows += [("path", str(folder)), ("size", _size(sum(files.values())))]
    rows += [(name, f"{_size(size)}  sha256 {manifest['files'][name]}") for name, size in files.items()]
    print_table(("what", "value"), rows)


async def _make_ready(settings: Settings) -> None:
    from app.practice.house import open_engine

    engine = open_engine(settings, say)
    try:
        await engine.ready()
    finally:
        await engine.close()


def _voice(settings: Settings) -> str:
    """The setting in words; whether a server answers or a hub model is complete, `fetch` finds out."""
    model = settings.model
    if model == "embedded":
        return "the embedded model"
    if model.startswith("openai:"):
        return f"{model.removeprefix('openai:').partition('@http')[0]} on a server"
    if Path(model).expanduser().is_dir():
        return f"the model in {model}"
    return f"{model} of the hub"


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count / 1e3:.1f} kB"


__all__ = ["app"]
