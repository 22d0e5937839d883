"""What is to be asked of, and told to, the spam service about a comment; `akismet_chore` does it.

The network address and the browser's name are kept here, as the service asks for them, and nowhere else;
KEPT after the comment came they are forgotten, and so is what had not been told by then.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, replace

from forms.comments.models import Comment, CommentState
from forms.store.collection import Collection
from forms.store.protocol import Reader, Transaction

KEPT = dt.timedelta(days=30)
FIRST_PAUSE = dt.timedelta(minutes=1)
LONGEST_PAUSE = dt.timedelta(hours=6)
LONGEST_TOLD = 500
"""Characters of what a browser says of itself."""


class Task(enum.StrEnum):
    """What is to be done: ask whether it is spam, or tell that it is, or is not."""

    CHECK = "check"
    SPAM = "spam"
    HAM = "ham"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Check:
    """One comment's dealings with the service; its id is the comment's. `due` is None for NOTHING.

    `believes`: SPAM or HAM, what the service said or was told last; NOTHING when it does not know it.
    """

    id: str
    network_address: str
    user_agent: str
    referrer: str
    created: dt.datetime
    task: Task
    due: dt.datetime | None
    believes: Task = Task.NOTHING
    attempts: int = 0
    last_error: str = ""

    def to_do(self, task: Task, due: dt.datetime) -> Check:
        """The check with another task, attempts counted anew."""
        return replace(self, task=task, due=None if task is Task.NOTHING else due, attempts=0, last_error="")

    def learnt(self, believes: Task) -> Check:
        """The service has answered, or was told."""
        return replace(self, believes=believes, task=Task.NOTHING, due=None, last_error="")

    def failed(self, error: str, now: dt.datetime) -> Check:
        """No answer that is one: tried again later, in pauses that double."""
        pause = min(FIRST_PAUSE * 2 ** min(self.attempts, 10), LONGEST_PAUSE)
        return replace(self, attempts=self.attempts + 1, due=now + pause, last_error=error)


CHECKS = Collection("comment_checks", Check, keys=("due", "created"), references={"id": "comments"})


def begin(
    tx: Transaction,
    comment: Comment,
    *,
    network_address: str,
    user_agent: str,
    referrer: str,
    now: dt.datetime,
) -> Check:
    """Have a comment checked as soon as may be; spam by our own rules is only kept to be told."""
    is_spam = comment.state is CommentState.SPAM
    return CHECKS.put(
        tx,
        Check(
            comment.id,
            network_address,
            user_agent[:LONGEST_TOLD],
            referrer[:LONGEST_TOLD],
            now,
            Task.NOTHING if is_spam else Task.CHECK,
            None if is_spam else now,
        ),
    )


def note_verdict(tx: Transaction, comment: Comment, *, due: dt.datetime) -> None:
    """A moderator decided: what the service believes wrongly is told it at `due`, if still so by then."""
    check = CHECKS.get(tx, comment.id)
    if check is None:
        return
    truth = {CommentState.SPAM: Task.SPAM, CommentState.APPROVED: Task.HAM}.get(comment.state, Task.NOTHING)
    if truth is check.believes:
        truth = Task.NOTHING
    elif comment.state is CommentState.HELD and check.believes is Task.NOTHING:
        truth = Task.CHECK
    CHECKS.put(tx, check.to_do(truth, due))


def due_check(reader: Reader, now: dt.datetime) -> Check | None:
    """The one that is due longest, or None."""
    found = CHECKS.find(reader, span=("due", None, now + dt.timedelta(microseconds=1)), order="due", limit=1)
    return found[0] if found else None


def forget_old(tx: Transaction, now: dt.datetime, *, limit: int = 50) -> int:
    """Forget the network addresses of long ago; how many were."""
    old = CHECKS.find(tx, span=("created", None, now - KEPT), order="created", limit=limit)
    for check in old:
        CHECKS.delete(tx, check.id)
    return len(old)
