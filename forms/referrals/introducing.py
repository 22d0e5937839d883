"""Somebody introduces themselves, through the personal link that a candidate sent them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from forms import history
from forms.history import Subject
from forms.referrals.identity import is_same, naming
from forms.referrals.models import (
    CONSENT_VERSION,
    REFERRALS,
    Confirmation,
    Referral,
    ReferralKind,
    ReferralState,
)
from forms.referrals.service import DAY, MOST_PER_TARGET, TooMany, referrals_by
from forms.store.collection import new_id, use_case
from forms.store.protocol import Reader, Transaction

MOST_THROUGH_LINKS = 20
"""Introductions a day through the personal links of one candidate."""

LATER = "This cannot be taken today. Please come back tomorrow, or write to me."


@dataclass(frozen=True)
class Introduction:
    """What somebody said of themselves. The contact details are in normal form; at least one is there."""

    kind: ReferralKind
    name: str
    email: str | None
    phone: str | None
    profile_url: str | None
    company: str
    words: str


@use_case
def introduce(
    tx: Transaction,
    said: Introduction,
    *,
    referrer_id: str,
    link_id: str,
    now: dt.datetime,
    own: bool = False,
) -> Referral:
    """Write down who introduced themselves, and by it confirm who sent them.

    Once a person: whom the candidate named before, or who sends the form again, is the referral that is
    there, with what is new in its history. `own`: they are the candidate themselves, which confirms nothing.
    Raises TooMany when the link, or the person, has reached the day's cap.
    """
    known = next((each for each in referrals_by(tx, referrer_id) if _is_known(each, said)), None)
    if known is not None:
        return _add(tx, known, said, own=own, now=now)
    _within_caps(tx, said, referrer_id, now)
    referral = Referral(
        id=new_id(),
        kind=said.kind,
        referrer_id=referrer_id,
        link_id=link_id,
        submission_key=new_id(),
        target=said.email or said.phone or said.profile_url or "",
        name=said.name,
        email=said.email,
        phone=said.phone,
        profile_url=said.profile_url,
        relation=None,
        why="",
        knows=True,
        # Who sent a link with their name in it has said who they are.
        may_name=True,
        accuracy_version="",
        field_of_work="",
        job_id=None,
        company=said.company,
        role="",
        hiring_need=None,
        wish=None,
        state=ReferralState.RECEIVED,
        created=now,
        by_link=True,
        own_words=said.words,
        consent_version=CONSENT_VERSION,
        confirmed=None if own else now,
        confirmed_how=None if own else Confirmation.OWN_FORM,
        own=own,
    )
    text = "Introduced themselves through the personal link"
    history.record(tx, Subject.REFERRAL, referral.id, now=now, by="system", text=text)
    return REFERRALS.put(tx, referral)


def _is_known(referral: Referral, said: Introduction) -> bool:
    """Whether they may be taken for the person of this referral.

    By their address, to which the receipt goes with the link to what is held; or, when they give none, by a
    number or a profile. Whoever types somebody's number beside an address of their own is somebody else here:
    they must not get to read what was said of that person. The desk sees that the two share a number.
    """
    if referral.kind is not said.kind or not is_same(referral, said):
        return False
    return said.email is None or said.email == referral.email


def _add(tx: Transaction, known: Referral, said: Introduction, *, own: bool, now: dt.datetime) -> Referral:
    """What they say of themselves fills what is empty; what differs is noted, for a person to judge.

    Nobody has proved yet who they are: whoever has the link could have typed somebody's number.
    """
    own = known.own or own
    counts = known.confirmed is None and not own
    added = replace(
        known,
        phone=known.phone or said.phone,
        profile_url=known.profile_url or said.profile_url,
        company=known.company or said.company,
        own_words=known.own_words or said.words,
        knows=True,
        consent_version=known.consent_version or CONSENT_VERSION,
        confirmed=now if counts else known.confirmed,
        confirmed_how=Confirmation.OWN_FORM if counts else known.confirmed_how,
        own=own,
    )
    text = "Introduced themselves" + _differences(known, said)
    texts = [event.text for event in history.history_of(tx, known.id)]
    if added != known or (_differences(known, said) and text not in texts):
        history.record(tx, Subject.REFERRAL, known.id, now=now, by="system", text=text)
    return added if added == known else REFERRALS.put(tx, added)


def _differences(kept: Referral, said: Introduction) -> str:
    pairs = (
        ("name", kept.name, said.name),
        ("phone", kept.phone, said.phone),
        ("profile", kept.profile_url, said.profile_url),
        ("company", kept.company, said.company),
        ("words", kept.own_words, said.words),
    )
    new = [f"{label}: {value}" for label, old, value in pairs if value and value != old]
    return ", with " + "; ".join(new) if new else ""


def _within_caps(reader: Reader, said: Introduction, referrer_id: str, now: dt.datetime) -> None:
    since = now - DAY
    through = [each for each in referrals_by(reader, referrer_id) if each.by_link and each.created >= since]
    named = [each for each in naming(reader, said) if each.created >= since]
    if len(through) >= MOST_THROUGH_LINKS or len(named) >= MOST_PER_TARGET:
        # The answer must not tell that others named this person, so it speaks of the form only.
        raise TooMany(LATER)
