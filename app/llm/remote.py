"""Any server that speaks the OpenAI chat API: vLLM, Ollama, llama.cpp, `transformers serve`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

import openai
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionMessageParam

from app.llm.engine import Chunk, EngineBusy, EngineError, Message, Request
from app.llm.text import Tail

__all__ = ["RemoteEngine"]

_MOST_STOPS = 4
"""OpenAI's API takes no more stop strings; `Tail` cuts at all of them anyway."""

_CONNECT = 10.0
"""Seconds after which a server that does not even take the connection counts as down."""


class RemoteEngine:
    """A model on a server. Candidates are requests of their own: many servers ignore or refuse `n`.

    `timeout` is the longest silence in seconds; at most `concurrency` calls run at once and `queue` requests wait.
    """

    improvises = True

    def __init__(
        self,
        model: str,
        base_url: str,
        *,
        api_key: str | None = None,
        timeout: float = 60.0,
        queue: int = 32,
        concurrency: int = 32,
        retries: int = 2,
    ) -> None:
        self._url = _without_secrets(base_url)
        self.name = f"remote:{model}@{urlsplit(self._url).netloc}"
        self._model, self._timeout, self._queue = model, timeout, queue
        self._client = AsyncOpenAI(
            base_url=base_url,
            api_key=api_key or "none",
            timeout=openai.Timeout(timeout, connect=min(timeout, _CONNECT)),
            max_retries=retries,
        )
        self._calls = asyncio.Semaphore(concurrency)
        self._waiting = 0

    async def ready(self) -> None:
        """See whether the server answers and takes the key.

        Servers that have no list of models, or fail to make it (`transformers serve` with an empty hub cache), pass.
        """
        try:
            await self._client.models.list()
        except Exception as error:
            refused = isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError)
            if isinstance(error, openai.APIStatusError) and not refused:
                return
            raise self._explained(error, begun=False) from error

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """See `Engine.stream`."""
        results: asyncio.Queue[Chunk | EngineError] = asyncio.Queue()
        if self._waiting >= self._queue:
            raise EngineBusy(f"{self._waiting} replies are already waiting for {self._url}; try again shortly", 2.0)
        self._waiting += 1
        calls = [asyncio.create_task(self._call(request, number, results)) for number in range(request.candidates)]
        said, going = False, len(calls)
        try:
            while going:
                async with asyncio.timeout(self._timeout):
                    chunk = await results.get()
                if isinstance(chunk, EngineError):
                    raise chunk
                said = said or bool(chunk.text)
                going -= chunk.finished is not None
                if not going and not said:
                    raise EngineError(f"{self._url} answered without any text (model {self._model!r})")
                yield chunk
        except TimeoutError as error:
            raise self._explained(error, said) from error
        finally:
            self._waiting -= 1
            for call in calls:
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)

    async def _call(self, request: Request, number: int, results: asyncio.Queue[Chunk | EngineError]) -> None:
        """Stream one candidate into `results`; whatever goes wrong becomes one EngineError there."""
        tail, text, finished = Tail(request.stop), "", None
        try:
            async with self._calls, self._answer(request, number) as pieces:
                async for piece, reason in pieces:
                    text += piece
                    finished = reason or finished
                    new, stopped = tail.update(text, last=False)
                    if stopped:
                        await results.put(Chunk(number, new, "stop"))
                        return
                    if new:
                        await results.put(Chunk(number, new))
            if finished is None:
                raise EngineError(f"{self._url} broke off in the middle of an answer")
            new, _ = tail.update(text, last=True)
            await results.put(Chunk(number, new, "length" if finished == "length" else "stop"))
        except EngineError as error:
            await results.put(error)
        except Exception as error:
            await results.put(self._explained(error, begun=bool(text)))

    @asynccontextmanager
    async def _answer(self, request: Request, number: int) -> AsyncIterator[AsyncIterator[tuple[str, str | None]]]:
        """One streamed answer as pairs of text and the reason why it ended."""
        extra = {} if request.repetition_penalty == 1.0 else {"repetition_penalty": request.repetition_penalty}
        stream = await self._client.chat.completions.create(
            model=self._model,
            messages=[_message(message) for message in request.messages],
            max_tokens=request.max_tokens,
            temperature=request.temperature,
            top_p=request.top_p,
            stop=list(request.stop[:_MOST_STOPS]) or openai.omit,
            seed=(request.seed * 1_000_003 + number) % 2**31,
            stream=True,
            extra_body=extra,
        )
        async with stream:
            yield self._pieces(stream)

    async def _pieces(self, stream: Any) -> AsyncIterator[tuple[str, str | None]]:
        async for event in stream:
            for choice in event.choices or []:
                yield choice.delta.content or "", choice.finish_reason

    def _explained(self, error: Exception, begun: bool) -> EngineError:
        """One line with the server's address and what to look at; nothing of the request, which may hold a key."""
        match error:
            case openai.APITimeoutError() | TimeoutError():
                reason = f"was silent for {self._timeout:g} s" + (" in the middle of an answer" if begun else "")
            case openai.APIConnectionError() if begun:
                reason = "broke off in the middle of an answer"
            case openai.APIConnectionError():
                reason = "cannot be reached; is the server running, and is the address right?"
            case openai.AuthenticationError() | openai.PermissionDeniedError():
                reason = f"refused the key (status {error.status_code}); set ROLLWITH_API_KEY"
            case openai.NotFoundError():
                reason = f"does not know the model {self._model!r}, or the address lacks its /v1 (status 404)"
            case openai.RateLimitError():
                return EngineBusy(f"{self._url} has too much to do (status 429)", 5.0)
            case openai.APIStatusError():
                reason = f"failed with status {error.status_code}"
            case _:
                reason = f"answered something that is not the OpenAI chat API ({type(error).__name__})"
        return EngineError(f"{self._url} {reason}")

    async def score(
        self,
        request_messages: Sequence[Message],  # noqa: ARG002
        continuations: Sequence[str],  # noqa: ARG002
    ) -> list[float] | None:
        """None: the chat API has no likelihoods of given text."""
        return None

    async def close(self) -> None:
        """See `Engine.close`."""
        await self._client.close()


def _message(message: Message) -> ChatCompletionMessageParam:
    role: Literal["system", "user", "assistant"] = message.role
    match role:
        case "system":
            return {"role": "system", "content": message.text}
        case "user":
            return {"role": "user", "content": message.text}
        case "assistant":
            return {"role": "assistant", "content": message.text}


def _without_secrets(url: str) -> str:
    """The address without user, password and query, fit for messages."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    netloc = f"{host}:{parts.port}" if parts.port else host
    return urlunsplit((parts.scheme, netloc, parts.path, "", ""))
