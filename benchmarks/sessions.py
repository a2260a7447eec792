"""Simulated sessions for `make realism`: played, kept as JSONL, read again."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from app.client.actor import Actor
from app.client.persona import Persona
from app.llm.engine import Engine
from app.practice.policies import Policy
from app.practice.simulate import Conversation, simulate
from app.scoring.types import Coder
from benchmarks import baseline

Who = Literal["client", "baseline"]


@dataclass(frozen=True)
class Run:
    """One simulated session, by this room's client or the baseline. `timed`: it was played alone, for its seconds."""

    who: Who
    persona: str
    policy: str
    seed: int
    start: float
    """Resistance before the first word."""
    rows: tuple[dict[str, Any], ...]
    timed: bool = False

    @property
    def replies(self) -> list[str]:
        return [row["client"]["text"] for row in self.rows]

    @property
    def heard(self) -> list[str]:
        """Talk types as the coder reads the replies."""
        return [row["client"]["talk"]["type"] for row in self.rows]

    @property
    def meant(self) -> list[str]:
        """Talk types of the acts; none for the baseline."""
        return [row["state"]["stance"] for row in self.rows if row["state"]]

    @property
    def resistance(self) -> list[float]:
        """After each turn; none for the baseline."""
        return [float(row["state"]["resistance"]) for row in self.rows if row["state"]]

    @property
    def walked_out(self) -> bool:
        return bool(self.rows[-1]["client"]["act"] == "walk_out")


@dataclass(frozen=True)
class Stage:
    """What sessions are played with, and where each turn is kept as it comes. `prompted` plays the baseline."""

    prompted: Engine
    coder: Coder
    actor: Actor
    save: IO[str] | None = None

    async def play(self, who: Who, persona: Persona, policy: str, turns: int, seed: int, *, timed: bool = False) -> Run:
        """One session."""
        if who == "client":
            rows = await self._client(persona, policy, turns, seed)
        else:
            rows = await baseline.play(self.prompted, self.coder, persona, policy, turns, seed)
        run = Run(who, persona.id, policy, seed, persona.start.resistance, tuple(rows), timed)
        self._keep(run)
        return run

    async def _client(self, persona: Persona, policy: str, turns: int, seed: int) -> list[dict[str, Any]]:
        conversation = Conversation(persona, self.coder, self.actor, seed)
        rows, begin = list[dict[str, Any]](), time.perf_counter()
        async with aclosing(simulate(conversation, Policy(policy, turns, seed), turns)) as exchanges:
            async for exchange in exchanges:
                seconds = round(time.perf_counter() - begin, 3)
                refused = Counter((found.refused or "").split(":")[0] for found in exchange.spoken.candidates)
                rows.append(exchange.as_dict() | {"seconds": seconds, "candidates": dict(refused)})
                begin = time.perf_counter()
        return rows

    def _keep(self, run: Run) -> None:
        if self.save is None:
            return
        head = {name: getattr(run, name) for name in ("who", "persona", "policy", "seed", "start", "timed")}
        for row in run.rows:
            print(json.dumps(head | row, ensure_ascii=False), file=self.save, flush=True)


async def play_all(
    stage: Stage, people: Iterable[Persona], whos: Sequence[Who], policies: Sequence[str], turns: int, seeds: int,
    side_by_side: int,
) -> list[Run]:  # fmt: skip
    """Every persona with every policy under every seed, by each of `whos`."""
    gate, done = asyncio.Semaphore(side_by_side), Counter[str]()
    asked = [
        (who, person, policy, seed) for seed in range(seeds) for person in people for policy in policies for who in whos
    ]

    async def one(who: Who, person: Persona, policy: str, seed: int) -> Run:
        async with gate:
            run = await stage.play(who, person, policy, turns, seed)
            done["sessions"] += 1
            if done["sessions"] % 20 == 0:
                print(f"{done['sessions']} of {len(asked)} sessions", flush=True)
            return run

    return await asyncio.gather(*(one(*session) for session in asked))


def read_runs(path: Path) -> list[Run]:
    """The sessions that a run saved."""
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    names = ("who", "persona", "policy", "seed", "start", "timed")
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found.setdefault(tuple(row[name] for name in names), []).append(row)
    return [
        Run(who, persona, policy, seed, start, tuple(rows), timed)
        for (who, persona, policy, seed, start, timed), rows in found.items()
    ]


__all__ = ["Run", "Stage", "Who", "play_all", "read_runs"]
