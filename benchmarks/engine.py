"""Tokens per second of the local engine at 1, 4 and 16 requests, beside plain `model.generate` on the same weights.

`generate` answers one request after another, as a server without a scheduler would. Both take prompts that neither has
seen (no prefix is shared), in turns within one run, so that a busy machine slows both.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.table import Table

from app.llm import embedded
from app.llm.chat import Chat, load_model, load_tokenizer, pick_device, pick_dtype
from app.llm.engine import Message, Request
from app.llm.local import LocalEngine

__all__ = ["Row", "measure", "table"]

_BACKGROUND = "You were sent to counselling by a court after driving drunk. You do not think that you have a problem. "


@dataclass(frozen=True)
class Row:
    """Medians over the rounds at one number of simultaneous requests."""

    requests: int
    tokens_per_second: float
    generate_tokens_per_second: float
    slowest_reply: float
    """Seconds until the last of the simultaneous requests is answered in full."""

    @property
    def ratio(self) -> float:
        """How many times as fast as `generate`."""
        return self.tokens_per_second / self.generate_tokens_per_second


class _Bench:
    """The engine and the bare model, with prompts that neither has seen."""

    def __init__(self, folder: Path, device: str, threads: int, candidates: int, tokens: int, prompt: int) -> None:
        place = pick_device(device)
        self.model = load_model(folder, pick_dtype("auto", place), place)
        self.tokenizer = load_tokenizer(folder)
        self.chat = Chat(self.tokenizer, self.model, "benchmark")
        self.engine = LocalEngine("benchmark", lambda: folder, device=device, threads=threads, queue=64, prefix_mb=0)
        self._candidates, self._tokens = candidates, tokens
        self._background = _BACKGROUND * max(1, prompt // len(self.tokenizer(_BACKGROUND)["input_ids"]))
        self._asked = 0

    def request(self) -> Request:
        self._asked += 1
        system = Message("system", f"You are person number {self._asked}. {self._background}")
        messages = (system, Message("user", "How do you feel about being here today?"))
        return Request(messages, self._candidates, self._tokens, stop=(), seed=self._asked)

    def generate(self) -> float:
        """Tokens per second of `model.generate` for one request."""
        request = self.request()
        prompt = torch.tensor([self.chat.prompt(request.messages, request.max_tokens)], device=self.model.device)
        start = time.perf_counter()
        output = self.model.generate(
            prompt,
            attention_mask=torch.ones_like(prompt),
            do_sample=True,
            temperature=request.temperature,
            top_p=request.top_p,
            num_return_sequences=request.candidates,
            max_new_tokens=request.max_tokens,
            min_new_tokens=request.max_tokens,
        )
        tokens: int = output[:, prompt.shape[1] :].numel()
        return tokens / (time.perf_counter() - start)

    async def serve(self, requests: int) -> tuple[float, float]:
        """Tokens per second of the engine for so many requests at once, and the seconds until all are answered."""
        asked = [self.request() for _ in range(requests)]
        start = time.perf_counter()
        tokens = await asyncio.gather(*map(self._answer, asked))
        seconds = time.perf_counter() - start
        return sum(tokens) / seconds, seconds

    async def _answer(self, request: Request) -> int:
        """Ask the engine; the number of tokens that came. In a crowd it may be of fewer candidates than asked for."""
        async with aclosing(self.engine.stream(request)) as stream:
            return sum([request.max_tokens async for chunk in stream if chunk.finished])


async def measure(
    folder: Path,
    *,
    requests: Sequence[int] = (1, 4, 16),
    candidates: int = 4,
    tokens: int = 25,
    prompt: int = 400,
    rounds: int = 3,
    device: str = "auto",
    threads: int = 0,
) -> list[Row]:
    """One row for each number of simultaneous requests, each of `candidates` replies of `tokens` tokens."""
    if threads:
        torch.set_num_threads(threads)
    bench = _Bench(folder, device, threads, candidates, tokens, prompt)
    await bench.engine.ready()
    bench.engine._chat.ends = (
        frozenset()
    )  # every reply has its full length, as `min_new_tokens` makes those of generate
    await bench.serve(1)
    await asyncio.to_thread(bench.generate)
    plain: list[float] = []
    served: dict[int, list[tuple[float, float]]] = {number: [] for number in requests}
    for _ in range(rounds):
        for number in requests:
            plain.append(await asyncio.to_thread(bench.generate))
            served[number].append(await bench.serve(number))
    await bench.engine.close()
    return [_row(number, results, plain) for number, results in served.items()]


def _row(number: int, results: Sequence[tuple[float, float]], plain: Sequence[float]) -> Row:
    speeds, seconds = zip(*results, strict=True)
    return Row(number, statistics.median(speeds), statistics.median(plain), statistics.median(seconds))


def table(rows: Sequence[Row]) -> Table:
    """The rows for a terminal."""
    out = Table("requests at once", "tokens/s", "generate, tokens/s", "ratio", "slowest reply, s", title="Engine")
    for row in rows:
        speeds = f"{row.tokens_per_second:.0f}", f"{row.generate_tokens_per_second:.0f}"
        out.add_row(str(row.requests), *speeds, f"{row.ratio:.1f}", f"{row.slowest_reply:.1f}")
    return out


def main(arguments: Any = None) -> None:
    """Measure the embedded model, or the one whose folder is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, help="folder of a model; without it the embedded one")
    parser.add_argument("--data-dir", type=Path, default=Path("data"), help="where the embedded model is kept")
    parser.add_argument("--candidates", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--threads", type=int, default=0)
    given = parser.parse_args(arguments)
    folder = given.model or embedded.ensure(given.data_dir, print)
    rows = asyncio.run(
        measure(folder, candidates=given.candidates, rounds=given.rounds, device=given.device, threads=given.threads)
    )
    Console().print(table(rows))


if __name__ == "__main__":
    main()
