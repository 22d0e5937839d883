"""The notice to somebody who was referred: who named them, what is held and why, and their own page.

The source of the month is GDPR, Article 14(3): at the first contact, and within a month at the latest. Who
introduced themselves, through a personal link, has been told on the form; nobody else has.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from core.errors import Conflict, NotFound
from forms import suppressions
from forms.candidates.models import CANDIDATES
from forms.contact_details import readable_phone
from forms.outbox import queue
from forms.outbox.models import Mail, MailState
from forms.outbox.template import Rendered
from forms.recruiters import RECRUITERS
from forms.referrals import service as referrals
from forms.referrals.models import REFERRALS, Referral
from forms.rights.mail import notice_mail
from forms.rights.models import NOTICES, Notice
from forms.store.collection import use_case
from forms.store.protocol import Reader, Transaction
from forms.suppressions import Scope
from forms.web.context import Context

EVENT_PREFIX = "notice:"
WARNED_DAYS = 5
"""The desk is warned so many days before a record erases itself."""

OBJECTED = "This person has asked not to be written to."


@dataclass(frozen=True)
class Waiting:
    """A referral nobody has been told of. `until`: the last day; after it the record erases itself."""

    referral: Referral
    until: dt.date
    queued: bool

    def is_pressing(self, today: dt.date) -> bool:
        """Whether the desk is warned."""
        return self.until - today <= dt.timedelta(days=WARNED_DAYS)


def waiting(reader: Reader, found: Context) -> list[Waiting]:
    """Everybody who was named and not told, the most pressing first."""
    told = {each.id: each for each in NOTICES.find(reader)}
    days = dt.timedelta(days=found.run.notice_days)
    open_ones = [each for each in REFERRALS.find(reader, order="created") if _must_hear(each)]
    return [
        Waiting(each, found.local_date(each.created) + days, each.id in told)
        for each in open_ones
        if each.id not in told or told[each.id].told is None
    ]


def pressing(reader: Reader, found: Context) -> list[Waiting]:
    """Those whose record erases itself within WARNED_DAYS."""
    return [each for each in waiting(reader, found) if each.is_pressing(found.today())]


def overdue(reader: Reader, found: Context) -> list[Waiting]:
    """Those whose time is over."""
    return [each for each in waiting(reader, found) if each.until < found.today()]


def _must_hear(referral: Referral) -> bool:
    """Who consented on the form knows; who named themselves needs no news of it."""
    return not referral.consent_version and not referral.own


def preview(reader: Reader, referral_id: str, *, by: str, found: Context) -> Rendered:
    """The notice as it would go out. Raises NotFound, InvalidContent; Conflict as `send`."""
    message = notice_mail(found, *_parts(reader, referral_id), RECRUITERS.require(reader, by))
    return Rendered(message.subject, message.body)


@use_case
def send(tx: Transaction, referral_id: str, *, by: str, found: Context, now: dt.datetime) -> Mail:
    """Queue the notice, once.

    Raises NotFound, InvalidContent; Conflict without an address, or after an objection.
    """
    message = notice_mail(found, *_parts(tx, referral_id), RECRUITERS.require(tx, by))
    mail = queue.enqueue(tx, message, now=now, domain=queue.mail_domain(found.run))
    if NOTICES.get(tx, referral_id) is None:
        NOTICES.put(tx, Notice(referral_id, now))
        referral = REFERRALS.require(tx, referral_id)
        referrals.note_taken_up(tx, referral, text="The notice is on its way by mail", by=by, now=now)
    return mail


@use_case
def told_by_phone(tx: Transaction, referral_id: str, *, by: str, now: dt.datetime) -> Notice:
    """The headhunter told them in a call. Raises NotFound."""
    referral = REFERRALS.require(tx, referral_id)
    kept = NOTICES.get(tx, referral_id)
    if kept is not None and kept.told is not None:
        return kept
    text = "Told by phone who named them, what is held, and how to object"
    referrals.note_taken_up(tx, referral, text=text, by=by, now=now)
    return NOTICES.put(tx, Notice(referral_id, kept.queued if kept else now, now, by_phone=True))


def mail_settled(tx: Transaction, mail: Mail) -> None:
    """Outbox listener: a notice that went out is told; one that came back is not."""
    if not mail.event.startswith(EVENT_PREFIX):
        return
    notice = NOTICES.get(tx, mail.event.removeprefix(EVENT_PREFIX))
    if notice is None or notice.by_phone:
        return
    if mail.state is MailState.SENT:
        NOTICES.put(tx, replace(notice, told=mail.settled or mail.created))
    elif mail.state in (MailState.BOUNCED, MailState.FAILED, MailState.CANCELLED):
        NOTICES.put(tx, replace(notice, told=None))


def _parts(reader: Reader, referral_id: str) -> tuple[Referral, str, str]:
    referral = REFERRALS.require(reader, referral_id)
    referrer = CANDIDATES.get(reader, referral.referrer_id)
    if referrer is None:
        raise NotFound("Who named them is gone.")
    if not referral.email:
        raise Conflict(f"{referral.name} has no e-mail address: call, and note it here.")
    if suppressions.find(reader, Scope.CONTACT, referral.id, referral.email):
        raise Conflict(OBJECTED)
    return referral, referrer.name, held(referral)


def held(referral: Referral) -> str:
    """What was given to us of somebody, a line for each, without the referrer's own words."""
    facts = (
        ("Name", referral.name),
        ("E-mail", referral.email),
        ("Telephone", readable_phone(referral.phone or "")),
        ("Profile", referral.profile_url),
        ("Field of work", referral.field_of_work),
        ("Company", referral.company),
        ("Role", referral.role),
    )
    lines = [f"- {label}: {value}" for label, value in facts if value]
    known = "- How you know each other, and why they thought of you, in their words"
    return "\n".join([*lines, known])
