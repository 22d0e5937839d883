"""The queue: one message for each event and recipient, and what a person may do with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from core.errors import Conflict, NotFound
from core.settings import load_run_settings
from forms.outbox import queue
from forms.outbox.failures import Refused, Uncertain
from forms.outbox.models import OUTBOX, MailState
from forms.outbox.transport import MemoryTransport
from tests.forms.outbox.office import Office, letter


def test_asking_twice_makes_one_message(office: Office) -> None:
    first = office.post()
    office.pass_time(hours=1)
    assert office.post(body="Something else.", access_for=None) == first
    with office.store.read() as reader:
        assert OUTBOX.count(reader) == 1


def test_asking_again_after_it_was_sent_does_not_send_again(office: Office) -> None:
    office.post()
    office.deliver()
    assert office.post().state is MailState.SENT
    office.deliver()
    assert len(office.transport.sent) == 1


def test_one_event_may_have_several_recipients(office: Office) -> None:
    office.post()
    office.post(recipient="cy@example.org")
    with office.store.read() as reader:
        assert len(queue.mail_of(reader, "answer:1")) == 2


def test_the_message_is_queued_with_what_caused_it_or_not_at_all(office: Office) -> None:
    def cause_then_fail() -> None:
        with office.store.transaction() as tx:
            queue.enqueue(tx, letter(), now=office.clock.now(), domain="followup.example")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cause_then_fail()
    assert office.deliver().total == 0


def test_the_message_id_is_fixed_when_it_is_queued(office: Office) -> None:
    office.transport = MemoryTransport(Refused("550 no"))
    queued = office.post()
    office.deliver()
    queue.retry(office.store, queued.id, office.clock.now())
    office.deliver()
    assert office.transport.sent[0]["Message-ID"] == queued.message_id


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"body": "Dear Bea,\n\n{{ reason }}\n{{ observation }}"}, "{{ reason }}, {{ observation }}"),
        ({"subject": "{{ job_title }}: the outcome"}, "{{ job_title }}"),
        ({"subject": "{{ status_link }}"}, "move it into the text"),
        ({"access_for": None}, "no private page"),
    ],
)
def test_a_message_that_is_not_complete_is_refused(
    office: Office, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(Conflict, match=words):
        office.post(**changes)


def test_a_message_for_later_waits_and_can_be_called_back_until_then(office: Office) -> None:
    later = office.clock.now() + dt.timedelta(minutes=10)
    mail = office.post(not_before=later)
    assert office.deliver().total == 0
    queue.cancel(office.store, mail.id, office.clock.now(), (office.listen,))
    office.pass_time(days=1)
    assert office.deliver().total == 0
    assert [each.state for each in office.told] == [MailState.CANCELLED]


def test_a_message_for_later_goes_out_in_its_time(office: Office) -> None:
    office.post(not_before=office.clock.now() + dt.timedelta(minutes=10))
    office.pass_time(minutes=10)
    assert office.deliver().sent == 1


def test_a_person_may_send_again_what_failed(office: Office) -> None:
    office.transport = MemoryTransport(Refused("550 no such user"))
    mail = office.post()
    office.deliver()
    queue.retry(office.store, mail.id, office.clock.now(), (office.listen,))
    assert office.deliver().sent == 1
    assert [each.state for each in office.told] == [MailState.FAILED, MailState.QUEUED, MailState.SENT]
    assert office.mail(mail.id).last_error == ""


def test_a_person_may_say_that_an_unknown_one_arrived(office: Office) -> None:
    office.transport = MemoryTransport(Uncertain("lost"))
    mail = office.post()
    office.deliver()
    queue.mark_sent(office.store, mail.id, office.clock.now(), (office.listen,))
    assert office.mail(mail.id).state is MailState.SENT
    assert office.told[-1].state is MailState.SENT
    assert office.deliver().total == 0


@pytest.mark.parametrize(
    ("state", "deed", "why"),
    [
        (MailState.SENT, queue.cancel, "it has been sent"),
        (MailState.SENT, queue.retry, "it has been sent"),
        (MailState.SENDING, queue.cancel, "being sent at this moment"),
        (MailState.SENDING, queue.retry, "being sent at this moment"),
        (MailState.SENDING, queue.mark_sent, "being sent at this moment"),
        (MailState.CANCELLED, queue.retry, "it was cancelled"),
        (MailState.UNKNOWN, queue.cancel, "nobody knows yet whether it arrived"),
        (MailState.FAILED, queue.mark_sent, "it was refused"),
        (MailState.QUEUED, queue.mark_sent, "not been tried yet"),
        (MailState.QUEUED, queue.retry, "not been tried yet"),
    ],
)
def test_what_does_not_fit_the_state_is_refused_and_says_why(
    office: Office, state: MailState, deed: Callable[..., object], why: str
) -> None:
    mail = office.post()
    with office.store.transaction() as tx:
        OUTBOX.put(tx, replace(mail, state=state))
    with pytest.raises(Conflict, match=why):
        deed(office.store, mail.id, office.clock.now())
    assert office.mail(mail.id).state is state


def test_a_message_that_is_not_there_is_said_to_be_missing(office: Office) -> None:
    with pytest.raises(NotFound):
        queue.cancel(office.store, "0" * 32, office.clock.now())


def test_trouble_is_what_needs_a_person_the_oldest_first(office: Office) -> None:
    office.transport = MemoryTransport(Refused("550 no"), Uncertain("lost"), None)
    for number in range(3):
        office.post(f"answer:{number}")
        office.pass_time(minutes=1)
    office.deliver()
    office.post("answer:waiting")
    with office.store.read() as reader:
        assert [mail.event for mail in queue.trouble(reader)] == ["answer:0", "answer:1"]
        assert [mail.event for mail in queue.recently_sent(reader, limit=5)] == ["answer:2"]
        assert [mail.event for mail in queue.waiting(reader)] == ["answer:waiting"]


@pytest.mark.parametrize(
    ("environ", "domain"),
    [
        ({"FOLLOWUP_MAIL_FROM": "office@agency.example"}, "agency.example"),
        ({"FOLLOWUP_BASE_URL": "https://follow.agency.example"}, "follow.agency.example"),
        ({"FOLLOWUP_BASE_URL": "https://bücher.example"}, "xn--bcher-kva.example"),
        ({"FOLLOWUP_BASE_URL": "http://127.0.0.1:8000"}, "followup.invalid"),
        ({"FOLLOWUP_BASE_URL": "http://localhost"}, "followup.invalid"),
    ],
)
def test_message_ids_carry_our_domain(environ: dict[str, str], domain: str) -> None:
    assert queue.mail_domain(load_run_settings(environ)) == domain
