"""`rollwith serve`: the address comes last, after everything was checked; a stop is a clean one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from app.practice import accounts
from app.practice.house import House
from app.store.database import Database
from tests.cli.conftest import Run, refused

ROLLWITH = str(Path(sys.executable).with_name("rollwith"))


def test_a_port_in_use_is_told_at_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.practice.house.open_house", lambda *_: pytest.fail("the house was opened"))
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = run("serve", "--port", str(port))
        refused(result, f"port {port} on 127.0.0.1 is in use", "rollwith serve --port")
        refused(run("serve", ROLLWITH_PORT=str(port)), f"port {port}")


@pytest.mark.model
def test_a_port_taken_while_loading_is_told_instead_of_the_address(
    run: Run, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with closing(socket.socket()) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)

        def slow(*_: object) -> House:
            other.bind(("127.0.0.1", port))
            other.listen()
            return house

        monkeypatch.setattr("app.practice.house.open_house", slow)
        result = run("serve", "--port", str(port))
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert f"port {port} on 127.0.0.1 is in use" in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("host", "said"),
    [("192.0.2.1", "is no address of this machine"), ("no.such.host.invalid", "is no address of this machine")],
)
def test_an_address_of_another_machine(run: Run, host: str, said: str) -> None:
    refused(run("serve", "--host", host, "--port", "0"), host, said)


def test_a_broken_persona_folder_is_told_before_the_address(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "x.yaml").write_text("id: x\n", encoding="utf-8")
    result = run("serve", "--port", "0", ROLLWITH_PERSONAS_DIR=str(folder))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert f"{folder / 'x.yaml'}:1: name: is missing" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.model
def test_an_engine_that_cannot_be_loaded_is_told_instead_of_the_address(run: Run, data_dir: Path) -> None:
    place = {"ROLLWITH_DATA_DIR": str(data_dir), "ROLLWITH_MODEL": "openai:none@http://127.0.0.1:1/v1"}
    result = run("serve", "--port", "0", **place)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "127.0.0.1:1" in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr


@pytest.mark.model
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_the_address_is_good_when_it_is_printed_and_a_stop_is_clean(data_dir: Path) -> None:
    environment = os.environ | {"ROLLWITH_DATA_DIR": str(data_dir), "ROLLWITH_PORT": "0", "ROLLWITH_THREADS": "1"}
    for stop, first in ((signal.SIGTERM, True), (signal.SIGINT, False)):
        with subprocess.Popen(
            [ROLLWITH, "serve"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            said = ""
            while "Ctrl-C" not in said:
                line = process.stdout.readline()
                assert line, process.stderr.read() if process.stderr else ""
                said += line
            address = said.split()[3]
            assert httpx.get(f"{address}/healthz").status_code == 200
            assert ("first page makes yours" in said) is first
            process.send_signal(stop)
            _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        assert errors.splitlines()[-1] == "Stopped."
        assert "Traceback" not in errors
        _make_an_account(data_dir)


def _make_an_account(data_dir: Path) -> None:
    database = Database(f"sqlite:///{data_dir / 'rollwith.db'}")
    if accounts.is_new(database):
        accounts.found(database, username="irma", name="Irma", password="a long password")
    database.close()
