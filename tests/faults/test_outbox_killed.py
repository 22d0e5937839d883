"""Real worker processes, killed at every step of a conversation, and racing each other."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.clock import ManualClock
from core.settings import ROOT
from forms.outbox.models import LEASE, MailState
from forms.outbox.outcome import Counts
from forms.outbox.smtp import SmtpTransport
from forms.store.tinydb import TinyStore
from tests.forms.outbox.office import SHAPES, Office
from tests.forms.outbox.smtp_server import STALL, STEPS, Server, serving

pytestmark = pytest.mark.faults

LONG = 60.0
"""Seconds after which a process that should have got somewhere plainly has not."""


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "ledger.json"


@pytest.fixture
def office(ledger: Path) -> Iterator[Office]:
    """The outbox in the file that the worker processes use, at the present time."""
    store = TinyStore(ledger, SHAPES)
    yield Office(store, ManualClock(dt.datetime.now(dt.UTC)))
    store.close()


@contextmanager
def worker(ledger: Path, server: Server) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process, killed when the block ends."""
    command = [sys.executable, "-m", "tests.faults.outbox_worker", str(ledger), str(server.port)]
    with subprocess.Popen(command, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_at_a_step_leaves_a_row_that_becomes_unknown_and_is_not_resent(
    office: Office, ledger: Path, step: str
) -> None:
    mail = office.post()
    with serving({step: STALL}) as server, worker(ledger, server) as process:
        assert server.stalled.wait(LONG)
        process.kill()
        process.wait(LONG)
        reached = len(server.taken)
    assert office.mail(mail.id).state is MailState.SENDING
    office.clock.advance(dt.timedelta(seconds=LONG) + LEASE)
    other = office.post("answer:2")
    with serving() as healthy:
        assert office.deliver(SmtpTransport("127.0.0.1", healthy.port)) == Counts(sent=1, unknown=1)
        office.clock.advance(dt.timedelta(days=30))
        assert office.deliver(SmtpTransport("127.0.0.1", healthy.port)) == Counts()
        assert [message["Message-ID"] for message in healthy.taken] == [other.message_id]
    assert office.mail(mail.id).state is MailState.UNKNOWN
    assert reached == (1 if step == "dot" else 0)


def test_two_worker_processes_send_every_message_once(office: Office, ledger: Path) -> None:
    posted = [office.post(f"answer:{number}") for number in range(30)]
    with serving() as server, worker(ledger, server) as one, worker(ledger, server) as two:
        assert one.wait(LONG) == 0
        assert two.wait(LONG) == 0
        taken = Counter(message["Message-ID"] for message in server.taken)
    assert taken == Counter(mail.message_id for mail in posted)
    assert {office.mail(mail.id).state for mail in posted} == {MailState.SENT}


def test_workers_killed_again_and_again_lose_nothing_and_double_nothing(office: Office, ledger: Path) -> None:
    """enqueued = sent + unknown; what the server took twice or never shows as neither sent nor hidden."""
    posted = [office.post(f"answer:{number}") for number in range(12)]
    taken: Counter[str] = Counter()
    for kill_after in (1, 2, 3):
        with serving() as server, worker(ledger, server) as process:
            wait_for(server, kill_after)
            process.kill()
            process.wait(LONG)
            taken.update(message["Message-ID"] for message in server.taken)
    office.clock.advance(dt.timedelta(seconds=3 * LONG) + LEASE)
    with serving() as server:
        office.deliver(SmtpTransport("127.0.0.1", server.port))
        taken.update(message["Message-ID"] for message in server.taken)
    rows = [office.mail(mail.id) for mail in posted]
    assert {row.state for row in rows} <= {MailState.SENT, MailState.UNKNOWN}
    assert max(taken.values()) == 1
    assert {row.message_id for row in rows if row.state is MailState.SENT} <= set(taken)


def wait_for(server: Server, messages: int) -> None:
    """Until the server has taken so many."""
    with server.arrival:
        assert server.arrival.wait_for(lambda: len(server.taken) >= messages, LONG)
