"""Mail by a real SMTP server on this machine."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.practice.mail import MailError, compose, is_set_up, send, try_to_send, valid_address
from app.settings import Settings
from tests.support.mailbox import MailBox, mail_server


@pytest.fixture
def box() -> Iterator[MailBox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def settings(box: MailBox, tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path, **box.settings)


def test_a_message_arrives_as_it_was_written(settings: Settings, box: MailBox) -> None:
    send(settings, "tom@example.org", "Ein neues Paßwort", "Grüße.\n.\nA line of its own dot.\n")
    (message,) = box.messages
    assert message["to"] == "tom@example.org"
    assert message["from"] == "Übungsraum <room@example.org>"
    assert message["subject"] == "Ein neues Paßwort"
    assert message["auto-submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n") == "Grüße.\n.\nA line of its own dot.\n"
    assert box.envelopes[0].rcpt_tos == ["tom@example.org"]


def test_nothing_can_add_a_header_or_a_reader(settings: Settings, box: MailBox) -> None:
    send(settings, "tom@example.org", "Hello\r\nBcc: eve@example.org", "Text")
    (message,) = box.messages
    assert message["bcc"] is None
    assert message["subject"] == "Hello Bcc: eve@example.org"
    for address in (
        "tom@example.org\r\nBcc: eve@example.org",
        "a@b.org, eve@example.org",
        "Tom <tom@example.org>",
        "a@b@c",
    ):
        with pytest.raises(ValueError, match="no e-mail address"):
            send(settings, address, "Hello", "Text")
    assert len(box.envelopes) == 1


def test_a_server_that_wants_a_name_and_password(settings: Settings, box: MailBox) -> None:
    known = settings.model_copy(update={"smtp_user": "room", "smtp_password": SecretStr("secret")})
    send(known, "tom@example.org", "Hello", "Text")
    assert len(box.envelopes) == 1
    wrong = known.model_copy(update={"smtp_password": SecretStr("guess")})
    with pytest.raises(MailError, match=r"ROLLWITH_SMTP_PASSWORD \(535\)"):
        send(wrong, "tom@example.org", "Hello", "Text")


def test_what_can_go_wrong_is_said(settings: Settings, box: MailBox, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(MailError, match="refuses mail to this address"):
        send(settings, "nobody@example.org", "Hello", "Text")
    with pytest.raises(MailError, match="STARTTLS"):
        send(settings.model_copy(update={"smtp_security": "starttls"}), "tom@example.org", "Hello", "Text")
    with pytest.raises(MailError, match="does not speak tls"):
        send(settings.model_copy(update={"smtp_security": "tls"}), "tom@example.org", "Hello", "Text")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = settings.model_copy(update={"smtp_port": free.getsockname()[1]})
        with pytest.raises(MailError, match="did not take the mail"):
            send(closed, "tom@example.org", "Hello", "Text")
        assert try_to_send(closed, "tom@example.org", "Hello", "a secret link") is False
    assert "did not take the mail" in caplog.text
    assert "a secret link" not in caplog.text
    assert box.envelopes == []


def test_without_a_server_or_a_sender_there_is_no_mail(settings: Settings) -> None:
    assert is_set_up(settings)
    for change in ({"smtp_host": ""}, {"smtp_from": ""}):
        without = settings.model_copy(update=change)
        assert not is_set_up(without)
        with pytest.raises(MailError, match="ROLLWITH_SMTP_HOST"):
            send(without, "tom@example.org", "Hello", "Text")


def test_the_event_loop_is_never_held_up(settings: Settings) -> None:
    async def sends() -> None:
        send(settings, "tom@example.org", "Hello", "Text")

    with pytest.raises(RuntimeError, match="worker thread"):
        asyncio.run(sends())


@pytest.mark.parametrize(
    "address", ["", "tom", "@example.org", "tom@", "tom@.", "to m@example.org", "x" * 250 + "@b.org"]
)
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(ValueError, match="no e-mail address"):
        valid_address(address)


def test_a_sender_without_a_name() -> None:
    assert compose("room@example.org", "tom@example.org", "Hello", "Text")["from"] == "room@example.org"


def test_links_begin_with_what_is_set_and_never_with_what_a_request_says() -> None:
    assert (
        Settings(_env_file=None, base_url="https://practice.example.org/").public_url == "https://practice.example.org"
    )
    assert Settings(_env_file=None, host="0.0.0.0", port=9000).public_url == "http://localhost:9000"
    assert Settings(_env_file=None, host="fd00::1").public_url == "http://[fd00::1]:8000"
