"""Bounces: what comes back finds its row, once, and only if it is really ours."""

from __future__ import annotations

import mailbox
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from core.errors import FollowUpError, InvalidSettings
from forms.links import LINKS
from forms.outbox import queue
from forms.outbox.bounce_address import BounceAddress, bounce_address
from forms.outbox.bounces import Taken, read_bounces
from forms.outbox.delivery import deliver_due
from forms.outbox.dsn import read_report
from forms.outbox.failures import Uncertain
from forms.outbox.models import Mail, MailState
from forms.outbox.room import MailRoom
from forms.outbox.smtp import SmtpTransport
from forms.outbox.transport import MemoryTransport
from tests.forms.outbox.office import Office
from tests.forms.outbox.smtp_server import serving

DAEMON = "MAILER-DAEMON@mx.example.org"
ADDRESS = BounceAddress("bounces", "agency.example", b"a key for tests")


def notification(
    mail: Mail,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    returned: str = "text/rfc822-headers",
    to: str = "office@agency.example",
    number: int = 1,
) -> bytes:
    """What a mail server sends when it gives a message up: RFC 3464, figure by figure."""
    about = f"Message-ID: {mail.message_id}\nSubject: {mail.subject}\nTo: {mail.recipient}\n"
    about += "\nDear Bea,\n" if returned == "message/rfc822" else ""
    parts = [
        ("text/plain; charset=us-ascii", "I am sorry to have to inform you that your message could not be\n"),
        (
            "message/delivery-status",
            "Reporting-MTA: dns; mx.example.org\n\n"
            f"Final-Recipient: rfc822; {mail.recipient}\nAction: {action}\nStatus: {status}\n"
            "Diagnostic-Code: smtp; 550 5.1.1 The mailbox\n  does not exist\n",
        ),
        (returned, about),
    ]
    body = "".join(f"--BOUNDARY\nContent-Type: {kind}\n\n{text}\n" for kind, text in parts if text and kind)
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org (Mail Delivery System)\n"
        f"To: {to}\nSubject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\n"
        f"Message-ID: <{mail.id}-{number}@mx.example.org>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status;\n boundary="BOUNDARY"\n\n'
        f"{body}--BOUNDARY--\n"
    ).encode()


def plain(subject: str, text: str, sender: str = DAEMON, to: str = "x@y.example") -> bytes:
    """A message in words alone."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made.set_content(text)
    return made.as_bytes()


@pytest.fixture
def sent(office: Office) -> Mail:
    """A letter that was taken by the server."""
    mail = office.post()
    office.deliver()
    office.told.clear()
    return office.mail(mail.id)


@pytest.fixture
def read(office: Office, tmp_path: Path) -> Callable[..., Taken]:
    """Reads one notification; gives what was made of it."""

    def once(raw: bytes, *, signed: bool = False) -> Taken:
        path = tmp_path / "came-back.eml"
        path.write_bytes(raw)
        room = replace(office.room(), bounces=ADDRESS if signed else None)
        ((taken, count),) = read_bounces(room, path).items()
        assert count == 1
        return taken

    return once


Read = Callable[..., Taken]


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_letter_that_came_back_says_so_and_why(
    office: Office, sent: Mail, read: Read, returned: str
) -> None:
    assert read(notification(sent, returned=returned)) is Taken.CAME_BACK
    row = office.mail(sent.id)
    assert row.state is MailState.BOUNCED
    assert row.last_error == "550 5.1.1 The mailbox does not exist"
    assert [mail.state for mail in office.told] == [MailState.BOUNCED]
    with office.store.read() as reader:
        assert [mail.id for mail in queue.trouble(reader)] == [sent.id]


def test_reading_it_again_changes_nothing(office: Office, sent: Mail, read: Read) -> None:
    read(notification(sent))
    queue.retry(office.store, sent.id, office.clock.now())
    office.deliver()
    office.told.clear()
    assert read(notification(sent)) is Taken.KNOWN
    assert office.mail(sent.id).state is MailState.SENT
    assert office.told == []
    assert read(notification(sent, number=2)) is Taken.CAME_BACK


def test_a_delay_is_noted_and_takes_nothing_back(office: Office, sent: Mail, read: Read) -> None:
    assert read(notification(sent, action="delayed", status="4.4.1")) is Taken.DELAYED
    row = office.mail(sent.id)
    assert row.state is MailState.SENT
    assert row.last_error.startswith("On its way, but delayed: 550")
    assert office.told == []


def test_a_delay_that_was_given_up_has_come_back(office: Office, sent: Mail, read: Read) -> None:
    """RFC 3464, 2.3.3: `failed` is final, also where the status of the last attempt was a passing one."""
    assert read(notification(sent, action="failed", status="4.4.7")) is Taken.CAME_BACK
    assert office.mail(sent.id).state is MailState.BOUNCED


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_good_news_is_no_bounce(office: Office, sent: Mail, read: Read, action: str) -> None:
    assert read(notification(sent, action=action, status="2.0.0")) is Taken.OTHER
    assert office.mail(sent.id).state is MailState.SENT


def test_the_private_link_in_a_letter_that_came_back_opens_nothing(
    office: Office, sent: Mail, read: Read
) -> None:
    read(notification(sent))
    with office.store.read() as reader:
        (link,) = LINKS.find(reader)
    assert not link.is_live(office.clock.now())


def test_one_of_which_nobody_knew_is_known_once_it_came_back(office: Office, read: Read) -> None:
    office.transport = MemoryTransport(Uncertain("lost"))
    mail = office.post()
    office.deliver()
    assert read(notification(mail)) is Taken.CAME_BACK
    assert office.mail(mail.id).state is MailState.BOUNCED


def test_a_bounce_that_is_faster_than_the_worker_waits(office: Office, read: Read) -> None:
    mail = office.post()

    class Dying:
        def send(self, message: EmailMessage) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        office.deliver(Dying())
    assert read(notification(mail)) is Taken.NOT_YET
    office.pass_time(hours=1)
    office.deliver()
    assert read(notification(mail)) is Taken.CAME_BACK


def test_another_ones_message_id_takes_nothing_back(office: Office, sent: Mail, read: Read) -> None:
    forged = replace(sent, message_id="<0123456789abcdef0123456789abcdef@followup.example>")
    assert read(notification(forged)) is Taken.OTHER
    near = replace(sent, message_id=sent.message_id.replace("@", "@sub."))
    assert read(notification(near, number=2)) is Taken.OTHER
    assert office.mail(sent.id).state is MailState.SENT


def test_the_signed_address_finds_the_row_where_nothing_was_returned(
    office: Office, sent: Mail, read: Read
) -> None:
    without = replace(sent, message_id="")
    assert read(notification(without, to=ADDRESS.of(sent.id).upper()), signed=True) is Taken.CAME_BACK
    assert office.mail(sent.id).state is MailState.BOUNCED


def test_an_address_signed_with_another_key_is_not_believed(office: Office, sent: Mail, read: Read) -> None:
    forged = replace(ADDRESS, key=b"guessed").of(sent.id)
    assert read(notification(replace(sent, message_id=""), to=forged), signed=True) is Taken.OTHER
    assert office.mail(sent.id).state is MailState.SENT


QMAIL = """\
Hi. This is the qmail-send program at mx.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<bea@example.org>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Message-ID: {message_id}
Subject: The outcome
"""


def test_a_bounce_in_plain_words_is_understood(office: Office, sent: Mail, read: Read) -> None:
    assert read(plain("failure notice", QMAIL.format(message_id=sent.message_id))) is Taken.CAME_BACK
    assert office.mail(sent.id).last_error == "Sorry, no mailbox here by that name. (#5.1.1)"


@pytest.mark.parametrize(
    ("subject", "text", "sender"),
    [
        ("Out of office", "Back on Monday, room 550 -- {message_id}", "bea@example.org"),
        ("Re: The outcome", "> Message-ID: {message_id}\nThank you. 5.5.5 is my room.", "bea@example.org"),
        ("Warning: message delayed 24 hours", "Message-ID: {message_id}\n450 4.2.0 busy", DAEMON),
        ("failure notice", "Message-ID: {message_id}\nwe will keep trying (#4.4.1)", DAEMON),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_bounce_takes_nothing_back(
    office: Office, sent: Mail, read: Read, subject: str, text: str, sender: str
) -> None:
    raw = plain(subject, text.format(message_id=sent.message_id), sender, to=ADDRESS.of(sent.id))
    assert read(raw, signed=True) is Taken.OTHER
    assert office.mail(sent.id).state is MailState.SENT


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\x00\n\n", b"Content-Type: multipart/report\n\n--\n", b"From: \n\nx"]
)
def test_what_cannot_be_read_is_another_message(raw: bytes) -> None:
    assert read_report(raw) is None


def test_a_maildir_and_an_mbox_are_read_whole_and_left_as_they_are(office: Office, tmp_path: Path) -> None:
    rows = [office.post(f"answer:{number}") for number in range(3)]
    office.deliver()
    raw = [notification(rows[0]), plain("Hello", "A question"), notification(rows[1]), notification(rows[2])]
    box = mailbox.Maildir(tmp_path / "maildir")
    for each in raw[:3]:
        box.add(each)
    spool = mailbox.mbox(tmp_path / "spool")
    for each in raw:
        spool.add(each)
    spool.close()
    before = (tmp_path / "spool").read_bytes()
    assert read_bounces(office.room(), tmp_path / "maildir") == Counter({Taken.CAME_BACK: 2, Taken.OTHER: 1})
    counts = read_bounces(office.room(), tmp_path / "spool")
    assert counts == Counter({Taken.KNOWN: 2, Taken.OTHER: 1, Taken.CAME_BACK: 1})
    assert (tmp_path / "spool").read_bytes() == before
    assert len(box) == 3


def test_a_place_that_holds_no_mail_is_named(office: Office, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(FollowUpError, match=path.name):
            read_bounces(office.room(), path)


def test_each_message_leaves_from_an_address_of_its_own(office: Office) -> None:
    mail = office.post()
    with serving() as server:
        room: MailRoom = replace(office.room(SmtpTransport("127.0.0.1", server.port)), bounces=ADDRESS)
        deliver_due(room)
    ((sender, recipients),) = server.envelopes
    assert sender == ADDRESS.of(mail.id)
    assert recipients == [mail.recipient]
    (message,) = server.taken
    assert "office@agency.example" in message["From"]
    assert message["Return-Path"] is None
    assert ADDRESS.mail_id_in(sender) == mail.id


@pytest.mark.parametrize(
    "setting", ["bounces", "a+b@example.org", "a b@example.org", f"{'b' * 22}@example.org"]
)
def test_an_address_that_no_token_fits_into_is_refused_at_the_start(setting: str) -> None:
    with pytest.raises(InvalidSettings, match="FOLLOWUP_BOUNCE_ADDRESS"):
        bounce_address(setting, b"key")


def test_the_longest_address_fits_into_an_envelope() -> None:
    found = bounce_address(f"{'b' * 21}@example.org", b"key")
    assert found is not None
    assert len(found.of("0" * 32).partition("@")[0]) == 64
    assert found.mail_id_in(f"<{found.of('a' * 32)}>") == "a" * 32
    assert bounce_address("", b"key") is None
