"""`rollwith simulate`: a whole session with a simulated client, as JSONL; the same seed gives the same run."""

from __future__ import annotations

import asyncio
import sys
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.common import emit, fail, flush, load_settings, say, working

if TYPE_CHECKING:
    from app.client.group import Cast
    from app.client.persona import Persona
    from app.practice.simulate import Counsellor
    from app.settings import Settings

TURNS = 20
#: A reply that is cut off by the clock would not be the same the next time, so there is hardly any clock.
PATIENCE = 3600.0


class PolicyName(StrEnum):
    """The counsellors made of rules."""

    GOOD = "good"
    AVERAGE = "average"
    POOR = "poor"
    NEUTRAL = "neutral"


def simulate(
    persona: Annotated[str, typer.Option(help="The client or group: an id (rollwith personas list) or a file.")],
    counsellor: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="What the counsellor says, one reply a line; - for standard input."),
    ] = None,
    policy: Annotated[PolicyName | None, typer.Option(help="Instead of a file: a counsellor made of rules.")] = None,
    turns: Annotated[
        int | None,
        typer.Option(min=1, max=10_000, help=f"Turns at most; without it {TURNS}, or all lines of the file."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="The same seed gives the same run.")] = 0,
) -> None:
    """Simulate a session: one JSON object a turn with what was said, the codes, the client's act, talk type and state.

    A client who walks out ends the run early. The client's opening is the first row's `previous`.
    """
    if (counsellor is None) == (policy is None):
        fail("give one of --counsellor FILE and --policy good|average|poor|neutral")
    from app.cli.talking import find_client

    settings = load_settings()
    client = find_client(persona, settings)
    if policy is not None:
        from app.practice.policies import Policy

        turns = turns or TURNS
        speaks: Counsellor = Policy(policy.value, turns, seed)
    else:
        lines = read_lines(str(counsellor))
        turns = min(turns or len(lines), len(lines))
        speaks = lambda _client, _act, turn: lines[turn - 1]  # noqa: E731
    asyncio.run(_run(settings, client, speaks, turns, seed))


async def _run(settings: Settings, client: Persona | Cast, counsellor: Counsellor, turns: int, seed: int) -> None:
    from app.cli.talking import open_conversation
    from app.practice.simulate import simulate as exchanges

    async with open_conversation(settings, client, seed, PATIENCE) as conversation:
        # on a terminal the rows themselves show that it goes on
        with nullcontext() if sys.stdout.isatty() else working(f"{conversation.name}, up to {turns} turns …"):
            async for exchange in exchanges(conversation, counsellor, turns):
                emit(exchange.as_dict())
                flush()
        last = conversation.exchanges[-1]
        if last.ended and last.turn < turns:
            say(f"{conversation.name} walked out after turn {last.turn}")


def read_lines(source: str) -> list[str]:
    """The counsellor's replies, blank lines left out. Ends the command where the file cannot be used."""
    from app.practice.errors import Invalid
    from app.practice.turns import clean

    name = "standard input" if source == "-" else source
    try:
        raw = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        fail(f"{name}: cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        line_number = raw.count(b"\n", 0, error.start) + 1
        fail(f"{name}: line {line_number}: is not UTF-8; save the file as UTF-8")
    lines = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                lines.append(clean(line))
            except Invalid as error:
                fail(f"{name}: line {number}: {error.message}")
    if not lines:
        fail(f"{name}: is empty; expected what the counsellor says, one reply a line")
    return lines


__all__ = ["read_lines", "simulate"]
