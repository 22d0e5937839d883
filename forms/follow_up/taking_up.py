"""Taking a referral up: the referred person becomes a candidate, or a contact at a client."""

from __future__ import annotations

import datetime as dt

from core.errors import Conflict
from forms import suppressions
from forms.candidates import service as candidates
from forms.candidates.models import CANDIDATES, Candidate
from forms.jobs import clients
from forms.jobs.clients import CLIENTS, CONTACTS, Client, Contact
from forms.referrals import service as referrals
from forms.referrals.models import REFERRALS, Referral, ReferralKind, ReferralState
from forms.store.collection import use_case
from forms.store.protocol import Reader, Transaction
from forms.suppressions import Scope


@use_case
def as_candidate(
    tx: Transaction, referral_id: str, *, by: str, now: dt.datetime, shared: bool = True
) -> Candidate:
    """Make the referred person a candidate, `shared` with colleagues or not; or find the one they are.

    Doing it again gives the same candidate, and either way the referral counts as taken up. Raises NotFound;
    Conflict for a referral of a client.
    """
    referral = REFERRALS.require(tx, referral_id)
    if referral.kind is not ReferralKind.CANDIDATE:
        raise Conflict("This person was referred as someone who is hiring; make them a contact of a client.")
    made = CANDIDATES.first(tx, {"referral_id": referral.id})
    if made is not None:
        return made
    _may_be_contacted(tx, referral)
    known = _known(referral, _candidates_like(tx, referral))
    if known is not None:
        _note_known(tx, referral, f"{known.name} is a candidate already", by=by, now=now)
        return known
    referrals.note_taken_up(tx, referral, text="Made a candidate", by=by, now=now)
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
        shared=shared,
    )


@use_case
def as_contact(tx: Transaction, referral_id: str, *, by: str, now: dt.datetime) -> Contact:
    """Make the referred hiring manager a contact at a client of that name, which is added when new.

    Doing it again gives the same contact. Raises NotFound; Conflict for a referral of a candidate.
    """
    referral = REFERRALS.require(tx, referral_id)
    if referral.kind is not ReferralKind.CLIENT:
        raise Conflict("This person was referred as someone looking for a role; make them a candidate.")
    made = CONTACTS.first(tx, {"referral_id": referral.id})
    if made is not None:
        return made
    _may_be_contacted(tx, referral)
    known = CONTACTS.first(tx, {"email": referral.email}) if referral.email else None
    if known is not None:
        _note_known(tx, referral, f"{known.name} is a contact already", by=by, now=now)
        return known
    referrals.note_taken_up(tx, referral, text="Made a contact", by=by, now=now)
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


def _may_be_contacted(reader: Reader, referral: Referral) -> None:
    """Raises Conflict when they have objected; who is named again after that is left alone."""
    objection = suppressions.find(reader, Scope.CONTACT, referral.id, referral.email)
    # Who introduced themselves after that has changed their mind.
    agreed = bool(referral.consent_version) and objection and referral.created > objection.since
    if objection and not agreed:
        raise Conflict("This person has asked not to be written to. Close this referral.")


def _candidates_like(reader: Reader, referral: Referral) -> list[Candidate]:
    ways = (("email", referral.email), ("phone", referral.phone), ("profile_url", referral.profile_url))
    return [found for way, value in ways if value for found in CANDIDATES.find(reader, {way: value})]


def _known(referral: Referral, alike: list[Candidate]) -> Candidate | None:
    """The candidate who is this person. Two addresses are two people, even at one telephone."""
    return next(
        (each for each in alike if not (referral.email and each.email) or each.email == referral.email), None
    )


def _note_known(tx: Transaction, referral: Referral, text: str, *, by: str, now: dt.datetime) -> None:
    """Once: the referral is worked on from then, and asks for nothing any more."""
    if referral.state is ReferralState.RECEIVED:
        referrals.note_taken_up(tx, referral, text=text, by=by, now=now)


def _client_named(reader: Reader, name: str) -> Client | None:
    wanted = name.strip().casefold()
    return next((each for each in CLIENTS.find(reader) if each.name.strip().casefold() == wanted), None)


def _notes_from(referral: Referral) -> str:
    """What the referrer said, so that it is at hand in the first conversation."""
    facts = (
        ("Referred, known as", referral.relation.label if referral.relation else "through the personal link"),
        ("Field of work", referral.field_of_work),
        ("Hiring", referral.hiring_need.label if referral.hiring_need else ""),
        ("Why", referral.why),
        ("In their own words", referral.own_words),
    )
    return "\n".join(f"{label}: {value}" for label, value in facts if value)
