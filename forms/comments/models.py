"""A comment, the states it goes through, and who moved it when."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, replace

from core.errors import Conflict
from forms.store.collection import Collection

LONGEST_TEXT = 4096
"""Bytes of UTF-8 that a comment may have."""

READER = "reader"
SYSTEM = "system"
"""Who did it, where it was no recruiter."""


class CommentState(enum.StrEnum):
    """held → approved | spam | deleted; a moderator may move it from any of them to any other."""

    HELD = "held"
    APPROVED = "approved"
    SPAM = "spam"
    DELETED = "deleted"

    @property
    def label(self) -> str:
        """The state in the desk's words."""
        return {"held": "Waiting", "approved": "Published", "spam": "Spam", "deleted": "Deleted"}[self.value]


class Deed(enum.StrEnum):
    """What was done to a comment."""

    RECEIVED = "received"
    IMPORTED = "imported"
    CHECKED = "checked"
    HELD = "held"
    APPROVED = "approved"
    SPAM = "spam"
    DELETED = "deleted"
    EDITED = "edited"
    REPLIED = "replied"
    UNDONE = "undone"

    @property
    def label(self) -> str:
        """The deed in words, as a history says it."""
        return {
            "received": "Received",
            "imported": "Imported",
            "checked": "Taken for spam by the check",
            "held": "Put back to wait",
            "approved": "Approved",
            "spam": "Marked as spam",
            "deleted": "Deleted",
            "edited": "Edited",
            "replied": "Written",
            "undone": "Taken back",
        }[self.value]


VERDICTS = {
    CommentState.HELD: Deed.HELD,
    CommentState.APPROVED: Deed.APPROVED,
    CommentState.SPAM: Deed.SPAM,
    CommentState.DELETED: Deed.DELETED,
}
"""What a moderator does to bring a comment into a state."""

_FIRST = frozenset({Deed.RECEIVED, Deed.REPLIED})
"""Deeds that nothing came before: the state they note is the comment's first."""

CAN_BE_UNDONE = frozenset({*VERDICTS.values(), Deed.EDITED, Deed.CHECKED})


class Telling(enum.StrEnum):
    """Whether the commenter hears of replies: asked → confirmed by the link in a mail → stopped."""

    NO = "no"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Change:
    """One entry of a comment's history; `was` and `text` are what it was before.

    `by` is a recruiter's id, READER or SYSTEM.
    """

    at: dt.datetime
    by: str
    deed: Deed
    was: CommentState
    text: str = ""


@dataclass(frozen=True)
class Comment:
    """One comment. `text`, `name` and `website` are as they were typed, cleaned of unseen characters only.

    `parent_id`: the comment it answers, which answers none itself. `posted`: when it was written, which for
    an imported one is long before `created`. `by_author`: a recruiter's own reply, `recruiter_id`'s.
    `origin`: the network address, hidden; `fingerprint`: equal for equal texts; `submission`: equal for one
    form sent twice. `reasons`: what a moderator should look at. `original`: its id in what it was imported
    from, as `wordpress:17`.
    """

    id: str
    article: str
    parent_id: str | None
    name: str
    email: str | None
    website: str | None
    text: str
    posted: dt.datetime
    created: dt.datetime
    state: CommentState
    changes: tuple[Change, ...]
    by_author: bool = False
    recruiter_id: str | None = None
    origin: str = ""
    fingerprint: str = ""
    submission: str | None = None
    reasons: tuple[str, ...] = ()
    telling: Telling = Telling.NO
    original: str | None = None

    @property
    def is_public(self) -> bool:
        """Whether it stands on the page."""
        return self.state is CommentState.APPROVED

    def moved_to(
        self, state: CommentState, *, by: str, now: dt.datetime, deed: Deed | None = None
    ) -> Comment:
        """The comment in another state. Raises Conflict when it is in it already."""
        if self.state is state:
            raise Conflict(f"This comment is “{state.label}” already.")
        return replace(self._noted(deed or VERDICTS[state], by, now), state=state)

    def with_text(self, text: str, *, by: str, now: dt.datetime) -> Comment:
        """The comment with other words; the history keeps those it had."""
        return replace(self._noted(Deed.EDITED, by, now), text=text)

    def undone(self, *, by: str, now: dt.datetime) -> Comment:
        """The comment as it was before the last verdict or edit. Raises Conflict where there is none."""
        last = self.last_change
        if last is None or last.deed not in CAN_BE_UNDONE:
            raise Conflict("There is nothing to take back.")
        return replace(self._noted(Deed.UNDONE, by, now), state=last.was, text=last.text or self.text)

    @property
    def last_change(self) -> Change | None:
        """What happened last."""
        return self.changes[-1] if self.changes else None

    @property
    def has_just_appeared(self) -> bool:
        """Whether the last thing that happened brought it onto the page."""
        last = self.last_change
        was_there = last is not None and last.was is CommentState.APPROVED and last.deed not in _FIRST
        return self.is_public and not was_there

    @property
    def can_be_undone(self) -> bool:
        """Whether `undone` would find something."""
        return self.last_change is not None and self.last_change.deed in CAN_BE_UNDONE

    def _noted(self, deed: Deed, by: str, now: dt.datetime) -> Comment:
        change = Change(now, by, deed, self.state, self.text)
        return replace(self, changes=(*self.changes, change))


COMMENTS = Collection(
    "comments",
    Comment,
    keys=(
        "article",
        "state",
        "parent_id",
        "posted",
        "created",
        "email",
        "origin",
        "fingerprint",
        "submission",
        "original",
    ),
    unique=(("submission",), ("original",)),
    references={"parent_id": "comments", "recruiter_id": "recruiters"},
)


@dataclass(frozen=True)
class Mark:
    """That the comments of an article (its id) changed; `version` is new each time. ALL stands for any."""

    id: str
    version: str


ALL = "*"

MARKS = Collection("comment_marks", Mark)
"""Written in the transaction of what changes the published comments; never removed, so that every machine
that publishes can see by itself whether its files are up to date."""
