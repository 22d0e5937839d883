"""What the mail room makes while it sends: links and codes of this feature, beside a candidate's own page."""

from __future__ import annotations

import datetime as dt

from forms import links
from forms.links import Purpose
from forms.outbox.room import Access
from forms.store.protocol import Transaction
from forms.web.context import Context

NOTICE, ADDRESS, ERASE = "notice:", "address:", "erase:"
"""How `Message.access_for` says what is to be made, before the id it is for."""

ADDRESS_LIFE = dt.timedelta(days=2)
CODE_LIFE = dt.timedelta(minutes=30)


def page_of_referred(referral_id: str) -> str:
    """What `Message.access_for` says for the private page of somebody who was referred."""
    return f"{NOTICE}{referral_id}"


def access_maker(found: Context, status: Access) -> Access:
    """What the mail room asks: for a candidate's id `status`, for others what their kind says."""

    def make(tx: Transaction, whom: str, now: dt.datetime) -> tuple[str, str]:
        kind, _, holder = whom.rpartition(":")
        if kind == "":
            return status(tx, whom, now)
        if f"{kind}:" == ERASE:
            code, link = links.mint_code(tx, Purpose.ERASE_CODE, holder, now=now, lifetime=CODE_LIFE)
            return f"{code[:4]} {code[4:]}", link.id
        purpose, path, lifetime = {
            NOTICE: (Purpose.NOTICE, "/notice/", dt.timedelta(days=found.run.link_days)),
            ADDRESS: (Purpose.ADDRESS, "/address/", ADDRESS_LIFE),
        }[f"{kind}:"]
        token, link = links.mint(tx, purpose, holder, now=now, lifetime=lifetime)
        # Outside of a request there is no url_for; a test opens these.
        return found.absolute(f"{path}{token}/"), link.id

    return make
