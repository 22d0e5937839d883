"""Being erased at one's own wish: the code, the tries, and the deed."""

from __future__ import annotations

import datetime as dt
import enum

from forms import links, suppressions
from forms.candidates.models import CANDIDACIES, Candidate
from forms.jobs.clients import CONTACTS
from forms.links import Purpose
from forms.outbox import queue
from forms.referrals.models import REFERRALS
from forms.rights import person
from forms.rights.erasing import Erased, erase
from forms.rights.holder import Holder
from forms.rights.mail import code_mail
from forms.rights.person import Person
from forms.store.collection import use_case
from forms.store.protocol import Reader, Transaction
from forms.suppressions import BY_THEMSELVES, Scope
from forms.web import limits
from forms.web.context import Context

HOUR = dt.timedelta(hours=1)
MOST_CODES = 3
"""Codes an hour: each is a mail to somebody."""
MOST_TRIES = 5
"""Of a hundred million codes, an hour."""

OWN_WISH = "Somebody interviewed for this job was erased at their own wish."


class Tried(enum.Enum):
    """What became of a try to be erased."""

    ERASED = "erased"
    WRONG = "wrong"
    TOO_OFTEN = "too often"


@use_case
def ask_code(tx: Transaction, holder: Holder, *, found: Context, now: dt.datetime) -> bool:
    """Mail a code to the address on file; False when that was asked too often, or there is no address."""
    to = holder.addressee
    if to is None or not limits.allow(tx, f"erase-code:{holder.id}", most=MOST_CODES, per=HOUR, now=now):
        return False
    message = code_mail(found, to, holder.recruiter)
    queue.enqueue(tx, message, now=now, domain=queue.mail_domain(found.run))
    return True


@use_case
def erase_by_code(tx: Transaction, holder: Holder, code: str, *, today: dt.date, now: dt.datetime) -> Tried:
    """Erase the holder if the code is theirs. Tries are counted, right or wrong. Raises NotFound."""
    if not limits.allow(tx, f"erase-try:{holder.id}", most=MOST_TRIES, per=HOUR, now=now):
        return Tried.TOO_OFTEN
    if not links.verify_code(tx, Purpose.ERASE_CODE, holder.id, code, now):
        return Tried.WRONG
    erase(tx, holder.person(tx), today=today, now=now, why=OWN_WISH)
    return Tried.ERASED


@use_case
def erase_after_call(tx: Transaction, holder: Holder, *, today: dt.date, now: dt.datetime) -> Erased:
    """The desk has called whoever has no address, and it was them. Raises NotFound."""
    return erase(tx, holder.person(tx), today=today, now=now, why=OWN_WISH)


@use_case
def object_and_forget(tx: Transaction, holder: Holder, *, today: dt.date, now: dt.datetime) -> Erased:
    """Somebody who was referred objects: nothing stays but a fingerprint of their address.

    Whoever is a candidate in their own right stays one. Raises NotFound.
    """
    suppressions.suppress(tx, Scope.CONTACT, holder.id, holder.email, by=BY_THEMSELVES, now=now)
    who = only_named(tx, holder.id)
    return erase(tx, who, today=today, now=now, why="Somebody named for it objected.")


def only_named(reader: Reader, referral_id: str) -> Person:
    """The person as far as this referral brought them. Raises NotFound.

    A candidate or contact made from it is part of that until they are in the running for a job.
    """
    everything = person.behind_referral(reader, referral_id)
    made = tuple(each for each in everything.candidates if _only_from(reader, each, referral_id))
    contacts = tuple(CONTACTS.find(reader, {"referral_id": referral_id}))
    return Person(made, (REFERRALS.require(reader, referral_id),), contacts)


def _only_from(reader: Reader, candidate: Candidate, referral_id: str) -> bool:
    in_the_running = CANDIDACIES.first(reader, {"candidate_id": candidate.id}) is not None
    return candidate.referral_id == referral_id and not in_the_running
