"""`make realism`: how near the simulated clients come to real ones, beside the same model with a prompt alone.

Whole sessions with counsellors made of rules, each figure beside that of real clients (`docs/realism.md` says how to
read it). `--model none` talks from the written lines alone, fast and without the baseline.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from app.client.loading import load_personas
from app.client.persona import Persona
from app.client.sense import VOICE
from app.llm.engine import Engine
from app.llm.make import make_engine
from app.llm.mute import Mute
from app.practice.house import make_actor, open_coder
from app.practice.policies import POLICIES
from app.realism.sessions import read_annomi
from app.realism.sheets import read_rows, tally
from app.resources import PERSONAS_DIR
from benchmarks.common import machine, model_home
from benchmarks.details import details
from benchmarks.likeness import report
from benchmarks.sessions import Run, Stage, Who, play_all, read_runs

TURNS, SEEDS, AT_ONCE = 20, 3, 6
#: Seconds for one reply: one that is cut off by the clock would not be the same the next time.
PATIENCE = 3600.0
#: Turns of the session that is played alone, for its seconds.
TIMED_TURNS = 12


async def measure(options: argparse.Namespace) -> list[Run]:
    """The sessions asked for."""
    coder = open_coder()
    silent = options.model == "none"
    engine, prompted = _engines(options)
    await engine.ready()
    await prompted.ready()
    save = options.save.open("w", encoding="utf-8") if options.save else nullcontext()
    try:
        with save as file:
            actor = make_actor(engine, coder, 0 if silent else options.candidates, PATIENCE)
            stage = Stage(prompted, coder, actor, file)
            return await _played(
                stage, ["client"] if silent or options.no_baseline else ["client", "baseline"], options
            )
    finally:
        await engine.close()
        await prompted.close()


async def _played(stage: Stage, whos: list[Who], options: argparse.Namespace) -> list[Run]:
    people, turns = _people(options.personas), options.turns
    alone = [await stage.play(who, people[0], "average", min(TIMED_TURNS, turns), 0, timed=True) for who in whos]
    policies = options.policies.split()
    return alone + await play_all(stage, people, whos, policies, turns, options.seeds, options.at_once)


def _engines(options: argparse.Namespace) -> tuple[Engine, Engine]:
    """The client's engine as the server has it, and the baseline's: the same model without what was trained for it."""
    if options.model == "none":
        return Mute(), Mute()
    made = partial(make_engine, options.model, data_dir=model_home(), threads=options.threads)
    if options.model != "embedded" or not VOICE.is_file():
        engine = made()
        return engine, engine
    tuned = made(adapter=VOICE)
    return tuned, tuned if options.tuned_baseline else made()


def _people(wanted: str) -> list[Persona]:
    people = load_personas([PERSONAS_DIR])
    return [people[name] for name in wanted.split()] if wanted else list(people.values())


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The arguments."""
    parser = argparse.ArgumentParser(prog="make realism", description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--model", default="embedded", help="none: the written lines alone; else as ROLLWITH_MODEL")
    add("--policies", default="average good poor", help=f"counsellors, of {' '.join(POLICIES)}")
    add("--personas", default="", help="ids of personas; without it all that ship")
    add("--turns", type=int, default=TURNS)
    add("--seeds", type=int, default=SEEDS, help=f"sessions of each persona with each counsellor (default {SEEDS})")
    add("--candidates", type=int, help="free lines a turn; without it as the server decides")
    add("--threads", type=int, default=0)
    add("--at-once", type=int, default=AT_ONCE, help="sessions side by side")
    add("--no-baseline", action="store_true", help="leave the prompt-only client out")
    add("--tuned-baseline", action="store_true", help="prompt the model with the part that was trained for the client")
    add("--details", action="store_true", help="tables by counsellor, code and person too")
    add("--save", type=Path, metavar="FILE", help="write every turn to a JSONL file")
    add("--read", type=Path, nargs="+", metavar="FILE", help="count saved sessions instead of playing new ones")
    add("--annomi", type=Path, metavar="CSV", help="AnnoMI, to measure real sessions by the same definitions")
    add("--blind", type=Path, nargs=2, action="append", default=[], metavar=("KEY", "SHEET"), help="a sheet read blind")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Play or read sessions, print the table."""
    options = parsed(arguments)
    tallies = [tally(read_rows(sheet), read_rows(key)) for key, sheet in options.blind]
    real = read_annomi(options.annomi) if options.annomi else []
    read = [run for path in options.read or () for run in read_runs(path)]
    runs = read if options.read else asyncio.run(measure(options))
    print(report(runs, real, tallies))
    if options.details:
        print(f"\n{details(runs)}")
    print(machine())


if __name__ == "__main__":
    main()
