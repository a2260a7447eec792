"""Fixtures for every test, and the rules on what may be skipped: nothing of the browser or PostgreSQL under CI=true."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter

from app.store.database import Database
from tests.support.databases import PostgresServer, Server, SqliteFiles, postgres_address

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache" / "test-data"
NEVER_SKIPPED_IN_CI = ("browser", "postgres")


def in_ci() -> bool:
    """Whether this run decides about a change."""
    return os.environ.get("CI", "").lower() in {"1", "true"}


def pytest_configure() -> None:
    """The tests' machine may have its own ROLLWITH_ settings; none of them may change a result."""
    for name in list(os.environ):
        if name.startswith("ROLLWITH_") and not name.startswith("ROLLWITH_TEST_"):
            del os.environ[name]


# --- databases


@pytest.fixture(scope="session")
def sqlite_server(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    """SQLite files in a temporary folder."""
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """PostgreSQL: that of ROLLWITH_TEST_DATABASE_URL, else a cluster for this run, else a skip."""
    url, cluster = postgres_address()
    server = PostgresServer(url)
    yield server
    if cluster is None:
        server.close()
    else:
        cluster.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_server(request: pytest.FixtureRequest) -> Server:
    """Each kind of database in turn."""
    server: Server = request.getfixturevalue(f"{request.param}_server")
    return server


@pytest.fixture
def database(database_server: Server) -> Iterator[Database]:
    """A migrated, empty database, on SQLite and on PostgreSQL."""
    database = Database(database_server.migrated())
    yield database
    database.close()


# --- what was skipped


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI=true a skipped browser or PostgreSQL test is a failure."""
    report = yield
    marked = any(item.get_closest_marker(name) for name in NEVER_SKIPPED_IN_CI)
    if in_ci() and marked and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"may not be skipped under CI=true: {_reason(report)}"
    return report


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """The last lines name what was not tested, and why."""
    skipped = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    if skipped:
        terminalreporter.section("not tested on this machine")
        for reason, count in skipped.most_common():
            terminalreporter.line(f"{count} test{'s' if count > 1 else ''}: {reason}")


def _reason(report: pytest.TestReport) -> str:
    """Why a test was skipped, without pytest's own prefix."""
    detail = report.longrepr
    reason = detail[2] if isinstance(detail, tuple) else str(detail)
    return reason.removeprefix("Skipped: ")
