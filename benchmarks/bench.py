"""`make bench`: speed and memory in one table, each figure beside its target.

A server of its own on this machine, real HTTP, the real embedded model; trainees talk without a pause between a reply
and their next words (`--pause` gives them one), which is harder than any class. Then the engine alone beside
`model.generate`, and the coder alone.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Sequence

from app.practice.house import open_coder
from app.practice.policies import read_policies
from app.settings import Settings
from benchmarks import engine
from benchmarks.common import machine, median, model_home, quantile, table
from benchmarks.server import serving
from benchmarks.trainees import Level, talk

#: Concurrent sessions, turns of each, and the targets in seconds.
LEVELS = ((1, 10), (4, 6), (16, 3))
CODES_TARGET, REPLY_TARGET, LONGEST_TARGET = 0.1, 2.5, 10.0

Row = tuple[str, str, str, str]


def http_rows(level: Level) -> list[Row]:
    """Codes, first word, whole reply and refusals at one number of sessions."""
    at = f"{level.sessions} session{'s' if level.sessions > 1 else ''}"
    codes, first, whole = ([getattr(turn, name) for turn in level.turns] for name in ("codes", "first", "whole"))
    target = f"≤ {REPLY_TARGET:g} s" if level.sessions == 1 else ""
    longest = max(whole, default=0.0)
    return [
        (f"{at}: codes shown", _ms(median(codes)), _ms(quantile(codes, 0.95)), f"≤ {CODES_TARGET * 1000:.0f} ms"),
        (f"{at}: first word", _s(median(first)), _s(quantile(first, 0.95)), ""),
        (f"{at}: whole reply", _s(median(whole)), _s(quantile(whole, 0.95)), target),
        (f"{at}: longest wait", _s(longest), "", f"≤ {LONGEST_TARGET:g} s"),
        (f"{at}: turns, busy answers", f"{len(whole)}, {level.busy}", "", ""),
        (f"{at}: replies not judged in time", str(level.unjudged), "", ""),
    ]


def engine_rows(found: Sequence[engine.Row]) -> list[Row]:
    """Tokens a second beside plain `model.generate` in the same run."""
    return [
        (
            f"engine, {row.requests} at once: tokens/s (generate)",
            f"{row.tokens_per_second:.0f} ({row.generate_tokens_per_second:.0f})",
            "",
            f"{row.ratio:.1f} times",
        )
        for row in found
    ]


def coder_rows(turns: int) -> list[Row]:
    """The coder by itself, one turn at a time, in this process."""
    coder = open_coder()
    lines = [line for groups in read_policies().values() for group in groups.values() for line in group]
    coder.code(lines[0], None)
    seconds = []
    for number in range(turns):
        begin = time.perf_counter()
        coder.code(lines[number * 7 % len(lines)], "I don't see what the fuss is about.")
        seconds.append(time.perf_counter() - begin)
    return [("coding a turn, alone", _ms(median(seconds)), _ms(quantile(seconds, 0.95)), "")]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _s(seconds: float) -> str:
    return f"{seconds:.2f} s"


def measure(levels: Sequence[tuple[int, int]], limit: float, rounds: int, pause: float) -> list[Row]:
    """All rows. `limit` is the time for one number of sessions, `pause` a trainee's mean time to think, in seconds."""
    rows: list[Row] = []
    with serving(max(sessions for sessions, _ in levels)) as server:
        rows.append(("start to first answer", _s(server.started), "", ""))
        rows.append(("resident memory, started", f"{server.megabytes():.0f} MB", "", ""))
        asyncio.run(talk(server, 1, 1, limit))
        for sessions, turns in levels:
            rows += http_rows(asyncio.run(talk(server, sessions, turns, limit, pause)))
            rows.append(("resident memory then", f"{server.megabytes():.0f} MB", "", ""))
    if rounds:
        from app.llm.embedded import model_dir

        threads = Settings().threads
        rows += engine_rows(asyncio.run(engine.measure(model_dir(model_home()), rounds=rounds, threads=threads)))
    return rows + coder_rows(40)


def main() -> None:
    """Parse the arguments, measure, print."""
    parser = argparse.ArgumentParser(prog="make bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--limit", type=float, default=180, help="seconds for each number of sessions (default 180)")
    parser.add_argument("--rounds", type=int, default=2, help="rounds beside model.generate; 0: none (default 2)")
    parser.add_argument(
        "--pause", type=float, default=0, help="seconds that a trainee thinks before a turn (default 0)"
    )
    parser.add_argument("--levels", default=" ".join(f"{s}x{t}" for s, t in LEVELS), help="sessions x turns")
    options = parser.parse_args()
    levels = [(int(sessions), int(turns)) for sessions, turns in (one.split("x") for one in options.levels.split())]
    print(f"before: {machine()}", flush=True)
    rows = measure(levels, options.limit, options.rounds, options.pause)
    print(table(("", "median", "95 %", "target"), rows))
    print(f"after: {machine()}")


if __name__ == "__main__":
    main()
