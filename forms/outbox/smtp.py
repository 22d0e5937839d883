"""SMTP, one message a conversation, every step told apart: what is refused, what may be tried again, and the
one moment after which nobody can know.

`smtplib.SMTP.sendmail` would blur that moment: a connection lost before the final dot (the server must drop
the message, RFC 5321, 4.1.1.4) and one lost after it raise the same exception. So DATA is spoken here.
"""

from __future__ import annotations

import contextlib
import copy
import re
import selectors
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from enum import StrEnum

from forms.outbox.failures import Refused, TryLater, Uncertain, Unreachable

STEP_SECONDS = 30.0
"""Wait for the connection and for each reply, but the last."""

TAKEN_SECONDS = 300.0
"""Wait for the reply to the final dot. RFC 5321, 4.5.3.2.6 says 10 minutes; all waits must fit the lease."""

QUIT_SECONDS = 5.0
"""Wait for the farewell, which changes nothing."""


class Security(StrEnum):
    """How the conversation is protected; the certificate is always verified."""

    NONE = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


@dataclass(frozen=True)
class SmtpTransport:
    """Hands messages to the SMTP server at `host`. `hello` is the name we introduce ourselves
    with; None for the machine's own.

    What goes wrong before the message itself is offered (greeting, TLS, login), be it 5xx, says nothing about
    the message: it is Unreachable, and tried again.
    """

    host: str
    port: int
    security: Security = Security.NONE
    user: str = ""
    password: str = field(default="", repr=False)
    hello: str | None = None
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)
    step_seconds: float = STEP_SECONDS
    taken_seconds: float = TAKEN_SECONDS

    def send(self, message: EmailMessage) -> None:
        """Returns when the server has taken it. Raises Refused, TryLater (Unreachable), Uncertain."""
        recipient = _only_address(message, "To")
        # For the envelope alone: the server at the end writes this header (RFC 5321, 4.4).
        sender = str(message["Return-Path"] or "").strip("<>") or _only_address(message, "From")
        sent = copy.copy(message)
        del sent["Return-Path"]
        text = sent.as_bytes(policy=WIRE)
        with self._conversation() as smtp:
            try:
                _expect(smtp.mail(sender), 250)
                _expect(smtp.rcpt(recipient), 250, 251)
                _hand_over(smtp, text)
            except OSError as error:
                raise TryLater(f"The connection to {self.host} was lost: {_reason(error)}") from error
            self._final_dot(smtp)

    @contextlib.contextmanager
    def _conversation(self) -> Iterator[smtplib.SMTP]:
        """A server that is ready for a message; whatever happens at QUIT no longer matters."""
        try:
            smtp = self._connect()
        except (OSError, ValueError) as error:
            place = f"{self.host}:{self.port}"
            raise Unreachable(f"The mail server {place} is not available: {_reason(error)}") from error
        try:
            yield smtp
        finally:
            _part(smtp)

    def _connect(self) -> smtplib.SMTP:
        """Raises OSError (all of smtplib's exceptions are), ValueError for a password beyond ASCII."""
        if self.security is Security.TLS:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, self.hello, timeout=self.step_seconds, context=self.tls
            )
        else:
            smtp = smtplib.SMTP(self.host, self.port, self.hello, timeout=self.step_seconds)
        try:
            if self.security is Security.STARTTLS:
                smtp.starttls(context=self.tls)
            smtp.ehlo_or_helo_if_needed()
            if self.user:
                smtp.login(self.user, self.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _final_dot(self, smtp: smtplib.SMTP) -> None:
        """From the first byte of this on, a lost connection means that nobody knows."""
        try:
            _set_timeout(smtp, self.taken_seconds)
            smtp.send(b".\r\n")
            code, words = smtp.getreply()
        except OSError as error:
            raise Uncertain(f"No answer after the message was handed over: {_reason(error)}") from error
        if code // 100 not in (2, 4, 5):
            raise Uncertain(f"No usable answer after the message was handed over: {_words(code, words)}")
        _expect((code, words), *range(200, 300))


def _hand_over(smtp: smtplib.SMTP, text: bytes) -> None:
    """All of the message but the final dot: as long as that is missing, it has not been sent."""
    _expect(smtp.docmd("DATA"), 354)
    smtp.send(re.sub(rb"(?m)^\.", b"..", text))  # RFC 5321, 4.5.2
    if _has_spoken(smtp):
        # Nothing is due from the server now: it has hung up, or refuses before it has heard all.
        _expect(smtp.getreply())


def _expect(reply: tuple[int, bytes], *wanted: int) -> None:
    code, text = reply
    if code in wanted:
        return
    if code == 421:  # "service not available, closing": RFC 5321, 3.8 allows it in reply to any command
        raise Unreachable(_words(code, text))
    if code // 100 == 5:
        raise Refused(_words(code, text))
    raise TryLater(_words(code, text))


def _part(smtp: smtplib.SMTP) -> None:
    with contextlib.suppress(OSError):
        _set_timeout(smtp, QUIT_SECONDS)
        smtp.quit()
    smtp.close()


def _set_timeout(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)


def _words(code: int, text: bytes) -> str:
    return f"{code} {' '.join(text.decode('utf-8', 'replace').split())}"[:500]


def _reason(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return _words(error.smtp_code, text if isinstance(text, bytes) else text.encode())
    return str(error) or type(error).__name__


def _has_spoken(smtp: smtplib.SMTP) -> bool:
    if smtp.sock is None:
        return True
    with selectors.DefaultSelector() as selector:
        selector.register(smtp.sock, selectors.EVENT_READ)
        return bool(selector.select(timeout=0))


def _only_address(message: EmailMessage, header: str) -> str:
    (address,) = message[header].addresses
    return str(address.addr_spec)
