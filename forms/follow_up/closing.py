"""Closing a job: only once nobody interviewed for it is owed an answer."""

from __future__ import annotations

import datetime as dt

from forms import history
from forms.follow_up import ledger
from forms.jobs.models import JOBS, Job
from forms.store.collection import use_case
from forms.store.protocol import Transaction
from forms.store.veil import everything


@use_case
def close_job(tx: Transaction, job_id: str, *, by: str, now: dt.datetime) -> Job:
    """Close a job. Raises NotFound; Conflict while an interviewed person is unanswered, a
    colleague's private one included."""
    job = JOBS.require(tx, job_id)
    closed = job.close(unanswered=len(ledger.owed_for_job(everything(tx), job_id)))
    history.record(tx, history.Subject.JOB, job_id, now=now, by=by, text=f"{job.state.label} → Closed")
    return JOBS.put(tx, closed)
