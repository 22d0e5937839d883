"""What wants doing today: who is owed an answer, new names, mail in trouble; for the page and the digest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from forms.follow_up import ledger
from forms.follow_up.drafting import Case, case_of
from forms.follow_up.models import FollowUp
from forms.outbox import queue
from forms.outbox.models import Mail
from forms.referrals import service as referrals
from forms.referrals.models import Referral
from forms.rights import notices, wishes
from forms.rights.models import Wish
from forms.store.protocol import Reader
from forms.web.context import Context

MOST_ROWS = 100
"""Of each list; what is left out is counted, and said."""

T = TypeVar("T")


@dataclass(frozen=True)
class Part(Generic[T]):
    """The first rows of a list, and how many it has in all."""

    rows: tuple[T, ...] = ()
    in_all: int = 0


@dataclass(frozen=True)
class Waiting:
    """Somebody who is owed an answer."""

    debt: FollowUp
    case: Case

    @property
    def by_phone(self) -> bool:
        """Whether there is no address to write to."""
        return not self.case.candidate.email


@dataclass(frozen=True)
class Agenda:
    """One morning. The three lists of debts are in the order of their due dates, the oldest first.

    `wishes`: what people did about their own data; `untold`: who was named, and is erased soon unless told.
    """

    late: Part[Waiting]
    due_today: Part[Waiting]
    later: Part[Waiting]
    referrals: Part[Referral]
    mail: Part[Mail]
    wishes: Part[Wish] = Part()
    untold: Part[notices.Waiting] = Part()

    @property
    def owed(self) -> int:
        """How many people wait for an answer."""
        return self.late.in_all + self.due_today.in_all + self.later.in_all


def agenda(reader: Reader, today: dt.date, found: Context | None = None) -> Agenda:
    """What wants doing on this day, at most MOST_ROWS of each. Without `found`, nothing of `untold`."""
    owed = ledger.owed(reader)
    return Agenda(
        late=_waiting(reader, [debt for debt in owed if debt.due < today]),
        due_today=_waiting(reader, [debt for debt in owed if debt.due == today]),
        later=_waiting(reader, [debt for debt in owed if debt.due > today]),
        referrals=_part(referrals.to_act_on(reader)),
        mail=_part(queue.trouble(reader)),
        wishes=_part(wishes.unseen_of(reader)),
        untold=_part(notices.pressing(reader, found) if found else []),
    )


def _waiting(reader: Reader, debts: Sequence[FollowUp]) -> Part[Waiting]:
    rows = (Waiting(debt, case_of(reader, debt.id)) for debt in debts[:MOST_ROWS])
    return Part(tuple(rows), len(debts))


def _part(found: Sequence[T]) -> Part[T]:
    return Part(tuple(found[:MOST_ROWS]), len(found))
