"""Delivering: claim a row in one transaction, send outside of any, settle it in another.

A worker that dies between the two leaves a row that says `sending`; when its lease is over the row becomes
`unknown`, because the message may have left. Nothing but a person's word sends it again.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from functools import partial

from core.errors import Conflict, FollowUpError, StoreError
from forms.outbox.compose import Unsendable, compose
from forms.outbox.failures import Refused, TryLater, Uncertain, Unreachable
from forms.outbox.merge import mentions_status_link, put_status_link, put_unsubscribe_link
from forms.outbox.models import LONGEST_PAUSE, OUTBOX, WAITING, Mail, MailState
from forms.outbox.outcome import Counts, Outcome
from forms.outbox.room import Invitations, MailRoom
from forms.outbox.settling import place_of, settle
from forms.store.collection import new_id, use_case
from forms.store.protocol import Transaction

logger = logging.getLogger(__name__)


def deliver_due(room: MailRoom, *, limit: int = 100) -> Counts:
    """Send what is due, the longest due first, at most `limit` messages; give up on leases that are over.

    Safe to run in any number of processes at once. Raises StoreError when the store fails; nothing is then
    sent twice.
    """
    counts = _end_leases(room)
    for _ in range(limit):
        one = _deliver_one(room)
        counts += one
        if one.unreachable or not one.total:
            break
    return counts


@dataclass(frozen=True)
class Claimed:
    """A row that is ours to send, and its text with the private link, which exists nowhere else.

    `unsubscribe`: the address that switches invitations off, for an invitation.
    """

    mail: Mail
    body: str
    unsubscribe: str = ""


def _deliver_one(room: MailRoom) -> Counts:
    now = room.clock.now()
    with (
        room.store.read() as reader
    ):  # a glance first: most rounds find nothing, and need not wait for the lock
        if _next_due(partial(OUTBOX.find, reader), now) is None:
            return Counts()
    try:
        claimed = _claim(room.store, now, room)
    except _NoAccess as error:
        refused = Outcome(MailState.FAILED, f"No private link could be made: {error}")
        return settle(room, error.mail, refused)
    if claimed is None:
        return Counts()
    return settle(room, claimed.mail, _attempt(room, claimed, now))


def _next_due(find: Callable[..., list[Mail]], now: dt.datetime) -> Mail | None:
    """The row that is due longest, by OUTBOX's `find` or `claim`.

    A retry further off than pauses are long comes from a wrong clock.
    """
    moment = dt.timedelta(microseconds=1)
    due = find({"state": WAITING}, span=("not_before", None, now + moment), order="not_before", limit=1)
    if not due:
        beyond = now + LONGEST_PAUSE + moment
        due = find({"state": MailState.RETRY}, span=("not_before", beyond, None), limit=1)
    return due[0] if due else None


class _NoAccess(Exception):
    def __init__(self, mail: Mail, cause: Exception) -> None:
        self.mail = mail
        super().__init__(str(cause) if isinstance(cause, FollowUpError) else type(cause).__name__)


@use_case
def _claim(tx: Transaction, now: dt.datetime, room: MailRoom) -> Claimed | None:
    """Take the row that is due longest, and mint its private links. Raises _NoAccess, keeping nothing."""
    mail = _next_due(partial(OUTBOX.claim, tx), now)
    while mail is not None and _is_held(tx, mail, room, now):
        mail = _next_due(partial(OUTBOX.claim, tx), now)
    if mail is None:
        return None
    try:
        return _with_links(tx, mail, room, now)
    except StoreError:
        raise
    except Exception as error:
        raise _NoAccess(mail, error) from error


def _is_held(tx: Transaction, mail: Mail, room: MailRoom, now: dt.datetime) -> bool:
    """Whether an invitation may not go out now; it then waits for another time, or is cancelled."""
    if not mail.invitation or room.invitations is None:
        return False
    held = room.invitations.gate(tx, mail, now)
    if held is None:
        return False
    if held.until is not None and held.until > now:
        OUTBOX.put(tx, mail.held(held.until))
        return True
    cancelled = OUTBOX.put(tx, mail.cancelled(now, held.reason))
    for listener in room.listeners:
        listener(tx, cancelled)
    return True


def _with_links(tx: Transaction, mail: Mail, room: MailRoom, now: dt.datetime) -> Claimed:
    """The row as it goes to work, with fresh links in its text."""
    body, link_id, unsubscribe, unsubscribe_id = mail.body, None, "", None
    if mail.access_for is not None and mentions_status_link(body):
        address, link_id = room.access(tx, mail.access_for, now)
        body = put_status_link(body, address)
    if mail.access_for is not None and mail.invitation:
        unsubscribe, unsubscribe_id = _invitations(room).unsubscribe(tx, mail.access_for, now)
        body = put_unsubscribe_link(body, unsubscribe)
    claimed = OUTBOX.put(tx, mail.claimed(new_id(), now, link_id, unsubscribe_id))
    return Claimed(claimed, body, unsubscribe)


def _invitations(room: MailRoom) -> Invitations:
    if room.invitations is None:
        raise Conflict("This installation sends no invitations.")
    return room.invitations


def _attempt(room: MailRoom, claimed: Claimed, now: dt.datetime) -> Outcome:
    try:
        room.transport.send(_composed(room, claimed, now))
    except (Unsendable, Refused) as error:
        return Outcome(MailState.FAILED, str(error))
    except TryLater as error:
        return Outcome(MailState.RETRY, str(error), unreachable=isinstance(error, Unreachable))
    except Uncertain as error:
        return Outcome(MailState.UNKNOWN, str(error))
    except Exception as error:  # noqa: BLE001  # a mistake of ours: nobody knows how far it came
        logger.error("mail %s: unexpected %s at %s", claimed.mail.id, type(error).__name__, place_of(error))
        return Outcome(
            MailState.UNKNOWN, f"This program made a mistake while sending ({type(error).__name__})."
        )
    return Outcome(MailState.SENT)


def _composed(room: MailRoom, claimed: Claimed, now: dt.datetime) -> EmailMessage:
    bounces_to = room.bounces.of(claimed.mail.id) if room.bounces else ""
    return compose(
        claimed.mail,
        claimed.body,
        now=now,
        mail_from=room.mail_from,
        bounces_to=bounces_to,
        unsubscribe=claimed.unsubscribe,
    )


def _end_leases(room: MailRoom) -> Counts:
    now = room.clock.now()
    with room.store.read() as reader:
        sending = OUTBOX.find(reader, {"state": MailState.SENDING})
    lost = Outcome(MailState.UNKNOWN, "The program stopped while it was sending this message.")
    over = (mail for mail in sending if mail.lease_is_over(now))
    return sum((settle(room, mail, lost) for mail in over), Counts())
