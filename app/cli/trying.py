"""`rollwith personas try`: a client meets every counsellor made of rules, and what came of it is told plainly."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.common import load_settings, print_table, working

if TYPE_CHECKING:
    from app.client.persona import Persona
    from app.realism.trial import Trial
    from app.settings import Settings

TURNS = 10


def try_persona(
    persona: Annotated[str, typer.Argument(help="Its id, or a persona file.")],
    turns: Annotated[int, typer.Option(min=2, max=200, help="Turns with each counsellor.")] = TURNS,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="The same seed gives the same sessions.")] = 0,
) -> None:
    """Let a client meet each counsellor made of rules: what was said, figures, what works and what is still thin."""
    from app.cli.personas import find_persona
    from app.realism.trial import verdict

    settings = load_settings()
    client = find_persona(persona, settings)
    trials = asyncio.run(_run(settings, client, turns, seed))
    for trial in trials:
        _show(client, trial)
    _figures(client, trials)
    works, thin = verdict(client, trials)
    for heading, lines in (("What works", works), ("What is thin", thin or ["nothing that was looked for"])):
        typer.echo(f"\n{heading}")
        for line in lines:
            typer.echo(f"  - {line}")


async def _run(settings: Settings, persona: Persona, turns: int, seed: int) -> list[Trial]:
    from app.cli.talking import open_actor
    from app.practice.policies import POLICIES
    from app.realism.answering import Room
    from app.realism.trial import Trial, judged

    found = []
    async with open_actor(settings) as (coder, actor):
        room = Room(coder, actor)
        with working(f"{persona.name}, {turns} turns with {len(POLICIES)} counsellors …"):
            for policy in POLICIES:
                exchanges = await room.session(persona, policy, turns, seed)
                sense = await judged(actor.engine, persona, exchanges)
                found.append(Trial(policy, persona.start.resistance, tuple(exchanges), sense))
    return found


def _show(persona: Persona, trial: Trial) -> None:
    """One session in words."""
    typer.echo(f"== {trial.policy} counselling ==")
    typer.echo(f"{persona.name}: {trial.exchanges[0].previous}")
    for exchange in trial.exchanges:
        spoken = exchange.spoken
        typer.echo(f"Counsellor: {exchange.text}")
        typer.echo(f"{persona.name}: {spoken.text}  [{spoken.act}, {exchange.talk.type}, {spoken.source}]")
    typer.echo("")


def _figures(persona: Persona, trials: Sequence[Trial]) -> None:
    """One column a counsellor."""
    rows = [
        ("resistance", *(f"{trial.start:.2f} → {trial.end:.2f}" for trial in trials)),
        ("trust", *(f"{persona.start.trust:.2f} → {trial.exchanges[-1].state.trust:.2f}" for trial in trials)),
        ("change neutral sustain", *(" ".join(f"{share:.2f}" for share in trial.mix) for trial in trials)),
        ("acts, the most frequent", *(_often(trial) for trial in trials)),
        ("sense: likelier for what was said", *(_sense(trial) for trial in trials)),
        ("of what is written, used", *(f"{trial.used(persona):.0%}" for trial in trials)),
        ("repeats", *(str(trial.repeats) for trial in trials)),
        ("words a reply, median", *(f"{trial.words:.0f}" for trial in trials)),
        ("turns", *(f"{len(trial.exchanges)}{' (left)' * trial.exchanges[-1].ended}" for trial in trials)),
    ]
    print_table(("", *(trial.policy for trial in trials)), rows)


def _often(trial: Trial) -> str:
    return ", ".join(f"{act} {count}" for act, count in trial.acts.most_common(3))


def _sense(trial: Trial) -> str:
    return "no judge" if trial.sensible is None else f"{trial.sensible:.0%}"


__all__ = ["try_persona"]
