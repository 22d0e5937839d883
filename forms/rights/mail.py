"""The mails of this feature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from forms.candidates.models import Candidate
from forms.contact_details import readable_phone
from forms.outbox.merge import CODE_FIELD, LINK_FIELD
from forms.outbox.models import STATUS_LINK, Message
from forms.outbox.template import TemplateUse, load_template, render
from forms.recruiters import Recruiter
from forms.referrals.models import Referral, ReferralKind
from forms.rights.access import ADDRESS, ERASE, NOTICE
from forms.store.collection import new_id
from forms.web.context import Context

_FROM = ("recruiter_name", "recruiter_email", "recruiter_phone", "site_title")
_TO = ("candidate_name", *_FROM)
_NAMED = ("referred_name", "referrer_name", "held", *_FROM, LINK_FIELD)

CODE_MAIL = TemplateUse(
    "erase-code", "the code by which erasing is confirmed", (*_TO, CODE_FIELD), needed=(CODE_FIELD,)
)
CONFIRM_MAIL = TemplateUse(
    "address-confirm", "the mail that confirms a new address", (*_TO, LINK_FIELD), needed=(LINK_FIELD,)
)
CHANGED_MAIL = TemplateUse("address-changed", "the word to an old address that there is a new one", _TO)
NOTICE_MAILS = {
    ReferralKind.CANDIDATE: TemplateUse(
        "notice-candidate", "the notice to somebody named as looking for a role", _NAMED,
        needed=("referrer_name", "held", LINK_FIELD),
    ),
    ReferralKind.CLIENT: TemplateUse(
        "notice-client", "the notice to somebody named as hiring", _NAMED,
        needed=("referrer_name", "held", LINK_FIELD),
    ),
}  # fmt: skip
RIGHTS_MAILS = (CODE_MAIL, CONFIRM_MAIL, CHANGED_MAIL, *NOTICE_MAILS.values())

UNNAMED = "Somebody I know, who would rather not be named,"


@dataclass(frozen=True)
class Addressee:
    """Who is written to."""

    id: str
    name: str
    email: str


def code_mail(found: Context, to: Addressee, recruiter: Recruiter) -> Message:
    """The code, which is made while it is sent. Raises InvalidContent."""
    return _message(found, CODE_MAIL, to, recruiter, fields=_named(to), access_for=ERASE + to.id)


def confirm_mail(found: Context, change_id: str, to: Addressee, recruiter: Recruiter) -> Message:
    """To a new address. Raises InvalidContent."""
    fields = {**_named(to), LINK_FIELD: STATUS_LINK}
    return _message(found, CONFIRM_MAIL, to, recruiter, fields=fields, access_for=ADDRESS + change_id)


def changed_mail(found: Context, before: Candidate, recruiter: Recruiter) -> Message | None:
    """To an old address; None where there was none. Raises InvalidContent."""
    if not before.email:
        return None
    to = Addressee(before.id, before.name, before.email)
    return _message(found, CHANGED_MAIL, to, recruiter, fields=_named(to), access_for=before.id)


def notice_mail(
    found: Context, referral: Referral, referrer_name: str, held: str, recruiter: Recruiter
) -> Message:
    """To a referred person, who has an address. Raises InvalidContent."""
    assert referral.email, "a notice by mail needs an address"
    fields = {
        "referred_name": referral.name,
        "referrer_name": referrer_name if referral.may_name else UNNAMED,
        "held": held,
        LINK_FIELD: STATUS_LINK,
    }
    to = Addressee(referral.id, referral.name, referral.email)
    message = _message(
        found, NOTICE_MAILS[referral.kind], to, recruiter, fields=fields, access_for=NOTICE + referral.id
    )
    # Once, and by a person's hand.
    return replace(message, event=notice_event(referral.id), unattended=False)


def notice_event(referral_id: str) -> str:
    """Under which the outbox keeps the notice to a referred person."""
    return f"notice:{referral_id}"


def _named(to: Addressee) -> dict[str, str]:
    return {"candidate_name": to.name}


def _message(
    found: Context,
    use: TemplateUse,
    to: Addressee,
    recruiter: Recruiter,
    *,
    fields: Mapping[str, str],
    access_for: str,
) -> Message:
    known = {
        **fields,
        "recruiter_name": recruiter.name,
        "recruiter_email": recruiter.email,
        "recruiter_phone": readable_phone(recruiter.phone),
        "site_title": found.site.title,
    }
    text = render(load_template(found.content, use.name), known)
    return Message(
        event=f"{use.name}:{new_id()}",
        recipient=to.email,
        recipient_name=to.name,
        sender_name=recruiter.name,
        reply_to=recruiter.email,
        subject=text.subject,
        body=text.body,
        access_for=access_for,
        unattended=True,
    )
