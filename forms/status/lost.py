"""A fresh link for whoever lost theirs: mailed to the address on file, and to no other.

The page answers alike for every address, and does the same work: it counts the request and writes it down.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from core.settings import SiteSettings
from forms.candidates.models import CANDIDATES, Candidate
from forms.contact_details import readable_phone
from forms.outbox import queue
from forms.outbox.models import STATUS_LINK, Message
from forms.outbox.template import TemplateUse, load_template, render
from forms.recruiters import RECRUITERS, Recruiter
from forms.store.collection import Collection, new_id, use_case
from forms.store.protocol import Transaction
from forms.web.context import Context

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


@dataclass(frozen=True)
class LostRequest:
    """Somebody gave this address, in its normal form, to have a fresh link mailed; ours or not."""

    id: str
    email: str
    asked: dt.datetime


LOST_REQUESTS = Collection("lost_requests", LostRequest, keys=("asked",))

MOST_AT_ONCE = 100
FORGOTTEN = dt.timedelta(days=1)
"""What could not be seen to for so long, nobody waits for any more."""


@use_case
def ask_for_link(tx: Transaction, email: str, *, now: dt.datetime) -> None:
    """Write the address down. Whether it is anybody's is looked up later, by LostLinks: so that a request
    takes the same steps, and the same time, for an address on file and for any other.
    """
    LOST_REQUESTS.put(tx, LostRequest(new_id(), email, now))


class LostLinks:
    """A chore: mails a fresh link for each address that was given, if it is on file, and forgets it."""

    def __init__(self, found: Context) -> None:
        self._found = found

    def __call__(self) -> None:
        """Raises StoreError, InvalidContent; what was not seen to is seen to next time."""
        with self._found.store.read() as reader:
            waiting = LOST_REQUESTS.find(reader, order="asked", limit=MOST_AT_ONCE)
        for request in waiting:
            _see_to(self._found.store, request, self._found, self._found.now())


@use_case
def _see_to(tx: Transaction, request: LostRequest, found: Context, now: dt.datetime) -> None:
    if not LOST_REQUESTS.delete(tx, request.id):  # another process has been here
        return
    candidate = CANDIDATES.first(tx, {"email": request.email})
    recruiter = RECRUITERS.get(tx, candidate.recruiter_id) if candidate else None
    if candidate is None or recruiter is None or now - request.asked > FORGOTTEN:
        return
    message = _message(candidate, recruiter, found.site, found.content)
    queue.enqueue(tx, message, now=now, domain=queue.mail_domain(found.run))


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
