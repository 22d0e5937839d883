"""A real Chromium, a real mail server, a real installation."""

from __future__ import annotations

import email
import email.policy
import mailbox
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.installation import PATIENCE, Installation
from tests.conftest import CHROMIUM_ARGUMENTS
from tests.forms.outbox.postfix import sent_back
from tests.ports import free_port
from tests.postgres_server import url_of

expect.set_options(timeout=PATIENCE * 1_000)  # Playwright's own five seconds are a bet on the machine


class PostOffice:
    """Takes mail over SMTP and keeps it, but for addresses that it does not know.

    It is a relay: of some letters it finds out later that nobody takes them, and sends those back.
    """

    port: int

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.unknown: set[str] = set()
        self._envelopes: dict[str, tuple[str, bytes]] = {}
        """By recipient: the sender of the envelope, and what was in it."""

    def send_back(self, recipient: str, maildir: Path) -> None:
        """Put the notification that this letter could not be delivered into the mailbox of its sender."""
        sender, content = self._envelopes[recipient]
        mailbox.Maildir(maildir).add(sent_back(content, sender, recipient))

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if address in self.unknown:
            return f"550 5.1.1 {address}: no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 Known"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        (recipient,) = envelope.rcpt_tos
        self._envelopes[recipient] = (envelope.mail_from, envelope.content)
        self.letters.append(letter)
        return "250 Taken"


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Browser]:
    """A running Chromium."""
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(
            executable_path=chromium, args=list(CHROMIUM_ARGUMENTS), timeout=PATIENCE * 1_000
        )
        yield made
        made.close()


@pytest.fixture(autouse=True)
def _pages_closed(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test opened is closed when it ends: an open page goes on asking for news of its site."""
    if "browser" not in request.fixturenames:
        yield
        return
    running: Browser = request.getfixturevalue("browser")
    shared = set(running.contexts)
    yield
    for context in set(running.contexts) - shared:
        context.close()


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    """A mail server on loopback."""
    office = PostOffice()
    office.port = free_port()
    controller = Controller(office, hostname="127.0.0.1", port=office.port, ready_timeout=PATIENCE)
    controller.start()
    yield office
    controller.stop()


@pytest.fixture(params=["tinydb", "postgresql"])
def installation(
    request: pytest.FixtureRequest, tmp_path: Path, post_office: PostOffice
) -> Iterator[Installation]:
    """A running installation with an empty store: on one machine's file, and on a PostgreSQL server."""
    store = None
    if request.param == "postgresql":
        store = url_of(tmp_path, request.getfixturevalue("postgres_server").url)
    made = Installation(tmp_path, post_office.port, store=store)
    made.start()
    yield made
    made.kill()
