"""Where the milliseconds of a trainee turn go: `python -m benchmarks.phases`.

One session in this process, on the real model and a real database. The time spent inside each step is added up from
wrappers around it, so a step that calls another holds the other's time too. On a busy machine compare shares.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import tempfile
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import event

from app.client import actor, authored
from app.llm.engine import Message
from app.llm.local import LocalEngine
from app.llm.prefixes import PrefixCache
from app.practice import accounts, rooms, sessions, turns
from app.practice.house import House, close_house, open_house
from app.practice.policies import Policy
from app.scoring.coder import TrainedCoder
from app.settings import Settings
from benchmarks.common import machine, model_home, table
from benchmarks.server import PASSWORD


class Clock:
    """Seconds and calls by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.calls: Counter[str] = Counter()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        begin = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - begin
            self.calls[name] += 1

    def wrap(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed."""

        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            with self.step(name):
                return function(*args, **kwargs)

        return timed

    def wrap_wait(self, name: str, function: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """The coroutine function, timed from call to result."""

        @functools.wraps(function)
        async def timed(*args: Any, **kwargs: Any) -> Any:
            with self.step(name):
                return await function(*args, **kwargs)

        return timed


@contextmanager
def watched(house: House, clock: Clock) -> Iterator[None]:
    """Every step of a turn timed, every statement and commit counted, every prompt token told read or known."""
    fill = PrefixCache.fill

    def counted(self: PrefixCache, tree: Any, prompt: Any) -> int:
        known = fill(self, tree, prompt)
        clock.calls["prompt tokens"] += len(prompt)
        clock.calls["prompt tokens known"] += known
        return known

    plain = {
        (TrainedCoder, "code"): "coding the turn",
        (TrainedCoder, "talk"): "talk of a reply",
        (turns, "persona_of"): "persona validated",
        (turns, "hear"): "hearing",
        (turns, "make_plan"): "plan",
        (actor, "offers"): "authored lines",
        (authored, "_telling"): "… topics by rarity",
        (rooms, "room_turn"): "views",
    }
    waits = {(actor, "propose"): "candidates of the model", (LocalEngine, "score"): "sense"}

    def statement(_conn: Any, _cursor: Any, text: str, *_: Any) -> None:
        clock.calls["writes" if text.startswith(("INSERT", "UPDATE")) else "reads"] += not text.startswith("BEGIN")

    def commit(_conn: Any) -> None:
        clock.calls["commits"] += 1

    patches = [patch.object(*place, clock.wrap(name, getattr(*place))) for place, name in plain.items()]
    patches += [patch.object(*place, clock.wrap_wait(name, getattr(*place))) for place, name in waits.items()]
    patches.append(patch.object(PrefixCache, "fill", counted))
    listeners = (("before_cursor_execute", statement), ("commit", commit))
    for one in patches:
        one.start()
    for name, listener in listeners:
        event.listen(house.database.engine, name, listener)
    try:
        yield
    finally:
        for one in patches:
            one.stop()
        for name, listener in listeners:
            event.remove(house.database.engine, name, listener)


async def session(house: House, persona: str, count: int, seed: int) -> list[Clock]:
    """One clock a turn of a session of `count` turns with the good policy; the model is warm before it."""
    await house.engine.ready()
    await house.engine.score([Message("user", "Hello.")], ["Hello."])
    user = accounts.found(house.database, username="trainee", name="Trainee", password=PASSWORD)
    session_id = sessions.start(house, user, persona, str(uuid.uuid4()))
    policy, reply, act, clocks = Policy("good", count, seed), "", "small_talk", []
    for turn in range(1, count + 1):
        clock = Clock()
        with watched(house, clock):
            with clock.step("POST: until the codes show"):
                taken = turns.take_turn(house, user, session_id, policy(reply, act, turn), str(uuid.uuid4()))
            with clock.step("GET: until the last word"):
                async for happened in turns.reply(house, user, session_id, taken.turn_id):
                    if isinstance(happened, turns.Done):
                        reply = happened.turn.text
        clocks.append(clock)
    return clocks


def report(clocks: list[Clock]) -> str:
    """Mean milliseconds and calls a turn, the first turn left out: it reads the whole prompt."""
    later = clocks[1:] or clocks
    names = list(dict.fromkeys(name for clock in later for name in clock.seconds))
    names.sort(key=lambda name: -sum(clock.seconds[name] for clock in later))
    counts = [name for name in dict.fromkeys(name for clock in later for name in clock.calls) if name not in names]
    total = sum(clock.seconds[name] for clock in later for name in names if name.startswith(("POST", "GET")))
    rows: list[tuple[str, str, str, str]] = []
    for name in names:
        spent = sum(clock.seconds[name] for clock in later)
        calls = sum(clock.calls[name] for clock in later) / len(later)
        rows.append((name, f"{1000 * spent / len(later):.0f}", f"{spent / total:.0%}", f"{calls:.1f}"))
    rows += [(name, "", "", f"{sum(clock.calls[name] for clock in later) / len(later):.1f}") for name in counts]
    return table(("a turn, mean", "ms", "share", "calls"), rows)


async def measure(persona: str, count: int, seed: int, candidates: int | None) -> list[Clock]:
    """One session on a fresh data folder."""
    with tempfile.TemporaryDirectory(prefix="rollwith-phases-") as name:
        (Path(name) / "models").symlink_to(model_home() / "models")
        settings = Settings(data_dir=Path(name), database_url="")
        if candidates is not None:
            settings.candidates = candidates
        house = open_house(settings, lambda _: None)
        try:
            return await session(house, persona, count, seed)
        finally:
            await close_house(house)


def main() -> None:
    """Parse the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--persona", default="ray-drink-driving")
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--candidates", type=int, help="else that of the settings")
    options = parser.parse_args()
    clocks = asyncio.run(measure(options.persona, options.turns, options.seed, options.candidates))
    print(report(clocks))
    print(machine())


if __name__ == "__main__":
    main()
