"""Real worker processes, killed at every step of a conversation, and racing each other."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from core.clock import ManualClock
from forms.outbox.models import LEASE, MailState
from forms.outbox.outcome import Counts
from forms.outbox.smtp import SmtpTransport
from tests.contracts.engines import ENGINES, Engine
from tests.faults.outbox_worker import deliver_all
from tests.forms.outbox.office import SHAPES, Office
from tests.forms.outbox.smtp_server import HANG_UP, STALL, STEPS, Server, serving
from tests.postgres_ledgers import close_opened
from tests.processes import LONG, ended, start

pytestmark = pytest.mark.faults

Start = Callable[[Server], AbstractContextManager[BaseProcess]]


@pytest.fixture(params=[each for each in ENGINES if each.durable], ids=lambda engine: engine.name)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each engine that several processes can use."""
    chosen: Engine = request.param
    if chosen.needs:
        request.getfixturevalue(chosen.needs)
    yield chosen
    close_opened()


@pytest.fixture
def office(engine: Engine, tmp_path: Path) -> Iterator[Office]:
    """The outbox that the worker processes use, at the present time."""
    store = engine.open(tmp_path, SHAPES)
    yield Office(store, ManualClock(dt.datetime.now(dt.UTC)))
    store.close()


@pytest.fixture
def worker(engine: Engine, tmp_path: Path) -> Start:
    """Starts a worker process, killed when the block ends."""

    @contextmanager
    def worker(server: Server) -> Iterator[BaseProcess]:
        process = start(deliver_all, engine.name, tmp_path, server.port)
        try:
            yield process
        finally:
            process.kill()
            ended(process)
            process.close()

    return worker


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_at_a_step_leaves_a_row_that_becomes_unknown_and_is_not_resent(
    office: Office, worker: Start, step: str
) -> None:
    mail = office.post()
    with serving({step: STALL}) as server, worker(server) as process:
        assert server.stalled.wait(LONG)
        process.kill()
        ended(process)
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


def test_two_worker_processes_send_every_message_once(office: Office, worker: Start) -> None:
    posted = [office.post(f"answer:{number}") for number in range(30)]
    with serving() as server, worker(server) as one, worker(server) as two:
        assert ended(one) == 0
        assert ended(two) == 0
        taken = Counter(message["Message-ID"] for message in server.taken)
    assert taken == Counter(mail.message_id for mail in posted)
    assert {office.mail(mail.id).state for mail in posted} == {MailState.SENT}


def test_of_two_worker_processes_and_one_row_one_sends(office: Office, worker: Start) -> None:
    mail = office.post()
    with serving() as server, worker(server) as one, worker(server) as two:
        assert ended(one) == 0
        assert ended(two) == 0
        assert [message["Message-ID"] for message in server.taken] == [mail.message_id]
    assert office.mail(mail.id).state is MailState.SENT


@pytest.mark.parametrize(
    ("step", "reply", "state"),
    [
        ("connect", "421 not now", MailState.RETRY),
        ("RCPT", "450 mailbox busy", MailState.RETRY),
        ("RCPT", "550 no such user", MailState.FAILED),
        ("DATA", "451 not now", MailState.RETRY),
        ("DATA", HANG_UP, MailState.RETRY),
        ("dot", "451 could not write it", MailState.RETRY),
        ("dot", HANG_UP, MailState.UNKNOWN),
    ],
)
def test_a_server_that_fails_and_a_clock_moved_back_double_nothing(
    office: Office, worker: Start, step: str, reply: str, state: MailState
) -> None:
    """enqueued = sent + failed + unknown, on whatever day the clock says it is."""
    mail = office.post()
    with serving({step: reply}) as server, worker(server) as process:
        assert ended(process) == 0
    assert office.mail(mail.id).state is state
    with serving() as healthy:
        transport = SmtpTransport("127.0.0.1", healthy.port)
        for days in (-400, 400, 30):
            office.clock.advance(dt.timedelta(days=days))
            office.deliver(transport)
        taken = [message["Message-ID"] for message in healthy.taken]
    sent_late = state is MailState.RETRY
    assert taken == ([mail.message_id] if sent_late else [])
    assert office.mail(mail.id).state is (MailState.SENT if sent_late else state)


def test_workers_killed_again_and_again_lose_nothing_and_double_nothing(
    office: Office, worker: Start
) -> None:
    """enqueued = sent + unknown; what the server took twice or never shows as neither sent nor hidden."""
    posted = [office.post(f"answer:{number}") for number in range(12)]
    taken: Counter[str] = Counter()
    for kill_after in (1, 2, 3):
        with serving() as server, worker(server) as process:
            wait_for(server, kill_after)
            process.kill()
            ended(process)
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
