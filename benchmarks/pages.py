"""`make bench-pages`: server time and queries of every page with the demo's data ten times over, slowest first.

On SQLite and on PostgreSQL; fails where a page takes longer than LIMIT or asks more than MOST_QUERIES queries.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from app.llm.mute import Mute
from app.practice import accounts
from app.practice.demo.make import Size, make_demo
from app.practice.house import House, close_house, open_house, settle
from app.settings import Settings
from app.store.database import Database
from app.web.main import create_app
from benchmarks.common import ROOT, median
from benchmarks.many import copied
from benchmarks.tour import NOBODY, Stop, page_routes, tour
from tests.support.databases import Cluster, PostgresServer, postgres_programs
from tests.support.queries import counted, queries

#: Milliseconds of server time, and queries, that a page may take at most.
LIMIT, MOST_QUERIES = 150.0, 30
PASSWORD = "practice room"
KEPT = ROOT / ".cache" / "demo"


@dataclass(frozen=True)
class Timed:
    """One page on one database: median and slowest in milliseconds, queries, bytes."""

    stop: Stop
    where: str
    middle: float
    slowest: float
    queries: int
    size: int


def main() -> int:
    """Measure and print. 1 where a page is too slow or asks too much."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        source = Database(f"sqlite:///{demo_file(options.anew)}")
        found: list[Timed] = []
        for where, url in _databases(Path(folder), options.only):
            target = Database(url)
            target.migrate()
            counts = copied(source, target, options.times)
            target.close()
            print(f"{where}: {counts['practice_sessions']:,} sessions, {counts['turns']:,} turns", file=sys.stderr)
            found += measured(url, where, options.rounds, Path(folder))
        source.close()
    return report(found)


def demo_file(anew: bool) -> Path:
    """The demo's database, made once and kept."""
    file = KEPT / "demo.db"
    if anew or not file.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        print("making the demo, some minutes …", file=sys.stderr)
        house = open_house(Settings(data_dir=KEPT, database_url=f"sqlite:///{file}"), lambda _: None)
        asyncio.run(_made(house))
    return file


async def _made(house: House) -> None:
    await make_demo(house, PASSWORD, lambda _done, _all: None, Size())
    await close_house(house)


def measured(url: str, where: str, rounds: int, folder: Path) -> list[Timed]:
    """Every page `rounds` times, each once before it counts."""
    settings = Settings(data_dir=folder, database_url=url, candidates=0)
    house = dataclasses.replace(open_house(settings, lambda _: None), engine=Mute())
    app = create_app(house)
    settle()
    missing = page_routes(app) - {stop.route for stop in tour(house.database)}
    assert not missing, f"benchmarks/tour.py leaves out {sorted(missing)}"
    clients = {who: _browser(app, house, who) for who in {stop.who for stop in tour(house.database)}}
    found = [_time(clients[stop.who], house.database, stop, where, rounds) for stop in tour(house.database)]
    house.database.close()
    return found


def _browser(app: Any, house: House, who: str) -> TestClient:
    client = TestClient(app, follow_redirects=False)
    if who != NOBODY:
        client.cookies.set("rollwith", accounts.sign_in(house.database, who, PASSWORD, 1))
    return client


def _time(client: TestClient, database: Database, stop: Stop, where: str, rounds: int) -> Timed:
    taken, asked, size = [], 0, 0
    for number in range(rounds + 1):
        with counted(database) as statements:
            began = time.perf_counter()
            answer = client.get(stop.path)
            if number:
                taken.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 200, f"{stop.path}: {answer.status_code}"
        asked, size = len(queries(statements)), len(answer.content)
    return Timed(stop, where, median(taken), max(taken), asked, size)


def report(found: list[Timed]) -> int:
    """The table, slowest first."""
    print(f"{'page':52} {'as':10} {'on':10} {'median':>8} {'slowest':>8} {'queries':>8} {'kB':>6}")
    for one in sorted(found, key=lambda one: -one.middle):
        mark = " !" if one.middle > LIMIT or one.queries > MOST_QUERIES else ""
        print(
            f"{one.stop.route:52} {one.stop.who or '–':10} {one.where:10} {one.middle:6.0f}ms {one.slowest:6.0f}ms "
            f"{one.queries:8} {one.size / 1000:6.0f}{mark}"
        )
    over = [one for one in found if one.middle > LIMIT or one.queries > MOST_QUERIES]
    print(f"\n{len(found)} pages, {len(over)} over {LIMIT:.0f} ms or {MOST_QUERIES} queries; {platform.machine()}")
    return 1 if over else 0


def _databases(folder: Path, only: str) -> Iterator[tuple[str, str]]:
    if only != "postgresql":
        yield "SQLite", f"sqlite:///{folder / 'many.db'}"
    programs = postgres_programs()
    if only == "sqlite" or programs is None:
        return
    cluster = Cluster(programs)
    try:
        cluster.start()
        yield "PostgreSQL", PostgresServer(cluster.url).empty()
    finally:
        cluster.stop()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=10, help="how many copies of the demo")
    parser.add_argument("--rounds", type=int, default=5, help="how often each page is asked for")
    parser.add_argument("--only", choices=("sqlite", "postgresql"), default="", help="one database alone")
    parser.add_argument("--anew", action="store_true", help="make the demo anew")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
