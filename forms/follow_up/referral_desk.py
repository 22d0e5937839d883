"""Taking a referral up at the desk: one button makes the person a candidate, or a contact at a client."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from core.errors import Conflict
from forms.follow_up import taking_up
from forms.web.context import context
from forms.web.form import saved
from forms.web.recruiter import acting

bp = Blueprint("taking_up", __name__, url_prefix="/referrals/<referral_id>/take-up")


@bp.post("/candidate/")
def as_candidate(referral_id: str) -> ResponseReturnValue:
    """Make the referred person a candidate."""
    found = context()
    try:
        candidate = taking_up.as_candidate(
            found.store,
            referral_id,
            by=acting().id,
            now=found.now(),
            shared=found.run.share_candidates,
        )
    except Conflict as error:
        return saved(str(error), "desk.referrals.show", category="bad", referral_id=referral_id)
    return saved(f"{candidate.name} is a candidate.", "desk.candidate.show", candidate_id=candidate.id)


@bp.post("/contact/")
def as_contact(referral_id: str) -> ResponseReturnValue:
    """Make the referred hiring manager a contact at a client."""
    try:
        contact = taking_up.as_contact(context().store, referral_id, by=acting().id, now=context().now())
    except Conflict as error:
        return saved(str(error), "desk.referrals.show", category="bad", referral_id=referral_id)
    return saved(f"{contact.name} is a contact.", "desk.clients.show", client_id=contact.client_id)
