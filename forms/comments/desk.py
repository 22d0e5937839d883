"""Comments at the desk: what waits to be read, and what is done with it. A keystroke each, and a way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from core.errors import Conflict
from core.plain_text import as_html
from forms.comments import bans, service
from forms.comments.articles import Articles
from forms.comments.bans import BanKind
from forms.comments.models import COMMENTS, LONGEST_TEXT, Comment, CommentState
from forms.comments.moderating import moderation
from forms.recruiters import RECRUITERS
from forms.store.protocol import Reader
from forms.web.context import context
from forms.web.form import BaseForm, ButtonForm, bind, blank, saved
from forms.web.recruiter import acting

bp = Blueprint("comments", __name__, url_prefix="/comments")

ON_A_PAGE = 50
DONE = {
    "approve": "Published: it is on the page within seconds.",
    "hold": "Put back to wait.",
    "spam": "Marked as spam.",
    "delete": "Deleted.",
    "undo": "Taken back.",
}


class TextForm(BaseForm):
    """A comment's words: other ones, or those of a reply."""

    text = TextAreaField("Text", [InputRequired("Write something."), Length(max=LONGEST_TEXT)])


class BanSenderForm(BaseForm):
    """Whether the network address is meant, too."""

    origin = BooleanField("Their network address, too")


class BanForm(BaseForm):
    """What is not welcome."""

    kind = SelectField(
        "What", choices={each.value: each.label for each in BanKind if each is not BanKind.ORIGIN}
    )
    value = StringField("Which", [InputRequired("Say what is to be banned."), Length(max=200)])
    note = StringField("Why", [Length(max=200)])


@dataclass(frozen=True)
class Shown:
    """A comment as the desk lists it, with the text as the page would show it."""

    comment: Comment
    title: str
    html: Markup
    answers: str = ""


@bp.get("/")
def index() -> ResponseReturnValue:
    """What waits, oldest first; with ?state= the others, newest first."""
    state = _state(request.args.get("state", ""))
    with context().store.read() as reader:
        if state is CommentState.HELD:
            found = service.moderation_queue(reader, limit=ON_A_PAGE)
        else:
            found = service.in_state(reader, state, limit=ON_A_PAGE)
        counts = service.counts(reader)
        rows = [_shown(reader, each) for each in found]
        last = COMMENTS.get(reader, request.args.get("last", "") or "-")
    return render_template(
        "comments/desk.html",
        page_title="Comments",
        rows=rows,
        counts=counts,
        states=list(CommentState),
        state=state,
        last=last,
        button=blank(ButtonForm),
    )


@bp.get("/<comment_id>/")
def show(comment_id: str) -> ResponseReturnValue:
    """One comment with all that can be done with it. Links in mail lead here: looking changes nothing."""
    return _page(comment_id, {})


@bp.post("/<comment_id>/<any(approve, hold, spam, delete, undo):verdict>/")
def decide(comment_id: str, verdict: str) -> ResponseReturnValue:
    """A verdict, by its button or key."""
    if not bind(ButtonForm).accepted():
        return saved(
            "The page was too old. Please press again.", ".show", category="bad", comment_id=comment_id
        )
    desk, by = moderation(), acting().id
    do = {
        "approve": desk.approve,
        "hold": desk.hold,
        "spam": desk.mark_spam,
        "delete": desk.delete,
        "undo": desk.undo,
    }[verdict]
    try:
        do(comment_id, by=by)
    except Conflict as error:
        return saved(str(error), ".show", category="bad", comment_id=comment_id)
    state = _state(request.args.get("state", "")).value
    if verdict == "undo":
        return saved(DONE[verdict], ".index", state=state)
    return redirect(url_for(".index", state=state, last=comment_id), code=303)


@bp.post("/<comment_id>/edit/")
def edit(comment_id: str) -> ResponseReturnValue:
    """Give it other words."""

    def change(text: str) -> None:
        moderation().edit(comment_id, text, by=acting().id)

    return _with_text(comment_id, "edit", change, "Saved. What it said before is in its history.")


@bp.post("/<comment_id>/reply/")
def reply(comment_id: str) -> ResponseReturnValue:
    """Answer as the author; a comment that waits is approved with it."""

    def answer(text: str) -> None:
        _approved(comment_id)
        moderation().reply(comment_id, text, by=acting())

    return _with_text(comment_id, "reply", answer, "Your reply is published.")


def _with_text(comment_id: str, name: str, act: Callable[[str], None], done: str) -> ResponseReturnValue:
    """Do something with the text of a form; back to the form, with what was typed, when that cannot be."""
    form = bind(TextForm, prefix=f"{name}-")
    if form.accepted():
        try:
            act(form.text.data or "")
            return saved(done, ".show", comment_id=comment_id)
        except Conflict as error:
            form.refuse("text", str(error))
    return _page(comment_id, {name: form}), 422


@bp.post("/<comment_id>/ban/")
def ban_sender(comment_id: str) -> ResponseReturnValue:
    """Nothing more from whoever wrote this."""
    form = bind(BanSenderForm, prefix="ban-")
    if not form.accepted():
        return _page(comment_id, {"ban": form}), 422
    moderation().ban_sender(comment_id, by=acting().id, origin=form.origin.data)
    return saved("Banned: what they write goes to spam. It can be lifted below “Bans”.", ".show",
                 comment_id=comment_id)  # fmt: skip


@bp.route("/bans/", methods=["GET", "POST"])
def list_bans() -> ResponseReturnValue:
    """Who and what is not welcome, and adding to it."""
    form = bind(BanForm)
    if form.accepted():
        try:
            kind = BanKind(form.kind.data)
            moderation().ban(kind, form.value.data or "", note=form.note.data or "", by=acting().id)
            return saved("Banned.", ".list_bans")
        except ValueError as error:
            form.refuse("value", str(error))
    with context().store.read() as reader:
        found = bans.all_bans(reader)
    page = render_template(
        "comments/bans.html", page_title="Bans", bans=found, form=form, button=blank(ButtonForm)
    )
    return page, 422 if form.errors else 200


@bp.post("/bans/<ban_id>/lift/")
def lift(ban_id: str) -> ResponseReturnValue:
    """Welcome again."""
    if not bind(ButtonForm).accepted():
        return saved("The page was too old. Please press again.", ".list_bans", category="bad")
    moderation().lift_ban(ban_id)
    return saved("Lifted.", ".list_bans")


def _approved(comment_id: str) -> None:
    with context().store.read() as reader:
        comment = COMMENTS.require(reader, comment_id)
    if comment.state is CommentState.HELD:
        moderation().approve(comment_id, by=acting().id)


def _page(comment_id: str, forms: dict[str, BaseForm]) -> str:
    """The page of one comment; `forms` are those that were sent and not taken."""
    with context().store.read() as reader:
        comment = COMMENTS.require(reader, comment_id)
        shown = _shown(reader, comment)
        others = service.of_sender(reader, comment)[:10]
        replies = service.replies_to(reader, comment_id)
        names = {each.id: each.name for each in RECRUITERS.find(reader)}
    return render_template(
        "comments/comment.html",
        page_title=f"Comment of {comment.name}",
        shown=shown,
        others=others,
        replies=replies,
        names=names,
        edit_form=forms.get("edit") or blank(TextForm, comment, prefix="edit-"),
        reply_form=forms.get("reply") or blank(TextForm, prefix="reply-"),
        ban_form=forms.get("ban") or blank(BanSenderForm, prefix="ban-"),
        button=blank(ButtonForm),
    )


def _shown(reader: Reader, comment: Comment) -> Shown:
    found = context()
    parent = COMMENTS.get(reader, comment.parent_id) if comment.parent_id else None
    return Shown(
        comment=comment,
        title=Articles(found.content, found.site.timezone).title_of(comment.article),
        html=as_html(comment.text),
        answers=parent.name if parent else "",
    )


def _state(name: str) -> CommentState:
    return CommentState(name) if name in list(CommentState) else CommentState.HELD
