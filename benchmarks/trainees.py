"""Trainees who talk as fast as they can: real turns over HTTP, each timed from the moment the words are sent."""

from __future__ import annotations

import asyncio
import json
import random
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from app.practice.policies import Policy
from benchmarks.server import Server

#: The clients they talk with, in turns.
PERSONAS = (
    "ray-drink-driving",
    "maureen-smoking",
    "jaden-school",
    "walter-diabetes",
    "dennis-anger",
    "priya-prospect",
)


@dataclass(frozen=True)
class Timed:
    """One trainee turn in seconds from its sending: codes shown, first word, whole reply. `busy` counts refusals."""

    codes: float
    first: float
    whole: float
    busy: int


@dataclass
class Level:
    """What was measured at one number of concurrent sessions."""

    sessions: int
    turns: list[Timed] = field(default_factory=list)
    unjudged: int = 0
    """Replies chosen without the model's judgement, because it had no time for them."""

    @property
    def busy(self) -> int:
        return sum(turn.busy for turn in self.turns)


async def talk(server: Server, sessions: int, turns: int, limit: float, pause: float = 0.0) -> Level:
    """`sessions` trainees at once, each up to `turns` turns; no turn starts after `limit` seconds.

    `pause` is the mean of the seconds that a trainee thinks before each turn (half to one and a half times that).
    """
    level = Level(sessions)
    deadline, unjudged = time.perf_counter() + limit, server.unjudged()
    await asyncio.gather(*(_session(server, number, turns, deadline, pause, level.turns) for number in range(sessions)))
    level.unjudged = server.unjudged() - unjudged
    return level


async def _session(server: Server, number: int, turns: int, deadline: float, pause: float, done: list[Timed]) -> None:
    rng = random.Random(number)
    policy = Policy("good", turns + 2, number)
    persona, reply = PERSONAS[number % len(PERSONAS)], ""
    async with httpx.AsyncClient(
        base_url=server.url, cookies=server.cookies(number), trust_env=False, timeout=120
    ) as browser:
        await browser.post("/before-you-start")
        started = await browser.post(f"/clients/{persona}/sessions", data={"browser_id": str(uuid.uuid4())})
        if started.status_code != 303:
            raise RuntimeError(f"a session could not be started: {started.status_code} {started.text[:200]}")
        session_id = started.headers["location"].rsplit("/", 1)[1]
        for turn in range(1, turns + 1):
            await asyncio.sleep(rng.uniform(0.5, 1.5) * pause)
            if time.perf_counter() > deadline:
                return
            timed, reply, ended = await _turn(browser, session_id, policy(reply, _act(turn), turn))
            done.append(timed)
            if ended:
                return


def _act(turn: int) -> str:
    """The policy answers acts, which the page does not tell; any will do for words of the usual kinds."""
    return ("minimise", "inform", "concern")[turn % 3]


async def _turn(browser: httpx.AsyncClient, session_id: str, text: str) -> tuple[Timed, str, bool]:
    begin = time.perf_counter()
    sent = {"text": text, "browser_id": str(uuid.uuid4())}
    taken = await browser.post(f"/api/sessions/{session_id}/turns", json=sent)
    if taken.status_code != 201:
        raise RuntimeError(f"a turn was not taken: {taken.status_code} {taken.text[:200]}")
    codes, first, busy = time.perf_counter() - begin, None, 0
    url = f"/api/sessions/{session_id}/turns/{taken.json()['turn_id']}/reply"
    while True:
        async for name, data in _events(browser, url):
            if name == "delta" and first is None:
                first = time.perf_counter() - begin
            elif name == "done":
                whole = time.perf_counter() - begin
                return Timed(codes, first or whole, whole, busy), str(data["turn"]["text"]), bool(data["ended"])
            elif name == "failed":
                if data["retry_after"] is None:
                    raise RuntimeError(f"a reply failed: {data['message']}")
                busy += 1
                await asyncio.sleep(data["retry_after"])


async def _events(browser: httpx.AsyncClient, url: str) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Server-sent events: names and their data."""
    name = ""
    async with browser.stream("GET", url) as response:
        response.raise_for_status()
        async for line in response.aiter_lines():
            key, _, value = line.partition(": ")
            if key == "event":
                name = value
            elif key == "data":
                yield name, json.loads(value)


__all__ = ["Level", "Timed", "talk"]
