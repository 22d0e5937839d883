"""What a moderator does with a comment: one transaction each, and a line in the comment's history.

Nothing here writes a file or asks a service: `moderating.Moderation` does, after the transaction.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from core.errors import Conflict
from core.plain_text import clean
from forms.comments.models import COMMENTS, Change, Comment, CommentState, Deed
from forms.comments.service import mark_changed
from forms.recruiters import Signatory
from forms.store.collection import new_id, use_case
from forms.store.protocol import Transaction


@use_case
def approve(tx: Transaction, comment_id: str, *, by: str, now: dt.datetime) -> Comment:
    """Publish it. Raises NotFound, Conflict."""
    return _move(tx, comment_id, CommentState.APPROVED, by, now)


@use_case
def hold(tx: Transaction, comment_id: str, *, by: str, now: dt.datetime) -> Comment:
    """Let it wait once more. Raises NotFound, Conflict."""
    return _move(tx, comment_id, CommentState.HELD, by, now)


@use_case
def mark_spam(tx: Transaction, comment_id: str, *, by: str, now: dt.datetime) -> Comment:
    """It is spam. Raises NotFound, Conflict."""
    return _move(tx, comment_id, CommentState.SPAM, by, now)


@use_case
def delete(tx: Transaction, comment_id: str, *, by: str, now: dt.datetime) -> Comment:
    """Take it away; it can be taken back until it is swept out for good. Raises NotFound, Conflict."""
    return _move(tx, comment_id, CommentState.DELETED, by, now)


@use_case
def edit(tx: Transaction, comment_id: str, text: str, *, by: str, now: dt.datetime) -> Comment:
    """Give it other words; what it said before stays in its history. Raises NotFound, Conflict."""
    comment = COMMENTS.require(tx, comment_id)
    text = clean(text)
    if not text:
        raise Conflict("A comment cannot be empty: delete it instead.")
    if text == comment.text:
        return comment
    return _put(tx, comment, comment.with_text(text, by=by, now=now))


@use_case
def undo(tx: Transaction, comment_id: str, *, by: str, now: dt.datetime) -> Comment:
    """Take back the last verdict or edit. Raises NotFound; Conflict when there is nothing to take back."""
    comment = COMMENTS.require(tx, comment_id)
    return _put(tx, comment, comment.undone(by=by, now=now))


@use_case
def reply(tx: Transaction, comment_id: str, text: str, *, by: Signatory, now: dt.datetime) -> Comment:
    """Answer a published comment as the author of the site, published at once; gives the reply.

    Raises NotFound; Conflict when the comment is not published, or the text is empty.
    """
    comment = COMMENTS.require(tx, comment_id)
    if not comment.is_public:
        raise Conflict("Approve the comment first: a reply to what nobody sees cannot be understood.")
    text = clean(text)
    if not text:
        raise Conflict("Write the reply.")
    made = Comment(
        id=new_id(),
        article=comment.article,
        parent_id=comment.parent_id or comment.id,
        name=by.name,
        email=None,
        website=None,
        text=text,
        posted=now,
        created=now,
        state=CommentState.APPROVED,
        changes=(Change(now, by.id, Deed.REPLIED, CommentState.APPROVED),),
        by_author=True,
        recruiter_id=by.id,
    )
    mark_changed(tx, made.article)
    return COMMENTS.put(tx, made)


@use_case
def take_for_spam(tx: Transaction, comment_id: str, reason: str, *, by: str, now: dt.datetime) -> None:
    """A check says that it is spam; a comment that a person decided on, or that is gone, stays as it is."""
    comment = COMMENTS.get(tx, comment_id)
    if comment is None or comment.state is not CommentState.HELD or len(comment.changes) > 1:
        return
    moved = comment.moved_to(CommentState.SPAM, by=by, now=now, deed=Deed.CHECKED)
    COMMENTS.put(tx, replace(moved, reasons=(*moved.reasons, reason)))


def _move(tx: Transaction, comment_id: str, state: CommentState, by: str, now: dt.datetime) -> Comment:
    comment = COMMENTS.require(tx, comment_id)
    return _put(tx, comment, comment.moved_to(state, by=by, now=now))


def _put(tx: Transaction, before: Comment, after: Comment) -> Comment:
    if before.is_public or after.is_public:
        mark_changed(tx, after.article)
    return COMMENTS.put(tx, after)
