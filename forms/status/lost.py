"""A fresh link for whoever lost theirs: mailed to the address on file, and to no other."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from core.settings import SiteSettings
from forms.candidates.models import CANDIDATES, Candidate
from forms.contact_details import readable_phone
from forms.outbox import queue
from forms.outbox.models import STATUS_LINK, Message
from forms.outbox.template import TemplateUse, load_template, render
from forms.recruiters import RECRUITERS, Recruiter
from forms.store.collection import new_id, use_case
from forms.store.protocol import Transaction

LOST_LINK = TemplateUse(
    "lost-link",
    "the mail to whoever lost their link",
    (
        "candidate_name",
        "recruiter_name",
        "recruiter_email",
        "recruiter_phone",
        "site_title",
        "status_link",
    ),
    needed=("status_link",),
)


@use_case
def ask_for_link(
    tx: Transaction, email: str, *, site: SiteSettings, content: Path, domain: str, now: dt.datetime
) -> None:
    """Queue a mail with a fresh link when a candidate has this address; nothing else happens, or is told."""
    candidate = CANDIDATES.first(tx, {"email": email})
    recruiter = RECRUITERS.get(tx, candidate.recruiter_id) if candidate else None
    if candidate is None or recruiter is None:
        return
    message = _message(candidate, recruiter, site, content)
    queue.enqueue(tx, message, now=now, domain=domain)


def _message(candidate: Candidate, recruiter: Recruiter, site: SiteSettings, content: Path) -> Message:
    fields = {
        "candidate_name": candidate.name,
        "recruiter_name": recruiter.name,
        "recruiter_email": recruiter.email,
        "recruiter_phone": readable_phone(recruiter.phone),
        "site_title": site.title,
        "status_link": STATUS_LINK,
    }
    text = render(load_template(content, LOST_LINK.name), fields)
    return Message(
        event=f"lost-link:{new_id()}",
        recipient=candidate.email or "",
        recipient_name=candidate.name,
        sender_name=recruiter.name,
        reply_to=recruiter.email,
        subject=text.subject,
        body=text.body,
        access_for=candidate.id,
        unattended=True,
    )
