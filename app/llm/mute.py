"""An engine without a model: it proposes and judges nothing, so that a client speaks from the written lines alone."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

from app.llm.engine import Chunk, Message, Request


class Mute:
    """Says nothing, at once."""

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


__all__ = ["Mute"]
