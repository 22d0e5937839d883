"""A real Chromium, a real mail server, a real installation."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, sync_playwright

from tests.browser.installation import Installation, free_port
from tests.conftest import CHROMIUM_ARGUMENTS


class PostOffice:
    """Takes mail over SMTP and keeps it."""

    port: int

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 Taken"


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Browser]:
    """A running Chromium."""
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_ARGUMENTS))
        yield made
        made.close()


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    """A mail server on loopback."""
    office = PostOffice()
    office.port = free_port()
    controller = Controller(office, hostname="127.0.0.1", port=office.port)
    controller.start()
    yield office
    controller.stop()


@pytest.fixture
def installation(tmp_path: Path, post_office: PostOffice) -> Iterator[Installation]:
    """A running installation with an empty store."""
    made = Installation(tmp_path, post_office.port)
    made.start()
    yield made
    made.kill()
