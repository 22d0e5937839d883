"""Referrals at the desk: the inbox, one referral, and how far it has come."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from wtforms import SelectField

from core.errors import Conflict
from forms import history
from forms.referrals import service
from forms.referrals.models import REFERRALS, ReferralState
from forms.referrals.views import referrer_of
from forms.web.context import context
from forms.web.fields import labels
from forms.web.form import BaseForm, ButtonForm, bind, blank, saved
from forms.web.recruiter import acting

bp = Blueprint("referrals", __name__, url_prefix="/referrals")


class StateForm(BaseForm):
    """A button that moves a referral on."""

    state = SelectField(choices=labels(ReferralState))


@bp.get("/")
def index() -> ResponseReturnValue:
    """Every referral, newest first; those nobody has taken up come before."""
    with context().store.read() as reader:
        found = service.inbox(reader)
        rows = [(each, referrer_of(reader, each)) for each in found]
    waiting = [row for row in rows if row[0].state is ReferralState.RECEIVED]
    others = [row for row in rows if row[0].state is not ReferralState.RECEIVED]
    return render_template("referrals/inbox.html", page_title="Referrals", waiting=waiting, others=others)


@bp.get("/<referral_id>/")
def show(referral_id: str) -> ResponseReturnValue:
    """One referral, with everything the referrer wrote."""
    with context().store.read() as reader:
        referral = REFERRALS.require(reader, referral_id)
        referrer = referrer_of(reader, referral)
        others = service.others_naming(reader, referral)
        events = history.history_of(reader, referral_id)
    return render_template(
        "referrals/referral.html",
        page_title=referral.name,
        referral=referral,
        referrer=referrer,
        others=others,
        events=events,
        state_form=blank(StateForm),
        take_up_form=blank(ButtonForm),
    )


@bp.post("/<referral_id>/state/")
def change_state(referral_id: str) -> ResponseReturnValue:
    """Move a referral on."""
    form = bind(StateForm)
    if not form.accepted():
        return saved("Choose a state.", "desk.referrals.show", category="bad", referral_id=referral_id)
    state = ReferralState(form.state.data)
    try:
        moved = service.change_state(context().store, referral_id, state, by=acting().id, now=context().now())
    except Conflict as error:
        return saved(str(error), "desk.referrals.show", category="bad", referral_id=referral_id)
    message = f"{moved.name}: {moved.state.label.lower()}."
    return saved(message, "desk.referrals.show", referral_id=referral_id)
