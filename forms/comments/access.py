"""What the mail room makes while it sends: the private links of whoever wrote a comment.

Each wraps the one that sees to everybody else, so that features need not know of each other.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from forms import links
from forms.comments.models import COMMENTS, Telling
from forms.links import Purpose
from forms.outbox.models import Mail
from forms.outbox.room import Access, Gate, Held, Invitations, MailRoom
from forms.store.protocol import Reader, Transaction
from forms.web.context import Context

KIND = "comment:"
"""How `Message.access_for` says that it stands for a comment, before its id."""

STOP_DAYS = 3650
"""Whoever finds an old mail can still end them."""


def joined_to(room: MailRoom, found: Context) -> MailRoom:
    """The mail room, which can then also write to whoever wrote a comment."""
    others = room.invitations
    told = Invitations(gate(others.gate), stop_maker(found, others.unsubscribe)) if others else None
    return replace(room, access=access_maker(found, room.access), invitations=told)


def access_maker(found: Context, otherwise: Access) -> Access:
    """The link to the private page of a comment: it proves that its holder reads the address."""
    return _maker(found, Purpose.COMMENT_BY_MAIL, "/comments/own/", found.run.link_days, otherwise)


def stop_maker(found: Context, otherwise: Access) -> Access:
    """The address by which no more replies are told."""
    return _maker(found, Purpose.COMMENT_REPLIES, "/comments/replies/", STOP_DAYS, otherwise)


def gate(otherwise: Gate) -> Gate:
    """Whether word of a reply may go out now."""

    def ask(reader: Reader, mail: Mail, now: dt.datetime) -> Held | None:
        kind, comment_id = _apart(mail.access_for or "")
        if not kind:
            return otherwise(reader, mail, now)
        comment = COMMENTS.get(reader, comment_id)
        reply = COMMENTS.get(reader, mail.event.split(":")[1])
        if comment is None or comment.telling is not Telling.CONFIRMED:
            return Held("They do not want to be told of replies any more.")
        return None if reply and reply.is_public else Held("The reply is not published any more.")

    return ask


def _maker(found: Context, purpose: Purpose, path: str, days: int, otherwise: Access) -> Access:
    def make(tx: Transaction, whom: str, now: dt.datetime) -> tuple[str, str]:
        kind, comment_id = _apart(whom)
        if not kind:
            return otherwise(tx, whom, now)
        COMMENTS.require(tx, comment_id)
        token, link = links.mint(tx, purpose, comment_id, now=now, lifetime=dt.timedelta(days=days))
        # Outside of a request there is no url_for; a test opens these.
        return found.absolute(f"{path}{token}/"), link.id

    return make


def _apart(whom: str) -> tuple[str, str]:
    kind = KIND if whom.startswith(KIND) else ""
    return kind, whom.removeprefix(kind)
