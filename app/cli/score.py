"""`rollwith score`: codes for the counsellor's turns of a transcript, talk types for the client's, as JSONL."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.common import emit, fail, flush, load_settings, say, working

if TYPE_CHECKING:
    from rich.progress import Progress

    from app.scoring.transcripts import Names, Notices, TranscriptRow


def score(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="JSONL or CSV (conversation,turn,speaker,text), or text (Counsellor: …); - for standard input.",
        ),
    ],
    segmented: Annotated[bool, typer.Option("--segmented", help="Take each counsellor row as one utterance.")] = False,
    summary: Annotated[
        bool, typer.Option("--summary", help="Print the session measures of each conversation instead of its rows.")
    ] = False,
    counsellor: Annotated[
        list[str] | None, typer.Option("--counsellor", metavar="NAME", help="A speaker who is the counsellor.")
    ] = None,
    client: Annotated[
        list[str] | None, typer.Option("--client", metavar="NAME", help="A speaker who is the client.")
    ] = None,
) -> None:
    """Score a transcript: prints its rows, in their order, as JSONL.

    Counsellor rows get `primary`, `codes` and `behaviour`, client rows `talk`. A file is checked whole before the
    first row is printed; standard input is scored as it comes.
    """
    from app.cli.batches import in_batches
    from app.scoring.scored import score_rows, summaries
    from app.scoring.transcripts import Notices, TranscriptError, read_transcript

    settings, names, notices = load_settings(), _names(counsellor or [], client or []), Notices()
    try:
        sizes = _checked(file, names) if Path(file).is_file() else None
        rows = _with_rows(file, read_transcript(file, names, notices))
        from app.practice.house import open_coder

        with working("Loading the coder …"):
            coder = open_coder()
        progress = _progress()
        tracked = progress.track(rows, total=None if sizes is None else sizes.total(), description="Scoring")
        with in_batches(coder, settings.threads) as batches, progress:
            scored = score_rows(batches, tracked, segmented=segmented)
            for result in summaries(scored, sizes) if summary else (row.as_dict() for row in scored):
                with _aside(progress):
                    emit(result)
                    flush()
    except TranscriptError as error:
        if not Path(file).is_file():
            _tell(file, notices)
        fail(str(error))
    if sizes is None:
        _tell(file, notices)


def _names(counsellor: list[str], client: list[str]) -> Names:
    from app.scoring.transcripts import Names

    if both := {name.casefold() for name in counsellor} & {name.casefold() for name in client}:
        raise typer.BadParameter(f"{min(both)!r} cannot be both the counsellor and the client")
    return Names(tuple(counsellor), tuple(client))


def _checked(file: str, names: Names) -> Counter[str]:
    """Read a file whole, say what was decided on the way, and count the rows of each conversation."""
    from app.scoring.transcripts import Notices, read_transcript

    notices = Notices()
    sizes = Counter(row.key for row in read_transcript(file, names, notices))
    _tell(file, notices)
    return sizes


def _tell(file: str, notices: Notices) -> None:
    for line in notices.about("standard input" if file == "-" else file):
        say(f"rollwith: {line}")


def _with_rows(file: str, rows: Iterator[TranscriptRow]) -> Iterator[TranscriptRow]:
    """The same rows, the first read already, so that a bad file is told before the coder is loaded."""
    first = next(rows, None)
    if first is None:
        name = "standard input" if file == "-" else file
        fail(f"{name}: holds no rows; expected conversation,turn,speaker,text on each")
    return chain([first], rows)


def _progress() -> Progress:
    """A progress bar on stderr, where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


@contextmanager
def _aside(progress: Progress) -> Iterator[None]:
    """The bar out of the way, where what is printed goes to the same terminal."""
    if progress.disable or not sys.stdout.isatty():
        yield
        return
    progress.stop()
    yield
    progress.start()


__all__ = ["score"]
