"""What stays of somebody whose record was erased: that one person more was interviewed, or named.

Without it the figures would change with every erasure, and somebody nobody answered would leave them by being
erased. A tally has an id of its own and names no person, no job and no client.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forms.follow_up.models import FollowUp
from forms.referrals.models import Referral, ReferralKind, ReferralState
from forms.store.collection import Collection, new_id
from forms.store.protocol import Reader, Transaction


@dataclass(frozen=True)
class InterviewTally:
    """One interviewed person. `answered` is None when they were erased before they had their answer."""

    id: str
    since: dt.date
    promised: dt.date
    answered: dt.datetime | None

    @property
    def is_owed(self) -> bool:
        """Nobody can be answered any more."""
        return False

    def days_overdue(self, today: dt.date) -> int:
        """Calendar days past the date promised; asked only of what is owed."""
        return (today - self.promised).days


@dataclass(frozen=True)
class ReferralTally:
    """One referral, of which its kind and how far it came are kept."""

    id: str
    kind: ReferralKind
    state: ReferralState
    created: dt.datetime


INTERVIEW_TALLIES = Collection("interview_tallies", InterviewTally, keys=("since",))
REFERRAL_TALLIES = Collection("referral_tallies", ReferralTally, keys=("created",))

Counted = FollowUp | InterviewTally
Named = Referral | ReferralTally


def tally_interview(tx: Transaction, debt: FollowUp, today: dt.date) -> InterviewTally | None:
    """Go on counting the person of this debt; None when no interview was held yet, which never counted."""
    if debt.since > today:
        return None
    answered = None if debt.is_owed else debt.answered
    return INTERVIEW_TALLIES.put(tx, InterviewTally(new_id(), debt.since, debt.promised, answered))


def tally_referral(tx: Transaction, referral: Referral) -> ReferralTally:
    """Go on counting this referral; one that led to nothing so far has come to its end."""
    state = referral.state if referral.state in _LED_ON else ReferralState.CLOSED
    return REFERRAL_TALLIES.put(tx, ReferralTally(new_id(), referral.kind, state, referral.created))


def answered_tallies(reader: Reader) -> list[InterviewTally]:
    """Those who had been answered before they were erased."""
    return [each for each in INTERVIEW_TALLIES.find(reader) if each.answered]


_LED_ON = (ReferralState.PLACED, ReferralState.CLIENT_WON)
