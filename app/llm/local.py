"""Any chat model of transformers on this machine: the embedded one, a folder, or one from the Hugging Face hub."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path

from app.llm.adapter import merge
from app.llm.chat import Chat, load_model, load_tokenizer, pick_device, pick_dtype
from app.llm.decoding import make_decoder
from app.llm.engine import Chunk, EngineError, Message, ModelMissing, Request
from app.llm.scheduler import Generation, Scheduler, Scoring

__all__ = ["LocalEngine", "from_hub"]

_CPU_ROWS, _DEVICE_ROWS = 64, 256
"""Candidates that decode side by side: on two cores 64 rows take 0.15 s a token, so nobody waits long."""

_HUB_FILES = ["*.json", "*.safetensors", "*.jinja", "*.txt", "*.model"]


class LocalEngine:
    """A model in this process, shared by all sessions.

    `find` gives the model's folder (it may fetch the model first) and is called once, by `ready`, in a thread.
    `threads` 0 leaves the number to torch; `prefix_mb` is the memory for prompts already read; `adapter` a trained
    difference that is merged into the weights.
    """

    def __init__(
        self,
        name: str,
        find: Callable[[], Path],
        *,
        improvises: bool = True,
        device: str | None = None,
        dtype: str = "auto",
        threads: int = 0,
        queue: int = 32,
        rows: int | None = None,
        prefix_mb: int = 256,
        adapter: Path | None = None,
    ) -> None:
        self.name = f"local:{name}"
        self.improvises = improvises
        self._find, self._device, self._dtype = find, device, dtype
        self._threads, self._queue, self._rows, self._prefix_mb = threads, queue, rows, prefix_mb
        self._adapter = adapter
        self._lock = threading.Lock()
        self._scheduler: Scheduler | None = None
        self._chat: Chat
        self._closed = False

    async def ready(self) -> None:
        """Fetch and load the model if that has not been done. EngineError (ModelMissing, ModelDamaged) says why not."""
        if self._scheduler is None or self._closed:
            await asyncio.to_thread(self._load)

    def _load(self) -> None:
        with self._lock:
            if self._closed:
                raise EngineError("the language model has been shut down")
            if self._scheduler is not None:
                return
            folder = self._find()
            device = pick_device(self._device)
            tokenizer = load_tokenizer(folder)
            model = load_model(folder, pick_dtype(self._dtype, device), device)
            if self._adapter:
                merge(model, self._adapter)
            self._chat = Chat(tokenizer, model, self.name)
            greeting = self._chat.prompt([Message("user", "Hello. How have you been since we last met?")], room=0)
            self._scheduler = Scheduler(
                make_decoder(model, greeting),
                queue=self._queue,
                rows=self._rows or (_CPU_ROWS if device.type == "cpu" else _DEVICE_ROWS),
                threads=self._threads,
                prefix_bytes=self._prefix_mb * 2**20,
            )

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """See `Engine.stream`."""
        scheduler = await self._loaded()
        prompt = self._chat.prompt(request.messages, request.max_tokens)
        results = _Results()
        job = Generation(prompt, request, self._chat, results.put)
        try:
            scheduler.submit(job)
            going = None
            while going is None or going:
                chunk = await results.get()
                assert isinstance(chunk, Chunk)
                # The scheduler settles how many candidates there are before the first chunk comes.
                going = set(range(job.weight)) if going is None else going
                if chunk.finished:
                    going.discard(chunk.candidate)
                yield chunk
        finally:
            job.cancelled = True

    async def score(self, request_messages: Sequence[Message], continuations: Sequence[str]) -> list[float] | None:
        """See `Engine.score`. ValueError for a continuation without text."""
        if not continuations:
            return []
        if blank := [number for number, text in enumerate(continuations) if not text.strip()]:
            raise ValueError(f"continuation {blank[0]} has no text to score")
        scheduler = await self._loaded()
        tokens = [self._chat.continuation(text) for text in continuations]
        results = _Results()
        job = Scoring(self._chat.prompt(request_messages, max(map(len, tokens))), tokens, results.put)
        try:
            scheduler.submit(job)
            scores = await results.get()
            assert isinstance(scores, list)
            return scores
        finally:
            job.cancelled = True

    async def _loaded(self) -> Scheduler:
        await self.ready()
        assert self._scheduler is not None
        return self._scheduler

    async def close(self) -> None:
        """See `Engine.close`."""
        self._closed = True
        scheduler, self._scheduler = self._scheduler, None
        if scheduler is not None:
            await asyncio.to_thread(scheduler.close)


class _Results:
    """A way from the model's thread into the event loop of whoever asked."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[object] = asyncio.Queue()

    def put(self, result: object) -> None:
        """Hand over a result, from any thread; nobody is there to take it once the loop is closed."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._queue.put_nowait, result)

    async def get(self) -> object:
        """The next result; raises it if it is an error."""
        result = await self._queue.get()
        if isinstance(result, EngineError):
            raise result
        return result


def from_hub(name: str) -> Path:
    """The folder of a model of the hub, downloaded (with a progress bar) where it is not there yet.

    Without a network what was downloaded before is used. ModelMissing with what to do where the model cannot be had.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    try:
        return Path(snapshot_download(name, allow_patterns=_HUB_FILES))
    except GatedRepoError as error:
        raise ModelMissing(f"{name} asks for consent: accept its terms on its page, then run: hf auth login") from error
    except RepositoryNotFoundError as error:
        raise ModelMissing(
            f"{name} is not on the hub, or not for everyone: check the name, or run: hf auth login"
        ) from error
    except Exception as error:  # offline, a proxy, a full disk: the hub's client wraps them in many ways
        raise ModelMissing(
            f"{name} is not here and could not be downloaded ({type(error).__name__}); check the network, or name the "
            "folder of a model that you have, or use the embedded one"
        ) from error
