"""Switching invitations off with one click in a mail program (RFC 8058), and off or on from one's own page.

Mail scanners follow links: a GET changes nothing. A mail provider posts `List-Unsubscribe=One-Click` without
cookie, token or origin; the address itself is the authority, and ends nothing but invitations.
"""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms import links
from forms.candidates.models import CANDIDATES, Candidate
from forms.follow_up import asking
from forms.links import Purpose
from forms.outbox.list_headers import ONE_CLICK_FIELD, ONE_CLICK_VALUE
from forms.suppressions import BY_THEMSELVES
from forms.web.context import context
from forms.web.csrf import set_bearer, without_authority
from forms.web.form import ButtonForm, bind
from forms.web.private import neutral_page

unsubscribe_bp = Blueprint("unsubscribe", __name__, url_prefix="/mail/unsubscribe/<token>")
switch_bp = Blueprint("invitations", __name__, url_prefix="/status/<token>/invitations")


@unsubscribe_bp.get("/")
def show(token: str) -> ResponseReturnValue:
    """A page with the button."""
    candidate = _holder(token, Purpose.UNSUBSCRIBE)
    return neutral_page() if candidate is None else _page(candidate)


@unsubscribe_bp.post("/")
@without_authority
def unsubscribe(token: str) -> ResponseReturnValue:
    """No more invitations, at once; the same again changes nothing."""
    candidate = _holder(token, Purpose.UNSUBSCRIBE)
    if candidate is None:
        return neutral_page()
    if request.form.get(ONE_CLICK_FIELD) == ONE_CLICK_VALUE:
        asking.switch_off(context().store, candidate.id, by=BY_THEMSELVES, now=context().now())
    return _page(candidate)


@switch_bp.before_request
def _open_link() -> ResponseReturnValue | None:
    """The form belongs to the link, as everything on the candidate's page."""
    with context().store.read() as reader:
        token = str((request.view_args or {}).get("token", ""))
        link = links.verify(reader, Purpose.STATUS, token, context().now())
        g.candidate = CANDIDATES.get(reader, link.holder) if link else None
    if link is None or g.candidate is None:
        return neutral_page()
    set_bearer(link.id)
    return None


@switch_bp.post("/<any(on, off):way>/")
def switch(token: str, way: str) -> ResponseReturnValue:
    """Off or on, from the candidate's own page."""
    if bind(ButtonForm).accepted():
        if way == "off":
            asking.switch_off(context().store, g.candidate.id, by=BY_THEMSELVES, now=context().now())
        else:
            asking.switch_on(context().store, g.candidate.id)
    return redirect(url_for("status.show", token=token, _anchor="invitations"), code=303)


def _holder(token: str, purpose: Purpose) -> Candidate | None:
    with context().store.read() as reader:
        link = links.verify(reader, purpose, token, context().now())
        return CANDIDATES.get(reader, link.holder) if link else None


def _page(candidate: Candidate) -> str:
    with context().store.read() as reader:
        off = asking.refusal(reader, candidate) is not None
    return render_template(
        "invitations/unsubscribe.html",
        page_title="Invitations are off" if off else "No more invitations?",
        off=off,
        field=ONE_CLICK_FIELD,
        value=ONE_CLICK_VALUE,
        lost_url=url_for("status.lost"),
    )
