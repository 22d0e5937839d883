"""Delivering: each row once, each outcome kept, no private link anywhere but in the message."""

from __future__ import annotations

import datetime as dt
import logging
import re
import threading
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from core.errors import StoreUnavailable
from forms.links import LINKS, Purpose, verify
from forms.outbox import queue
from forms.outbox.delivery import deliver_due
from forms.outbox.failures import Refused, TryLater, Uncertain, Unreachable
from forms.outbox.models import LEASE, OUTBOX, Mail, MailState
from forms.outbox.outcome import Counts
from forms.outbox.room import MailRoom
from forms.outbox.transport import MemoryTransport
from forms.store.protocol import Transaction
from tests.forms.outbox.office import Office


class Death(BaseException):
    """The process ends here, as far as the code can tell."""


class DyingTransport:
    """Ends the process while it has the message."""

    def send(self, message: EmailMessage) -> None:
        raise Death


def link_in(message: EmailMessage) -> str:
    """The token of the private link in a message."""
    found = re.search(r"/status/([\w-]+)/", message.get_content())
    assert found
    return found[1]


def test_a_due_message_is_sent_once(office: Office) -> None:
    mail = office.post()
    assert office.deliver() == Counts(sent=1)
    assert office.deliver() == Counts()
    assert len(office.transport.sent) == 1
    assert office.mail(mail.id).settled == office.clock.now()


def test_the_longest_due_goes_first(office: Office) -> None:
    for number in (1, 2, 3):
        office.post(f"answer:{number}", subject=f"Letter {number}")
        office.pass_time(minutes=1)
    office.deliver()
    assert [message["Subject"] for message in office.transport.sent] == ["Letter 1", "Letter 2", "Letter 3"]


def test_a_round_sends_no_more_than_its_limit(office: Office) -> None:
    for number in range(4):
        office.post(f"answer:{number}")
    assert deliver_due(office.room(), limit=3).sent == 3
    assert deliver_due(office.room(), limit=3).sent == 1


def test_the_private_link_is_made_while_sending_and_opens_the_page(office: Office) -> None:
    office.post()
    with office.store.read() as reader:
        assert LINKS.count(reader) == 0
    office.deliver()
    with office.store.read() as reader:
        link = verify(reader, Purpose.STATUS, link_in(office.transport.sent[0]), office.clock.now())
    assert link is not None
    assert link.holder == "bea"


def test_a_message_without_the_link_makes_none(office: Office) -> None:
    office.post(body="No link here.", access_for="bea")
    office.deliver()
    with office.store.read() as reader:
        assert LINKS.count(reader) == 0


def test_no_token_ever_stands_in_the_store_or_in_a_log(
    office: Office, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    office.transport = MemoryTransport(None, Uncertain("lost after bea@example.org"), Refused("550 no"))
    seen: list[str] = []

    class Noting:
        def send(self, message: EmailMessage) -> None:
            seen.append(link_in(message))
            office.transport.send(message)

    for number in range(3):
        office.post(f"answer:{number}")
    assert office.deliver(Noting()).total == 3
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    with office.store.read() as reader:
        kept += repr([OUTBOX.find(reader), LINKS.find(reader)]).encode()
    assert len(set(seen)) == 3
    for token in seen:
        assert token.encode() not in kept
        assert token not in caplog.text
    assert "bea@example.org" not in caplog.text


def test_a_refused_message_fails_with_the_words_of_the_server(office: Office) -> None:
    office.transport = MemoryTransport(Refused("550 5.1.1 no such user"))
    mail = office.post()
    assert office.deliver() == Counts(failed=1)
    assert office.mail(mail.id).last_error == "550 5.1.1 no such user"
    office.pass_time(days=30)
    assert office.deliver().total == 0


def test_what_was_not_taken_is_tried_again_in_pauses_that_double_up_to_six_hours(office: Office) -> None:
    office.transport = MemoryTransport(*[TryLater("450 busy")] * 12)
    mail = office.post()
    pauses = []
    for _ in range(11):
        assert office.deliver() == Counts(retry=1)
        pause = office.mail(mail.id).not_before - office.clock.now()
        pauses.append(pause // dt.timedelta(minutes=1))
        office.clock.advance(pause - dt.timedelta(seconds=1))
        assert office.deliver().total == 0
        office.pass_time(seconds=1)
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]


def test_after_three_days_it_is_given_up_and_somebody_is_told(office: Office) -> None:
    office.transport = MemoryTransport(*[TryLater("450 busy")] * 99)
    mail = office.post()
    start = office.clock.now()
    while office.mail(mail.id).state is not MailState.FAILED:
        office.deliver()
        office.clock.advance(max(office.mail(mail.id).not_before - office.clock.now(), dt.timedelta()))
    assert dt.timedelta(days=3) <= office.clock.now() - start <= dt.timedelta(days=3, hours=6)
    assert "450 busy" in office.mail(mail.id).last_error
    assert [each.state for each in office.told] == [MailState.FAILED]


def test_a_server_that_takes_nothing_is_not_tried_with_every_message(office: Office) -> None:
    office.transport = MemoryTransport(Unreachable("no connection"))
    for number in range(3):
        office.post(f"answer:{number}")
    assert office.deliver() == Counts(retry=1, unreachable=True)


def test_an_uncertain_one_is_unknown_and_never_sent_again_unasked(office: Office) -> None:
    office.transport = MemoryTransport(Uncertain("connection lost"))
    mail = office.post()
    assert office.deliver() == Counts(unknown=1)
    office.pass_time(days=365)
    assert office.deliver().total == 0
    queue.retry(office.store, mail.id, office.clock.now())
    assert office.deliver().sent == 1


def test_what_is_no_address_fails_without_a_word_to_the_server(office: Office) -> None:
    mail = office.post(recipient="bea at example")
    assert office.deliver() == Counts(failed=1)
    assert "not an address" in office.mail(mail.id).last_error


def test_a_candidate_who_is_gone_fails_the_message_and_holds_up_nobody(office: Office) -> None:
    gone = office.post("answer:1", access_for="erased")
    office.pass_time(seconds=1)
    office.post("answer:2")
    assert office.deliver() == Counts(sent=1, failed=1)
    assert "no such candidate" in office.mail(gone.id).last_error
    assert [each.state for each in office.told] == [MailState.FAILED, MailState.SENT]


def test_a_message_erased_while_it_is_sent_stays_erased(office: Office) -> None:
    class Erasing:
        def send(self, message: EmailMessage) -> None:
            with office.store.transaction() as tx:
                OUTBOX.delete(tx, mail.id)

    mail = office.post()
    assert office.deliver(Erasing()).total == 0
    with office.store.read() as reader:
        assert OUTBOX.count(reader) == 0


def test_a_mistake_of_ours_while_sending_counts_as_unknown(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.transport = MemoryTransport(RuntimeError("while writing to bea@example.org"))
    mail = office.post()
    assert office.deliver() == Counts(unknown=1)
    assert "RuntimeError" in office.mail(mail.id).last_error
    assert "RuntimeError at transport.py" in caplog.text
    assert "bea@example.org" not in caplog.text


class TestALease:
    """A worker that died leaves a row that nobody may send, and that becomes unknown in time."""

    @pytest.fixture
    def left(self, office: Office) -> Mail:
        """A row whose worker died with it in hand."""
        mail: Mail = office.post()
        with pytest.raises(Death):
            office.deliver(DyingTransport())
        assert office.mail(mail.id).state is MailState.SENDING
        return mail

    def test_is_respected_while_it_runs(self, office: Office, left: Mail) -> None:
        office.clock.advance(LEASE - dt.timedelta(seconds=1))
        assert office.deliver().total == 0
        assert office.mail(left.id).state is MailState.SENDING

    def test_that_is_over_makes_the_row_unknown_and_tells_the_listeners(
        self, office: Office, left: Mail
    ) -> None:
        office.clock.advance(LEASE)
        assert office.deliver() == Counts(unknown=1)
        assert [each.state for each in office.told] == [MailState.UNKNOWN]
        assert office.transport.sent == []

    @pytest.mark.parametrize("back", [dt.timedelta(minutes=5), dt.timedelta(days=400)])
    def test_is_not_outwitted_by_a_clock_moved_back(
        self, office: Office, left: Mail, back: dt.timedelta
    ) -> None:
        office.clock.advance(-back)
        for _ in range(3):
            office.deliver()
            office.clock.advance(LEASE)
        assert office.mail(left.id).state is MailState.UNKNOWN
        assert office.transport.sent == []


@pytest.mark.parametrize("back", [dt.timedelta(minutes=5), dt.timedelta(days=400)])
def test_a_clock_moved_back_sends_nothing_twice(office: Office, back: dt.timedelta) -> None:
    office.transport = MemoryTransport(None, TryLater("450 busy"))
    for number in range(3):
        office.post(f"answer:{number}")
    office.deliver()
    office.clock.advance(-back)
    for _ in range(5):
        office.deliver()
        office.pass_time(hours=7)
    ids = [message["Message-ID"] for message in office.transport.sent]
    assert len(ids) == len(set(ids)) == 3


def test_a_retry_is_not_put_off_by_a_year_when_the_clock_was_wrong(office: Office) -> None:
    office.transport = MemoryTransport(TryLater("450 busy"))
    office.post()
    office.deliver()
    office.pass_time(days=-365)
    assert office.deliver().sent == 1


def test_late_word_that_it_was_taken_settles_an_unknown_row(office: Office) -> None:
    """The worker was stopped for longer than its lease, then went on."""

    class Slow:
        def send(self, message: EmailMessage) -> None:
            office.clock.advance(LEASE)
            assert office.deliver() == Counts(unknown=1)

    mail = office.post()
    assert office.deliver(Slow()) == Counts(sent=1)
    assert office.mail(mail.id).state is MailState.SENT
    assert [each.state for each in office.told] == [MailState.UNKNOWN, MailState.SENT]


def test_late_word_does_not_undo_what_a_person_decided(office: Office) -> None:
    class Slow:
        def send(self, message: EmailMessage) -> None:
            office.clock.advance(LEASE)
            office.deliver()
            queue.retry(office.store, mail.id, office.clock.now())

    mail = office.post()
    assert office.deliver(Slow()).total == 0
    assert office.mail(mail.id).state is MailState.QUEUED


def test_two_workers_and_many_rows_make_one_send_each(office: Office) -> None:
    for number in range(12):
        office.post(f"answer:{number}", recipient=f"person{number}@example.org")
    start = threading.Barrier(2)
    totals: list[Counts] = []

    def work() -> None:
        start.wait()
        totals.append(office.deliver())

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts.sent for counts in totals) == 12
    assert len({message["To"] for message in office.transport.sent}) == 12
    assert len(office.transport.sent) == 12


class TestAListener:
    """Listeners hear in the transaction that settles the row."""

    @pytest.fixture
    def broken(self, office: Office) -> MailRoom:
        """A mail room with a listener that writes something and then fails."""

        def listen(tx: Transaction, mail: Mail) -> None:
            OUTBOX.delete(tx, mail.id)
            raise KeyError("bea@example.org")

        return MailRoom(office.store, office.transport, office.clock, lambda *_: ("link", "id"), (listen,))

    def test_sees_the_row_settled(self, office: Office) -> None:
        seen: list[Mail | None] = []

        def listen(tx: Transaction, mail: Mail) -> None:
            seen.append(OUTBOX.get(tx, mail.id))

        mail = office.post()
        deliver_due(
            MailRoom(office.store, office.transport, office.clock, lambda *_: ("link", "id"), (listen,))
        )
        assert seen == [office.mail(mail.id)]

    def test_that_fails_leaves_a_sent_message_unknown_and_says_why(
        self, office: Office, broken: MailRoom, caplog: pytest.LogCaptureFixture
    ) -> None:
        mail = office.post()
        assert deliver_due(broken) == Counts(unknown=1)
        row = office.mail(mail.id)
        assert row.state is MailState.UNKNOWN
        assert "has taken the message" in row.last_error
        assert "KeyError" in row.last_error
        assert "bea@example.org" not in caplog.text
        office.pass_time(days=1)
        assert deliver_due(broken).total == 0
        assert len(office.transport.sent) == 1

    def test_is_told_again_when_a_person_marks_it_as_sent(self, office: Office, broken: MailRoom) -> None:
        mail = office.post()
        deliver_due(broken)
        queue.mark_sent(office.store, mail.id, office.clock.now(), (office.listen,))
        assert [each.state for each in office.told] == [MailState.SENT]

    def test_is_not_told_of_a_retry_that_happens_by_itself(self, office: Office) -> None:
        office.transport = MemoryTransport(TryLater("450 busy"))
        office.post()
        office.deliver()
        assert office.told == []

    def test_that_fails_when_a_person_acts_stops_the_act(self, office: Office, broken: MailRoom) -> None:
        mail = office.post()
        with pytest.raises(KeyError):
            queue.cancel(office.store, mail.id, office.clock.now(), broken.listeners)
        assert office.mail(mail.id).state is MailState.QUEUED


def test_a_store_that_is_busy_for_a_moment_does_not_lose_an_outcome(office: Office) -> None:
    """The first transaction after the sending finds the store locked."""

    class Busy:
        def __init__(self) -> None:
            self.fail = False

        def read(self) -> Any:
            return office.store.read()

        def transaction(self) -> Any:
            if self.fail:
                self.fail = False
                raise StoreUnavailable("locked")
            return office.store.transaction()

        def close(self) -> None:
            """Nothing of its own."""

    class Locking:
        def send(self, message: EmailMessage) -> None:
            busy.fail = True

    busy = Busy()
    office.post()
    room = MailRoom(busy, Locking(), office.clock, lambda *_: ("link", "id"))
    assert deliver_due(room) == Counts(sent=1)


@pytest.mark.parametrize(
    ("answer", "opens"),
    [
        (Refused("550 no"), False),
        (TryLater("451 not now"), False),
        (Uncertain("lost"), True),
        (None, True),
    ],
)
def test_the_link_of_an_attempt_that_certainly_failed_opens_nothing(
    office: Office, answer: Exception | None, opens: bool
) -> None:
    """One that may have arrived goes on opening the page."""
    office.transport = MemoryTransport(answer)
    mail = office.post()
    office.deliver()
    with office.store.read() as reader:
        (link,) = LINKS.find(reader)
    assert link.id == office.mail(mail.id).link_id
    assert link.is_live(office.clock.now()) is opens


def test_of_several_attempts_only_the_link_that_left_opens_the_page(office: Office) -> None:
    office.transport = MemoryTransport(TryLater("451"), TryLater("451"))
    office.post()
    for _ in range(3):
        office.deliver()
        office.pass_time(hours=1)
    with office.store.read() as reader:
        live = [link.id for link in LINKS.find(reader) if link.is_live(office.clock.now())]
        sent = verify(reader, Purpose.STATUS, link_in(office.transport.sent[0]), office.clock.now())
    assert sent is not None
    assert live == [sent.id]
