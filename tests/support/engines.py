"""An engine that says what a test wrote down: no model, no waiting."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

from app.llm.engine import Chunk, EngineError, Message, Request


class ScriptedEngine:
    """Says `lines` as the candidates of every reply; `requests` keeps what it was asked.

    With an `error` it raises that instead; `closed` tells that a stream was ended, by whomever.
    Without lines it fails as a server that is down does.
    """

    name = "scripted"

    def __init__(self, lines: Sequence[str] = (), error: EngineError | None = None, improvises: bool = True) -> None:
        self.lines = list(lines)
        self.error = error
        self.improvises = improvises
        self.requests: list[Request] = []
        self.closed = False

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        self.requests.append(request)
        if self.error is not None or not self.lines:
            raise self.error or EngineError("the scripted engine has nothing to say")
        try:
            for number, line in enumerate(self.lines[: request.candidates]):
                half = len(line) // 2
                yield Chunk(number, line[:half])
                yield Chunk(number, line[half:], "stop")
        finally:
            self.closed = True

    async def score(self, request_messages: Sequence[Message], continuations: Sequence[str]) -> list[float] | None:  # noqa: ARG002
        return None

    async def ready(self) -> None:
        return None

    async def close(self) -> None:
        return None


__all__ = ["ScriptedEngine"]
