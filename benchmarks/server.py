"""A practice room for one measurement: `rollwith serve` on a free port of this machine, with trainees in it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from app.practice import accounts
from app.practice.classes import create_class
from app.settings import Settings
from app.store.database import Database
from app.web.security import cookie_name
from benchmarks.common import model_home

#: Seconds in which a server has to be there.
PATIENCE = 300
_ADDRESS = re.compile(r"at (http://\S+)")
#: Of everybody in it.
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Server:
    """A running server. `started` is the seconds from the start of its process to its first sign of health."""

    url: str
    process: psutil.Process
    tokens: tuple[str, ...]
    started: float
    log: Path

    def cookies(self, trainee: int) -> dict[str, str]:
        """What the browser of this trainee sends."""
        return {cookie_name(Settings()): self.tokens[trainee]}

    def unjudged(self) -> int:
        """Replies so far that were chosen without the model, for want of time."""
        return self.log.read_text(encoding="utf-8", errors="replace").count("judged no reply")

    def megabytes(self) -> float:
        """Resident memory of the process and its children."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(float(member.memory_info().rss) for member in family) / 2**20


@contextmanager
def serving(trainees: int) -> Iterator[Server]:
    """A server on a fresh data folder with so many signed-in trainees; gone at the end, folder and all.

    Settings come from the environment, but for the folder and the address. RuntimeError with the server's last words
    where it does not come up.
    """
    with tempfile.TemporaryDirectory(prefix="rollwith-bench-") as name:
        folder = Path(name)
        (folder / "models").symlink_to(model_home() / "models")
        tokens = _people(folder, trainees)
        log = folder / "server.log"
        begin = time.perf_counter()
        with log.open("wb") as output:
            process = subprocess.Popen(
                [Path(sys.executable).with_name("rollwith"), "serve", "--host", "127.0.0.1", "--port", "0"],
                env=os.environ | {"ROLLWITH_DATA_DIR": name, "ROLLWITH_DATABASE_URL": "", "PYTHONUNBUFFERED": "1"},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            url = _healthy(process, log)
            yield Server(url, psutil.Process(process.pid), tokens, time.perf_counter() - begin, log)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _people(folder: Path, trainees: int) -> tuple[str, ...]:
    """An instructor, a class, and a sign-in token of each trainee in it."""
    database = Database(f"sqlite:///{folder / 'rollwith.db'}")
    database.migrate()
    instructor = accounts.found(database, username="instructor", name="Instructor", password=PASSWORD)
    code = create_class(database, instructor, "Benchmark").code
    tokens = []
    for number in range(trainees):
        username = f"trainee{number}"
        accounts.join(database, class_code=code, username=username, name=f"Trainee {number}", password=PASSWORD)
        tokens.append(accounts.sign_in(database, username, PASSWORD, days=1))
    database.close()
    return tuple(tokens)


def _healthy(process: subprocess.Popen[bytes], log: Path) -> str:
    """The server's address, once it answers there."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        found = _ADDRESS.search(log.read_text(encoding="utf-8", errors="replace"))
        if found and _answers(found[1]):
            return found[1]
        time.sleep(0.05)
    raise RuntimeError(f"the server did not come up:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", trust_env=False, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


__all__ = ["PASSWORD", "Server", "serving"]
