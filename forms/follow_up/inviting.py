"""Mailing a candidate the link to their private page."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from core.errors import Conflict
from core.settings import SiteSettings
from forms.candidates import service as candidates
from forms.candidates.models import CANDIDATES
from forms.follow_up.drafting import CASE_FIELDS, case_fields, case_of
from forms.outbox import queue
from forms.outbox.merge import LINK_FIELD
from forms.outbox.models import Mail, Message
from forms.outbox.template import TemplateUse, load_template, render
from forms.recruiters import RECRUITERS
from forms.store.collection import new_id, use_case
from forms.store.protocol import Transaction

LINK_MAIL = TemplateUse(
    "link",
    "the mail with the private link",
    (*CASE_FIELDS, LINK_FIELD),
    needed=(LINK_FIELD,),
)


@use_case
def mail_link(
    tx: Transaction, candidate_id: str, *, site: SiteSettings, content: Path, domain: str, now: dt.datetime
) -> Mail:
    """Queue a mail with a fresh private link, which is made while it is sent.

    Raises NotFound; Conflict without an address, and before the candidate is in the running for a job;
    InvalidContent for a template that is missing or broken.
    """
    candidate = CANDIDATES.require(tx, candidate_id)
    if not candidate.email:
        raise Conflict(f"{candidate.name} has no e-mail address. Make a link and pass it on yourself.")
    newest = next(iter(candidates.candidacies_of(tx, candidate_id)), None)
    if newest is None:
        raise Conflict(f"Put {candidate.name} forward for a job first: the mail speaks of it.")
    recruiter = RECRUITERS.require(tx, candidate.recruiter_id)
    fields = case_fields(case_of(tx, newest.id), recruiter, site)
    text = render(load_template(content, LINK_MAIL.name), fields)
    message = Message(
        event=f"link:{new_id()}",
        recipient=candidate.email,
        recipient_name=candidate.name,
        sender_name=recruiter.name,
        reply_to=recruiter.email,
        subject=text.subject,
        body=text.body,
        access_for=candidate.id,
    )
    candidates.note(
        tx, newest.id, now=now, by=recruiter.id, text="Private link mailed", told="You were sent this page."
    )
    return queue.enqueue(tx, message, now=now, domain=domain)
