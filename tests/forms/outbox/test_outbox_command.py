"""`flask --app forms send-mail`."""

from __future__ import annotations

import os
import signal
from email.message import EmailMessage

import pytest
from flask import Flask

from core.clock import ManualClock
from forms.outbox import queue
from forms.outbox.cli import send_mail
from forms.outbox.failures import Refused, Unreachable
from forms.outbox.room import EXTENSION, MailRoom
from forms.outbox.transport import MemoryTransport
from forms.store.memory import MemoryStore
from tests.forms.outbox.office import letter


@pytest.fixture
def transport(app: Flask, store: MemoryStore, clock: ManualClock) -> MemoryTransport:
    """What the application sends with, instead of the console."""
    made = MemoryTransport()
    app.extensions[EXTENSION] = MailRoom(
        store, made, clock, lambda *_: ("https://followup.example/status/x/", "x")
    )
    for number in range(2):
        message = letter(f"test:{number}")
        queue.enqueue(store, message, now=clock.now(), domain="followup.example")
    return made


def test_it_sends_what_is_due_and_says_how_much(app: Flask, transport: MemoryTransport) -> None:
    result = app.test_cli_runner().invoke(send_mail)
    assert result.exit_code == 0
    assert result.output == "2 sent, 0 to be tried again, 0 failed, 0 unknown\n"
    assert len(transport.sent) == 2


def test_a_failure_shows_in_the_exit_code(app: Flask, transport: MemoryTransport) -> None:
    transport.answers[:] = [Refused("550 no")]
    result = app.test_cli_runner().invoke(send_mail)
    assert result.exit_code == 1
    assert "1 sent, 0 to be tried again, 1 failed" in result.output


def test_a_server_that_takes_nothing_is_mentioned(app: Flask, transport: MemoryTransport) -> None:
    transport.answers[:] = [Unreachable("no connection")]
    result = app.test_cli_runner().invoke(send_mail)
    assert result.exit_code == 0
    assert "takes nothing at present" in result.output


def test_a_loop_goes_on_until_it_is_told_to_stop(
    app: Flask, transport: MemoryTransport, store: MemoryStore, clock: ManualClock
) -> None:
    room = app.extensions[EXTENSION]

    class Stopping(MemoryTransport):
        def send(self, message: EmailMessage) -> None:
            super().send(message)
            if len(self.sent) == 2:
                os.kill(os.getpid(), signal.SIGTERM)

    app.extensions[EXTENSION] = MailRoom(room.store, Stopping(), clock, room.access)
    before = signal.getsignal(signal.SIGTERM)
    try:
        result = app.test_cli_runner().invoke(send_mail, ["--loop"])
    finally:
        signal.signal(signal.SIGTERM, before)
    assert result.output.startswith("2 sent")
