"""Small things that the client's tests share."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from functools import cache

from app.client.heard import Heard
from app.client.loading import load_persona
from app.client.persona import Persona
from app.llm.engine import Chunk, Message, Request
from app.resources import PERSONAS_DIR


@cache
def ray() -> Persona:
    """The court-ordered client, who ships."""
    return load_persona(PERSONAS_DIR / "ray-drink-driving.yaml")


def heard(text: str = "What happened?", *codes: str, **fields: object) -> Heard:
    """A trainee turn with these codes."""
    codes = codes or ("open_question",)
    return Heard(text=text, codes=codes, last_code=codes[-1], **fields)  # type: ignore[arg-type]


class ScriptedEngine:
    """An engine that says what it is told to, or raises."""

    name = "scripted"

    def __init__(self, *texts: str, improvises: bool = True, error: Exception | None = None) -> None:
        self.texts, self.improvises, self.error = texts, improvises, error
        self.requests: list[Request] = []
        self.closed = False

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        self.requests.append(request)
        if self.error:
            raise self.error
        try:
            for number, text in enumerate(self.texts[: request.candidates]):
                half = len(text) // 2
                yield Chunk(number, text[:half])
                yield Chunk(number, text[half:], "stop")
        finally:
            self.closed = True

    async def score(self, request_messages: Sequence[Message], continuations: Sequence[str]) -> list[float] | None:  # noqa: ARG002
        return None

    async def ready(self) -> None:
        return None

    async def close(self) -> None:
        return None


def even_judge(text: str, previous: str) -> dict[str, float]:  # noqa: ARG001
    """A judge that finds every stance likely enough."""
    return {"change": 0.9, "neutral": 0.9, "sustain": 0.9}
