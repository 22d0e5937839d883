"""The promise in figures: who was interviewed in a period, who has heard, how long it took, who came back.

Somebody belongs to the period in which their **first** interview was held, whatever happened later: so every
one of them is counted once, and nobody leaves the figures by not being answered.

Days are calendar days from the first interview to the final answer, both as dates in the headhunter's zone.
From the first and not the last, because that is how long the person has been waiting for an end; it is the
longer of the two, so it never flatters. "In time" is a final answer by the first date that was promised:
"not decided yet" with a new date is an honest message, but it does not keep the promise.

Who was erased since is counted all the same, without a name: see `tallies`.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from forms.follow_up.models import FOLLOW_UPS
from forms.follow_up.periods import Period
from forms.follow_up.tallies import INTERVIEW_TALLIES, REFERRAL_TALLIES, Counted, Named
from forms.referrals.models import REFERRALS, ReferralKind, ReferralState
from forms.store.protocol import Reader

LocalDate = Callable[[dt.datetime], dt.date]


@dataclass(frozen=True)
class Answers:
    """The ledger of a period. Days are None without a case.

    `in_time` of the `answered` heard by the first date promised; `late` are those who wait beyond the date
    that stands. `median_days` is the higher one of the two in the middle; nine in ten of the answered heard
    within `ninth_days` (the 90th percentile, by nearest rank). `oldest_days`: who has waited longest.
    `gone`: interviewed, and erased before an answer, so that none can be given any more.
    """

    interviewed: int = 0
    answered: int = 0
    in_time: int = 0
    late: int = 0
    median_days: int | None = None
    ninth_days: int | None = None
    oldest_days: int | None = None
    gone: int = 0

    @property
    def waiting(self) -> int:
        """Those who have not had their answer, and can still be given one."""
        return self.interviewed - self.answered - self.gone

    @property
    def after_date(self) -> int:
        """Those who were answered, but after the date promised first."""
        return self.answered - self.in_time


@dataclass(frozen=True)
class Names:
    """What became of the referrals of one kind: `succeeded` is placed, or a client won."""

    kind: ReferralKind
    received: int = 0
    in_hand: int = 0
    succeeded: int = 0
    closed: int = 0


@dataclass(frozen=True)
class Part:
    """One column of the chart."""

    period: Period
    answers: Answers


@dataclass(frozen=True)
class Figures:
    """Everything that is counted for a period. `parts` divide `answers` by time; a month has none."""

    period: Period
    answers: Answers
    parts: tuple[Part, ...]
    candidates: Names
    clients: Names


def figures(reader: Reader, period: Period, today: dt.date, zone: dt.tzinfo) -> Figures:
    """Count a period as things stand `today`, by the calendar of `zone`.

    Reads what lies in the period and nothing else. An interview still to be held is not counted.
    """

    def local_date(moment: dt.datetime) -> dt.date:
        return moment.astimezone(zone).date()

    debts = interviewed_in(reader, period, today)
    named = referrals_in(reader, period, zone)
    parts = period.parts(debts[0].since, today) if debts else ()
    return Figures(
        period=period,
        answers=count_answers(debts, today, local_date),
        parts=tuple(
            Part(part, count_answers((each for each in debts if each.since in part), today, local_date))
            for part in parts
        ),
        candidates=count_names(named, ReferralKind.CANDIDATE),
        clients=count_names(named, ReferralKind.CLIENT),
    )


def interviewed_in(reader: Reader, period: Period, today: dt.date) -> list[Counted]:
    """The debts (or what stays of them) of those first interviewed in the period, by that date."""
    tomorrow = today + dt.timedelta(days=1)
    end = tomorrow if period.end is None else min(period.end, tomorrow)
    span = ("since", period.start, end)
    found: list[Counted] = [*FOLLOW_UPS.find(reader, span=span), *INTERVIEW_TALLIES.find(reader, span=span)]
    return sorted(found, key=lambda each: each.since)


def referrals_in(reader: Reader, period: Period, zone: dt.tzinfo) -> list[Named]:
    """The referrals received in the period: from its first midnight in `zone` until before its last."""

    def midnight(day: dt.date | None) -> dt.datetime | None:
        return None if day is None else dt.datetime.combine(day, dt.time(), zone)

    span = ("created", midnight(period.start), midnight(period.end))
    return [*REFERRALS.find(reader, span=span), *REFERRAL_TALLIES.find(reader, span=span)]


def count_answers(debts: Iterable[Counted], today: dt.date, local_date: LocalDate) -> Answers:
    """The figures of these debts."""
    debts = list(debts)
    told = [(debt, local_date(debt.answered)) for debt in debts if not debt.is_owed and debt.answered]
    # Who was answered before the first interview (it was called off, say) waited no day.
    took = sorted(max((on - debt.since).days, 0) for debt, on in told)
    waiting = [debt for debt in debts if debt.is_owed]
    return Answers(
        interviewed=len(debts),
        answered=len(took),
        in_time=sum(on <= debt.promised for debt, on in told),
        late=sum(debt.days_overdue(today) > 0 for debt in waiting),
        median_days=statistics.median_high(took) if took else None,
        ninth_days=took[ninth_of(len(took)) - 1] if took else None,
        oldest_days=max(((today - debt.since).days for debt in waiting), default=None),
        gone=len(debts) - len(told) - len(waiting),
    )


def ninth_of(count: int) -> int:
    """The nearest rank (from 1) of the 90th percentile among `count` values: ⌈0.9 × count⌉."""
    return -(-9 * count // 10)


def count_names(named: Iterable[Named], kind: ReferralKind) -> Names:
    """What became of the referrals of a kind."""
    states = [each.state for each in named if each.kind is kind]
    closed = states.count(ReferralState.CLOSED)
    succeeded = states.count(ReferralState.PLACED) + states.count(ReferralState.CLIENT_WON)
    return Names(kind, len(states), len(states) - closed - succeeded, succeeded, closed)
