"""Draws replies to be judged: `python -m training.client.collect OUT.jsonl`.

Sessions of the people who ship with trainee turns that no bank's writer has seen (`trainee_turns.jsonl`): at each turn
a few of the candidates, from the best down, the adapted and the free ones among them. A reader adds `verdict`: yes,
partly or no. The reader is not shown where a reply comes from (`--sheet`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from app.client.actor import Actor, Spoken, Turn
from app.client.acts import ACTS
from app.client.choose import Candidate
from app.client.embed import load_embedder
from app.client.heard import Heard, Said
from app.client.loading import load_personas
from app.client.persona import Persona
from app.client.plan import Plan
from app.client.retrieve import Retriever
from app.client.state import State
from app.practice.house import judge_of
from app.practice.simulate import Conversation
from app.resources import PERSONAS_DIR
from app.scoring.coder import load_coder
from app.scoring.types import Coder
from training.client.voiced import add_model, voiced

TURNS = Path(__file__).with_name("trainee_turns.jsonl")
#: How a session goes: kinds of turns in order.
COURSE = (
    "opening", "question_open", "reflection_simple", "question_closed", "reflection_complex", "advice_warning", "small",
    "double_sided", "question_open", "affirmation_support", "permission_information", "confront_label", "paradox",
    "autonomy_choices", "odd", "reflection_complex", "question_open", "closing",
)  # fmt: skip
EACH = 4


@dataclass(frozen=True)
class Watched(Actor):
    """An actor that keeps what each reply was made from."""

    turns: list[Turn] = field(default_factory=list)

    async def speak(
        self,
        persona: Persona,
        plan: Plan,
        state: State,
        heard: Heard,
        history: Sequence[Said],
        said_before: frozenset[str] = frozenset(),
    ) -> Spoken:
        """As the actor speaks."""
        self.turns.append(Turn(persona, plan, state, heard, tuple(history), said_before))
        return await super().speak(persona, plan, state, heard, history, said_before)


def trainee_turns(path: Path = TURNS) -> dict[str, list[str]]:
    """Trainee turns by kind."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found[row["kind"]].append(row["text"])
    return found


def drawn(candidates: Sequence[Candidate], rng: random.Random) -> list[Candidate]:
    """The first, what the model made, and others from all over the list."""
    allowed = [candidate for candidate in candidates if candidate.refused is None and candidate.evidence is not None]
    made = [candidate for candidate in allowed if candidate.source in ("adapted", "model")][:2]
    rest = [candidate for candidate in allowed[1:] if candidate not in made]
    found = [*allowed[:1], *made, *rng.sample(rest, min(len(rest), max(0, EACH - 1 - len(made))))]
    return list(dict.fromkeys(found))


async def session(
    persona: Persona, coder: Coder, actor: Watched, turns: dict[str, list[str]], seed: int
) -> list[dict[str, Any]]:
    """Rows of one session."""
    rng = random.Random(f"{persona.id} {seed}")
    conversation, rows = Conversation(persona, coder, actor, seed), list[dict[str, Any]]()
    for number, kind in enumerate(COURSE):
        conversation.take(rng.choice(turns[kind]))
        exchange = await conversation.reply()
        made_from = actor.turns[-1]
        for place, candidate in enumerate(drawn(exchange.spoken.candidates, rng)):
            rows.append(
                {
                    "id": f"{persona.id}-{seed}-{number}-{place}",
                    "persona": persona.id,
                    "history": [{"speaker": said.speaker, "text": said.text} for said in made_from.history[-4:]],
                    "counsellor": exchange.text,
                    "control": asdict(made_from.control()),
                    "reply": candidate.text,
                    "act": candidate.act,
                    "source": candidate.source,
                    "rule": candidate.evidence.rule if candidate.evidence else None,
                    "shown": candidate.text == exchange.spoken.text,
                    "verdict": None,
                }
            )
        if exchange.ended:
            break
    return rows


def as_planned(rows: Sequence[dict[str, Any]]) -> str:
    """How many of the replies that were shown do what was planned, by the labels of their writers."""
    shown = [row for row in rows if row["shown"]]
    stance = sum(str(ACTS[row["act"]].stance) == row["control"]["stance"] for row in shown)
    act = sum(row["act"] == row["control"]["act"] for row in shown)
    return f"{len(shown)} shown: stance as planned {stance / len(shown):.2f}, act as planned {act / len(shown):.2f}"


def sheet(rows: Sequence[dict[str, Any]], personas: dict[str, Persona]) -> str:
    """What the reader is shown: the talk and the reply, nothing else."""
    parts = []
    for row in rows:
        persona = personas[row["persona"]]
        talk = "\n".join(f"   {said['speaker']}: {said['text']}" for said in row["history"])
        parts.append(
            f"## {row['id']} ({persona.name}: {persona.briefing[:160]}…)\n{talk}\n"
            f"   counsellor: {row['counsellor']}\n   REPLY: {row['reply']}"
        )
    return "\n\n".join(parts) + "\n"


async def collect(options: argparse.Namespace) -> list[dict[str, Any]]:
    """All rows."""
    personas, turns = load_personas([PERSONAS_DIR]), trainee_turns()
    coder, found = load_coder(), list[dict[str, Any]]()
    async with voiced(options) as engine:
        actor = Watched(engine, judge_of(coder), None, 600, 600, Retriever(load_embedder()), tuned=True)
        for persona in (personas[name] for name in options.personas.split() or personas):
            for seed in range(options.first, options.first + options.seeds):
                found += await session(persona, coder, actor, turns, seed)
                print(f"{persona.id} {seed}: {len(found)} replies", flush=True)
    return found


def main(arguments: list[str] | None = None) -> int:
    """Draw and write. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training.client.collect", description="Draw replies to be judged.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--sheet", type=Path, help="what the reader is shown")
    add_model(parser)
    parser.add_argument("--personas", default="", help="ids; without it all that ship")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args(arguments)
    rows = asyncio.run(collect(options))
    options.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    print(as_planned(rows))
    if options.sheet:
        options.sheet.write_text(sheet(rows, load_personas([PERSONAS_DIR])), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
