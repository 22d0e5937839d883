"""Taking a referral up: the referred person becomes a candidate, or a contact at a client."""

from __future__ import annotations

import datetime as dt

from core.errors import Conflict
from forms.candidates import service as candidates
from forms.candidates.models import CANDIDATES, Candidate
from forms.jobs import clients
from forms.jobs.clients import CLIENTS, CONTACTS, Client, Contact
from forms.referrals import service as referrals
from forms.referrals.models import REFERRALS, Referral, ReferralKind
from forms.store.collection import use_case
from forms.store.protocol import Reader, Transaction


@use_case
def as_candidate(tx: Transaction, referral_id: str, *, by: str, now: dt.datetime) -> Candidate:
    """Make the referred person a candidate, or find the one they are already (same address).

    Doing it again gives the same candidate. Raises NotFound; Conflict for a referral of a client.
    """
    referral = REFERRALS.require(tx, referral_id)
    if referral.kind is not ReferralKind.CANDIDATE:
        raise Conflict("This person was referred as someone who is hiring; make them a contact of a client.")
    known = _known_candidate(tx, referral)
    if known is not None:
        return known
    referrals.note_taken_up(tx, referral, what="candidate", by=by, now=now)
    return candidates.add_candidate(
        tx,
        name=referral.name,
        email=referral.email,
        phone=referral.phone,
        profile_url=referral.profile_url,
        notes=_notes_from(referral),
        by=by,
        now=now,
        referral_id=referral.id,
    )


@use_case
def as_contact(tx: Transaction, referral_id: str, *, by: str, now: dt.datetime) -> Contact:
    """Make the referred hiring manager a contact at a client of that name, which is added when new.

    Doing it again gives the same contact. Raises NotFound; Conflict for a referral of a candidate.
    """
    referral = REFERRALS.require(tx, referral_id)
    if referral.kind is not ReferralKind.CLIENT:
        raise Conflict("This person was referred as someone looking for a role; make them a candidate.")
    known = CONTACTS.first(tx, {"referral_id": referral.id})
    if known is not None:
        return known
    referrals.note_taken_up(tx, referral, what="contact", by=by, now=now)
    client = _client_named(tx, referral.company) or clients.add_client(
        tx, name=referral.company, alias="", notes="", now=now
    )
    return clients.add_contact(
        tx,
        client.id,
        name=referral.name,
        title=referral.role,
        email=referral.email,
        phone=referral.phone,
        profile_url=referral.profile_url,
        notes=_notes_from(referral),
        now=now,
        referral_id=referral.id,
    )


def _known_candidate(reader: Reader, referral: Referral) -> Candidate | None:
    made = CANDIDATES.first(reader, {"referral_id": referral.id})
    if made is not None or not referral.email:
        return made
    return CANDIDATES.first(reader, {"email": referral.email})


def _client_named(reader: Reader, name: str) -> Client | None:
    wanted = name.casefold()
    return next((each for each in CLIENTS.find(reader) if each.name.casefold() == wanted), None)


def _notes_from(referral: Referral) -> str:
    """What the referrer said, so that it is at hand in the first conversation."""
    facts = (
        ("Referred, known as", referral.relation.label),
        ("Field of work", referral.field_of_work),
        ("Hiring", referral.hiring_need.label if referral.hiring_need else ""),
        ("Why", referral.why),
    )
    return "\n".join(f"{label}: {value}" for label, value in facts if value)
