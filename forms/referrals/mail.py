"""The mail that goes with a referral: thanks on arrival and at its end, and to who introduced themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from forms.contact_details import readable_phone
from forms.outbox.models import STATUS_LINK, Message
from forms.outbox.template import TemplateUse, load_template, render
from forms.recruiters import Recruiter
from forms.referrals.models import THROUGH_LINK, Referral, ReferralState
from forms.web.context import context

_FROM_RECRUITER = ("recruiter_name", "recruiter_email", "recruiter_phone", "site_title")
_TO_REFERRER = ("candidate_name", "referred_name", "status_link", *_FROM_RECRUITER)

THANKS = TemplateUse("referral-thanks", "the thanks for a referral", _TO_REFERRER)
LINK_USED = TemplateUse(
    "referral-link-used", "the thanks for a personal link that somebody used", _TO_REFERRER
)
INTRODUCED = TemplateUse(
    "referral-introduced",
    "the receipt for who introduced themselves",
    ("referred_name", "status_link", *_FROM_RECRUITER),
    needed=("status_link",),
)
OUTCOMES: Mapping[ReferralState, TemplateUse] = MappingProxyType(
    {
        ReferralState.PLACED: TemplateUse(
            "referral-placed", "the thanks for a referral that led to a job", _TO_REFERRER
        ),
        ReferralState.CLIENT_WON: TemplateUse(
            "referral-client-won", "the thanks for a referral that led to a client", _TO_REFERRER
        ),
        ReferralState.CLOSED: TemplateUse(
            "referral-closed", "the thanks for a referral that led to nothing", _TO_REFERRER
        ),
    }
)
"""How a referral ended is all that these say: nothing of the referred person is in them."""

USES = (THANKS, LINK_USED, INTRODUCED, *OUTCOMES.values())


@dataclass(frozen=True)
class Referrer:
    """The candidate who names someone, and the headhunter they name them to."""

    id: str
    name: str
    email: str | None
    recruiter: Recruiter
    phone: str | None = None
    profile_url: str | None = None

    @property
    def first_name(self) -> str:
        """What those read to whom they send their personal link."""
        return self.name.split()[0] if self.name.split() else self.name


def thanks(referrer: Referrer, referral: Referral) -> Message | None:
    """Thanks for a referral; None without an address. Raises InvalidContent for a broken template."""
    return _to_referrer(referrer, referral, THANKS, f"referral-thanks:{referral.id}")


def link_used(referrer: Referrer, referral: Referral) -> Message | None:
    """Thanks for the personal link that was used; None without an address. Raises InvalidContent."""
    return _to_referrer(referrer, referral, LINK_USED, f"referral-link-used:{referral.id}")


def outcome(referrer: Referrer, referral: Referral) -> Message | None:
    """How a referral ended, in one word of its kind; None before its end, or without an address.

    Raises InvalidContent.
    """
    use = OUTCOMES.get(referral.state)
    return _to_referrer(referrer, referral, use, f"referral-outcome:{referral.id}") if use else None


def introduced(recruiter: Recruiter, referral: Referral, access: str) -> Message | None:
    """A receipt for who introduced themselves, with a private link; None without an address.

    `access`: as Message.access_for, their own page. Raises InvalidContent.
    """
    if not referral.email:
        return None
    fields = {"referred_name": referral.name, "status_link": STATUS_LINK, **_from(recruiter)}
    text = render(load_template(context().content, INTRODUCED.name), fields)
    return Message(
        event=f"referral-introduced:{referral.id}",
        recipient=referral.email,
        recipient_name=referral.name,
        sender_name=recruiter.name,
        reply_to=recruiter.email,
        subject=text.subject,
        body=text.body,
        access_for=access,
        unattended=True,
    )


def _to_referrer(referrer: Referrer, referral: Referral, use: TemplateUse, event: str) -> Message | None:
    if not referrer.email:
        return None
    recruiter = referrer.recruiter
    fields = {
        "candidate_name": referrer.name,
        # In a sentence, so without a capital.
        "referred_name": _within_sentence(referral),
        "status_link": STATUS_LINK,
        **_from(recruiter),
    }
    text = render(load_template(context().content, use.name), fields)
    return Message(
        event=event,
        recipient=referrer.email,
        recipient_name=referrer.name,
        sender_name=recruiter.name,
        reply_to=recruiter.email,
        subject=text.subject,
        body=text.body,
        access_for=referrer.id,
        unattended=True,
    )


def _within_sentence(referral: Referral) -> str:
    name = referral.name_for_referrer
    return name[0].lower() + name[1:] if name == THROUGH_LINK else name


def _from(recruiter: Recruiter) -> dict[str, str]:
    return {
        "recruiter_name": recruiter.name,
        "recruiter_email": recruiter.email,
        "recruiter_phone": readable_phone(recruiter.phone),
        "site_title": context().site.title,
    }
