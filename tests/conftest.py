"""Fixtures for every test, and the rules on what may be skipped: nothing of the browser or PostgreSQL under CI=true."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from _pytest.terminal import TerminalReporter

from app.settings import Settings
from app.store.database import Database
from tests.support.databases import PostgresServer, Server, SqliteFiles, postgres_address
from tests.support.engines import ScriptedEngine

if TYPE_CHECKING:  # at run time they are imported where they are needed: a test of the store needs no torch
    from app.client.group import Cast
    from app.client.persona import Persona
    from app.practice.house import House
    from app.scoring.types import Coder

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


# --- the embedded model, the coder, the people


@pytest.fixture(scope="session")
def model_data_dir() -> Path:
    """A data folder that holds the converted embedded model and is kept between runs. Put nothing else into it."""
    from app.llm.embedded import ensure

    ensure(CACHE, print)
    return CACHE


@pytest.fixture(scope="session")
def embedded_model_dir(model_data_dir: Path) -> Path:
    """The folder of the converted embedded model."""
    from app.llm.embedded import model_dir

    return model_dir(model_data_dir)


@pytest.fixture
def data_dir(tmp_path: Path, model_data_dir: Path) -> Path:
    """A fresh data folder, with the converted model in it."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "models").symlink_to(model_data_dir / "models")
    return folder


@pytest.fixture(scope="session")
def coder() -> Coder:
    """The coder that ships, on one thread as in the product (`open_coder`)."""
    import torch

    from app.scoring.coder import load_coder

    torch.set_num_threads(1)
    return load_coder()


@pytest.fixture(scope="session")
def personas() -> dict[str, Persona]:
    """The personas that ship."""
    from app.client.loading import load_personas
    from app.resources import PERSONAS_DIR

    return load_personas([PERSONAS_DIR])


@pytest.fixture(scope="session")
def groups(personas: dict[str, Persona]) -> dict[str, Cast]:
    """The groups that ship."""
    from app.client.group_loading import load_groups
    from app.resources import PERSONAS_DIR

    return load_groups([PERSONAS_DIR], personas)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings for a house that speaks written lines only."""
    return Settings(data_dir=tmp_path / "data", candidates=0)


@pytest.fixture
def engine() -> ScriptedEngine:
    """The house's engine: override this fixture, or set its `lines` and `house.settings.candidates`."""
    return ScriptedEngine()


@pytest.fixture
def sqlite_database(sqlite_server: SqliteFiles) -> Iterator[Database]:
    """A migrated, empty database on SQLite alone."""
    database = Database(sqlite_server.migrated())
    yield database
    database.close()


@pytest.fixture
def house(
    settings: Settings,
    sqlite_database: Database,
    engine: ScriptedEngine,
    coder: Coder,
    personas: dict[str, Persona],
) -> House:
    """A practice room on SQLite with the real coder and people and a scripted engine."""
    from app.practice.house import House

    return House(settings, sqlite_database, engine, coder, personas)


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
