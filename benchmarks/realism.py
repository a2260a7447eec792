"""How near the simulated clients come to real ones: whole sessions with good, neutral and poor counsellors.

The figures beside are those of 133 annotated real sessions (`docs/client.md`). The counsellors are made of rules and
the stances are those of the acts, so this measures state and plan, not how well a reply reads. Run it with
`python -m benchmarks.realism`: it talks from the written lines alone; `--model embedded` lets the embedded model judge
and propose too, as the server does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import IO, Any

import numpy as np

from app.client.actor import Actor
from app.client.loading import load_personas
from app.client.persona import Persona
from app.llm.engine import Chunk, Engine, Message, Request
from app.llm.make import make_engine
from app.practice.house import judge_of
from app.practice.policies import POLICIES, Policy
from app.practice.simulate import Conversation, simulate
from app.resources import PERSONAS_DIR
from app.scoring.coder import load_coder
from app.scoring.types import Coder
from benchmarks.common import machine, median, model_home, quantile, short, table

STANCES = ("change", "neutral", "sustain")
#: Next client turn after a counsellor turn: change, neutral, sustain (docs/client.md).
REAL_AFTER = {
    "open_question": (0.363, 0.513, 0.125),
    "closed_question": (0.183, 0.715, 0.102),
    "simple_reflection": (0.234, 0.683, 0.083),
    "complex_reflection": (0.243, 0.631, 0.127),
    "give_information": (0.133, 0.765, 0.102),
    "persuade": (0.227, 0.609, 0.164),
}
REAL_MIX = (0.246, 0.642, 0.112)
REAL_STAYS = {"change": 0.56, "neutral": 0.77, "sustain": 0.41}


class Mute:
    """An engine that proposes and judges nothing: the written lines alone."""

    name = "none"
    improvises = False

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """Nothing to say."""
        for number in range(request.candidates):
            yield Chunk(number, "", "stop")

    async def score(self, request_messages: Sequence[Message], continuations: Sequence[str]) -> None:
        """Nothing to judge by."""

    async def ready(self) -> None:
        """Always."""

    async def close(self) -> None:
        """Nothing to free."""


@dataclass(frozen=True)
class Run:
    """One simulated session."""

    persona: str
    policy: str
    rows: list[dict[str, Any]]
    start: float
    """Resistance before the first word."""

    @property
    def replies(self) -> list[str]:
        return [row["client"]["text"] for row in self.rows]

    @property
    def stances(self) -> list[str]:
        return [row["state"]["stance"] for row in self.rows]

    @property
    def end(self) -> float:
        """Resistance after the last word."""
        return float(self.rows[-1]["state"]["resistance"])

    @property
    def walked_out(self) -> bool:
        return bool(self.rows[-1]["client"]["act"] == "walk_out")


async def sessions(
    engine: Engine, coder: Coder, personas: Iterable[Persona], policies: Sequence[str], turns: int, seeds: int,
    candidates: int, side_by_side: int, save: IO[str] | None = None,
) -> list[Run]:  # fmt: skip
    """All sessions: every persona with every policy under every seed. Each turn is written to `save` as it comes."""
    gate = asyncio.Semaphore(side_by_side)
    actor = Actor(engine, judge_of(coder), candidates, 3600)

    async def one(persona: Persona, policy: str, seed: int) -> Run:
        async with gate:
            conversation = Conversation(persona, coder, actor, seed)
            async with aclosing(simulate(conversation, Policy(policy, turns, seed), turns)) as exchanges:
                rows = []
                async for exchange in exchanges:
                    rows.append(exchange.as_dict())
                    if save:
                        row = {"persona": persona.id, "policy": policy, "seed": seed} | rows[-1]
                        print(json.dumps(row, ensure_ascii=False), file=save, flush=True)
            return Run(persona.id, policy, rows, persona.start.resistance)

    return await asyncio.gather(
        *(one(persona, policy, seed) for persona in personas for policy in policies for seed in range(seeds))
    )


def pairs(runs: Iterable[Run]) -> list[tuple[str, str]]:
    """Stance and next stance of a client's turns, one after the other."""
    return [pair for run in runs for pair in zip(run.stances, run.stances[1:], strict=False)]


def mix(stances: Sequence[str]) -> str:
    """`.25 .64 .11`: change, neutral, sustain."""
    counts = Counter(stances)
    return " ".join(short(counts[stance] / len(stances)) for stance in STANCES) if stances else "–"


def stays(runs: Sequence[Run], stance: str) -> str:
    """The share of turns of a stance that are followed by one of the same."""
    after = [later for first, later in pairs(runs) if first == stance]
    return short(after.count(stance) / len(after)) if after else "–"


def part(runs: Iterable[Run], fifth: int) -> list[str]:
    """Stances in one fifth (0–4) of the sessions."""
    return [s for run in runs for n, s in enumerate(run.stances) if 5 * n // len(run.stances) == fifth]


def effect_size(first: Sequence[float], second: Sequence[float]) -> float:
    """Cohen's d with the pooled standard deviation."""
    pooled = math.sqrt((np.var(first, ddof=1) + np.var(second, ddof=1)) / 2)
    return float((np.mean(first) - np.mean(second)) / pooled) if pooled else math.inf


def by_policy(runs: Sequence[Run]) -> str:
    """One column a policy, the real figures last."""
    groups = [[run for run in runs if run.policy == policy] for policy in POLICIES]
    words = [[len(reply.split()) for run in group for reply in run.replies] for group in groups]
    rows: list[tuple[str, ...]] = [
        ("sessions", *(str(len(group)) for group in groups), "133"),
        ("talk by act: change neutral sustain", *(mix([s for r in g for s in r.stances]) for g in groups), _real()),
        (
            "talk as the coder reads it",
            *(mix([row["client"]["talk"]["type"] for run in group for row in run.rows]) for group in groups),
            _real(),
        ),
        *((f"{s} → {s}", *(stays(group, s) for group in groups), short(REAL_STAYS[s])) for s in STANCES),
        ("first fifth", *(mix(part(group, 0)) for group in groups), "good: .14 – .13"),
        ("last fifth", *(mix(part(group, 4)) for group in groups), "good: .35 – .05"),
        ("words a reply, median", *(f"{median(counts):.0f}" for counts in words), "7–8"),
        ("words a reply, 90th percentile", *(f"{quantile(counts, 0.9):.0f}" for counts in words), "38"),
        ("resistance at the start", *(_mean([run.start for run in group]) for group in groups), ""),
        ("resistance at the end", *(_mean([run.end for run in group]) for group in groups), ""),
        ("distinct replies within a session", *(_mean([_distinct([run]) for run in g]) for g in groups), ""),
        ("distinct replies, all sessions of a person", *(_by_person(group) for group in groups), ""),
        ("walked out", *(_mean([float(run.walked_out) for run in group]) for group in groups), ""),
    ]
    return table(("", *POLICIES, "real"), rows)


def _real() -> str:
    return " ".join(map(short, REAL_MIX))


def _mean(values: Sequence[float]) -> str:
    return short(float(np.mean(values))) if values else "–"


def _distinct(runs: Sequence[Run]) -> float:
    replies = [reply for run in runs for reply in run.replies]
    return len(set(replies)) / len(replies)


def _by_person(runs: Sequence[Run]) -> str:
    people = dict.fromkeys(run.persona for run in runs)
    return _mean([_distinct([run for run in runs if run.persona == person]) for person in people])


def by_code(runs: Sequence[Run]) -> str:
    """Next client turn by the counsellor's primary code, good and neutral sessions."""
    found: dict[str, list[str]] = {code: [] for code in REAL_AFTER}
    for run in runs:
        for row, stance in zip(run.rows, run.stances, strict=True):
            if run.policy != "poor" and row["counsellor"]["primary"] in found:
                found[row["counsellor"]["primary"]].append(stance)
    rows = [
        (code, len(stances), mix(stances), " ".join(map(short, REAL_AFTER[code]))) for code, stances in found.items()
    ]
    return table(("after (good and neutral sessions)", "n", "change neutral sustain", "real"), rows)


def by_person(runs: Sequence[Run]) -> str:
    """Resistance at start and end by persona and policy."""
    rows = []
    for person in dict.fromkeys(run.persona for run in runs):
        own = [run for run in runs if run.persona == person]
        ends = [_mean([run.end for run in own if run.policy == policy]) for policy in POLICIES]
        walked = [sum(run.walked_out for run in own if run.policy == policy) for policy in POLICIES]
        rows.append((person, short(own[0].start), *ends, "/".join(map(str, walked))))
    return table(("resistance at the end", "start", *POLICIES, "walked out"), rows)


def report(runs: Sequence[Run]) -> str:
    """All tables."""
    good, poor = ([run.end for run in runs if run.policy == policy] for policy in ("good", "poor"))
    lines = [by_policy(runs), by_code(runs), by_person(runs)]
    if len(good) > 1 and len(poor) > 1:
        lines.append(f"end resistance, poor against good: d = {effect_size(poor, good):.1f}")
    sources = Counter(row["client"]["source"] for run in runs for row in run.rows)
    lines.append(f"replies by source: {dict(sources)}")
    return "\n\n".join(lines)


async def measure(options: argparse.Namespace) -> list[Run]:
    """The sessions asked for."""
    home = model_home()
    coder = load_coder()
    silent = options.model == "none"
    engine: Engine = Mute()
    if not silent:
        engine = make_engine(options.model, data_dir=home, threads=options.threads)
    await engine.ready()
    try:
        people = load_personas([PERSONAS_DIR]).values()
        candidates = 0 if silent else options.candidates
        return await sessions(
            engine, coder, people, options.policies.split(), options.turns, options.seeds, candidates, options.at_once,
            options.save,
        )  # fmt: skip
    finally:
        await engine.close()


def main() -> None:
    """Parse the arguments, simulate, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", default="none", help="none: the written lines alone; else as ROLLWITH_MODEL")
    parser.add_argument("--policies", default=" ".join(POLICIES))
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--candidates", type=int, default=4)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--at-once", type=int, default=6, help="sessions side by side")
    parser.add_argument("--save", type=argparse.FileType("w", encoding="utf-8"), help="a JSONL file for all turns")
    options = parser.parse_args()
    runs = asyncio.run(measure(options))
    print(report(runs))
    print(machine())


if __name__ == "__main__":
    main()
