"""What can be done with a job on its own. Closing one asks the ledger first: see follow_up.closing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from core.errors import Conflict
from forms import history
from forms.jobs.clients import CLIENTS
from forms.jobs.models import JOBS, Job, JobState
from forms.jobs.promise import PromiseKind
from forms.store.collection import new_id, use_case
from forms.store.protocol import Reader, Transaction


@use_case
def add_job(
    tx: Transaction,
    client_id: str,
    *,
    title: str,
    location: str,
    confidential: bool,
    promise_days: int | None,
    notes: str,
    by: str,
    now: dt.datetime,
    state: JobState = JobState.OPEN,
    promise_kind: PromiseKind = PromiseKind.BUSINESS_DAYS,
) -> Job:
    """A new job, open unless it is only a lead. Raises NotFound for the client, Conflict without an alias."""
    client = CLIENTS.require(tx, client_id)
    if confidential and not client.alias:
        raise Conflict(
            f"Give {client.name} an alias first: candidates read it while the job is confidential."
        )
    job = Job(
        id=new_id(),
        client_id=client_id,
        recruiter_id=by,
        title=title,
        location=location,
        confidential=confidential,
        promise_days=promise_days,
        notes=notes,
        state=state,
        created=now,
        promise_kind=promise_kind,
    )
    history.record(tx, history.Subject.JOB, job.id, now=now, by=by, text=f"Job added, {state.label.lower()}")
    return JOBS.put(tx, job)


@use_case
def change_job(
    tx: Transaction,
    job_id: str,
    *,
    title: str,
    location: str,
    confidential: bool,
    promise_days: int | None,
    notes: str,
    promise_kind: PromiseKind = PromiseKind.BUSINESS_DAYS,
) -> Job:
    """Correct what is kept of a job; dates already promised stay. Raises NotFound, Conflict (no alias)."""
    job = JOBS.require(tx, job_id)
    _must_have_alias(tx, job.client_id, confidential)
    changed = replace(
        job,
        title=title,
        location=location,
        confidential=confidential,
        promise_days=promise_days,
        promise_kind=promise_kind,
        notes=notes,
    )
    return JOBS.put(tx, changed)


@use_case
def change_state(tx: Transaction, job_id: str, state: JobState, *, by: str, now: dt.datetime) -> Job:
    """Move a job on. Raises NotFound; Conflict for an illegal transition, and for closing."""
    if state is JobState.CLOSED:
        raise Conflict("A job is closed from its own page, where the unanswered are counted.")
    job = JOBS.require(tx, job_id)
    moved = job.move_to(state)
    text = f"{job.state.label} → {state.label}"
    history.record(tx, history.Subject.JOB, job_id, now=now, by=by, text=text)
    return JOBS.put(tx, moved)


@use_case
def reopen(tx: Transaction, job_id: str, *, reason: str, by: str, now: dt.datetime) -> Job:
    """Open a job again that was over. Raises NotFound, Conflict."""
    job = JOBS.require(tx, job_id)
    opened = job.reopen()
    history.record(tx, history.Subject.JOB, job_id, now=now, by=by, text=f"Reopened: {reason}")
    return JOBS.put(tx, opened)


def client_name_for_candidates(reader: Reader, job: Job) -> str:
    """The client as candidates may read it: the alias while the job is confidential."""
    client = CLIENTS.require(reader, job.client_id)
    return client.alias if job.confidential else client.name


def open_jobs(reader: Reader) -> list[Job]:
    """Jobs for which somebody is being looked for, newest first."""
    live = (JobState.OPEN, JobState.ON_HOLD)
    return JOBS.find(reader, {"state": live}, order="created", descending=True)


def public_choices(reader: Reader) -> dict[str, str]:
    """Id and title of the open jobs that may be named to anyone: confidential ones are left out."""
    return {
        job.id: job.title for job in open_jobs(reader) if job.state is JobState.OPEN and not job.confidential
    }


def _must_have_alias(reader: Reader, client_id: str, confidential: bool) -> None:
    client = CLIENTS.require(reader, client_id)
    if confidential and not client.alias:
        raise Conflict(
            f"Give {client.name} an alias first: candidates read it while the job is confidential."
        )
