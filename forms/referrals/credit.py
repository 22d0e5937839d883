"""Who is credited when several name the same person.

The rule: the first whom the referred person confirms, by introducing themselves through that candidate's
personal link or by telling the headhunter; until one is confirmed, the first who named them. A claim lasts
for the ownership window (FOLLOWUP_OWNERSHIP_DAYS), counted from the confirmation, or else from the naming.
Who names themselves is never credited. Once somebody was placed, or became a client, it stays as it was on
that day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from core.errors import Conflict
from forms import history
from forms.history import Subject
from forms.referrals.identity import all_naming
from forms.referrals.models import REFERRALS, Confirmation, Referral
from forms.store.collection import use_case
from forms.store.protocol import Reader, Transaction


@dataclass(frozen=True)
class Credit:
    """Whose referral counts (None: nobody's), and why, as a sentence for the desk."""

    referral: Referral | None
    why: str


SayDate = Callable[[dt.datetime], str]


def credit(
    reader: Reader, referral: Referral, *, now: dt.datetime, window: dt.timedelta, say: SayDate
) -> Credit:
    """Who is credited for the person whom this referral names. `say` words a date."""
    return credited(all_naming(reader, referral), now=now, window=window, say=say)


def credited(named: Iterable[Referral], *, now: dt.datetime, window: dt.timedelta, say: SayDate) -> Credit:
    """The rule, over all referrals of one person and kind."""
    claims = [each for each in named if not each.own]
    if not claims:
        return Credit(None, "Nobody: a referral of oneself is never credited.")
    decided = min((each.settled for each in claims if each.succeeded and each.settled), default=None)
    live = [each for each in claims if _claimed(each) + window > (decided or now)]
    if not live:
        return Credit(None, f"Nobody: the {window.days} days of every referral are over.")
    first = min(live, key=lambda each: (each.confirmed is None, _claimed(each), each.id))
    until = "" if decided else f" It counts until {say(_claimed(first) + window)}"
    if first.confirmed and first.confirmed_how:
        ended = f"{until}." if until else ""
        return Credit(first, f"Confirmed {first.confirmed_how.label} on {say(first.confirmed)}.{ended}")
    unless = f"{until}, unless the person confirms another." if until else ""
    return Credit(first, f"The first to name them, on {say(first.created)}.{unless}")


@use_case
def confirm(tx: Transaction, referral_id: str, *, by: str, now: dt.datetime) -> Referral:
    """The referred person told the headhunter that this candidate sent them. Once is enough.

    Raises NotFound; Conflict for somebody who named themselves.
    """
    referral = REFERRALS.require(tx, referral_id)
    if referral.own:
        raise Conflict("This person named themselves; there is nobody to credit.")
    if referral.confirmed is not None:
        return referral
    history.record(tx, Subject.REFERRAL, referral_id, now=now, by=by, text="They say who sent them")
    return REFERRALS.put(tx, replace(referral, confirmed=now, confirmed_how=Confirmation.TOLD))


@use_case
def take_back(tx: Transaction, referral_id: str, *, by: str, now: dt.datetime) -> Referral:
    """The confirmation was a mistake, or was not theirs. Doing it again changes nothing. Raises NotFound."""
    referral = REFERRALS.require(tx, referral_id)
    if referral.confirmed is None:
        return referral
    history.record(tx, Subject.REFERRAL, referral_id, now=now, by=by, text="The confirmation was taken back")
    return REFERRALS.put(tx, replace(referral, confirmed=None, confirmed_how=None))


def _claimed(referral: Referral) -> dt.datetime:
    return referral.confirmed or referral.created
