"""Databases for tests: SQLite files, and PostgreSQL at a given address or in a cluster that lives for one test run."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from app.store.database import Database

WHERE_DEBIAN_KEEPS_IT = Path("/usr/lib/postgresql")


class Server(Protocol):
    """Hands out one database a call, each of its own."""

    def empty(self) -> str:
        """The URL of a database with nothing in it."""
        ...

    def migrated(self) -> str:
        """The URL of a database with the newest tables, a copy of one that was migrated once."""
        ...


class SqliteFiles:
    """Databases as files in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._template: Path | None = None

    def empty(self) -> str:
        return f"sqlite:///{self._new()}"

    def migrated(self) -> str:
        if self._template is None:
            self._template = self._new()
            migrate(f"sqlite:///{self._template}")
        path = self._new()
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"

    def _new(self) -> Path:
        return self.folder / f"{uuid.uuid4().hex}.db"


class PostgresServer:
    """Databases on one PostgreSQL server, whose URL's user may create them. `close` drops them all."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql")
        self._prefix = f"rollwith_test_{uuid.uuid4().hex[:8]}"
        self._made: list[str] = []
        self._template: str | None = None

    def empty(self) -> str:
        return self._address(self._create("template0"))

    def migrated(self) -> str:
        if self._template is None:
            self._template = self._create("template0")
            migrate(self._address(self._template))
        return self._address(self._create(self._template))

    def close(self) -> None:
        for name in reversed(self._made):
            self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _create(self, template: str) -> str:
        name = f"{self._prefix}_{len(self._made)}"
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'")
        self._execute(command.format(sql.Identifier(name), sql.Identifier(template)))
        self._made.append(name)
        return name

    def _address(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._url.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(statement)


class Cluster:
    """A PostgreSQL server in a temporary folder, reached by a socket there; nothing of it outlives `stop`."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="rollwith-pg-"))
        self._as_user = unprivileged()
        if "user" in self._as_user:
            os.chown(self.folder, self._as_user["user"], self._as_user["group"])

    @property
    def url(self) -> str:
        return f"postgresql://tester@/postgres?host={self.folder}"

    def start(self) -> None:
        self._run("initdb", "--username=tester", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
        # nothing here must survive a power cut, so it need not wait for the disk
        options = (
            f"-c listen_addresses='' -c unix_socket_directories='{self.folder}' "
            "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        )
        self._run("pg_ctl", "--wait", f"--log={self.folder / 'log'}", f"--options={options}", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "--wait", "--mode=immediate", "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str, check: bool = True) -> None:
        data = self.folder / "data"
        command = [str(self._programs / program), f"--pgdata={data}", *arguments]
        # a file, not a pipe: the server would keep the pipe open
        with (Path(self.folder) / f"{program}.out").open("ab+") as output:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=self.folder, check=False,
                **self._as_user,
            )  # fmt: skip
            if check and done.returncode != 0:
                output.seek(0)
                raise RuntimeError(f"{program} failed: {output.read().decode(errors='replace')}")


def unprivileged() -> dict[str, Any]:
    """How `subprocess` drops root, as whom PostgreSQL refuses to run; empty for everybody else."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return {}


def postgres_programs() -> Path | None:
    """The folder of `initdb` and `pg_ctl`: that on PATH, else Debian's newest."""
    found = shutil.which("pg_ctl")
    if found and shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = [path.parent for path in WHERE_DEBIAN_KEEPS_IT.glob("*/bin/initdb")]
    return max(folders, key=lambda folder: float(folder.parent.name), default=None)


def postgres_address() -> tuple[str, Cluster | None]:
    """The URL of a server to test on, and the cluster to stop afterwards. Skips where neither can be had."""
    if url := os.environ.get("ROLLWITH_TEST_DATABASE_URL"):
        return url, None
    programs = postgres_programs()
    if programs is None:
        pytest.skip("no PostgreSQL: install it (apt install postgresql) or set ROLLWITH_TEST_DATABASE_URL")
    cluster = Cluster(programs)
    try:
        cluster.start()
    except BaseException:
        cluster.stop()
        raise
    return cluster.url, cluster


def migrate(url: str) -> None:
    """Bring the database at `url` up to date and let go of it, so that it can be copied."""
    database = Database(url)
    try:
        database.migrate()
    finally:
        database.close()


__all__ = ["Cluster", "PostgresServer", "Server", "SqliteFiles", "migrate", "postgres_address", "postgres_programs"]
