"""Taking a comment out for good: because whoever wrote it wishes so, or because its time is over."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from forms.comments import access
from forms.comments.checks import CHECKS, forget_old
from forms.comments.models import COMMENTS, Comment, CommentState
from forms.comments.service import mark_changed
from forms.links import LINKS
from forms.outbox.models import OUTBOX
from forms.store.collection import use_case
from forms.store.protocol import Transaction

TRASH_KEPT = dt.timedelta(days=30)
"""Spam and what was deleted is swept out so long after it came."""

AT_ONCE = 50
"""Swept out in one transaction."""


@use_case
def erase(tx: Transaction, comment_id: str) -> str:
    """Take it out of the store: text, addresses, history, links, mail about it; gives the article.

    Replies to it stay, and stand by themselves. Raises NotFound.
    """
    comment = COMMENTS.require(tx, comment_id)
    for reply in COMMENTS.find(tx, {"parent_id": comment_id}):
        COMMENTS.put(tx, replace(reply, parent_id=None))
    for link in LINKS.find(tx, {"holder": comment_id}):
        LINKS.delete(tx, link.id)
    _erase_mail(tx, comment)
    CHECKS.delete(tx, comment_id)
    COMMENTS.delete(tx, comment_id)
    mark_changed(tx, comment.article)
    return comment.article


@use_case
def sweep(tx: Transaction, now: dt.datetime) -> int:
    """Erase some of the spam and of the deleted ones whose time is over, and forget old network addresses.

    How many records were taken out; called until it gives 0 it has done all.
    """
    gone = 0
    for state in (CommentState.SPAM, CommentState.DELETED):
        old = COMMENTS.find(
            tx, {"state": state}, span=("created", None, now - TRASH_KEPT), order="created", limit=AT_ONCE
        )
        for comment in old:
            last = comment.last_change
            if last is None or last.at < now - TRASH_KEPT:
                erase(tx, comment.id)
                gone += 1
    return gone + forget_old(tx, now)


def _erase_mail(tx: Transaction, comment: Comment) -> None:
    """What was sent to whoever wrote it about it, and what tells others of it."""
    to_them = OUTBOX.find(tx, {"recipient": comment.email}) if comment.email else []
    about = [mail for mail in to_them if mail.access_for == f"{access.KIND}{comment.id}"]
    for prefix in ("comment-waits:", "comment-reply:"):
        event = f"{prefix}{comment.id}"
        about += OUTBOX.find(tx, span=("event", event, f"{event};"))
    for mail in about:
        OUTBOX.delete(tx, mail.id)
