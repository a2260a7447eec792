"""`rollwith serve`: everything loaded and checked first, then the address."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import socket
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.common import fail, load_settings, say, working

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    import uvicorn

    from app.practice.house import House
    from app.settings import Settings

#: Seconds that replies under way have to finish when the server stops.
GRACE = 8
BACKLOG = 2048


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; else ROLLWITH_HOST (127.0.0.1).")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on, 0 for a free one; else ROLLWITH_PORT (8000).")
    ] = None,
) -> None:
    """Start the practice room in the browser. Loads and checks everything, then says where it is; Ctrl-C stops it."""
    run(load_settings(host=host, port=port))


def run(settings: Settings, password: str | None = None) -> None:
    """Serve with these settings until a signal comes. `password`: everybody in the database gets this one (a demo)."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("app").setLevel(settings.log_level.upper())
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        with _bound(settings) as listener:
            house = _open(settings)
            if password is not None:
                _set_passwords(house, password)
            asyncio.run(_serve(house, listener, settings))
    except KeyboardInterrupt:
        pass  # and none where the signal came while the server was ending by itself
    finally:
        signal.signal(signal.SIGTERM, before)
    say("Stopped.")


def _set_passwords(house: House, password: str) -> None:
    from app.practice.demo.make import set_passwords

    set_passwords(house, password)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """A stop by the system is a stop as by Ctrl-C."""
    raise KeyboardInterrupt


def _open(settings: Settings) -> House:
    """The house, its engine not loaded yet. Raises StartError."""
    with working("Loading the personas, the database and the coder …"):
        from app.practice.house import open_house

        return open_house(settings, say)


async def _serve(house: House, listener: socket.socket, settings: Settings) -> None:
    """Load the engine, then serve until a signal comes. Raises EngineError."""
    from app.practice.house import close_house, settle

    try:
        say(f"Loading the client's voice: {house.engine.name}")
        await house.engine.ready()
        settle()
        server = _server(house, settings, lambda: _announce(house, listener, settings))
        _listen(listener, settings)
    except BaseException:
        await close_house(house)
        raise
    await server.serve(sockets=[listener])


def _server(house: House, settings: Settings, announce: Callable[[], None]) -> uvicorn.Server:
    import uvicorn

    from app.web.main import create_app

    class Server(uvicorn.Server):
        """Says where it is once it is there."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                announce()

    level = settings.log_level
    return Server(
        uvicorn.Config(
            create_app(house),
            log_level="warning" if level == "info" else level,
            access_log=level == "debug",
            timeout_graceful_shutdown=GRACE,
            server_header=False,
        )
    )


def _announce(house: House, listener: socket.socket, settings: Settings) -> None:
    from app.practice.accounts import is_new

    port = listener.getsockname()[1]
    everywhere = settings.host in ("0.0.0.0", "::", "")
    host = "localhost" if everywhere else f"[{settings.host}]" if ":" in settings.host else settings.host
    typer.echo(f"\nRollwith is at http://{host}:{port}")
    if everywhere:
        typer.echo("It listens on all addresses of this machine.")
    if is_new(house.database):
        typer.echo("Nobody has an account yet: open that address, and the first page makes yours, the instructor's.")
    typer.echo("Ctrl-C stops it.")
    typer.get_text_stream("stdout").flush()


def _bound(settings: Settings) -> socket.socket:
    """A socket that holds the port while everything else is loaded; it does not listen yet."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host or None, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        fail(f"ROLLWITH_HOST: {settings.host!r} is no address of this machine ({error.strerror})")
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        fail(_why(error, settings))
    return listener


def _listen(listener: socket.socket, settings: Settings) -> None:
    try:
        listener.listen(BACKLOG)
    except OSError as error:  # another server was quicker
        fail(_why(error, settings))


def _why(error: OSError, settings: Settings) -> str:
    host, port = settings.host, settings.port
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} on {host} is in use. Stop the program that uses it (another Rollwith?), "
            f"or choose another port: rollwith serve --port {port + 1 if port < 65535 else 8000}"
        )
    if error.errno == errno.EACCES:
        return f"port {port} may not be used by this user; choose one from 1024 on: rollwith serve --port 8000"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine; choose another: rollwith serve --host 127.0.0.1"
    return f"{host}:{port} cannot be used: {error.strerror}"


__all__ = ["run", "serve"]
