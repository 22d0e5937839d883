"""Receiving a comment, and reading those that are there. What a moderator does is in `verdicts`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from core.errors import FollowUpError
from core.plain_text import clean
from forms.comments import spam
from forms.comments.bans import Sender
from forms.comments.models import (
    ALL,
    COMMENTS,
    MARKS,
    READER,
    Change,
    Comment,
    CommentState,
    Deed,
    Mark,
    Telling,
)
from forms.store.collection import new_id, use_case
from forms.store.protocol import Reader, Transaction
from forms.web import limits

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)

MOST_PER_ORIGIN = 20
MOST_PER_ADDRESS = 20
"""In a day."""
MOST_PER_ARTICLE = 60
"""In an hour."""


class TooMany(FollowUpError):
    """The caps on comments are reached; trying later may succeed."""


@dataclass(frozen=True)
class Draft:
    """What a reader sent. `submission`: equal when one form is sent twice; `origin`: hidden, never plain."""

    article: str
    name: str
    email: str
    website: str | None
    text: str
    parent_id: str | None
    submission: str
    origin: str
    wants_replies: bool = False

    @property
    def sender(self) -> Sender:
        """Who wrote, as far as bans go."""
        return Sender(self.email, self.origin, self.website, self.name, self.text)


@dataclass(frozen=True)
class Submitted:
    """The comment that a form made. `again`: it was there already; `at_once`: it is published."""

    comment: Comment
    again: bool = False

    @property
    def at_once(self) -> bool:
        return self.comment.is_public


@use_case
def submit(
    tx: Transaction,
    draft: Draft,
    *,
    content: Path,
    known_at_once: bool = False,
    to_be_checked: bool = False,
    now: dt.datetime,
) -> Submitted:
    """Write a comment down, once: the same form again, or the same words of the same address below the same
    article, give the comment that is there.

    It is held; with `known_at_once` one is published when an earlier one of its address was and nothing
    speaks against it, unless it is `to_be_checked` first. Raises TooMany.
    """
    known = _already_there(tx, draft)
    if known is not None:
        return Submitted(known, again=True)
    _within_caps(tx, draft, now)
    found = spam.findings(tx, draft.sender, content, now)
    state = CommentState.SPAM if found.is_spam else CommentState.HELD
    if known_at_once and not found.reasons and not to_be_checked:
        state = CommentState.APPROVED
    comment = Comment(
        id=new_id(),
        article=draft.article,
        parent_id=thread_of(tx, draft.article, draft.parent_id),
        name=draft.name,
        email=draft.email,
        website=draft.website,
        text=clean(draft.text),
        posted=now,
        created=now,
        state=state,
        changes=(Change(now, READER, Deed.RECEIVED, state),),
        origin=draft.origin,
        fingerprint=spam.fingerprint(draft.text),
        submission=draft.submission,
        reasons=found.reasons,
        telling=Telling.ASKED if draft.wants_replies else Telling.NO,
    )
    if comment.is_public:
        mark_changed(tx, comment.article)
    return Submitted(COMMENTS.put(tx, comment))


def thread_of(reader: Reader, article: str, parent_id: str | None) -> str | None:
    """The comment to attach a reply to: replies are one level deep. None when there is none on the page."""
    parent = COMMENTS.get(reader, parent_id) if parent_id else None
    if parent is not None and parent.parent_id is not None:
        parent = COMMENTS.get(reader, parent.parent_id)
    if parent is None or parent.article != article or not parent.is_public:
        return None
    return parent.id


def mark_changed(tx: Transaction, article: str) -> None:
    """What is published below an article is another from this transaction on."""
    for mark_id in (article, ALL):
        MARKS.put(tx, Mark(mark_id, new_id()))


def mark_all_changed(tx: Transaction) -> None:
    """Texts were changed from outside, wherever: every file is to be looked at anew."""
    for mark in MARKS.find(tx):
        MARKS.put(tx, Mark(mark.id, new_id()))


def moderation_queue(reader: Reader, *, limit: int | None = None) -> list[Comment]:
    """What waits for a moderator, oldest first."""
    return COMMENTS.find(reader, {"state": CommentState.HELD}, order="created", limit=limit)


def in_state(
    reader: Reader,
    state: CommentState,
    *,
    limit: int | None = None,
    after: tuple[dt.datetime, str] | None = None,
) -> list[Comment]:
    """The comments in a state, newest first; `after`: (created, id) of the last one of the page before."""
    return COMMENTS.find(reader, {"state": state}, order="created", descending=True, limit=limit, after=after)


def counts(reader: Reader) -> dict[CommentState, int]:
    """How many comments are in each state."""
    return {state: COMMENTS.count(reader, {"state": state}) for state in CommentState}


def published(reader: Reader, article: str) -> list[Comment]:
    """What stands below an article, oldest first."""
    where = {"article": article, "state": CommentState.APPROVED}
    return COMMENTS.find(reader, where, order="posted")


def replies_to(reader: Reader, comment_id: str) -> list[Comment]:
    """The replies to a comment, in every state, oldest first."""
    return COMMENTS.find(reader, {"parent_id": comment_id}, order="posted")


def of_sender(reader: Reader, comment: Comment) -> list[Comment]:
    """Other comments of the same address, newest first."""
    if not comment.email:
        return []
    found = COMMENTS.find(reader, {"email": comment.email}, order="created", descending=True)
    return [each for each in found if each.id != comment.id]


def _already_there(reader: Reader, draft: Draft) -> Comment | None:
    same_form = COMMENTS.first(reader, {"submission": draft.submission})
    if same_form is not None:
        return same_form
    where = {"article": draft.article, "email": draft.email}
    text = clean(draft.text)
    return next((each for each in COMMENTS.find(reader, where) if each.text == text), None)


def _within_caps(tx: Transaction, draft: Draft, now: dt.datetime) -> None:
    # Counted apart: who erases a comment cannot have it back from the count.
    is_allowed = limits.allow(tx, f"comment:{draft.origin}", most=MOST_PER_ORIGIN, per=DAY, now=now)
    caps = (("email", draft.email, MOST_PER_ADDRESS, DAY), ("article", draft.article, MOST_PER_ARTICLE, HOUR))
    for key, value, most, per in caps:
        found = COMMENTS.find(tx, {key: value}, span=("created", now - per, None), limit=most)
        is_allowed = is_allowed and len(found) < most
    if not is_allowed:
        raise TooMany("No more comments can be taken just now. Please try again later.")
