"""The pages that private links open: one's own comment, and the end of mails about replies.

A GET changes nothing, whoever follows the link: mail programs do. The link shown after a comment was sent may
erase it; that replies are mailed needs the link that came by mail, which proves that the address is theirs.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField
from wtforms.validators import InputRequired

from core.plain_text import as_html
from forms import links
from forms.comments import erasing
from forms.comments.models import COMMENTS, Comment, Telling
from forms.comments.moderating import export_now
from forms.links import Purpose
from forms.outbox.list_headers import ONE_CLICK_FIELD, ONE_CLICK_VALUE
from forms.store.collection import use_case
from forms.store.protocol import Transaction
from forms.web.context import context
from forms.web.csrf import set_bearer, without_authority
from forms.web.form import BaseForm, ButtonForm, bind, blank

bp = Blueprint("own_comment", __name__, url_prefix="/comments/own/<token>")
replies_bp = Blueprint("comment_replies", __name__, url_prefix="/comments/replies/<token>")


class EraseForm(BaseForm):
    """A button that cannot be pressed by a program that follows links and presses what it finds."""

    sure = BooleanField(
        "Yes, erase my comment for good", [InputRequired("Tick the box if you want it to be erased.")]
    )


@bp.before_request
def open_link() -> ResponseReturnValue | None:
    """The comment, and whether the link came by mail; forms belong to the link."""
    token = str((request.view_args or {}).get("token", ""))
    with context().store.read() as reader:
        shown = links.verify(reader, Purpose.COMMENT, token, context().now())
        mailed = links.verify(reader, Purpose.COMMENT_BY_MAIL, token, context().now())
        link = shown or mailed
        comment = COMMENTS.get(reader, link.holder) if link else None
    if link is None or comment is None:
        return _neutral()
    set_bearer(link.id)
    g.comment, g.by_mail = comment, mailed is not None
    return None


@bp.get("/")
def show(token: str) -> ResponseReturnValue:
    """One's own comment, where it stands, and what can be done about it."""
    return _page(token, blank(EraseForm))


@bp.post("/erase/")
def erase(token: str) -> ResponseReturnValue:
    """Out of the store and off the page."""
    form = bind(EraseForm)
    if not form.accepted():
        return _page(token, form), 422
    article = erasing.erase(context().store, g.comment.id)
    export_now(context(), article)
    return render_template("comments/erased.html", page_title="Your comment is erased")


@bp.post("/replies/<any(on, off):way>/")
def replies(token: str, way: str) -> ResponseReturnValue:
    """Be told of replies, or not. To switch it on takes the link that was mailed."""
    if bind(ButtonForm).accepted() and (g.by_mail or way == "off"):
        _tell(context().store, g.comment.id, Telling.CONFIRMED if way == "on" else Telling.STOPPED)
    return redirect(url_for("own_comment.show", token=token, _anchor="replies"), code=303)


@replies_bp.get("/")
def stop_page(token: str) -> ResponseReturnValue:
    """A page with the button."""
    comment = _told(token)
    return _neutral() if comment is None else _stop_page(comment)


@replies_bp.post("/")
@without_authority
def stop(token: str) -> ResponseReturnValue:
    """No more mails about replies, at once; the same again changes nothing (RFC 8058)."""
    comment = _told(token)
    if comment is None:
        return _neutral()
    if request.form.get(ONE_CLICK_FIELD) == ONE_CLICK_VALUE:
        comment = _tell(context().store, comment.id, Telling.STOPPED)
    return _stop_page(comment)


@use_case
def _tell(tx: Transaction, comment_id: str, telling: Telling) -> Comment:
    return COMMENTS.put(tx, replace(COMMENTS.require(tx, comment_id), telling=telling))


def _told(token: str) -> Comment | None:
    with context().store.read() as reader:
        link = links.verify(reader, Purpose.COMMENT_REPLIES, token, context().now())
        return COMMENTS.get(reader, link.holder) if link else None


def _page(token: str, form: EraseForm) -> str:
    comment: Comment = g.comment
    return render_template(
        "comments/own.html",
        page_title="Your comment",
        comment=comment,
        text=as_html(comment.text),
        posted=context().site.local(comment.posted),
        form=form,
        button=blank(ButtonForm),
        by_mail=g.by_mail,
        erase_url=url_for("own_comment.erase", token=token),
        replies_url={way: url_for("own_comment.replies", token=token, way=way) for way in ("on", "off")},
        article_url=f"/articles/{comment.article}/",
    )


def _stop_page(comment: Comment) -> str:
    stopped = comment.telling is not Telling.CONFIRMED
    return render_template(
        "comments/replies.html",
        page_title="No more mail about replies" if stopped else "Stop mail about replies?",
        stopped=stopped,
        field=ONE_CLICK_FIELD,
        value=ONE_CLICK_VALUE,
    )


def _neutral() -> ResponseReturnValue:
    page = render_template("comments/neutral.html", page_title="This link does not open a comment")
    return page, 404
