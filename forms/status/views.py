"""The candidate's page, and the way back to it for whoever lost the link. A GET changes nothing, ever."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.errors import NotFound
from forms import links
from forms.links import Purpose
from forms.status.form import LostLinkForm
from forms.status.lost import ask_for_link
from forms.status.page import build_page
from forms.store.collection import use_case
from forms.store.protocol import Transaction
from forms.web import limits
from forms.web.context import context
from forms.web.csrf import set_bearer
from forms.web.form import ButtonForm, bind, blank
from forms.web.private import neutral_page

bp = Blueprint("status", __name__, url_prefix="/status")

HOUR = dt.timedelta(hours=1)
LOST_BEARER = "lost link"
"""The lost-link form carries no authority: it sends mail to the address on file and tells nothing."""


@bp.get("/<token>/")
def show(token: str) -> ResponseReturnValue:
    """The page, or the neutral one."""
    found = context()
    with found.store.read() as reader:
        link = links.verify(reader, Purpose.STATUS, token, found.now())
        try:
            page = build_page(reader, link, found.today()) if link else None
        except NotFound:  # the candidate is gone; their link opens nothing
            page = None
    if page is None:
        return neutral_page()
    set_bearer(link.id if link else "")
    return render_template(
        "status/status.html",
        page_title="Where you stand",
        page=page,
        refer_url=url_for("refer.form", token=token),
        rights_url=url_for("rights.home", token=token),
        switch_url=url_for("invitations.switch", token=token, way="on" if page.invitations_off else "off"),
        button=blank(ButtonForm),
    )


@bp.before_request
def bind_lost_form() -> None:
    set_bearer(LOST_BEARER)


@bp.route("/lost/", methods=["GET", "POST"])
def lost() -> ResponseReturnValue:
    """Ask for a fresh link: the same answer whether the address is on file, unknown, or asks too often."""
    form = bind(LostLinkForm)
    if form.accepted() and form.email.normal:
        _note_if_allowed(context().store, form.email.normal)
        return redirect(url_for("status.lost", sent="1"), code=303)
    page = render_template(
        "status/lost.html",
        page_title="A fresh link",
        form=form,
        sent=request.method == "GET" and "sent" in request.args,
    )
    return page, 422 if request.method == "POST" else 200


@use_case
def _note_if_allowed(tx: Transaction, email: str) -> None:
    now = context().now()
    by_address = limits.allow(tx, f"lost:{limits.hidden(email)}", most=3, per=HOUR, now=now)
    by_visitor = limits.allow(tx, f"lost:{limits.visitor()}", most=10, per=HOUR, now=now)
    if by_address and by_visitor:
        ask_for_link(tx, email, now=now)
