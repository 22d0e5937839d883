"""A message waiting to be sent, and what became of it."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable
from dataclasses import dataclass, replace

from core.errors import Conflict
from forms.store.collection import Collection
from forms.store.protocol import Transaction

STATUS_LINK = "{{ status_link }}"
"""Stands in a body where the worker puts a fresh private link while it sends: tokens are never stored."""

UNSUBSCRIBE_LINK = "{{ unsubscribe_link }}"
"""Stands in an invitation where the worker puts the address that switches invitations off."""

LEASE = dt.timedelta(minutes=15)
"""How long a worker may take over one message; longer than all time-outs of an SMTP conversation together."""

FIRST_PAUSE = dt.timedelta(minutes=1)
LONGEST_PAUSE = dt.timedelta(hours=6)
GIVE_UP_AFTER = dt.timedelta(days=3)
"""RFC 5321, 4.5.4.1 has relays try for 4–5 days; somebody waits for this answer, so it is given up sooner."""
MOST_ATTEMPTS = 25
"""Gives up where the clock cannot be trusted to."""


class MailState(enum.StrEnum):
    """queued → sending → sent | retry | failed | unknown; cancelled from queued, retry, failed or bounced.

    `unknown`: the server may have taken it and the reply was lost. It is shown, never resent unasked.
    `bounced`: the server took it, and later a server on its way sent it back.
    """

    QUEUED = "queued"
    SENDING = "sending"
    RETRY = "retry"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    BOUNCED = "bounced"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The state in the desk's words."""
        return _LABELS[self]


_LABELS = {
    MailState.QUEUED: "Waiting",
    MailState.SENDING: "Being sent",
    MailState.RETRY: "Will be tried again",
    MailState.SENT: "Sent",
    MailState.FAILED: "Not sent",
    MailState.UNKNOWN: "Not known whether it arrived",
    MailState.BOUNCED: "Came back",
    MailState.CANCELLED: "Cancelled",
}

WAITING = (MailState.QUEUED, MailState.RETRY)
TROUBLE = (MailState.FAILED, MailState.UNKNOWN, MailState.BOUNCED)

_NEXT = {
    MailState.QUEUED: {MailState.SENDING, MailState.CANCELLED, MailState.FAILED},
    MailState.RETRY: {MailState.SENDING, MailState.CANCELLED, MailState.FAILED, MailState.QUEUED},
    MailState.SENDING: {MailState.SENT, MailState.RETRY, MailState.FAILED, MailState.UNKNOWN},
    MailState.UNKNOWN: {MailState.SENT, MailState.QUEUED, MailState.BOUNCED},
    MailState.FAILED: {MailState.QUEUED, MailState.CANCELLED},
    MailState.BOUNCED: {MailState.QUEUED, MailState.CANCELLED},
    MailState.SENT: {MailState.BOUNCED},
    MailState.CANCELLED: set[MailState](),
}

_BECAUSE = {
    MailState.QUEUED: "it has not been tried yet",
    MailState.RETRY: "it will be tried again by itself",
    MailState.SENDING: "it is being sent at this moment",
    MailState.SENT: "it has been sent",
    MailState.FAILED: "it was refused and has not been sent",
    MailState.UNKNOWN: "nobody knows yet whether it arrived: send it again, or mark it as sent",
    MailState.BOUNCED: "it came back and has not reached anybody",
    MailState.CANCELLED: "it was cancelled",
}


@dataclass(frozen=True)
class Message:
    """What is to be said to one person. `access_for`: the candidate whose fresh link replaces STATUS_LINK;
    or, as "KIND:ID", what else a feature makes a link or a code for (see `rights.access`).

    `event` names what caused it ("answer:ID"); one message for each event and recipient. `unattended` marks
    notices nobody pressed a button for (RFC 3834: Auto-Submitted). `invitation` marks what can be
    unsubscribed from (RFC 8058), by `access_for`; it goes out only where the mail room's gate lets it.
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
    invitation: bool = False


@dataclass(frozen=True)
class Mail:
    """A row of the outbox. Its Message-ID is fixed when it is queued, so that a bounce finds its row.

    `claim` names one attempt of one worker: only that attempt may say how it ended. `attempts` and
    `first_attempt` count since a person last asked for it. `link_id`: the private link in the last attempt;
    `unsubscribe_id`: the link in it that switches invitations off.
    """

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
    first_attempt: dt.datetime | None = None
    claim: str = ""
    lease_until: dt.datetime | None = None
    last_error: str = ""
    settled: dt.datetime | None = None
    link_id: str | None = None
    invitation: bool = False
    unsubscribe_id: str | None = None

    def claimed(
        self, claim: str, now: dt.datetime, link_id: str | None = None, unsubscribe_id: str | None = None
    ) -> Mail:
        """One attempt begins; nobody else touches the row until the lease ends. Raises Conflict."""
        return replace(
            self._to(MailState.SENDING, "sent"),
            claim=claim,
            attempts=self.attempts + 1,
            first_attempt=self.first_attempt or now,
            lease_until=now + LEASE,
            settled=None,
            link_id=link_id,
            unsubscribe_id=unsubscribe_id,
        )

    def delivered(self, now: dt.datetime) -> Mail:
        """The server has taken it, or a person says that it arrived. Raises Conflict."""
        return self._settled(MailState.SENT, "marked as sent", "", now)

    def refused(self, error: str, now: dt.datetime) -> Mail:
        """It cannot be sent; a person has to act. Raises Conflict."""
        return self._settled(MailState.FAILED, "marked as refused", error, now)

    def doubtful(self, error: str, now: dt.datetime) -> Mail:
        """It may or may not have arrived. Raises Conflict."""
        return self._settled(MailState.UNKNOWN, "marked as unknown", error, now)

    def came_back(self, error: str, now: dt.datetime) -> Mail:
        """It was taken, and a server sent it back for good. Raises Conflict."""
        return self._settled(MailState.BOUNCED, "marked as come back", error, now)

    def postponed(self, error: str, now: dt.datetime) -> Mail:
        """Not taken this time: tried again later, in steps that double, or given up. Raises Conflict."""
        waited = now - (self.first_attempt or now)
        if self.attempts >= MOST_ATTEMPTS or waited >= GIVE_UP_AFTER:
            return self.refused(f"Given up after {self.attempts} attempts. Last: {error}", now)
        pause = min(FIRST_PAUSE * 2 ** max(self.attempts - 1, 0), LONGEST_PAUSE)
        row = self._to(MailState.RETRY, "tried again")
        return replace(row, not_before=now + pause, lease_until=None, claim="", last_error=error)

    def cancelled(self, now: dt.datetime, reason: str = "") -> Mail:
        """Never to be sent, and why. Raises Conflict."""
        return self._settled(MailState.CANCELLED, "cancelled", reason or self.last_error, now)

    def held(self, until: dt.datetime) -> Mail:
        """Looked at anew at `until`, which is not an attempt. Raises Conflict."""
        # As queued, not to be tried again: a retry that far off would be taken for one of a wrong clock.
        row = self if self.state is MailState.QUEUED else self._to(MailState.QUEUED, "held")
        return replace(row, not_before=until)

    def requeued(self, now: dt.datetime) -> Mail:
        """A person asks for it to be sent now, counting attempts anew. Raises Conflict."""
        row = self._to(MailState.QUEUED, "sent again")
        return replace(
            row, not_before=now, attempts=0, first_attempt=None, claim="", lease_until=None, settled=None
        )

    def lease_is_over(self, now: dt.datetime) -> bool:
        """Whether the worker that holds it must be taken for dead.

        A lease further off than leases are long means that the clock was moved back.
        """
        if self.state is not MailState.SENDING:
            return False
        return self.lease_until is None or not now < self.lease_until <= now + LEASE

    def _settled(self, state: MailState, deed: str, error: str, now: dt.datetime) -> Mail:
        row = self._to(state, deed)
        # An unknown attempt may still report in: its claim is kept until somebody decides.
        claim = self.claim if state is MailState.UNKNOWN else ""
        return replace(row, claim=claim, lease_until=None, last_error=error, settled=now)

    def _to(self, state: MailState, deed: str) -> Mail:
        if state not in _NEXT[self.state]:
            raise Conflict(f"This message cannot be {deed}: {_BECAUSE[self.state]}.")
        return replace(self, state=state)


OUTBOX = Collection(
    "outbox",
    Mail,
    keys=("state", "not_before", "created", "settled", "event", "recipient", "message_id"),
    unique=(("event", "recipient"), ("message_id",)),
    # `access_for` is left out: it may stand for something else than a candidate, see `Message`.
    references={"link_id": "links", "unsubscribe_id": "links"},
)

Listener = Callable[[Transaction, Mail], None]
"""Told, in the same transaction, when a row became sent, failed, unknown, bounced or cancelled, or was queued
again by a person. It may be told of one row several times (failed, queued again, sent), the last one being
true."""
