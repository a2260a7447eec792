"""Mail: one plain-text message by the SMTP server of the settings.

Sending waits for the mail server, so it belongs into a worker thread (a plain `def` route or a background task).
"""

from __future__ import annotations

import asyncio
import logging
import smtplib
import ssl
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid, parseaddr

from app.settings import Settings

#: Seconds that connecting, and each answer of the server, may take.
TIMEOUT = 15.0
MAX_SUBJECT = 200
MAX_ADDRESS = 254

logger = logging.getLogger(__name__)


class MailError(Exception):
    """The message could not be handed over; the message says why, for the person who runs the server."""


def is_set_up(settings: Settings) -> bool:
    """Whether there is a mail server to send by, and a sender."""
    return bool(settings.smtp_host and settings.smtp_from)


def send(settings: Settings, to: str, subject: str, text: str) -> None:
    """Hand one message to the mail server. Raises MailError; ValueError for an address that is none.

    Raises RuntimeError where it would hold up an event loop.
    """
    _refuse_event_loop()
    if not is_set_up(settings):
        raise MailError("mail is not set up: set ROLLWITH_SMTP_HOST and ROLLWITH_SMTP_FROM")
    message = compose(settings.smtp_from, to, subject, text)
    host, port = settings.smtp_host, settings.smtp_port
    try:
        with _connect(settings) as server:
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
            server.send_message(message)
    except smtplib.SMTPAuthenticationError as error:
        raise MailError(f"{host} refuses ROLLWITH_SMTP_USER or ROLLWITH_SMTP_PASSWORD ({error.smtp_code})") from error
    except smtplib.SMTPRecipientsRefused as error:
        raise MailError(f"{host} refuses mail to this address") from error
    except ssl.SSLError as error:
        raise MailError(f"{host}:{port} does not speak {settings.smtp_security} as it should: {error}") from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailError(f"{host}:{port} did not take the mail: {error or type(error).__name__}") from error


def try_to_send(settings: Settings, to: str, subject: str, text: str) -> bool:
    """Send, for a background task: a failure goes to the log, never with the text, which may hold a link."""
    try:
        send(settings, to, subject, text)
    except (MailError, ValueError) as error:
        logger.error("Mail was not sent: %s", error)
        return False
    return True


def compose(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    """The message. Nothing in it can add a header. Raises ValueError for an address that is none."""
    name, address = parseaddr(sender)
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = Address(_one_line(name), addr_spec=valid_address(address))
        message["To"] = Address(addr_spec=valid_address(to))
    except (MessageError, IndexError) as error:
        raise ValueError(f"{to!r} is no address that mail can be sent to") from error
    message["Subject"] = _one_line(subject)[:MAX_SUBJECT]
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=address.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # so that an absent person's mailbox does not answer
    message.set_content(text)
    return message


def valid_address(address: str) -> str:
    """The address, if it looks like one: something, one @, a host. Raises ValueError."""
    local, at, host = address.rpartition("@")
    strange = any(
        character.isspace() or not character.isprintable() or character in '<>(),;:"[]\\' for character in address
    )
    if not (local and at and host.strip(".")) or "@" in local or strange or len(address) > MAX_ADDRESS:
        raise ValueError(f"{address!r} is no e-mail address")
    return address


def _connect(settings: Settings) -> smtplib.SMTP:
    host, port = settings.smtp_host, settings.smtp_port
    context = ssl.create_default_context()
    if settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
    server = smtplib.SMTP(host, port, timeout=TIMEOUT)
    if settings.smtp_security == "starttls":
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _refuse_event_loop() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise RuntimeError("mail is sent from a worker thread, never from the event loop")


__all__ = ["MailError", "compose", "is_set_up", "send", "try_to_send", "valid_address"]
