"""The candidate's side: naming someone, or sending them a personal link, from their own private page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from flask import Blueprint, Flask, abort, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms import links
from forms.links import Purpose
from forms.outbox import queue
from forms.outbox.models import Message
from forms.referrals import mail, service, sharing
from forms.referrals.form import ReferralForm
from forms.referrals.identity import is_same
from forms.referrals.mail import Referrer
from forms.referrals.models import REFERRALS, Referral
from forms.store.collection import use_case
from forms.store.protocol import Reader, Transaction
from forms.web import limits
from forms.web.context import context
from forms.web.csrf import set_bearer
from forms.web.form import ButtonForm, bind, blank
from forms.web.private import neutral_page

MOST_PER_VISITOR = 20
"""Referrals a day from one network address."""


@dataclass(frozen=True)
class Surroundings:
    """What the form needs of other features; the composition root hands it in."""

    referrer: Callable[[Reader, str], Referrer | None]
    job_choices: Callable[[Reader], dict[str, str]]
    own_page: Callable[[str], str]
    """By a referral's id: what Message.access_for says for the referred person's own page."""


bp = Blueprint("refer", __name__, url_prefix="/status/<token>/refer")


def init_app(app: Flask, around: Surroundings) -> None:
    """Register the routes below /status/<token>/refer/."""
    app.extensions["followup.referrals"] = around
    app.register_blueprint(bp)


@bp.url_value_preprocessor
def _take_token(_endpoint: str | None, values: dict[str, str] | None) -> None:
    g.token = (values or {}).pop("token", "")


@bp.before_request
def _open_link() -> ResponseReturnValue | None:
    with context().store.read() as reader:
        link = links.verify(reader, Purpose.STATUS, g.token, context().now())
        referrer = find_referrer(reader, link.holder) if link else None
    if link is None or referrer is None:
        return neutral_page()
    set_bearer(link.id)
    g.link, g.referrer = link, referrer
    return None


@bp.route("/", methods=["GET", "POST"])
def form() -> ResponseReturnValue:
    """The form; a sent one that is right leads to the thanks, and one that is not keeps what was typed."""
    asked = bind(ReferralForm, kind=request.args.get("kind"))
    with context().store.read() as reader:
        choices = _around().job_choices(reader)
    asked.job.choices = {"": "No particular job", **choices}
    if asked.accepted():
        try:
            referral = _receive(context().store, asked.submission(g.link.id), limits.visitor())
        except service.TooMany as error:
            asked.refuse("", str(error))
        else:
            return redirect(url_for("refer.thanks", token=g.token, referral_id=referral.id), code=303)
    page = render_template(
        "referrals/form.html",
        page_title="Do you know someone?",
        form=asked,
        send_url=url_for("refer.send", token=g.token),
        back_url=url_for("status.show", token=g.token),
        page=g.referrer,
    )
    return page, 422 if request.method == "POST" else 200


@bp.get("/thanks/<referral_id>/")
def thanks(referral_id: str) -> ResponseReturnValue:
    """Thanks, and what happens now; only for whoever made the referral."""
    with context().store.read() as reader:
        referral = REFERRALS.get(reader, referral_id)
    if referral is None or referral.referrer_id != g.referrer.id:
        abort(404)
    return render_template(
        "referrals/thanks.html",
        page_title="Thank you",
        name=referral.name_for_referrer,
        kind_label=referral.kind.label,
        recruiter=g.referrer.recruiter,
        back_url=url_for("status.show", token=g.token),
    )


@use_case
def _receive(tx: Transaction, submission: service.Submission, visitor: str) -> Referral:
    """Write it down once, and thank the referrer by mail, in one transaction."""
    now, referrer = context().now(), g.referrer
    if not limits.allow(tx, f"refer:{visitor}", most=MOST_PER_VISITOR, per=service.DAY, now=now):
        raise service.TooMany("This cannot be taken today. Please come back tomorrow, or write to me.")
    referral = service.submit(
        tx, submission, referrer_id=referrer.id, link_id=g.link.id, now=now, own=is_same(referrer, submission)
    )
    enqueue(tx, mail.thanks(referrer, referral))
    return referral


@bp.get("/send/")
def send() -> ResponseReturnValue:
    """The personal link with the ways to send it; before there is one, a button that makes it."""
    found = context()
    with found.store.read() as reader:
        link = sharing.personal_link(reader, g.referrer.id, secret=found.secret, now=found.now())
    token = links.token_again(link, found.secret) if link else None
    forwarding = None
    if link is not None and token is not None:
        url = found.absolute(url_for("personal.introduce", code=token))
        forwarding = sharing.forwarding(link, url, g.referrer, content=found.content, title=found.site.title)
    return render_template(
        "referrals/send.html",
        page_title="Send it yourself",
        forwarding=forwarding,
        days=found.run.link_days,
        recruiter=g.referrer.recruiter,
        button=blank(ButtonForm),
        back_url=url_for("status.show", token=g.token),
        name_url=url_for("refer.form", token=g.token),
    )


@bp.post("/send/")
def make_personal_link() -> ResponseReturnValue:
    """Make the personal link."""
    found = context()
    if bind(ButtonForm).accepted():
        lifetime = dt.timedelta(days=found.run.link_days)
        sharing.make_link(found.store, g.referrer.id, secret=found.secret, now=found.now(), lifetime=lifetime)
    return redirect(url_for("refer.send", token=g.token), code=303)


@bp.post("/send/end/")
def end_personal_link() -> ResponseReturnValue:
    """The personal link opens nothing any more."""
    if bind(ButtonForm).accepted():
        sharing.end_links(context().store, g.referrer.id, now=context().now())
    return redirect(url_for("refer.send", token=g.token), code=303)


def enqueue(tx: Transaction, message: Message | None, *, wait: dt.timedelta = dt.timedelta()) -> None:
    """Queue a mail of this feature, to go out after `wait`; None is nobody to write to."""
    now = context().now()
    if message is not None:
        message = replace(message, not_before=now + wait)
        queue.enqueue(tx, message, now=now, domain=queue.mail_domain(context().run))


def referrer_of(reader: Reader, referral: Referral) -> Referrer | None:
    """Who made a referral; None when they are gone."""
    return find_referrer(reader, referral.referrer_id)


def find_referrer(reader: Reader, candidate_id: str) -> Referrer | None:
    """A candidate as one who refers others; None when they are gone."""
    return _around().referrer(reader, candidate_id)


def own_page(referral: Referral) -> str:
    """The referred person's private page, as Message.access_for says it."""
    return _around().own_page(referral.id)


def _around() -> Surroundings:
    return cast(Surroundings, current_app.extensions["followup.referrals"])
