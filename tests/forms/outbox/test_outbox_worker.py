"""The worker: delivers by itself, survives what goes wrong, and stops when asked."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from email.message import EmailMessage

import pytest

from forms.outbox.room import MailRoom
from forms.outbox.transport import MemoryTransport
from forms.outbox.worker import Worker
from forms.store.protocol import Reader, Transaction
from tests.forms.outbox.office import Office, access

SOON = 120.0
"""Seconds after which something that should happen at once has plainly not happened."""


class SignallingTransport(MemoryTransport):
    """Says when it was given a message."""

    def __init__(self) -> None:
        super().__init__()
        self.got = threading.Event()

    def send(self, message: EmailMessage) -> None:
        super().send(message)
        self.got.set()


@pytest.fixture
def transport() -> SignallingTransport:
    return SignallingTransport()


@pytest.fixture
def worker(office: Office, transport: SignallingTransport) -> Iterator[Worker]:
    """A running worker that by itself would look again in an hour."""
    made = Worker(office.room(transport), pause=3600)
    made.start()
    yield made
    assert made.stop(SOON)


def test_a_nudge_sends_at_once(office: Office, worker: Worker, transport: SignallingTransport) -> None:
    office.post()
    worker.nudge()
    assert transport.got.wait(SOON)


def test_without_a_nudge_it_looks_by_itself(office: Office, transport: SignallingTransport) -> None:
    worker = Worker(office.room(transport), pause=0.01)
    worker.start()
    office.post()
    assert transport.got.wait(SOON)
    assert worker.stop(SOON)


def test_it_survives_a_store_that_fails_and_names_nobody(
    office: Office, transport: SignallingTransport, caplog: pytest.LogCaptureFixture
) -> None:
    class FailingOnce:
        """Cannot be read the first time."""

        failed = False

        def read(self) -> AbstractContextManager[Reader]:
            if not self.failed:
                self.failed = True
                raise OSError("no space for bea@example.org")
            return office.store.read()

        def transaction(self) -> AbstractContextManager[Transaction]:
            return office.store.transaction()

        def close(self) -> None:
            """Nothing of its own."""

    caplog.set_level(logging.ERROR)
    worker = Worker(MailRoom(FailingOnce(), transport, office.clock, access), pause=0.01)
    office.post()
    worker.start()
    assert transport.got.wait(SOON)
    assert worker.stop(SOON)
    assert "OSError at test_outbox_worker.py" in caplog.text
    assert "bea@example.org" not in caplog.text


def test_it_stops_after_the_message_at_hand_however_long_the_queue(office: Office) -> None:
    for number in range(5):
        office.post(f"answer:{number}")

    class Stopping(MemoryTransport):
        def send(self, message: EmailMessage) -> None:
            super().send(message)
            stopping.ask_to_stop()

    transport = Stopping()
    stopping = Worker(office.room(transport))
    stopping.start()
    assert stopping.wait(SOON)
    assert stopping.counts.sent == 1
    assert len(transport.sent) == 1


def test_stopping_one_that_was_never_started_is_no_error(office: Office) -> None:
    assert Worker(office.room()).stop()
