"""Mail that came back: which row it was, and what follows.

A notification is believed when it names the exact Message-ID of one of our messages (128 random bits, known
to the recipient and the servers on the way), or came to an address that we signed for one (VERP).
"""

from __future__ import annotations

import datetime as dt
import enum
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from forms.outbox.bounce_address import BounceAddress
from forms.outbox.dsn import Report, read_report
from forms.outbox.mailboxes import messages_in
from forms.outbox.models import OUTBOX, Listener, Mail, MailState
from forms.outbox.room import MailRoom
from forms.outbox.settling import end_link
from forms.store.collection import Collection, use_case
from forms.store.protocol import Reader, Transaction

logger = logging.getLogger(__name__)

_CAN_COME_BACK = (MailState.SENT, MailState.UNKNOWN)


@dataclass(frozen=True)
class Bounce:
    """A notification that was dealt with, so that reading it again changes nothing. `id`: Report.id."""

    id: str
    mail_id: str
    read: dt.datetime


BOUNCES = Collection("bounces", Bounce, keys=("mail_id", "read"), references={"mail_id": "outbox"})


class Taken(enum.Enum):
    """What was made of a message in the bounce mailbox."""

    CAME_BACK = "came back"
    DELAYED = "delayed"
    KNOWN = "known before"
    NOT_YET = "left for later"
    OTHER = "other messages"


def read_bounces(room: MailRoom, path: Path) -> Counter[Taken]:
    """Deal with everything at `path`; gives how many messages were what. Raises FollowUpError, StoreError."""
    counts: Counter[Taken] = Counter()
    for raw in messages_in(path):
        report = _report(raw)
        if report is None:
            counts[Taken.OTHER] += 1
        else:
            now = room.clock.now()
            counts[take(room.store, report, now, room.bounces, room.listeners)] += 1
    return counts


@use_case
def take(
    tx: Transaction,
    report: Report,
    now: dt.datetime,
    address: BounceAddress | None = None,
    listeners: Sequence[Listener] = (),
) -> Taken:
    """Let a row know that its message came back or is delayed, once, and tell the listeners."""
    if BOUNCES.get(tx, report.id) is not None:
        return Taken.KNOWN
    mail = _row_of(tx, report, address)
    if mail is None:
        return Taken.OTHER
    if mail.state is MailState.SENDING:
        return Taken.NOT_YET  # its worker, or the end of its lease, says first how the sending ended
    BOUNCES.put(tx, Bounce(report.id, mail.id, now))
    if mail.state not in _CAN_COME_BACK:
        return Taken.KNOWN
    if not report.failed:
        OUTBOX.put(tx, replace(mail, last_error=f"On its way, but delayed: {report.reason}"))
        return Taken.DELAYED
    bounced = OUTBOX.put(tx, mail.came_back(report.reason, now))
    # A copy of the message, link and all, went through the hands of whoever sent it back.
    end_link(tx, bounced, now)
    for listener in listeners:
        listener(tx, bounced)
    return Taken.CAME_BACK


def _row_of(reader: Reader, report: Report, address: BounceAddress | None) -> Mail | None:
    for message_id in report.message_ids:
        mail = OUTBOX.first(reader, {"message_id": message_id})
        if mail is not None:
            return mail
    signed = (address.mail_id_in(each) for each in report.addressed_to) if address else ()
    return next((mail for each in signed if each and (mail := OUTBOX.get(reader, each))), None)


def _report(raw: bytes) -> Report | None:
    try:
        return read_report(raw)
    except Exception as error:  # noqa: BLE001  # whatever strangers send, the next message is read
        logger.warning("a message in the bounce mailbox cannot be read: %s", type(error).__name__)
        return None
