"""A real SMTP server on loopback that misbehaves at a chosen step."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.ports import free_port
from tests.processes import LONG

HANG_UP = "hang up"
STALL = "stall"

STEPS = ("connect", "EHLO", "MAIL", "RCPT", "DATA", "text", "dot")
"""The steps of a conversation at which a fault can be made: its reply, HANG_UP or STALL."""


class Server:
    """`faults`: step → what happens there instead. `taken`: the messages whose final dot it has seen."""

    def __init__(self, faults: dict[str, str]) -> None:
        self.faults = faults
        self.taken: list[EmailMessage] = []
        self.envelopes: list[tuple[str | None, list[str]]] = []
        self.users: list[str] = []
        self.secured: list[bool] = []
        self.stalled = threading.Event()
        self.arrival = threading.Condition()
        self.open: list[asyncio.Transport] = []
        self.port = 0

    async def hang_up(self) -> None:
        """Leave no conversation open, stalled ones above all."""
        for transport in self.open:
            if not transport.is_closing():  # TLS forgets its connection once it is closed
                transport.abort()
        await asyncio.sleep(0.01)

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, login: object
    ) -> AuthResult:
        """Knows one account."""
        given = cast(LoginPassword, login)
        self.users.append(given.login.decode())
        return AuthResult(success=given.password == b"open sesame", handled=False)


class _Protocol(SMTP):
    def __init__(self, server: Server, **options: Any) -> None:
        self._test_server = server
        self._is_trial = False
        super().__init__(self, hostname="mail.example", **options)

    async def _fault(self, step: str) -> bool:
        """Whether a fault was made here, in the place of what is usual."""
        fault = self._test_server.faults.get(step)
        if fault is None or self._is_trial:
            return False
        if fault == STALL:
            self._test_server.stalled.set()
            await asyncio.sleep(3600)
        if fault != HANG_UP:
            await self.push(fault)
            return True
        assert isinstance(self.transport, asyncio.Transport)
        self.transport.abort()
        raise asyncio.CancelledError

    async def _handle_client(self) -> None:
        assert isinstance(self.transport, asyncio.Transport)
        self._is_trial = not self._test_server.open  # the controller's, which sees whether we listen
        self._test_server.open.append(self.transport)
        if await self._fault("connect"):
            self.transport.close()
            return
        await super()._handle_client()

    async def smtp_EHLO(self, arg: str) -> None:
        if not await self._fault("EHLO"):
            await super().smtp_EHLO(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        if not await self._fault("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        if not await self._fault("RCPT"):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if await self._fault("DATA"):
            return
        if "text" in self._test_server.faults:
            await self.push("354 go on")
            await self._reader.readuntil(b"\r\n")
            await self._fault("text")
            return
        await super().smtp_DATA(arg)

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        """The final dot has come."""
        found = self._test_server
        assert isinstance(envelope.content, bytes)
        with found.arrival:
            found.taken.append(message_from_bytes(envelope.content, policy=policy.default))
            found.arrival.notify_all()
        found.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        found.secured.append(session.ssl is not None)
        fault = found.faults.get("dot", "250 taken")
        if fault in (STALL, HANG_UP):
            await self._fault("dot")
        return fault

    async def smtp_QUIT(self, arg: str) -> None:
        if not await self._fault("QUIT"):
            await super().smtp_QUIT(arg)


class _Controller(Controller):
    def __init__(self, server: Server, **options: Any) -> None:
        self._test_server = server
        super().__init__(server, hostname="127.0.0.1", port=server.port, **options)

    def factory(self) -> SMTP:
        return _Protocol(self._test_server, **self.SMTP_kwargs)


@contextmanager
def serving(
    faults: dict[str, str] | None = None, *, tls: ssl.SSLContext | None = None, account: bool = False,
    implicit_tls: bool = False,
) -> Iterator[Server]:  # fmt: skip
    """The server, listening on a free port of loopback until the block ends."""
    server = Server(faults or {})
    server.port = free_port()
    options: dict[str, Any] = {"ssl_context": tls} if implicit_tls else {"tls_context": tls}
    if account:
        options |= {"authenticator": server.authenticate, "auth_require_tls": False}
    controller = _Controller(server, ready_timeout=LONG, **options)
    controller.start()
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(server.hang_up(), controller.loop).result()
        controller.stop()
