"""Mail at the desk: what went wrong first, then what waits, then what was sent; and what a person may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from core.errors import Conflict
from forms.outbox import queue
from forms.outbox.merge import put_status_link, put_unsubscribe_link
from forms.outbox.models import OUTBOX, Mail, MailState
from forms.outbox.room import EXTENSION, MailRoom
from forms.web.context import context
from forms.web.form import ButtonForm, bind, blank, saved

bp = Blueprint("mail", __name__, url_prefix="/mail")

SENT_SHOWN = 30
"""How many of the sent ones are listed."""

LINK_SHOWN = "[a fresh private link, made while it is sent]"
"""What the desk reads in the place of the private link, which is not kept."""

UNSUBSCRIBE_SHOWN = "[the address that switches invitations off, made while it is sent]"

TONES = {
    MailState.FAILED: "late",
    MailState.UNKNOWN: "late",
    MailState.BOUNCED: "late",
    MailState.SENT: "answered",
    MailState.CANCELLED: "quiet",
}
"""How each state's badge looks; the others plain."""


def mail_room() -> MailRoom:
    """The mail room of the application at work."""
    return cast(MailRoom, current_app.extensions[EXTENSION])


@bp.get("/")
def index() -> ResponseReturnValue:
    """Failed, unknown and bounced ones, oldest first; waiting ones, the next first; the last sent ones."""
    with context().store.read() as reader:
        trouble = queue.trouble(reader)
        waiting = queue.waiting(reader)
        sent = queue.recently_sent(reader, limit=SENT_SHOWN)
    return render_template(
        "outbox/index.html",
        page_title="Mail",
        trouble=trouble,
        waiting=waiting,
        sent=sent,
        tones=TONES,
        form=blank(ButtonForm),
    )


@bp.get("/<mail_id>/")
def show(mail_id: str) -> ResponseReturnValue:
    """One message as the recipient reads it, how it stands, and what can be done."""
    with context().store.read() as reader:
        mail = OUTBOX.require(reader, mail_id)
    return render_template(
        "outbox/mail.html",
        page_title=mail.subject,
        mail=mail,
        text=put_unsubscribe_link(put_status_link(mail.body, LINK_SHOWN), UNSUBSCRIBE_SHOWN),
        tones=TONES,
        now=context().now(),
        form=blank(ButtonForm),
    )


@bp.post("/<mail_id>/retry/")
def retry(mail_id: str) -> ResponseReturnValue:
    """Send it again, or try now."""
    return _act(mail_id, queue.retry, "It goes out at the next turn.")


@bp.post("/<mail_id>/cancel/")
def cancel(mail_id: str) -> ResponseReturnValue:
    """Never send it."""
    return _act(mail_id, queue.cancel, "It will not be sent.")


@bp.post("/<mail_id>/mark-sent/")
def mark_sent(mail_id: str) -> ResponseReturnValue:
    """It arrived, as a person has learned."""
    return _act(mail_id, queue.mark_sent, "Marked as sent.")


def _act(mail_id: str, deed: Callable[..., Mail], done: str) -> ResponseReturnValue:
    """Do it and show the message; when it does not fit any more, say why (a worker may have been faster)."""
    form = bind(ButtonForm)
    if not form.accepted():
        return saved("Nothing was done: please press the button once more.", "desk.mail.show",
                     category="bad", mail_id=mail_id)  # fmt: skip
    try:
        mail = deed(context().store, mail_id, context().now(), mail_room().listeners)
    except Conflict as error:
        return saved(str(error), "desk.mail.show", category="bad", mail_id=mail_id)
    message = f"“{mail.subject}” to {mail.recipient_name or mail.recipient}: {done}"
    return saved(message, "desk.mail.show", mail_id=mail_id)
