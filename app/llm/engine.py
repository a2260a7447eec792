"""What every language engine promises: messages in, candidates streamed out, continuations scored.

The rest of the house knows engines by this file alone. An engine knows nothing of counselling: it gets chat messages
and gives text.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

__all__ = [
    "REPAIR",
    "Chunk",
    "Engine",
    "EngineBusy",
    "EngineError",
    "Finish",
    "Message",
    "ModelDamaged",
    "ModelMissing",
    "Request",
    "Role",
    "complete",
]

Role = Literal["system", "user", "assistant"]
Finish = Literal["stop", "length"]

REPAIR = "rollwith models repair"


class EngineError(RuntimeError):
    """The engine could not do what was asked; the message is one line that a user can act on."""


class EngineBusy(EngineError):
    """The queue is full: ask again after `retry_after` seconds."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ModelMissing(EngineError):
    """A model's files are not there; the message has the command that brings them."""


class ModelDamaged(EngineError):
    """A model's files are truncated or changed; the message has the command that repairs them."""


@dataclass(frozen=True)
class Message:
    """One turn of a chat."""

    role: Role
    text: str


@dataclass(frozen=True)
class Request:
    """The next assistant turn after `messages`, `candidates` times.

    A candidate ends at the model's own end of turn, before the first of the `stop` strings (which is not part of the
    text), or after `max_tokens` tokens. White space at its start is dropped, so a stop string counts only after some
    text. `temperature` 0 is greedy. The same seed gives the same texts on the same engine, as far as its arithmetic
    allows.
    """

    messages: tuple[Message, ...]
    candidates: int = 1
    max_tokens: int = 40
    temperature: float = 0.8
    top_p: float = 0.95
    repetition_penalty: float = 1.0
    stop: tuple[str, ...] = ("\n",)
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.messages:
            raise ValueError("Request.messages is empty; an engine needs at least one message to answer")
        for name in ("candidates", "max_tokens"):
            if getattr(self, name) < 1:
                raise ValueError(f"Request.{name} is {getattr(self, name)}; it must be 1 or more")
        if self.temperature < 0:
            raise ValueError(f"Request.temperature is {self.temperature}; it must be 0 (greedy) or more")
        if not 0 < self.top_p <= 1:
            raise ValueError(f"Request.top_p is {self.top_p}; it must be above 0 and at most 1")
        if self.repetition_penalty <= 0:
            raise ValueError(f"Request.repetition_penalty is {self.repetition_penalty}; it must be above 0")
        if "" in self.stop:
            raise ValueError("Request.stop holds an empty string, which would end every candidate at once")


@dataclass(frozen=True)
class Chunk:
    """A piece of one candidate: `text` is what is new, `finished` says why the candidate ended (None: it goes on)."""

    candidate: int
    text: str
    finished: Finish | None = None


@runtime_checkable
class Engine(Protocol):
    """A language model behind one small interface."""

    name: str
    """For example `local:smollm2-135m-instruct` or `remote:model@host`."""

    improvises: bool
    """True for a model large enough to be trusted with free lines; False for the untuned embedded one."""

    def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """Yield chunks of all candidates, interleaved; each candidate's last chunk has `finished` set.

        Closing the generator (`aclose`, or cancelling the task that reads it) cancels the generation promptly. An
        engine under load may give fewer candidates than asked for, never none; their numbers count from 0.
        Raises EngineBusy where the queue is full, EngineError for everything else that goes wrong.
        """
        ...

    async def score(self, request_messages: Sequence[Message], continuations: Sequence[str]) -> list[float] | None:
        """Mean log-probability per token (nats) of each continuation as the assistant's next turn, its end included.

        None where the engine cannot say (remote servers).
        """
        ...

    async def ready(self) -> None:
        """Load or check what the engine needs; raise EngineError with a clear message. Cheap when already done."""
        ...

    async def close(self) -> None:
        """Stop what runs and free the memory; the engine is of no use afterwards."""
        ...


async def complete(engine: Engine, request: Request) -> list[str]:
    """The finished texts of all candidates, white space at both ends removed, in the order of their numbers."""
    texts: dict[int, str] = {}
    async with aclosing(engine.stream(request)) as chunks:
        async for chunk in chunks:
            texts[chunk.candidate] = texts.get(chunk.candidate, "") + chunk.text
    return [texts[number].strip() for number in sorted(texts)]
