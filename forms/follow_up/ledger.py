"""The ledger: who is owed an answer, since when, by which date."""

from __future__ import annotations

import datetime as dt
import statistics
from dataclasses import dataclass

from core.clock import add_business_days
from forms.candidates import service as candidates
from forms.candidates.models import CANDIDACIES, Interview, InterviewKind
from forms.follow_up.models import ANSWERED, FOLLOW_UPS, OWED, DebtState, FollowUp
from forms.jobs.models import JOBS
from forms.store.collection import use_case
from forms.store.protocol import Reader, Transaction


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
) -> Interview:
    """Record an interview and the debt it opens: an answer within the promised business days.

    The job's own promise goes before `default_promise`. A later interview renews the date.
    Raises NotFound, Conflict.
    """
    interview = candidates.add_interview(tx, candidacy_id, on=on, kind=kind, notes=notes, by=by, now=now)
    candidacy = CANDIDACIES.require(tx, candidacy_id)
    promise = JOBS.require(tx, candidacy.job_id).promise_days
    due = add_business_days(on, default_promise if promise is None else promise)
    debt = FOLLOW_UPS.get(tx, candidacy_id)
    if debt is None:
        debt = FollowUp(candidacy_id, candidacy.job_id, candidacy.candidate_id, DebtState.DUE, on, due, due)
        FOLLOW_UPS.put(tx, debt)
    else:
        FOLLOW_UPS.put(tx, debt.renewed(due))
    return interview


def owed(reader: Reader, *, limit: int | None = None) -> list[FollowUp]:
    """Everyone who waits for an answer, the longest overdue first."""
    return FOLLOW_UPS.find(reader, {"state": OWED}, order="due", limit=limit)


def owed_for_job(reader: Reader, job_id: str) -> list[FollowUp]:
    """Everyone interviewed for a job who waits for an answer."""
    return FOLLOW_UPS.find(reader, {"state": OWED, "job_id": job_id}, order="due")


@dataclass(frozen=True)
class LedgerFigures:
    """The ledger in four numbers. Days are calendar days since the first interview; None without a case."""

    interviewed: int
    answered: int
    median_days: int | None
    oldest_days: int | None


def figures(reader: Reader, today: dt.date) -> LedgerFigures:
    """Count the ledger."""
    paid = FOLLOW_UPS.find(reader, {"state": ANSWERED})
    open_debts = owed(reader)
    took = [(debt.answered.date() - debt.since).days for debt in paid if debt.answered]
    waiting = [(today - debt.since).days for debt in open_debts if debt.since <= today]
    return LedgerFigures(
        interviewed=len(paid) + len(open_debts),
        answered=len(paid),
        median_days=round(statistics.median(took)) if took else None,
        oldest_days=max(waiting, default=None),
    )
