"""The referred person's side: /r/<code>/, opened by the personal link that a candidate sent them.

No account, no cookie; a GET changes nothing. The answer is the same whether the person is known or not.
"""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms import links
from forms.links import Purpose
from forms.referrals import introducing, mail
from forms.referrals.form import IntroductionForm
from forms.referrals.identity import is_same
from forms.referrals.introducing import Introduction
from forms.referrals.mail import Referrer
from forms.referrals.models import CONSENT_STATEMENT
from forms.referrals.service import DAY, TooMany
from forms.referrals.views import enqueue, find_referrer, own_page
from forms.store.collection import use_case
from forms.store.protocol import Transaction
from forms.web import limits
from forms.web.context import context
from forms.web.csrf import set_bearer
from forms.web.form import bind

MOST_PER_VISITOR = 10
"""Introductions a day from one network address: an office has one for everybody."""

bp = Blueprint("personal", __name__, url_prefix="/r/<code>")


@bp.url_value_preprocessor
def _take_code(_endpoint: str | None, values: dict[str, str] | None) -> None:
    g.code = (values or {}).pop("code", "")


@bp.before_request
def _open_link() -> ResponseReturnValue | None:
    with context().store.read() as reader:
        link = links.verify(reader, Purpose.PERSONAL, g.code, context().now())
        referrer = find_referrer(reader, link.holder) if link else None
    if link is None or referrer is None:
        return render_template("referrals/no_link.html", page_title="This link does not open a page"), 404
    set_bearer(link.id)
    g.link, g.referrer = link, referrer
    return None


@bp.route("/", methods=["GET", "POST"])
def introduce() -> ResponseReturnValue:
    """Who sent it, what this is, and the form; one that is not right keeps what was typed."""
    form = bind(IntroductionForm)
    form.consent.label.text = CONSENT_STATEMENT.format(recruiter=g.referrer.recruiter.name)
    if form.accepted():
        try:
            _receive(context().store, form.introduction(), limits.visitor())
        except TooMany as error:
            form.refuse("", str(error))
        else:
            return redirect(url_for("personal.thanks", code=g.code), code=303)
    page = render_template(
        "referrals/introduction.html",
        page_title=f"{g.referrer.first_name} sent you here",
        form=form,
        sender=g.referrer.first_name,
        recruiter=g.referrer.recruiter,
    )
    return page, 422 if request.method == "POST" else 200


@bp.get("/thanks/")
def thanks() -> ResponseReturnValue:
    """Thanks, and what happens now; it says nothing of who sent the form."""
    return render_template(
        "referrals/introduced.html",
        page_title="Thank you",
        sender=g.referrer.first_name,
        recruiter=g.referrer.recruiter,
    )


@use_case
def _receive(tx: Transaction, said: Introduction, visitor: str) -> None:
    """Write it down once, with a receipt for the person and thanks to who sent them, in one transaction."""
    now, referrer = context().now(), g.referrer
    if not limits.allow(tx, f"introduce:{visitor}", most=MOST_PER_VISITOR, per=DAY, now=now):
        raise TooMany(introducing.LATER)
    own = _is_own(referrer, said)
    referral = introducing.introduce(tx, said, referrer_id=referrer.id, link_id=g.link.id, now=now, own=own)
    enqueue(tx, mail.introduced(referrer.recruiter, referral, own_page(referral)))
    enqueue(tx, mail.link_used(referrer, referral))


def _is_own(referrer: Referrer, said: Introduction) -> bool:
    """Whether the candidate filled in their own link: by a way to reach them, or their very name."""
    return is_same(referrer, said) or referrer.name.casefold() == said.name.casefold()
