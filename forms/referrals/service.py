"""Receiving referrals and working through them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from core.errors import FollowUpError
from forms import history
from forms.history import Subject
from forms.referrals.identity import naming, ways
from forms.referrals.models import (
    ACCURACY_VERSION,
    REFERRALS,
    HiringNeed,
    Referral,
    ReferralKind,
    ReferralState,
    Relation,
    Wish,
)
from forms.store.collection import new_id, use_case
from forms.store.protocol import Reader, Transaction

DAY = dt.timedelta(days=1)
MOST_PER_LINK = 10
MOST_PER_TARGET = 3


class TooMany(FollowUpError):
    """The caps on referrals are reached; trying tomorrow may succeed."""


@dataclass(frozen=True)
class Submission:
    """What a candidate sent. The contact details are in normal form; at least one of them is there."""

    submission_key: str
    kind: ReferralKind
    name: str
    email: str | None
    phone: str | None
    profile_url: str | None
    relation: Relation
    why: str
    knows: bool
    may_name: bool
    field_of_work: str = ""
    job_id: str | None = None
    company: str = ""
    role: str = ""
    hiring_need: HiringNeed | None = None
    wish: Wish | None = None

    @property
    def target(self) -> str:
        """The one way of contact by which a repeated referral is recognised."""
        return self.email or self.phone or self.profile_url or ""


@use_case
def submit(
    tx: Transaction,
    submission: Submission,
    *,
    referrer_id: str,
    link_id: str,
    now: dt.datetime,
    own: bool = False,
) -> Referral:
    """Write a referral down, once. `own`: the referrer names themselves, which the desk is told.

    The same submission again (a double click, the back button), or the same person named again by the same
    candidate, gives the referral that is there; anything new that was typed is added to its history. A form
    that was gone back to and filled in with somebody else is a referral of its own.
    Raises TooMany when the link or the person named has reached the day's cap.
    """
    known = _already_there(tx, submission, referrer_id)
    if known is not None:
        return _keep_what_is_new(tx, known, submission, now, own=own)
    _within_caps(tx, submission, referrer_id, now)
    key_is_used = REFERRALS.first(tx, {"submission_key": submission.submission_key}) is not None
    referral = Referral(
        id=new_id(),
        kind=submission.kind,
        referrer_id=referrer_id,
        link_id=link_id,
        submission_key=new_id() if key_is_used else submission.submission_key,
        target=submission.target,
        name=submission.name,
        email=submission.email,
        phone=submission.phone,
        profile_url=submission.profile_url,
        relation=submission.relation,
        why=submission.why,
        knows=submission.knows,
        may_name=submission.may_name,
        accuracy_version=ACCURACY_VERSION,
        field_of_work=submission.field_of_work,
        job_id=submission.job_id,
        company=submission.company,
        role=submission.role,
        hiring_need=submission.hiring_need,
        wish=submission.wish,
        state=ReferralState.RECEIVED,
        created=now,
        own=own,
    )
    history.record(tx, Subject.REFERRAL, referral.id, now=now, by="candidate", text="Received")
    return REFERRALS.put(tx, referral)


@use_case
def change_state(
    tx: Transaction, referral_id: str, state: ReferralState, *, by: str, now: dt.datetime
) -> Referral:
    """Move a referral on. Raises NotFound, Conflict."""
    referral = REFERRALS.require(tx, referral_id)
    moved = referral.move_to(state, now)
    text = f"{referral.state.label} → {state.label}"
    history.record(tx, Subject.REFERRAL, referral_id, now=now, by=by, text=text)
    return REFERRALS.put(tx, moved)


def note_taken_up(tx: Transaction, referral: Referral, *, text: str, by: str, now: dt.datetime) -> None:
    """Note that the person is a candidate or a contact; the referrer sees "Getting in touch" from now."""
    history.record(tx, Subject.REFERRAL, referral.id, now=now, by=by, text=text)
    if referral.state is ReferralState.RECEIVED:
        REFERRALS.put(tx, replace(referral, state=ReferralState.CONTACTING))


def referrals_by(reader: Reader, referrer_id: str) -> list[Referral]:
    """What one candidate has referred, newest first."""
    return REFERRALS.find(reader, {"referrer_id": referrer_id}, order="created", descending=True)


def inbox(reader: Reader) -> list[Referral]:
    """Every referral, newest first."""
    return REFERRALS.find(reader, order="created", descending=True)


def to_act_on(reader: Reader) -> list[Referral]:
    """Referrals nobody has taken up yet, oldest first."""
    return REFERRALS.find(reader, {"state": ReferralState.RECEIVED}, order="created")


def others_naming(reader: Reader, referral: Referral) -> list[Referral]:
    """Other referrals of the same person, newest first: whoever shares an address, a number or a profile."""
    same = (each for each in naming(reader, referral) if each.id != referral.id)
    return sorted(same, key=lambda each: each.created, reverse=True)


def _already_there(reader: Reader, submission: Submission, referrer_id: str) -> Referral | None:
    """The referral of the same person by the same candidate: by a way to reach them, or, when the very same
    form is sent with a corrected address, by the name.
    """
    for each in referrals_by(reader, referrer_id):
        same_form = each.submission_key == submission.submission_key
        same_name = each.name.casefold() == submission.name.casefold()
        if each.kind is submission.kind and (ways(each) & ways(submission) or (same_form and same_name)):
            return each
    return None


TYPED = (
    "name",
    "email",
    "phone",
    "profile_url",
    "relation",
    "why",
    "knows",
    "may_name",
    "field_of_work",
    "job_id",
    "company",
    "role",
    "hiring_need",
    "wish",
)
"""What a referrer fills in, as fields of both a submission and a referral."""


def _keep_what_is_new(
    tx: Transaction, known: Referral, submission: Submission, now: dt.datetime, *, own: bool
) -> Referral:
    """Note what was typed anew. A name that may no longer be used is not used: consent can be taken back.

    Of somebody who came through the link first, the referrer from now on reads the name that they gave.
    """
    said = {name: (getattr(known, name), getattr(submission, name)) for name in TYPED}
    new = [f"{name}: {_shown(value)}" for name, (old, value) in said.items() if value not in (old, "", None)]
    text = "Sent again, with " + "; ".join(new)
    if new and all(event.text != text for event in history.history_of(tx, known.id)):
        history.record(tx, Subject.REFERRAL, known.id, now=now, by="candidate", text=text)
    kept = replace(
        known,
        may_name=known.may_name and submission.may_name,
        named=submission.name if known.by_link and not known.named else known.named,
        own=known.own or own,
    )
    return known if kept == known else REFERRALS.put(tx, kept)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _within_caps(reader: Reader, submission: Submission, referrer_id: str, now: dt.datetime) -> None:
    recent = ("created", now - DAY, None)
    mine = REFERRALS.find(reader, {"referrer_id": referrer_id}, span=recent)
    if sum(not each.by_link for each in mine) >= MOST_PER_LINK:
        raise TooMany(f"You have referred {MOST_PER_LINK} people today. Please come back tomorrow.")
    same = [each for each in naming(reader, submission) if each.created >= now - DAY]
    if len(same) >= MOST_PER_TARGET:
        # The answer must not tell that others named this person, so it speaks of the form only.
        raise TooMany("This cannot be taken today. Please come back tomorrow, or write to me.")
