"""Coding many rows: one row a thread and one thread a row, which beats several threads on one short row."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import TypeVar

from app.scoring.types import CodedTurn, Coder, Exchange, Talk

T = TypeVar("T")


class BatchCoder:
    """A coder whose `…_many` share their items among the threads of a pool; results come in the order of the items."""

    def __init__(self, coder: Coder, pool: ThreadPoolExecutor) -> None:
        self._coder, self._pool = coder, pool

    @property
    def name(self) -> str:
        return self._coder.name

    def code(self, text: str, previous: str | None = None) -> CodedTurn:
        return self._coder.code(text, previous)

    def code_many(self, items: Sequence[Exchange], *, segmented: bool = False) -> list[CodedTurn]:
        return self._shared(partial(self._coder.code_many, segmented=segmented), items)

    def talk(self, text: str, previous: str | None = None) -> Talk:
        return self._coder.talk(text, previous)

    def talk_many(self, items: Sequence[Exchange]) -> list[Talk]:
        return self._shared(self._coder.talk_many, items)

    def _shared(self, many: Callable[[Sequence[Exchange]], list[T]], items: Sequence[Exchange]) -> list[T]:
        return list(chain.from_iterable(self._pool.map(many, ([item] for item in items))))


@contextmanager
def in_batches(coder: Coder, threads: int) -> Iterator[BatchCoder]:
    """The same coder on `threads` threads at once, 0: as many as there are cores."""
    pool = ThreadPoolExecutor(threads or os.cpu_count() or 1)
    try:
        yield BatchCoder(coder, pool)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


__all__ = ["BatchCoder", "in_batches"]
