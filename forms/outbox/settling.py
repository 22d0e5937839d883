"""Settling: the outcome of an attempt and what follows from it, in one transaction.

A listener that fails must not hide that a message left: the whole settling is taken back, and the row is then
settled without the listeners, as `unknown` if it was sent, with the reason. The desk shows it, and "mark as
sent" tells the listeners again.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from core.errors import StoreCorrupt, StoreUnavailable
from forms import links
from forms.links import LINKS
from forms.outbox.models import OUTBOX, Listener, Mail, MailState
from forms.outbox.outcome import Counts, Outcome
from forms.outbox.room import MailRoom
from forms.store.collection import use_case
from forms.store.protocol import Store, Transaction

PAUSES = (0.1, 0.5, 2.0, 8.0)
"""Seconds before each further try when the store is not available: the outcome is known only here."""

logger = logging.getLogger(__name__)


def settle(room: MailRoom, mail: Mail, outcome: Outcome) -> Counts:
    """Write how the attempt for `mail`, the row as it was left by it, ended.

    Counts nothing when the row went on, or away, without this attempt. Raises StoreUnavailable, StoreCorrupt.
    """
    now = room.clock.now()
    try:
        settled = _settle_patiently(room.store, mail, outcome, now, room.listeners)
    except (StoreUnavailable, StoreCorrupt):
        raise
    except Exception as error:  # noqa: BLE001  # whatever a listener raises, what happened must be kept
        logger.error("mail %s: a listener failed: %s at %s", mail.id, type(error).__name__, place_of(error))
        settled = _settle_patiently(room.store, mail, outcome.untold(error), now, ())
    if settled is None:
        return Counts()
    logger.info("mail %s: %s", mail.id, settled.state)
    return Counts.of(settled.state, unreachable=outcome.unreachable)


def _settle_patiently(
    store: Store, mail: Mail, outcome: Outcome, now: dt.datetime, listeners: Sequence[Listener]
) -> Mail | None:
    """Settle, waiting for a store that is busy. Raises StoreUnavailable in the end."""
    for pause in PAUSES:
        try:
            return _settle(store, mail, outcome, now, listeners)
        except StoreUnavailable:
            time.sleep(pause)
    return _settle(store, mail, outcome, now, listeners)


@use_case
def _settle(
    tx: Transaction, known: Mail, outcome: Outcome, now: dt.datetime, listeners: Sequence[Listener]
) -> Mail | None:
    """Write the outcome and tell the listeners; None when the row went on (or away) without this attempt."""
    mail = OUTBOX.get(tx, known.id)
    if mail is None or mail.claim != known.claim or not _may_settle(mail, known, outcome):
        return None
    settled = OUTBOX.put(tx, outcome.applied(mail, now))
    if settled.state in (MailState.RETRY, MailState.FAILED):
        end_link(tx, settled, now)
    if settled.state is not MailState.RETRY:
        for listener in listeners:
            listener(tx, settled)
    return settled


def end_link(tx: Transaction, mail: Mail, now: dt.datetime) -> None:
    """Revoke the private links of an attempt that certainly reached nobody."""
    for link_id in (mail.link_id, mail.unsubscribe_id):
        if link_id is not None and LINKS.get(tx, link_id) is not None:
            links.revoke(tx, link_id, now)


def _may_settle(mail: Mail, known: Mail, outcome: Outcome) -> bool:
    """While the row is as this attempt left it; and word that a message left is welcome even late."""
    late = mail.state is MailState.UNKNOWN and outcome.state is MailState.SENT
    return mail.state is known.state or late


def place_of(error: BaseException) -> str:
    """Where an error arose, without its message, which may hold an address or a private link."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "an unknown place"
