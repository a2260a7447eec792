"""`rollwith export`: every stored turn, for research and for keeping."""

from __future__ import annotations

import csv
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated

import typer

from app.cli.common import fail, say


class Format(StrEnum):
    """How the rows are written."""

    JSONL = "jsonl"
    CSV = "csv"


def export(
    format: Annotated[
        Format, typer.Option(help="jsonl holds everything; csv is flat, for a spreadsheet.")
    ] = Format.JSONL,
    session: Annotated[str | None, typer.Option(metavar="ID", help="Only this session.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write to this file, not to the screen.")] = None,
    names: Annotated[
        bool, typer.Option("--names", help="Include the names of trainees; without it nobody is named.")
    ] = False,
    corrections: Annotated[
        bool,
        typer.Option(
            "--corrections", help="Only codes that people gave, one utterance a row, as training data (jsonl)."
        ),
    ] = False,
) -> None:
    """Export all sessions, one row a turn: words, codes (the model's and the instructor's), client act, talk and state.

    Both formats have the columns that `rollwith score` reads. With --corrections, what people coded at the desk
    instead, in the form that `training/` reads.
    """
    if corrections:
        _export_corrections(format, session, out, names)
    else:
        _export_turns(format, _session_id(session), out, names)


def _export_turns(format: Format, wanted: uuid.UUID | None, out: Path | None, names: bool) -> None:
    from app.cli.users import database
    from app.practice.export import COLUMNS, NAME_COLUMNS, export_rows, flat

    count = 0
    with database() as db, _writing(out) as file:
        writer = csv.DictWriter(file, (*COLUMNS, *(NAME_COLUMNS if names else ())), lineterminator="\n")
        if format is Format.CSV:
            writer.writeheader()
        for row in export_rows(db, session_id=wanted, names=names):
            count += 1
            if format is Format.CSV:
                writer.writerow(flat(row))
            else:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    say(f"{count} turns exported" if count else "There is no session to export yet.")


def _export_corrections(format: Format, session: str | None, out: Path | None, names: bool) -> None:
    from app.cli.users import database
    from app.practice.corrections import correction_rows

    if format is Format.CSV or session is not None or names:
        fail("--corrections goes with --out only: it is always jsonl, whole and without names")
    count = 0
    with database() as db, _writing(out) as file:
        for row in correction_rows(db):
            count += bool(row["codes"])
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    say(f"Exported utterances that people coded: {count}" if count else "Nobody has corrected or coded anything yet.")


def _session_id(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text is not None else None
    except ValueError:
        fail(f"--session: {text!r} is no session id; it looks like 3f2b8c1e-… and stands in the session's address")


@contextmanager
def _writing(path: Path | None) -> Iterator[IO[str]]:
    """Standard output, or a file that takes its place only when it is whole."""
    if path is None:
        stream = typer.get_text_stream("stdout", encoding="utf-8")
        yield stream
        stream.flush()
        return
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            part.chmod(0o600)
            yield file
        part.replace(path)
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror}")
    finally:
        part.unlink(missing_ok=True)


__all__ = ["export"]
