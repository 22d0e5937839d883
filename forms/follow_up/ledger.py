"""The ledger: who is owed an answer, since when, by which date."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Callable
from dataclasses import dataclass

from core.business_days import WEEKDAYS, BusinessDays
from forms.candidates import service as candidates
from forms.candidates.models import CANDIDACIES, Interview, InterviewKind
from forms.follow_up.models import ANSWERED, FOLLOW_UPS, OWED, DebtState, FollowUp
from forms.follow_up.tallies import Counted, answered_tallies
from forms.jobs.models import JOBS
from forms.store.collection import use_case
from forms.store.protocol import Reader, Transaction
from forms.store.veil import everything


@use_case
def record_interview(
    tx: Transaction,
    candidacy_id: str,
    *,
    on: dt.date,
    kind: InterviewKind,
    notes: str,
    default_promise: int,
    by: str,
    now: dt.datetime,
    calendar: BusinessDays = WEEKDAYS,
) -> Interview:
    """Record an interview and the debt it opens: an answer within the promised business days.

    The job's own promise goes before `default_promise`; `calendar` knows the holidays. A later interview
    renews the date; one of an earlier day, noted down late, does not. Raises NotFound; Conflict when it is
    decided, or the job closed.
    """
    candidacy = CANDIDACIES.require(tx, candidacy_id)
    job = JOBS.require(tx, candidacy.job_id)
    job.must_not_be_closed()
    last = max((each.on for each in candidates.interviews_of(tx, candidacy_id)), default=on)
    interview = candidates.add_interview(tx, candidacy_id, on=on, kind=kind, notes=notes, by=by, now=now)
    due = job.promise(default_promise).due(on, calendar)
    debt = FOLLOW_UPS.get(tx, candidacy_id)
    if debt is None:
        debt = FollowUp(candidacy_id, job.id, candidacy.candidate_id, DebtState.DUE, on, due, due)
    else:
        debt = debt.renewed(due) if on >= last else debt.noted_late(on)
    FOLLOW_UPS.put(tx, debt)
    return interview


def owed(reader: Reader, *, limit: int | None = None) -> list[FollowUp]:
    """Everyone who waits for an answer, the longest overdue first."""
    return FOLLOW_UPS.find(reader, {"state": OWED}, order="due", limit=limit)


def owed_for_job(reader: Reader, job_id: str) -> list[FollowUp]:
    """Everyone interviewed for a job who waits for an answer."""
    return FOLLOW_UPS.find(reader, {"state": OWED, "job_id": job_id}, order="due")


def owed_out_of_sight(reader: Reader, job_id: str) -> int:
    """How many more wait for an answer whom colleagues keep private: their own recruiters give it."""
    return len(owed_for_job(everything(reader), job_id)) - len(owed_for_job(reader, job_id))


@dataclass(frozen=True)
class LedgerFigures:
    """The ledger in four numbers. Days are calendar days since the first interview; None without a case.

    `interviewed` counts people whose first interview has been held; `median_days` is the higher one of the
    two in the middle, so that it never flatters.
    """

    interviewed: int
    answered: int
    median_days: int | None
    oldest_days: int | None


def figures(
    reader: Reader, today: dt.date, local_date: Callable[[dt.datetime], dt.date] = dt.datetime.date
) -> LedgerFigures:
    """Count the ledger. `local_date` dates a moment in the headhunter's time zone; left out, in UTC."""
    paid: list[Counted] = [*FOLLOW_UPS.find(reader, {"state": ANSWERED}), *answered_tallies(reader)]
    # Who was answered before the first interview (it was called off, say) waited no day.
    took = [max((local_date(debt.answered) - debt.since).days, 0) for debt in paid if debt.answered]
    waiting = [(today - debt.since).days for debt in owed(reader) if debt.since <= today]
    return LedgerFigures(
        interviewed=len(paid) + len(waiting),
        answered=len(paid),
        median_days=statistics.median_high(took) if took else None,
        oldest_days=max(waiting, default=None),
    )
