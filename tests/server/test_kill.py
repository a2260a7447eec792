"""The real server, killed in the middle of a stream and started again: the transcript is whole, nothing doubled."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.practice import accounts
from app.store.database import Database
from app.store.queries import transcript_of
from app.store.tables import PracticeSession, Turn

pytestmark = [pytest.mark.model, pytest.mark.timeout(600)]
PASSWORD = "a long password"


@contextmanager
def server(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`rollwith serve` on a free port: the process and its address."""
    environment = os.environ | {"ROLLWITH_DATA_DIR": str(data_dir), "ROLLWITH_PORT": "0", "ROLLWITH_THREADS": "2"}
    command = [str(Path(sys.executable).with_name("rollwith")), "serve"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    try:
        said = ""
        for line in process.stdout:
            said += line
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                yield process, found[0]
                return
        pytest.fail(f"the server did not come up; it said: {said}")
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()


def browser(address: str, token: str) -> httpx.Client:
    return httpx.Client(base_url=address, cookies={"rollwith": token}, timeout=60)


def send(client: httpx.Client, session: str, text: str, browser_id: str) -> int:
    answer = client.post(f"/api/sessions/{session}/turns", json={"text": text, "browser_id": browser_id})
    assert answer.status_code in (200, 201), answer.text
    turn_id: int = answer.json()["turn_id"]
    return turn_id


def listen(client: httpx.Client, session: str, turn_id: int, until: str) -> None:
    """Read the reply's events up to the first one of this name."""
    with client.stream("GET", f"/api/sessions/{session}/turns/{turn_id}/reply") as stream:
        assert stream.status_code == 200
        for line in stream.iter_lines():
            if line == f"event: {until}":
                return
    pytest.fail(f"no event {until!r}")


def turns(data_dir: Path, session: str) -> list[Turn]:
    database = Database(f"sqlite:///{data_dir / 'rollwith.db'}")
    try:
        with database.read() as rows:
            practice = rows.get(PracticeSession, uuid.UUID(session))
            assert practice is not None
            return transcript_of(rows, practice).turns
    finally:
        database.close()


def begin(data_dir: Path, address: str) -> tuple[str, str]:
    """An account's token and a session, through the store and the pages of a running server."""
    database = Database(f"sqlite:///{data_dir / 'rollwith.db'}")
    accounts.found(database, username="dana", name="Dana", password=PASSWORD)
    token = accounts.sign_in(database, "dana", PASSWORD, 1)
    database.close()
    with browser(address, token) as client:
        assert client.post("/before-you-start").status_code == 303
        answer = client.post("/clients/maureen-smoking/sessions", data={"browser_id": str(uuid.uuid4())})
        assert answer.status_code == 303, answer.text
        return token, answer.headers["location"].rsplit("/", 1)[-1]


def test_kill_nine_in_the_middle_of_a_stream_loses_and_doubles_nothing(data_dir: Path) -> None:
    text = "You've tried it all before, and nobody gives you credit for that."
    with server(data_dir) as (process, address):
        token, session = begin(data_dir, address)
        with browser(address, token) as client:
            turn_id = send(client, session, text, "the-first-turn")
            listen(client, session, turn_id, "working")
            process.send_signal(signal.SIGKILL)
            process.wait(10)
    stored = turns(data_dir, session)
    assert [turn.text for turn in stored][1] == text
    with server(data_dir) as (process, address), browser(address, token) as client:
        assert text.replace("'", "&#39;") in client.get(f"/sessions/{session}").text
        assert send(client, session, text, "the-first-turn") == turn_id
        listen(client, session, turn_id, "delta")
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    with server(data_dir) as (_, address), browser(address, token) as client:
        listen(client, session, turn_id, "done")
        second = send(client, session, "What would you like to talk about?", "the-second-turn")
        listen(client, session, second, "done")
    stored = turns(data_dir, session)
    assert [turn.speaker for turn in stored] == ["client", "counsellor", "client", "counsellor", "client"]
    assert [turn.position for turn in stored] == [0, 1, 2, 3, 4]
    assert [turn.answers_id for turn in stored[2::2]] == [turn_id, second]
