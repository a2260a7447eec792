"""A real SMTP server on this machine, for tests: what is sent to it lies in its box."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword


class MailBox:
    """What came in, as the server has it. `nobody@…` is refused; the name and password are room and secret."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.port = _free_port()

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return "250 OK"

    @property
    def messages(self) -> list[EmailMessage]:
        """The messages, oldest first."""
        return [message_from_bytes(cast(bytes, one.content), policy=default) for one in self.envelopes]

    @property
    def settings(self) -> dict[str, Any]:
        """The settings that send mail here."""
        return {
            "smtp_host": "127.0.0.1",
            "smtp_port": self.port,
            "smtp_security": "none",
            "smtp_from": "Übungsraum <room@example.org>",
        }


@contextmanager
def mail_server() -> Iterator[MailBox]:
    """A server that runs as long as the block."""
    box = MailBox()
    controller = Controller(
        box, hostname="127.0.0.1", port=box.port, authenticator=_authenticate, auth_require_tls=False
    )
    controller.start()
    yield box
    controller.stop()


def _authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: object) -> AuthResult:
    assert isinstance(data, LoginPassword)
    return AuthResult(success=(data.login, data.password) == (b"room", b"secret"), handled=False)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


__all__ = ["MailBox", "mail_server"]
