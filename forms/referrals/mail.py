"""The mail that goes with a referral: thanks to whoever named someone."""

from __future__ import annotations

from dataclasses import dataclass

from forms.contact_details import readable_phone
from forms.outbox.models import STATUS_LINK, Message
from forms.outbox.template import TemplateUse, load_template, render
from forms.recruiters import Recruiter
from forms.referrals.models import Referral
from forms.web.context import context

THANKS = TemplateUse(
    "referral-thanks",
    "the thanks for a referral",
    (
        "candidate_name",
        "referred_name",
        "recruiter_name",
        "recruiter_email",
        "recruiter_phone",
        "site_title",
        "status_link",
    ),
)


@dataclass(frozen=True)
class Referrer:
    """The candidate who names someone, and the headhunter they name them to."""

    id: str
    name: str
    email: str | None
    recruiter: Recruiter


def thanks(referrer: Referrer, referral: Referral) -> Message | None:
    """Thanks for a referral; None without an address. Raises InvalidContent for a broken template."""
    if not referrer.email:
        return None
    recruiter = referrer.recruiter
    fields = {
        "candidate_name": referrer.name,
        "referred_name": referral.name,
        "recruiter_name": recruiter.name,
        "recruiter_email": recruiter.email,
        "recruiter_phone": readable_phone(recruiter.phone),
        "site_title": context().site.title,
        "status_link": STATUS_LINK,
    }
    text = render(load_template(context().content, THANKS.name), fields)
    return Message(
        event=f"referral-thanks:{referral.id}",
        recipient=referrer.email,
        recipient_name=referrer.name,
        sender_name=recruiter.name,
        reply_to=recruiter.email,
        subject=text.subject,
        body=text.body,
        access_for=referrer.id,
        unattended=True,
    )
