"""Referrals at the desk: the inbox, one referral, and how far it has come."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from wtforms import SelectField

from core.clock import long_date
from core.errors import Conflict
from forms import history
from forms.referrals import credit, mail, service
from forms.referrals.models import REFERRALS, Referral, ReferralState
from forms.referrals.views import enqueue, referrer_of
from forms.store.collection import use_case
from forms.store.protocol import Transaction
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
        others = [(each, referrer_of(reader, each)) for each in service.others_naming(reader, referral)]
        found = credit.credit(
            reader,
            referral,
            now=context().now(),
            window=dt.timedelta(days=context().run.ownership_days),
            say=lambda moment: long_date(context().local_date(moment)),
        )
        credited = referrer_of(reader, found.referral) if found.referral else None
        events = history.history_of(reader, referral_id)
    return render_template(
        "referrals/referral.html",
        page_title=referral.name,
        referral=referral,
        referrer=referrer,
        others=others,
        credit=found,
        credited=credited,
        events=events,
        state_form=blank(StateForm),
        take_up_form=blank(ButtonForm),
        confirm_form=blank(ButtonForm),
    )


@bp.post("/<referral_id>/state/")
def change_state(referral_id: str) -> ResponseReturnValue:
    """Move a referral on."""
    form = bind(StateForm)
    if not form.accepted():
        return saved("Choose a state.", "desk.referrals.show", category="bad", referral_id=referral_id)
    state = ReferralState(form.state.data)
    try:
        moved = _move(context().store, referral_id, state, acting().id)
    except Conflict as error:
        return saved(str(error), "desk.referrals.show", category="bad", referral_id=referral_id)
    message = f"{moved.name}: {moved.state.label.lower()}."
    return saved(message, "desk.referrals.show", referral_id=referral_id)


@bp.post("/<referral_id>/confirmed/")
def confirm(referral_id: str) -> ResponseReturnValue:
    """The referred person told who sent them."""
    try:
        credit.confirm(context().store, referral_id, by=acting().id, now=context().now())
    except Conflict as error:
        return saved(str(error), "desk.referrals.show", category="bad", referral_id=referral_id)
    return saved("Noted who sent them.", "desk.referrals.show", referral_id=referral_id)


@bp.post("/<referral_id>/confirmed/back/")
def take_back(referral_id: str) -> ResponseReturnValue:
    """They did not, after all."""
    credit.take_back(context().store, referral_id, by=acting().id, now=context().now())
    return saved("The confirmation is taken back.", "desk.referrals.show", referral_id=referral_id)


@use_case
def _move(tx: Transaction, referral_id: str, state: ReferralState, by: str) -> Referral:
    """Move it on; at its end the referrer is thanked by mail, which can be called back for a while."""
    moved = service.change_state(tx, referral_id, state, by=by, now=context().now())
    referrer = referrer_of(tx, moved)
    if referrer is not None:
        enqueue(tx, mail.outcome(referrer, moved), wait=dt.timedelta(minutes=context().run.undo_minutes))
    return moved
