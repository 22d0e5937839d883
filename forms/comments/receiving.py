"""Taking a comment in, in one transaction: the comment, its private link, its check, and word to the desk."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from werkzeug.wrappers import Request

from core.errors import UniqueViolation
from forms import links
from forms.comments import checks, mail, service
from forms.comments.articles import Article
from forms.comments.models import Comment, CommentState
from forms.comments.moderating import export_now
from forms.comments.service import Draft
from forms.links import Purpose
from forms.store.collection import use_case
from forms.store.protocol import Transaction
from forms.web.context import Context


@dataclass(frozen=True)
class Browser:
    """What the spam service asks for beside the comment."""

    network_address: str
    user_agent: str
    referrer: str

    @classmethod
    def of(cls, request: Request) -> Browser:
        """Of the browser that sent a request."""
        return cls(request.remote_addr or "", request.headers.get("User-Agent", ""), request.referrer or "")


@dataclass(frozen=True)
class Received:
    """A comment that was taken; `token` opens its private page, '' where somebody else may have sent it."""

    comment: Comment
    token: str


def receive(found: Context, draft: Draft, browser: Browser, article: Article) -> Received:
    """Take it. Raises TooMany, StoreError."""
    try:
        received = _receive(found.store, found, draft, browser, article)
    except UniqueViolation:  # the same form, sent twice at the same moment: now the other one is there
        received = _receive(found.store, found, draft, browser, article)
    if received.comment.is_public:
        export_now(found, article.slug)
    return received


@use_case
def _receive(tx: Transaction, found: Context, draft: Draft, browser: Browser, article: Article) -> Received:
    now, is_checked = found.now(), bool(found.run.akismet_key)
    submitted = service.submit(
        tx,
        draft,
        content=found.content,
        known_at_once=found.run.comments_at_once,
        to_be_checked=is_checked,
        now=now,
    )
    comment = submitted.comment
    if submitted.again and comment.submission != draft.submission:
        return Received(comment, "")
    if not submitted.again:
        if is_checked:
            checks.begin(
                tx,
                comment,
                network_address=browser.network_address,
                user_agent=browser.user_agent,
                referrer=browser.referrer,
                now=now,
            )
        if comment.state is CommentState.HELD and not is_checked:
            mail.tell_moderators(tx, found, comment, article.title)
        if comment.is_public:
            mail.tell_of_publication(tx, found, comment, article.title, now)
            mail.tell_of_reply(tx, found, comment, article.title, now)
    token, _ = links.mint(tx, Purpose.COMMENT, comment.id, now=now, lifetime=_lifetime(found))
    return Received(comment, token)


def _lifetime(found: Context) -> dt.timedelta:
    return dt.timedelta(days=found.run.link_days)
