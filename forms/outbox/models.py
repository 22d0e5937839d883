"""A message waiting to be sent, and what became of it."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable
from dataclasses import dataclass

from forms.store.collection import Collection
from forms.store.protocol import Transaction

STATUS_LINK = "{{ status_link }}"
"""Stands in a body where the worker puts a fresh private link while it sends: tokens are never stored."""


class MailState(enum.StrEnum):
    """queued → sending → sent | retry | failed | unknown; cancelled from queued or retry.

    `unknown`: the server may have taken it and the reply was lost. It is shown, never resent unasked.
    """

    QUEUED = "queued"
    SENDING = "sending"
    RETRY = "retry"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Message:
    """What is to be said to one person. `access_for`: the candidate whose fresh link replaces STATUS_LINK.

    `event` names what caused it ("answer:ID"); one message for each event and recipient. `unattended` marks
    notices nobody pressed a button for (RFC 3834: Auto-Submitted).
    """

    event: str
    recipient: str
    recipient_name: str
    sender_name: str
    reply_to: str
    subject: str
    body: str
    access_for: str | None = None
    unattended: bool = False
    not_before: dt.datetime | None = None


@dataclass(frozen=True)
class Mail:
    """A row of the outbox. Its Message-ID is fixed when it is queued, so that a bounce finds its row."""

    id: str
    event: str
    recipient: str
    recipient_name: str
    sender_name: str
    reply_to: str
    subject: str
    body: str
    message_id: str
    state: MailState
    created: dt.datetime
    not_before: dt.datetime
    access_for: str | None = None
    unattended: bool = False
    attempts: int = 0
    lease_until: dt.datetime | None = None
    last_error: str = ""
    settled: dt.datetime | None = None


OUTBOX = Collection(
    "outbox",
    Mail,
    keys=("state", "not_before", "created", "event", "recipient", "message_id"),
    unique=(("event", "recipient"), ("message_id",)),
)

Listener = Callable[[Transaction, Mail], None]
"""Told, in the transaction that settles a row, what became of it (sent, failed, unknown)."""
