"""One model, one thread, many requests: a step loop over a running batch that requests join and leave between tokens.

Every step is one forward pass with a token of each running candidate and, as far as the budget of the step goes, a
piece of the prompts that are still being read. So nobody waits for another's whole reply, and a long prompt does not
hold up those who are being answered.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

import torch

from app.llm.chat import Chat
from app.llm.decoding import PROMPT, Decoder, Work
from app.llm.engine import Chunk, EngineBusy, EngineError, Finish, Request
from app.llm.prefixes import PIECE, PrefixCache
from app.llm.sampling import draw, luck, penalise
from app.llm.text import Tail

__all__ = ["Generation", "Job", "Scheduler", "Scoring"]

_STEP_TOKENS = 512
"""Prompt tokens (or tokens to be scored) read in one step, all requests together."""

_SCORED = 256
"""Tokens of continuations read in one piece, unless one alone has more."""

_SCORINGS = 2
"""Scorings that run side by side: a processor has its hands full with two, the next find more of their prompts read,
and those that nobody waits for any more have cost nothing."""

_log = logging.getLogger(__name__)


class Job(Protocol):
    """What the scheduler runs. Made and cancelled anywhere; everything else happens in the scheduler's thread."""

    cancelled: bool
    weight: int
    """Candidates that decode side by side, 0 for none; the scheduler may lower it before the start."""
    arrived: float
    """When it was made (time.monotonic)."""

    @property
    def done(self) -> bool: ...

    def start(self, decoder: Decoder, prefixes: PrefixCache | None) -> None:
        """Take memory and look up what is known of the prompt."""
        ...

    def next_work(self, budget: int) -> Work | None:
        """The next piece of work; None where it has more than `budget` tokens, which do not count for decoding."""
        ...

    def take(self, logits: torch.Tensor) -> None:
        """Use the logits that the last piece of work asked for."""
        ...

    def fail(self, error: EngineError) -> None:
        """Tell whoever waits."""
        ...


class _Reading:
    """The part of a job that both kinds share: reading the prompt, piece by piece."""

    def __init__(self, prompt: Sequence[int], room: int) -> None:
        self.cancelled = False
        self.arrived = time.monotonic()
        self._prompt = list(prompt)
        self._room = room
        self._read = 0
        self._decoder: Decoder
        self._prefixes: PrefixCache | None = None

    def start(self, decoder: Decoder, prefixes: PrefixCache | None) -> None:
        self._decoder, self._prefixes = decoder, prefixes
        self._tree = decoder.plant(len(self._prompt) + self._room)
        if prefixes is not None:
            self._read = prefixes.fill(self._tree, self._prompt)

    @property
    def _reading(self) -> bool:
        return self._read < len(self._prompt)

    def _read_on(self, budget: int) -> Work | None:
        piece = self._prompt[self._read : (self._read // PIECE + 1) * PIECE]
        if len(piece) > budget:
            return None
        self._read += len(piece)
        keep = [] if self._reading else [len(piece) - 1]
        return Work(self._tree, piece, [PROMPT] * len(piece), keep)

    def _remember(self) -> None:
        if self._prefixes is not None:
            self._prefixes.keep(self._tree, self._prompt)


class Generation(_Reading):
    """A request for text: its prompt is read once, then all candidates grow together."""

    def __init__(self, prompt: Sequence[int], request: Request, chat: Chat, emit: Callable[[object], None]) -> None:
        super().__init__(prompt, request.candidates * request.max_tokens)
        self.weight = request.candidates
        self._request, self._chat, self._emit = request, chat, emit
        self._tokens: list[list[int]] = []
        self._tails: list[Tail] = []
        self._alive: list[int] = []
        self._luck = torch.empty(0)

    @property
    def done(self) -> bool:
        return bool(self._tokens) and not self._alive

    def next_work(self, budget: int) -> Work | None:
        if self._reading:
            return self._read_on(budget)
        last = [self._tokens[number][-1] for number in self._alive]
        return Work(self._tree, last, self._alive, range(len(last)))

    def take(self, logits: torch.Tensor) -> None:
        if self._reading:
            return
        if not self._tokens:
            self._branch()
            logits = logits.expand(self.weight, -1)
        request, step = self._request, len(self._tokens[self._alive[0]])
        seen = [self._prompt + self._tokens[number] for number in self._alive]
        logits = penalise(logits, seen, request.repetition_penalty)
        drawn = draw(logits, self._luck[self._alive, step], request.temperature, request.top_p)
        self._alive = [number for number, token in zip(self._alive, drawn, strict=True) if self._grow(number, token)]

    def _branch(self) -> None:
        self._remember()
        self._tokens = [[] for _ in range(self.weight)]
        self._tails = [Tail(self._request.stop) for _ in range(self.weight)]
        self._alive = list(range(self.weight))
        self._luck = luck(self._request.seed, self.weight, self._request.max_tokens)

    def _grow(self, number: int, token: int) -> bool:
        """Add a token to a candidate, emit what is new in it; whether it goes on."""
        tokens, finished = self._tokens[number], None
        if token in self._chat.ends:
            finished = "stop"
        else:
            tokens.append(token)
            finished = "length" if len(tokens) == self._request.max_tokens else None
        new, stopped = self._tails[number].update(self._chat.text(tokens), last=finished is not None)
        ending: Finish | None = "stop" if stopped or finished == "stop" else "length" if finished else None
        if new or ending:
            self._emit(Chunk(number, new, ending))
        return ending is None

    def fail(self, error: EngineError) -> None:
        self._emit(error)


class Scoring(_Reading):
    """A request for the likelihood of given continuations, each a branch of its own."""

    def __init__(
        self, prompt: Sequence[int], continuations: Sequence[list[int]], emit: Callable[[object], None]
    ) -> None:
        super().__init__(prompt, sum(map(len, continuations)))
        self.weight = 0
        self._continuations, self._emit = continuations, emit
        self._batches = _batches([len(tokens) for tokens in continuations])
        self._first = torch.empty(0)
        self._scores: list[float] = []

    @property
    def done(self) -> bool:
        return len(self._scores) == len(self._continuations)

    def next_work(self, budget: int) -> Work | None:
        if self._reading:
            return self._read_on(budget)
        batch = self._batches[0]
        tokens = [token for number in batch for token in self._continuations[number]]
        owners = [number for number in batch for _ in self._continuations[number]]
        if len(tokens) > budget < _STEP_TOKENS:
            return None
        return Work(self._tree, tokens, owners, range(len(tokens)))

    def take(self, logits: torch.Tensor) -> None:
        if self._reading:
            return
        if not len(self._first):
            self._remember()
            self._first = logits
        else:
            self._score(logits)
        if self.done:
            self._emit(self._scores)

    def _score(self, logits: torch.Tensor) -> None:
        start = 0
        for number in self._batches.pop(0):
            tokens = self._continuations[number]
            # The logits that foretell a token stand one place before it: the first ones at the end of the prompt.
            foretold = torch.cat([self._first, logits[start : start + len(tokens) - 1]]).log_softmax(-1)
            start += len(tokens)
            picked = foretold[torch.arange(len(tokens)), torch.tensor(tokens, device=foretold.device)]
            self._scores.append(float(picked.mean()))

    def fail(self, error: EngineError) -> None:
        self._emit(error)


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Numbers of continuations, in order, so many at a time that they have `_SCORED` tokens or are one."""
    batches: list[list[int]] = []
    free = 0
    for number, length in enumerate(lengths):
        if length > free:
            batches.append([])
            free = _SCORED
        batches[-1].append(number)
        free -= length
    return batches


class Scheduler:
    """Runs jobs on one decoder in a thread of its own.

    At most `queue` jobs wait and `rows` candidates decode side by side. When more are wanted than fit, each job gets
    its share of the rows (at least one candidate) rather than a longer wait.
    """

    def __init__(self, decoder: Decoder, *, queue: int, rows: int, threads: int, prefix_bytes: int) -> None:
        self._decoder = decoder
        self._queue, self._rows, self._threads = queue, rows, threads
        self._prefixes = PrefixCache(prefix_bytes) if decoder.shares_prefixes and prefix_bytes else None
        self._waiting: deque[Job] = deque()
        self._running: list[Job] = []
        self._changed = threading.Condition()
        self._closing = False
        self._job_seconds = 2.0
        self._thread = threading.Thread(target=self._run, name="rollwith-model", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Queue a job. EngineBusy where the queue is full: `queue` for generations that wait, twice that for scorings.

        A reply may ask for two scorings; those that run are counted too.
        """
        with self._changed:
            if self._closing:
                raise EngineError("the language model has been shut down")
            ahead = self._waiting if job.weight else (*self._waiting, *self._running)
            alike = (other for other in ahead if (other.weight > 0) == (job.weight > 0))
            waiting = sum(not (other.cancelled or other.done) for other in alike)
            if waiting >= (self._queue if job.weight else 2 * self._queue):
                raise EngineBusy(
                    f"{waiting} replies are already waiting for the language model; try again shortly",
                    retry_after=round(max(1.0, self._job_seconds), 1),
                )
            self._waiting.append(job)
            self._changed.notify()

    def close(self) -> None:
        """Fail what waits or runs, and end the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        if self._threads:
            torch.set_num_threads(self._threads)  # OpenMP keeps this number per thread, so it is set in this one
        while self._admit():
            try:
                self._step()
            except Exception as error:  # a step that fails (memory, a model's own code) must not end the thread
                _log.exception("a step of the language model failed")
                self._fail_running(EngineError(f"the language model failed: {error}"))
        self._fail_running(EngineError("the language model has been shut down"))

    def _admit(self) -> bool:
        """Wait for work, let waiting jobs join; False when it is time to end."""
        with self._changed:
            self._leave()
            self._changed.wait_for(lambda: self._closing or self._waiting or self._running)
            if self._closing:
                self._running += self._waiting
                self._waiting.clear()
                return False
            joining = self._joining()
        for job in joining:
            try:
                job.start(self._decoder, self._prefixes)
                self._running.append(job)
            except Exception as error:
                _log.exception("a request could not start")
                job.fail(EngineError(f"the language model failed: {error}"))
        return True

    def _leave(self) -> None:
        """Let go of the jobs that are done or no longer wanted."""
        for job in self._running:
            if job.done:
                self._job_seconds += 0.2 * (time.monotonic() - job.arrived - self._job_seconds)
        self._running = [job for job in self._running if not (job.cancelled or job.done)]

    def _joining(self) -> list[Job]:
        """Take from the queue, in order, what the free rows have room for; each job cut to its share."""
        waiting = [job for job in self._waiting if not job.cancelled]
        share = max(1, self._rows // max(1, len(waiting) + len(self._running)))
        free = self._rows - sum(job.weight for job in self._running)
        scorings = sum(job.weight == 0 for job in self._running)
        joining: list[Job] = []
        self._waiting.clear()
        for job in waiting:
            wanted = min(job.weight, share)
            if job.weight == 0:  # scoring needs no row, so it passes those who wait for one
                fits = scorings < _SCORINGS
                scorings += fits
            else:
                fits = wanted <= free and not any(other.weight for other in self._waiting)
            if fits:
                job.weight = wanted
                free -= wanted
                joining.append(job)
            else:
                self._waiting.append(job)
        return joining

    def _step(self) -> None:
        budget, batch = _STEP_TOKENS, []
        for job in self._running:
            work = job.next_work(budget)
            if work is None:
                continue
            budget = max(0, budget - len(work.tokens))
            batch.append((job, work))
        for (job, _), logits in zip(batch, self._decoder.feed([work for _, work in batch]), strict=True):
            job.take(logits)

    def _fail_running(self, error: EngineError) -> None:
        for job in self._running:
            job.fail(error)
        self._running = []
