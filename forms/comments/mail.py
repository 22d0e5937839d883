"""The mails that go with comments: to the moderators, and to whoever wrote one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from forms.comments.access import KIND
from forms.comments.models import COMMENTS, Comment, Telling
from forms.outbox import queue
from forms.outbox.models import OUTBOX, STATUS_LINK, UNSUBSCRIBE_LINK, WAITING, Message
from forms.outbox.template import TemplateUse, load_template, render
from forms.recruiters import RECRUITERS, Recruiter, Role
from forms.store.protocol import Reader, Transaction
from forms.web import limits
from forms.web.context import Context

_ABOUT = ("commenter_name", "article_title", "comment_text", "site_title")

WAITS = TemplateUse(
    "comment-waits", "the word to the desk that a comment waits", (*_ABOUT, "desk_link"), ("desk_link",)
)
PUBLISHED = TemplateUse(
    "comment-published",
    "the word to whoever wrote a comment that was published",
    (*_ABOUT, "article_link", "recruiter_name", "status_link"),
    ("status_link",),
)
REPLY = TemplateUse(
    "comment-reply",
    "the word to whoever asked to be told of replies",
    (*_ABOUT, "article_link", "replier_name", "recruiter_name", "status_link", "unsubscribe_link"),
    ("unsubscribe_link",),
)
USES = (WAITS, PUBLISHED, REPLY)

WAITS_EVENT, PUBLISHED_EVENT, REPLY_EVENT = "comment-waits:", "comment-published:", "comment-reply:"

MOST_TOLD = 12
"""Mails about waiting comments in an hour; what comes beyond is on the desk all the same."""


def tell_moderators(tx: Transaction, found: Context, comment: Comment, title: str) -> None:
    """Tell every recruiter that a comment waits, once, with the way to the desk."""
    now, per = found.now(), dt.timedelta(hours=1)
    if not limits.allow(tx, "comments told of", most=MOST_TOLD, per=per, now=now):
        return
    fields = {**_about(found, comment, title), "desk_link": found.absolute(desk_path(comment.id))}
    for recruiter in _moderators(tx):
        message = _message(
            found, WAITS, f"{WAITS_EVENT}{comment.id}", fields, person=recruiter, sender=recruiter
        )
        queue.enqueue(tx, message, now=now, domain=queue.mail_domain(found.run))


def tell_of_publication(
    tx: Transaction, found: Context, comment: Comment, title: str, due: dt.datetime
) -> None:
    """Tell whoever wrote it that it is on the page, once, with the link by which they may erase it."""
    event = f"{PUBLISHED_EVENT}{comment.id}"
    sender = next(iter(_moderators(tx)), None)
    known = OUTBOX.find(tx, span=("event", event, f"{event};"))
    if not comment.email or sender is None or any(mail.last_error != BACK for mail in known):
        return
    fields = {
        **_about(found, comment, title),
        "article_link": article_link(found, comment),
        "recruiter_name": sender.name,
        "status_link": STATUS_LINK,
    }
    # After one that was called back the next needs an event of its own.
    event = f"{event}:{len(comment.changes)}"
    message = _message(found, PUBLISHED, event, fields, person=comment, sender=sender, due=due)
    queue.enqueue(tx, message, now=found.now(), domain=queue.mail_domain(found.run))


def tell_of_reply(tx: Transaction, found: Context, reply: Comment, title: str, due: dt.datetime) -> None:
    """Tell those of the same thread who asked for it, but not whoever wrote the reply."""
    sender = next(iter(_moderators(tx)), None)
    if reply.parent_id is None or sender is None:
        return
    for comment in _listeners(tx, reply):
        fields = {
            **_about(found, reply, title),
            "commenter_name": comment.name,
            "replier_name": reply.name,
            "article_link": article_link(found, reply),
            "recruiter_name": sender.name,
            "status_link": STATUS_LINK,
            "unsubscribe_link": UNSUBSCRIBE_LINK,
        }
        event = f"{REPLY_EVENT}{reply.id}:{len(reply.changes)}"
        message = _message(
            found, REPLY, event, fields, person=comment, sender=sender, due=due, invitation=True
        )
        queue.enqueue(tx, message, now=found.now(), domain=queue.mail_domain(found.run))


BACK = "The comment is not published any more."


def call_back(tx: Transaction, comment: Comment, now: dt.datetime) -> None:
    """What still waits of a comment that left the page is not sent."""
    for prefix in (PUBLISHED_EVENT, REPLY_EVENT, WAITS_EVENT):
        event = f"{prefix}{comment.id}"
        for mail in OUTBOX.find(tx, {"state": WAITING}, span=("event", event, f"{event};")):
            queue.cancel(tx, mail.id, now, reason=BACK)


def desk_path(comment_id: str) -> str:
    """Where the desk shows a comment; outside of a request there is no url_for."""
    return f"/desk/comments/{comment_id}/"


def article_link(found: Context, comment: Comment) -> str:
    """The place of a comment on the public page."""
    return f"{found.site.url}/articles/{comment.article}/#comment-{comment.id}"


def _listeners(reader: Reader, reply: Comment) -> list[Comment]:
    """One comment for each address that is to be told."""
    first = COMMENTS.get(reader, reply.parent_id or "")
    thread = [*([first] if first else []), *COMMENTS.find(reader, {"parent_id": reply.parent_id})]
    found = {
        each.email: each
        for each in thread
        if each.telling is Telling.CONFIRMED and each.is_public and each.email not in (None, reply.email)
    }
    return list(found.values())


def _moderators(reader: Reader) -> list[Recruiter]:
    """Who may decide on comments, the first who came first."""
    everybody = RECRUITERS.find(reader, order="created")
    return [each for each in everybody if each.is_active and each.role.reaches(Role.RECRUITER)]


def _about(found: Context, comment: Comment, title: str) -> Mapping[str, str]:
    return {
        "commenter_name": comment.name,
        "article_title": title,
        "comment_text": comment.text,
        "site_title": found.site.title,
    }


def _message(
    found: Context,
    use: TemplateUse,
    event: str,
    fields: Mapping[str, str],
    *,
    person: Recruiter | Comment,
    sender: Recruiter,
    due: dt.datetime | None = None,
    invitation: bool = False,
) -> Message:
    to = person if isinstance(person, Comment) else None
    text = render(load_template(found.content, use.name), fields)
    return Message(
        event=event,
        recipient=person.email or "",
        recipient_name=person.name,
        sender_name=found.site.title if to is None else sender.name,
        reply_to=sender.email,
        subject=text.subject,
        body=text.body,
        access_for=f"{KIND}{to.id}" if to else None,
        unattended=True,
        not_before=due,
        invitation=invitation,
    )
