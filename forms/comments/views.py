"""The public side: a comment comes in, with a script or without one, from the site's origin or another.

Without a script: the form below the article is sent here; what is wrong is said on a page of ours that keeps
everything typed; what is right is shown as it will look, and sent from there. With one, the form fetches its
mark (`forms.comments.trap`) from here while it is filled in, and is answered in JSON, in place:

    GET  → 200 {"mark": "…", "wait": 3}
    POST → 201 {"state": "held" | "approved", "message": "…", "link": "…"}
           409 {"mark": "…", "wait": 3}                    send it again with this mark, so many seconds later
           422 {"errors": {"email": ["…"], "": ["…"]}}     "" is for none of the fields
           403, 404, 413, 429, 503 {"message": "…"}
"""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from core.errors import StoreError
from core.plain_text import as_html
from forms.comments import origins, receiving, trap
from forms.comments.articles import Article, Articles
from forms.comments.form import CommentForm
from forms.comments.models import CommentState
from forms.comments.receiving import Received
from forms.comments.service import TooMany
from forms.comments.trap import Sprung, Trap
from forms.web import limits
from forms.web.context import Context, context
from forms.web.csrf import without_authority
from forms.web.errors import RETRY_AFTER
from forms.web.form import bind
from forms.web.origin import CrossSite

EXTENSION = "followup-comments"

ONCE_MORE = "Please look through it once more and send it again; nothing you typed is lost."
HELD = "Thank you. Your comment has arrived and waits to be read; then it appears below the article."
AT_ONCE = "Thank you. Your comment appears below the article within a minute."
NOT_NOW = "This could not be done just now. Nothing is lost: please send it again in a moment."

bp = Blueprint("comments", __name__, url_prefix="/comments")


def init_app(app: Flask, found: Context) -> None:
    """Register the routes below /comments/ that anybody may use."""
    app.extensions[EXTENSION] = Articles(found.content, found.site.timezone)
    app.register_blueprint(bp)


@bp.after_request
def tell_origin(response: Response) -> Response:
    """Scripts of allowed sites may read every answer, errors included."""
    return origins.add_headers(request, response, context())


@bp.route("/<slug>/", methods=["GET", "POST"])
@without_authority
def comment(slug: str) -> ResponseReturnValue:
    """The form of one article: given out, refused with what is wrong, shown as it will look, or taken."""
    try:
        return _comment(slug)
    except HTTPException as error:
        if not _wants_json():
            raise  # people get the page that everybody gets
        return {"message": error.description or error.name}, error.code or 500


def _comment(slug: str) -> ResponseReturnValue:
    found = context()
    article = _articles().find(slug, found.now())
    if article is None:
        abort(404)
    if request.method == "POST" and not origins.is_welcome(request, found):
        raise CrossSite
    closed = article.closed(found.site, found.now())
    if closed:
        return _closed(article, closed)
    return _take(article) if request.method == "POST" else _give_out(article)


def _give_out(article: Article) -> ResponseReturnValue:
    if _wants_json():
        return _mark(article), 200
    if "sent" in request.args:
        return render_template(
            "comments/thanks.html", page_title="Thank you", article=article, back_url=_address(article)
        )
    return _page(article, CommentForm(parent=request.args.get("parent", ""), mark=_new_mark(article)))


def _take(article: Article) -> ResponseReturnValue:
    form = bind(CommentForm)
    name, sprung = Trap(context().secret, article.slug).judge(form.mark.data or "", context().now())
    if form.accepted() and form.is_trapped:
        form.homepage_url.data = ""
        form.refuse("", ONCE_MORE)
    if form.errors:
        return _wrong(article, form, sprung)
    if sprung is not None or (form.look.data and not _wants_json()):
        return _look_first(article, form, sprung)
    try:
        received = receiving.receive(
            context(),
            form.draft(article.slug, submission=name, origin=limits.visitor()),
            receiving.Browser.of(request),
            article,
        )
    except TooMany as error:
        form.refuse("", str(error))
        return _wrong(article, form, None, 429)
    except StoreError:
        if not _wants_json():
            raise
        return {"message": NOT_NOW}, 503, {"Retry-After": str(RETRY_AFTER)}
    return _thanks(article, received)


def _wrong(
    article: Article, form: CommentForm, sprung: Sprung | None, status: int = 422
) -> ResponseReturnValue:
    if _wants_json():
        return {"errors": {name or "": list(said) for name, said in form.errors.items()}}, status
    if sprung is not None:
        form.mark.data = _new_mark(article)
    return _page(article, form), status


def _look_first(article: Article, form: CommentForm, sprung: Sprung | None) -> ResponseReturnValue:
    """A mark that is good is kept, and one too young as well: it ripens while the preview is read."""
    if sprung not in (None, Sprung.TOO_SOON):
        form.mark.data = _new_mark(article)
    if _wants_json():
        return {"mark": form.mark.data, "wait": trap.LEAST.seconds}, 409
    return _page(article, form, preview=True)


def _thanks(article: Article, received: Received) -> ResponseReturnValue:
    link = url_for("own_comment.show", token=received.token) if received.token else ""
    if not _wants_json():
        sent = url_for("comments.comment", slug=article.slug, sent="1")
        return redirect(link or sent, code=303)
    at_once = received.comment.is_public
    answer = {
        # That it was taken for spam is said to nobody.
        "state": CommentState.APPROVED if at_once else CommentState.HELD,
        "message": AT_ONCE if at_once else HELD,
        "link": context().absolute(link) if link else "",
    }
    return answer, 201


def _closed(article: Article, why: str) -> ResponseReturnValue:
    if _wants_json():
        return {"message": why}, 403
    sent = request.form.get("comment", "") if request.method == "POST" else ""
    page = render_template(
        "comments/closed.html",
        page_title="Comments are closed",
        article=article,
        why=why,
        typed=sent,
        back_url=_address(article),
    )
    return page, 403 if request.method == "POST" else 200


def _page(article: Article, form: CommentForm, *, preview: bool = False) -> str:
    return render_template(
        "comments/form.html",
        page_title="Leave a comment",
        article=article,
        form=form,
        preview=as_html(form.comment.data or "") if preview else None,
        website=form.website.normal if preview else None,
        now=context().site.local(context().now()),
        back_url=_address(article),
    )


def _mark(article: Article) -> dict[str, object]:
    return {"mark": _new_mark(article), "wait": trap.LEAST.seconds}


def _new_mark(article: Article) -> str:
    return Trap(context().secret, article.slug).mark(context().now())


def _address(article: Article) -> str:
    return f"/articles/{article.slug}/"


def _articles() -> Articles:
    return cast(Articles, current_app.extensions[EXTENSION])


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"
