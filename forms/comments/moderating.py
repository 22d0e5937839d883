"""What the desk does with comments: a verdict, with the mail and the word to the spam service that go with it
in one transaction, and then the files that the site is made from.

    moderation().approve(comment_id, by=acting().id)
    moderation().reply(comment_id, text, by=acting())
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from core.errors import StoreError
from forms.comments import bans, checks, mail, verdicts
from forms.comments.articles import Articles
from forms.comments.bans import Ban, BanKind
from forms.comments.export import Exporter
from forms.comments.models import COMMENTS, Comment
from forms.recruiters import Signatory
from forms.store.collection import use_case
from forms.store.protocol import Transaction
from forms.web.context import Context, context

logger = logging.getLogger(__name__)

Verdict = Callable[[Transaction], Comment]


class Moderation:
    """The moderator's side of an installation's comments. All raise NotFound, Conflict and StoreError.

    Mail goes out, and the spam service is told, FOLLOWUP_UNDO_MINUTES later, so that `undo` comes in time.
    """

    def __init__(self, found: Context) -> None:
        self._found = found

    def approve(self, comment_id: str, *, by: str) -> Comment:
        """Publish it."""
        return self._decide(lambda tx: verdicts.approve(tx, comment_id, by=by, now=self._found.now()))

    def hold(self, comment_id: str, *, by: str) -> Comment:
        """Let it wait once more."""
        return self._decide(lambda tx: verdicts.hold(tx, comment_id, by=by, now=self._found.now()))

    def mark_spam(self, comment_id: str, *, by: str) -> Comment:
        """It is spam."""
        return self._decide(lambda tx: verdicts.mark_spam(tx, comment_id, by=by, now=self._found.now()))

    def delete(self, comment_id: str, *, by: str) -> Comment:
        """Take it away; it is swept out for good a month later."""
        return self._decide(lambda tx: verdicts.delete(tx, comment_id, by=by, now=self._found.now()))

    def edit(self, comment_id: str, text: str, *, by: str) -> Comment:
        """Give it other words."""
        return self._decide(lambda tx: verdicts.edit(tx, comment_id, text, by=by, now=self._found.now()))

    def undo(self, comment_id: str, *, by: str) -> Comment:
        """Take back the last verdict or edit."""
        return self._decide(lambda tx: verdicts.undo(tx, comment_id, by=by, now=self._found.now()))

    def reply(self, comment_id: str, text: str, *, by: Signatory) -> Comment:
        """Answer a published comment as the author; gives the reply, which is published."""
        return self._decide(lambda tx: verdicts.reply(tx, comment_id, text, by=by, now=self._found.now()))

    def ban_sender(self, comment_id: str, *, by: str, origin: bool = False) -> list[Ban]:
        """Ban who wrote a comment: the e-mail address, or, with `origin`, the network address too."""
        return _ban_sender(self._found.store, comment_id, by=by, origin=origin, now=self._found.now())

    def ban(self, kind: BanKind, value: str, *, by: str, note: str = "") -> Ban:
        """Ban a host, a word or an e-mail address. Raises ValueError for an empty value."""
        return bans.ban(self._found.store, kind, value, note=note, by=by, now=self._found.now())

    def lift_ban(self, ban_id: str) -> None:
        """Welcome again."""
        bans.lift(self._found.store, ban_id)

    def _decide(self, verdict: Verdict) -> Comment:
        found = self._found
        due = found.now() + dt.timedelta(minutes=found.run.undo_minutes)
        title_of = Articles(found.content, found.site.timezone).title_of
        comment = _with_consequences(found.store, verdict, found, title_of, due)
        export_now(found, comment.article)
        return comment


def moderation() -> Moderation:
    """The moderation of the installation that answers this request."""
    return Moderation(context())


def export_now(found: Context, article: str) -> None:
    """Write an article's file at once. A fault is logged: the exporter among the chores makes up for it."""
    if not found.run.publish_comments:
        return
    try:
        Exporter(found.store, found.content).export(article)
    except (OSError, StoreError) as error:
        logger.error("the published comments could not be written yet: %s", error)


@use_case
def _with_consequences(
    tx: Transaction, verdict: Verdict, found: Context, title_of: Callable[[str], str], due: dt.datetime
) -> Comment:
    comment = verdict(tx)
    checks.note_verdict(tx, comment, due=due)
    if not comment.is_public:
        mail.call_back(tx, comment, found.now())
    elif comment.has_just_appeared:
        title = title_of(comment.article)
        mail.tell_of_publication(tx, found, comment, title, due)
        mail.tell_of_reply(tx, found, comment, title, due)
    return comment


@use_case
def _ban_sender(tx: Transaction, comment_id: str, *, by: str, origin: bool, now: dt.datetime) -> list[Ban]:
    comment = COMMENTS.require(tx, comment_id)
    values = [(BanKind.ADDRESS, comment.email or "")]
    if origin:
        values.append((BanKind.ORIGIN, comment.origin))
    # Without a name: the ban outlives the comment, which whoever wrote it may erase.
    note = f"A comment of {comment.posted:%Y-%m-%d} below {comment.article}"
    return [bans.ban(tx, kind, value, note=note, by=by, now=now) for kind, value in values if value]
