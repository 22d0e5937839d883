"""The ways a message leaves: a seam of one method, and what its failures mean for the row."""

from __future__ import annotations

import sys
import threading
from email.message import EmailMessage
from typing import Protocol, TextIO
from urllib.parse import SplitResult, urlsplit

from core.errors import InvalidSettings, Problem
from core.settings import RunSettings
from forms.outbox.queue import NO_DOMAIN, mail_domain
from forms.outbox.smtp import Security, SmtpTransport

_PORTS = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Transport(Protocol):
    """Hands over one message to one recipient."""

    def send(self, message: EmailMessage) -> None:
        """Returns when the server has taken it. Raises Refused, TryLater (Unreachable), Uncertain."""
        ...


class ConsoleTransport:
    """Prints messages instead of sending them, private links and all: for development."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def send(self, message: EmailMessage) -> None:
        stream = self._stream or sys.stderr
        headers = [f"{name}: {message[name]}" for name in ("From", "To", "Subject")]
        rule = "─" * 72
        stream.write("\n".join([rule, *headers, "", message.get_content().rstrip(), rule, ""]))
        stream.flush()


class MemoryTransport:
    """Keeps messages, for tests. `answers` are raised first, one a message; None in it is a success."""

    def __init__(self, *answers: Exception | None) -> None:
        self.sent: list[EmailMessage] = []
        self.answers = list(answers)
        self._lock = threading.Lock()

    def send(self, message: EmailMessage) -> None:
        with self._lock:
            answer = self.answers.pop(0) if self.answers else None
            if answer is not None:
                raise answer
            self.sent.append(message)


def open_transport(settings: RunSettings) -> Transport:
    """The transport that FOLLOWUP_MAIL names. Raises InvalidSettings."""
    if settings.mail == "console:":
        return ConsoleTransport()
    url = urlsplit(settings.mail)
    security = next((each for each in Security if each.value == url.scheme), None)
    if security is None or not url.hostname or url.path or url.query or url.fragment:
        raise _invalid(
            "is not a way to send mail",
            "use console:, smtp://HOST:PORT, smtp+starttls://HOST:PORT or smtps://HOST:PORT",
        )
    if url.username is not None or url.password is not None:
        raise _invalid(
            "holds an account",
            "put it into FOLLOWUP_MAIL_USER and FOLLOWUP_MAIL_PASSWORD",
        )
    if settings.mail_user and security is Security.NONE and url.hostname not in _LOOPBACK:
        raise _invalid(
            "would send the password in clear", "use smtp+starttls:// or smtps://, as your provider says"
        )
    domain = mail_domain(settings)
    return SmtpTransport(
        url.hostname,
        _port(url) or _PORTS[security],
        security,
        user=settings.mail_user,
        password=settings.mail_password,
        hello=None if domain == NO_DOMAIN else domain,
    )


def _port(url: SplitResult) -> int | None:
    try:
        return url.port
    except ValueError:
        raise _invalid("has a port that is no number up to 65535", "write HOST:587, for example") from None


def _invalid(message: str, repair: str) -> InvalidSettings:
    return InvalidSettings([Problem("environment", 0, f'"FOLLOWUP_MAIL" {message}', repair)])
