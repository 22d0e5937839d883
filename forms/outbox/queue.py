"""The outbox as its users see it: put a message in, and what a person may do with one."""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from core.errors import Conflict
from core.settings import RunSettings
from forms.outbox.merge import mentions_status_link, mentions_unsubscribe_link, unfilled
from forms.outbox.models import (
    OUTBOX,
    TROUBLE,
    UNSUBSCRIBE_LINK,
    WAITING,
    Listener,
    Mail,
    MailState,
    Message,
)
from forms.store.collection import new_id, use_case
from forms.store.protocol import Reader, Transaction

NO_DOMAIN = "followup.invalid"
"""Stands for our domain where there is none; it can never be anybody's (RFC 2606)."""


@use_case
def enqueue(tx: Transaction, message: Message, *, now: dt.datetime, domain: str) -> Mail:
    """Queue a message in the transaction of what caused it; `domain` is the right side of its Message-ID.

    Asking again for the same event and recipient changes nothing and gives the row that is there, in
    whatever state it is by now. Raises Conflict when a merge field is still open, or when the text has a
    private link and nobody to make it for.
    """
    recipient = message.recipient.strip()
    present = OUTBOX.first(tx, {"event": message.event, "recipient": recipient})
    if present is not None:
        return present
    _check_text(message)
    mail_id = new_id()
    mail = Mail(
        id=mail_id,
        event=message.event,
        recipient=recipient,
        recipient_name=message.recipient_name,
        sender_name=message.sender_name,
        reply_to=message.reply_to,
        subject=" ".join(message.subject.split()),
        body=message.body,
        message_id=f"<{mail_id}@{domain}>",
        state=MailState.QUEUED,
        created=now,
        not_before=message.not_before or now,
        access_for=message.access_for,
        unattended=message.unattended,
        invitation=message.invitation,
    )
    return OUTBOX.put(tx, mail)


@use_case
def cancel(
    tx: Transaction, mail_id: str, now: dt.datetime, listeners: Sequence[Listener] = (), *, reason: str = ""
) -> Mail:
    """Never send it: one that waits, or one that failed or came back and is given up.

    Raises NotFound, Conflict.
    """
    return _change(tx, mail_id, lambda mail: mail.cancelled(now, reason), listeners)


@use_case
def retry(tx: Transaction, mail_id: str, now: dt.datetime, listeners: Sequence[Listener] = ()) -> Mail:
    """Send it again, because a person asks: one that failed, is unknown, or waits for its next attempt.

    Raises NotFound, Conflict.
    """
    return _change(tx, mail_id, lambda mail: mail.requeued(now), listeners)


@use_case
def mark_sent(tx: Transaction, mail_id: str, now: dt.datetime, listeners: Sequence[Listener] = ()) -> Mail:
    """A person knows that an unknown one arrived. Raises NotFound, Conflict."""
    if OUTBOX.require(tx, mail_id).state is MailState.SENDING:
        raise Conflict("This message cannot be marked as sent: it is being sent at this moment.")
    return _change(tx, mail_id, lambda mail: mail.delivered(now), listeners)


def trouble(reader: Reader, *, limit: int | None = None) -> list[Mail]:
    """What failed, is unknown or came back, oldest first: each needs a person."""
    return OUTBOX.find(reader, {"state": TROUBLE}, order="created", limit=limit)


def waiting(reader: Reader, *, limit: int | None = None) -> list[Mail]:
    """What will go out by itself, the next one first; what is being sent is among it."""
    return OUTBOX.find(reader, {"state": (*WAITING, MailState.SENDING)}, order="not_before", limit=limit)


def recently_sent(reader: Reader, *, limit: int) -> list[Mail]:
    """What was sent, newest first."""
    return OUTBOX.find(reader, {"state": MailState.SENT}, order="settled", descending=True, limit=limit)


def mail_of(reader: Reader, event: str) -> list[Mail]:
    """The messages of one event, one for each recipient."""
    return OUTBOX.find(reader, {"event": event}, order="created")


def mail_domain(run: RunSettings) -> str:
    """The domain of our Message-IDs: that of FOLLOWUP_MAIL_FROM, else the host of FOLLOWUP_BASE_URL.

    NO_DOMAIN where neither is a name in the DNS.
    """
    host = run.mail_from.rpartition("@")[2] or urlsplit(run.base_url).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.encode("idna").decode() if "." in host else NO_DOMAIN
    return NO_DOMAIN


def _check_text(message: Message) -> None:
    still_open = unfilled(f"{message.subject}\n{message.body}")
    if still_open:
        fields = ", ".join(f"{{{{ {name} }}}}" for name in still_open)
        raise Conflict(f"The message cannot be sent yet: fill in {fields}, or take it out of the text.")
    if mentions_status_link(message.subject):
        raise Conflict("The private link cannot stand in the subject: move it into the text.")
    if message.access_for is None and mentions_status_link(message.body):
        raise Conflict("There is no private page for this recipient: take the private link out of the text.")
    if message.invitation and message.access_for is None:
        raise Conflict("An invitation needs somebody who can switch invitations off: it has no candidate.")
    if not message.invitation and mentions_unsubscribe_link(f"{message.subject}\n{message.body}"):
        raise Conflict(
            f"Only an invitation can be unsubscribed from: take {UNSUBSCRIBE_LINK} out of the text."
        )


def _change(
    tx: Transaction, mail_id: str, change: Callable[[Mail], Mail], listeners: Sequence[Listener]
) -> Mail:
    mail = OUTBOX.put(tx, change(OUTBOX.require(tx, mail_id)))
    for listener in listeners:
        listener(tx, mail)
    return mail
