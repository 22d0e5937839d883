"""Private links as mail carries them: made at the moment of sending, for one candidate."""

from __future__ import annotations

import datetime as dt

from forms import links
from forms.links import Purpose
from forms.outbox.room import Access
from forms.store.protocol import Transaction
from forms.web.context import Context

UNSUBSCRIBE_DAYS = 3650
"""Whoever finds an old invitation in their mailbox can still end them."""


def link_maker(found: Context) -> Access:
    """What the mail room asks for a fresh link: gives its whole address, and its id."""
    lifetime = dt.timedelta(days=found.run.link_days)

    def make(tx: Transaction, candidate_id: str, now: dt.datetime) -> tuple[str, str]:
        token, link = links.mint(tx, Purpose.STATUS, candidate_id, now=now, lifetime=lifetime)
        # Outside of a request there is no url_for; a test holds this against status.show.
        return found.absolute(f"/status/{token}/"), link.id

    return make


def unsubscribe_maker(found: Context) -> Access:
    """What the mail room asks for the address by which a candidate switches invitations off, and its id."""
    lifetime = dt.timedelta(days=UNSUBSCRIBE_DAYS)

    def make(tx: Transaction, candidate_id: str, now: dt.datetime) -> tuple[str, str]:
        token, link = links.mint(tx, Purpose.UNSUBSCRIBE, candidate_id, now=now, lifetime=lifetime)
        return found.absolute(f"/mail/unsubscribe/{token}/"), link.id

    return make
