"""What the mail worker sees to for comments: the spam service, the files of the site, and sweeping out."""

from __future__ import annotations

import datetime as dt
import logging

from forms.comments import erasing, mail, verdicts
from forms.comments.akismet_service import Asked, SpamService, Unanswered
from forms.comments.articles import Articles
from forms.comments.checks import CHECKS, FIRST_PAUSE, Check, Task, due_check
from forms.comments.export import Exporter
from forms.comments.models import COMMENTS, SYSTEM, Comment, CommentState
from forms.comments.moderating import Moderation
from forms.outbox.chores import Chore
from forms.store.collection import use_case
from forms.store.protocol import Transaction
from forms.web.context import Context

SWEEP_EVERY = dt.timedelta(hours=1)

logger = logging.getLogger(__name__)


def comment_chores(found: Context) -> tuple[Chore, ...]:
    """The chores of an installation."""
    chores: list[Chore] = [Sweeper(found)]
    if found.run.publish_comments:
        chores.append(Exporter(found.store, found.content))
    if found.run.akismet_key:
        service = SpamService(found.run.akismet_key, found.site.url, found.run.akismet_url)
        chores.append(Checker(found, service))
    return tuple(chores)


class Sweeper:
    """Erases spam and deleted comments a month after they came, and forgets network addresses as old."""

    def __init__(self, found: Context) -> None:
        self._found = found
        self._next = found.now()

    def __call__(self) -> None:
        """Raises StoreError; asked again, it goes on."""
        now = self._found.now()
        # A clock that was moved back must not put it off for long.
        if now < self._next <= now + SWEEP_EVERY:
            return
        if not erasing.sweep(self._found.store, now):
            self._next = now + SWEEP_EVERY


class Checker:
    """Asks the spam service about one comment at a time; what it does not answer is asked again later."""

    def __init__(self, found: Context, service: SpamService) -> None:
        self._found = found
        self._service = service
        self._articles = Articles(found.content, found.site.timezone)
        self._rests_until = found.now()

    def __call__(self) -> None:
        """Raises StoreError; asked again, it goes on."""
        found, now = self._found, self._found.now()
        if now < self._rests_until <= now + FIRST_PAUSE:
            return
        with found.store.read() as reader:
            check = due_check(reader, now)
            comment = COMMENTS.get(reader, check.id) if check else None
        if check is None:
            return
        if comment is None:
            _forget(found.store, check.id)
            return
        try:
            self._deal_with(check, comment)
        except Unanswered as error:
            logger.warning("comment %s: Akismet did not answer: %s", comment.id, error)
            self._rests_until = now + FIRST_PAUSE
            _failed(found.store, check, str(error), found, self._title(comment))

    def _deal_with(self, check: Check, comment: Comment) -> None:
        """Raises Unanswered."""
        found = self._found
        permalink = f"{found.site.url}/articles/{comment.article}/"
        asked = Asked(check, comment, permalink, found.site.language)
        if check.task is not Task.CHECK:
            self._service.tell(check.task, asked)
            _learnt(found.store, check, check.task)
            return
        answer = self._service.check(asked)
        if _answered(found.store, check, answer, found, self._title(comment)):
            Moderation(found).approve(comment.id, by=SYSTEM)

    def _title(self, comment: Comment) -> str:
        return self._articles.title_of(comment.article)


@use_case
def _forget(tx: Transaction, check_id: str) -> None:
    CHECKS.delete(tx, check_id)


@use_case
def _learnt(tx: Transaction, asked: Check, believes: Task) -> bool:
    """Note what the service knows now; whether the task was still the same."""
    check = CHECKS.get(tx, asked.id)
    if check is None:
        return False
    same = check.task is asked.task
    CHECKS.put(tx, check.learnt(believes) if same else _corrected(check, believes))
    return same


def _corrected(check: Check, believes: Task) -> Check:
    """While it was asked, a person decided otherwise: that is still to be told."""
    learnt = check.learnt(believes)
    if check.task in (Task.SPAM, Task.HAM) and check.task is not believes and check.due:
        return learnt.to_do(check.task, check.due)
    return learnt


@use_case
def _answered(tx: Transaction, asked: Check, answer: Task, found: Context, title: str) -> bool:
    """Let the answer take effect; whether the comment may be published at once."""
    if not _learnt(tx, asked, answer):
        return False
    comment = COMMENTS.get(tx, asked.id)
    if comment is None or comment.state is not CommentState.HELD:
        return False
    if answer is Task.SPAM:
        verdicts.take_for_spam(tx, comment.id, "Akismet takes it for spam", by=SYSTEM, now=found.now())
        return False
    if found.run.comments_at_once and not comment.reasons:
        return True
    mail.tell_moderators(tx, found, comment, title)
    return False


@use_case
def _failed(tx: Transaction, asked: Check, error: str, found: Context, title: str) -> None:
    """Try again later. After the first failure a moderator is told: the comment waits for them alone."""
    check = CHECKS.get(tx, asked.id)
    if check is None or check.task is not asked.task:
        return
    CHECKS.put(tx, check.failed(error, found.now()))
    comment = COMMENTS.get(tx, asked.id)
    if check.task is Task.CHECK and check.attempts == 0 and comment and comment.state is CommentState.HELD:
        mail.tell_moderators(tx, found, comment, title)
