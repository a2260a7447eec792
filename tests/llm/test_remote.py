"""The remote engine against a real `transformers serve`, and against a server that does everything wrong."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from app.llm.engine import Engine, EngineBusy, EngineError, Message, Request, complete
from app.llm.remote import RemoteEngine

pytestmark = pytest.mark.anyio

REQUEST = Request((Message("system", "You are Dana."), Message("user", "How are you?")), max_tokens=16, stop=())


# ---- a real server ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(embedded_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """`transformers serve` on the embedded model: the model's name there, and the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = shutil.which("transformers", path=str(Path(sys.executable).parent))
    assert program, "transformers[serving] belongs to the dev extra"
    log = tmp_path_factory.mktemp("serve") / "log.txt"
    command = [program, "serve", str(embedded_folder), "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    with log.open("w") as output:
        environment = os.environ | {"OMP_NUM_THREADS": "2", "HF_HUB_OFFLINE": "1"}
        server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
    try:
        _wait_for(f"http://127.0.0.1:{port}/health", server, log)
        yield str(embedded_folder), f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"transformers serve did not come up:\n{log.read_text()[-2000:]}")


@pytest.fixture
async def real(served: tuple[str, str]) -> AsyncIterator[RemoteEngine]:
    engine = RemoteEngine(*served, timeout=200)
    yield engine
    await engine.close()


@pytest.mark.model
async def test_real_server_streams_candidates(real: RemoteEngine) -> None:
    await real.ready()
    assert isinstance(real, Engine)
    ends, pieces = [], 0
    async with aclosing(real.stream(replace(REQUEST, candidates=2, seed=5))) as stream:
        async for chunk in stream:
            pieces += bool(chunk.text)
            if chunk.finished:
                ends.append(chunk.candidate)
    assert sorted(ends) == [0, 1]
    assert pieces > 4, "text comes in pieces"


@pytest.mark.model
async def test_real_server_obeys_length_stop_and_temperature(real: RemoteEngine) -> None:
    (whole,) = await complete(real, replace(REQUEST, temperature=0.0))
    assert [whole] == await complete(real, replace(REQUEST, temperature=0.0)), "greedy text is always the same"
    assert len(whole.split()) <= 16
    word = whole.split()[2]
    (cut,) = await complete(real, replace(REQUEST, temperature=0.0, stop=(word,)))
    assert cut == whole[: whole.index(word)].strip()


@pytest.mark.model
async def test_real_server_can_be_left_in_the_middle(real: RemoteEngine) -> None:
    stream = real.stream(replace(REQUEST, max_tokens=400))
    await anext(stream)
    start = time.monotonic()
    await stream.aclose()
    assert time.monotonic() - start < 2
    assert await complete(real, REQUEST)
    assert await real.score(REQUEST.messages, ["Fine."]) is None


@pytest.mark.model
async def test_real_server_refuses_another_model(served: tuple[str, str]) -> None:
    engine = RemoteEngine("no-such-model", served[1])
    with pytest.raises(EngineError, match=r"/v1 failed with status 400"):
        await complete(engine, REQUEST)
    await engine.close()


# ---- a server that does everything wrong --------------------------------------------------------------------------


def _event(delta: Any, reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    body = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(body).encode() + b"\n\n"


GOOD = [_event({"content": "  Fi"}), _event({"content": "ne.\nCoun"}), _event({"content": "sellor"}, "stop")]
STREAMS: dict[str, list[bytes]] = {
    "good": [*GOOD, b"data: [DONE]\n\n"],
    "no-done": GOOD,
    "role-first": [_event({"role": "assistant", "content": ""}), *GOOD],
    "null-content": [_event({"content": None}), _event({"content": None}, "stop"), b"data: [DONE]\n\n"],
    "no-choices": [b'data: {"id": "x", "choices": []}\n\n', b"data: [DONE]\n\n"],
    "null-choices": [b'data: {"id": "x", "choices": null}\n\n', b"data: [DONE]\n\n"],
    "no-delta": [b'data: {"id": "x", "choices": [{"index": 0}]}\n\n'],
    "garbage": [b"data: {{{ \xff\n\n"],
    "number": [b"data: 42\n\n"],
    "text-as-number": [_event({"content": 7}, "stop")],
    "error-event": [b'data: {"error": {"message": "CUDA out of memory"}}\n\n'],
    "cut": GOOD[:1],
}


class Wrong(BaseHTTPRequestHandler):
    """Answers as the first part of the path says: /garbage/v1/chat/completions."""

    calls: list[dict[str, Any]]
    closed: threading.Event

    def log_message(self, *_: Any) -> None:
        """Keep the tests' output clean."""

    def do_GET(self) -> None:
        mode = self.path.split("/")[1]
        self._plain(int(mode) if mode.isdigit() else 200, b'{"object": "list", "data": []}')

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).calls.append(body)
        mode = self.path.split("/")[1]
        if mode.isdigit():
            self._plain(int(mode), b'{"error": {"message": "no"}}')
        elif mode == "html":
            self._plain(200, b"<html>Welcome to nginx</html>", "text/html")
        elif mode in ("slow", "stalls", "endless"):
            self._slow(mode)
        else:
            self._stream(STREAMS[mode])

    def _plain(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, events: list[bytes]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for event in events:
            self.wfile.write(event)

    def _slow(self, mode: str) -> None:
        if mode != "slow":
            self._stream(GOOD[:1])
        try:
            for _ in range(60):
                time.sleep(0.05)
                if mode == "endless":
                    self.wfile.write(_event({"content": "on and "}))
                    self.wfile.flush()
        except OSError:
            type(self).closed.set()


@pytest.fixture
def wrong() -> Iterator[str]:
    Wrong.calls, Wrong.closed = [], threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Wrong)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


async def ask(url: str, timeout: float = 20.0, **changes: Any) -> list[str]:  # noqa: ASYNC109 (the engine's own)
    engine = RemoteEngine("m", f"{url}/v1", api_key="sk-secret", timeout=timeout, retries=0)
    try:
        return await complete(engine, replace(REQUEST, **changes))
    finally:
        await engine.close()


@pytest.mark.parametrize("mode", ["good", "no-done", "role-first"])
async def test_well_formed_answers_are_read(wrong: str, mode: str) -> None:
    assert await ask(f"{wrong}/{mode}") == ["Fine.\nCounsellor"]
    assert await ask(f"{wrong}/{mode}", stop=("\nCounsellor",), candidates=3) == ["Fine."] * 3


async def test_request_carries_what_was_asked(wrong: str) -> None:
    stops = ("\n", "a", "b", "c", "d")
    await ask(f"{wrong}/good", candidates=2, seed=9, temperature=0.3, stop=stops, repetition_penalty=1.2)
    first, second = Wrong.calls
    assert first["seed"] != second["seed"], "each candidate has luck of its own"
    assert first["messages"] == [
        {"role": "system", "content": "You are Dana."},
        {"role": "user", "content": "How are you?"},
    ]
    assert (first["max_tokens"], first["temperature"], first["stop"]) == (16, 0.3, ["\n", "a", "b", "c"])
    assert first["repetition_penalty"] == 1.2
    await ask(f"{wrong}/good")
    assert "repetition_penalty" not in Wrong.calls[-1], "servers of OpenAI's own refuse it"


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        ("null-content", "answered without any text"),
        ("no-choices", "broke off in the middle of an answer"),
        ("null-choices", "broke off in the middle of an answer"),
        ("no-delta", "not the OpenAI chat API"),
        ("garbage", "not the OpenAI chat API"),
        ("number", "not the OpenAI chat API"),
        ("text-as-number", "not the OpenAI chat API"),
        ("error-event", "not the OpenAI chat API"),
        ("cut", "broke off in the middle of an answer"),
        ("html", "broke off in the middle of an answer"),
        ("500", "failed with status 500"),
        ("401", "refused the key .* ROLLWITH_API_KEY"),
        ("404", "does not know the model 'm'"),
        ("slow", "was silent for 0.5 s"),
        ("stalls", "was silent for 0.5 s in the middle of an answer"),
    ],
)
async def test_wrong_answers_become_one_clear_line(wrong: str, mode: str, message: str) -> None:
    with pytest.raises(EngineError, match=message) as error:
        await ask(f"{wrong}/{mode}", timeout=0.5 if mode in ("slow", "stalls") else 20.0)
    text = str(error.value)
    assert text.startswith(f"{wrong}/{mode}/v1 ")
    assert "\n" not in text
    assert "sk-secret" not in text


async def test_too_many_requests_is_busy(wrong: str) -> None:
    with pytest.raises(EngineBusy, match="429") as busy:
        await ask(f"{wrong}/429")
    assert busy.value.retry_after > 0


async def test_server_that_is_down_is_named_without_the_password() -> None:
    engine = RemoteEngine("m", "http://me:hunter2@127.0.0.1:9/v1", timeout=2, retries=0)
    for attempt in (engine.ready(), complete(engine, REQUEST)):
        with pytest.raises(EngineError, match=r"^http://127\.0\.0\.1:9/v1 cannot be reached") as error:
            await attempt
        assert "hunter2" not in str(error.value)
    await engine.close()


@pytest.mark.parametrize("mode", ["", "/404", "/500"])
async def test_ready_passes_where_the_server_answers(wrong: str, mode: str) -> None:
    engine = RemoteEngine("m", f"{wrong}{mode}/v1", timeout=2, retries=0)
    await engine.ready()
    await engine.close()


async def test_ready_fails_where_the_key_is_refused(wrong: str) -> None:
    engine = RemoteEngine("m", f"{wrong}/401/v1", timeout=2)
    with pytest.raises(EngineError, match="refused the key"):
        await engine.ready()
    await engine.close()


async def test_leaving_closes_the_connection(wrong: str) -> None:
    engine = RemoteEngine("m", f"{wrong}/endless/v1", timeout=5, retries=0)
    stream = engine.stream(REQUEST)
    await anext(stream)
    await stream.aclose()
    assert await asyncio.to_thread(Wrong.closed.wait, 3), "the server noticed that nobody listens"
    await engine.close()


async def test_full_queue_is_busy(wrong: str) -> None:
    engine = RemoteEngine("m", f"{wrong}/endless/v1", timeout=5, retries=0, queue=1)
    stream = engine.stream(REQUEST)
    await anext(stream)
    with pytest.raises(EngineBusy, match="1 replies are already waiting"):
        await complete(engine, REQUEST)
    await stream.aclose()
    await engine.close()
