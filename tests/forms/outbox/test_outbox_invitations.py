"""Invitations in the outbox: one-click unsubscribe on the wire, and the look taken when one is due."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from core.errors import Conflict
from forms import links
from forms.links import LINKS, Purpose
from forms.outbox.delivery import deliver_due
from forms.outbox.models import OUTBOX, Mail, MailState
from forms.outbox.outcome import Counts
from forms.outbox.room import Held, Invitations, MailRoom
from forms.outbox.smtp import SmtpTransport
from forms.outbox.transport import MemoryTransport, Transport
from forms.store.protocol import Reader, Transaction
from tests.forms.outbox.office import Office, letter
from tests.forms.outbox.smtp_server import serving

BODY = "Dear Bea,\n\nDo you know someone?\n{{ status_link }}\n\nNo more of these:\n{{ unsubscribe_link }}\n"


def unsubscribe(tx: Transaction, candidate_id: str, now: dt.datetime) -> tuple[str, str]:
    """An address that switches invitations off, as the application makes them."""
    lifetime = dt.timedelta(days=3650)
    token, link = links.mint(tx, Purpose.UNSUBSCRIBE, candidate_id, now=now, lifetime=lifetime)
    return f"https://followup.example/mail/unsubscribe/{token}/", link.id


def room(office: Office, transport: Transport, held: Held | None = None) -> MailRoom:
    """A mail room that sends invitations, unless they are `held`."""

    def gate(_reader: Reader, _mail: Mail, _now: dt.datetime) -> Held | None:
        return held

    return replace(office.room(transport), invitations=Invitations(gate, unsubscribe))


def invite(office: Office) -> Mail:
    """An invitation to Bea, in the queue."""
    return office.post("referral-ask:1", body=BODY, invitation=True)


def test_an_invitation_carries_the_headers_of_one_click_unsubscribe(office: Office) -> None:
    mail = invite(office)
    with serving() as server:
        assert deliver_due(room(office, SmtpTransport("127.0.0.1", server.port))) == Counts(sent=1)
    (taken,) = server.taken
    https, mailto = str(taken["List-Unsubscribe"]).split(", ")
    assert https.startswith("<https://followup.example/mail/unsubscribe/")
    assert mailto == "<mailto:anna@agency.example?subject=No%20more%20invitations%2C%20please>"
    assert taken["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert https.strip("<>") in taken.get_content()
    token = https.strip("<>/").rpartition("/")[2]
    assert len(token) == 43
    with office.store.read() as reader:
        link = links.verify(reader, Purpose.UNSUBSCRIBE, token, office.clock.now() + dt.timedelta(days=3649))
        assert link is not None
        assert link.holder == "bea"
        assert links.verify(reader, Purpose.STATUS, token, office.clock.now()) is None
        assert token not in repr([OUTBOX.find(reader), LINKS.find(reader)])
    assert office.mail(mail.id).unsubscribe_id == link.id


def test_an_answer_carries_none_of_them(office: Office) -> None:
    office.post()
    with serving() as server:
        deliver_due(room(office, SmtpTransport("127.0.0.1", server.port)))
    (taken,) = server.taken
    assert not [name for name in taken if name.lower().startswith("list-")]


def test_without_https_there_is_no_one_click(office: Office) -> None:
    """RFC 8058, 3.1: the address is an https one."""
    invite(office)

    def by_http(tx: Transaction, candidate_id: str, now: dt.datetime) -> tuple[str, str]:
        address, link_id = unsubscribe(tx, candidate_id, now)
        return address.replace("https:", "http:"), link_id

    transport = MemoryTransport()
    deliver_due(replace(office.room(transport), invitations=Invitations(lambda *_: None, by_http)))
    assert transport.sent[0]["List-Unsubscribe"].startswith("<http://followup.example/")
    assert transport.sent[0]["List-Unsubscribe-Post"] is None


def test_one_that_is_held_waits_and_what_is_behind_it_goes_out(office: Office) -> None:
    ask, answer = invite(office), office.post()
    transport, until = MemoryTransport(), office.clock.now() + dt.timedelta(days=1)
    assert deliver_due(room(office, transport, Held("not yet", until))) == Counts(sent=1)
    waiting = office.mail(ask.id)
    assert (waiting.state, waiting.not_before, waiting.attempts) == (MailState.QUEUED, until, 0)
    assert office.mail(answer.id).state is MailState.SENT
    office.pass_time(days=1)
    assert deliver_due(room(office, transport)) == Counts(sent=1)


def test_one_that_is_held_for_good_is_cancelled_with_the_reason(office: Office) -> None:
    ask, answer = invite(office), office.post()
    assert deliver_due(room(office, MemoryTransport(), Held("They said no."))) == Counts(sent=1)
    cancelled = office.mail(ask.id)
    assert (cancelled.state, cancelled.last_error) == (MailState.CANCELLED, "They said no.")
    assert {mail.id for mail in office.told} == {ask.id, answer.id}


def test_the_address_of_an_attempt_that_reached_nobody_opens_nothing(office: Office) -> None:
    ask = invite(office)
    with serving({"RCPT": "550 no such user"}) as server:
        deliver_due(room(office, SmtpTransport("127.0.0.1", server.port)))
    with office.store.read() as reader:
        link = LINKS.require(reader, office.mail(ask.id).unsubscribe_id or "")
    assert link.revoked is not None


def test_an_installation_that_sends_none_refuses_one_that_waits(office: Office) -> None:
    ask = invite(office)
    assert office.deliver() == Counts(failed=1)
    assert "sends no invitations" in office.mail(ask.id).last_error


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"body": BODY}, "Only an invitation"),
        ({"body": "No link", "invitation": True, "access_for": None}, "switch invitations off"),
    ],
)
def test_what_does_not_fit_is_not_queued(office: Office, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(Conflict, match=message):
        office.post(**changes)
    assert letter().invitation is False
