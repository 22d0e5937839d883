"""Handing over: candidates and jobs go from one recruiter to another, and so does what is owed for them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from core.errors import Conflict
from forms import history
from forms.candidates.models import CANDIDACIES, CANDIDATES, Candidate
from forms.history import Subject
from forms.jobs.models import JOBS, Job
from forms.recruiters import RECRUITERS, Recruiter, Role
from forms.store.collection import use_case
from forms.store.protocol import Reader, Transaction

NOT_YOURS = "Only their own recruiter or an owner of the desk hands them over."


@dataclass(frozen=True)
class HandOver:
    """Who hands over to whom, by their ids, and when."""

    to: str
    by: str
    now: dt.datetime


def takers(reader: Reader, but_for: str) -> list[Recruiter]:
    """Who may be handed something: everybody who works here and may change things, by name."""
    able = (each for each in RECRUITERS.find(reader) if each.is_active and each.role.reaches(Role.RECRUITER))
    return sorted((each for each in able if each.id != but_for), key=lambda each: each.name.casefold())


@use_case
def candidate(tx: Transaction, candidate_id: str, step: HandOver) -> Candidate:
    """One candidate with all their candidacies. Raises NotFound, Conflict."""
    found = CANDIDATES.require(tx, candidate_id)
    text = _text(tx, found.recruiter_id, step)
    for each in CANDIDACIES.find(tx, {"candidate_id": candidate_id}):
        history.record(tx, Subject.CANDIDACY, each.id, now=step.now, by=step.by, text=text)
    return CANDIDATES.put(tx, replace(found, recruiter_id=step.to))


@use_case
def job(tx: Transaction, job_id: str, step: HandOver) -> Job:
    """One job; its candidates stay with their recruiters. Raises NotFound, Conflict."""
    found = JOBS.require(tx, job_id)
    text = _text(tx, found.recruiter_id, step)
    history.record(tx, Subject.JOB, job_id, now=step.now, by=step.by, text=text)
    return JOBS.put(tx, replace(found, recruiter_id=step.to))


@use_case
def all_of(tx: Transaction, recruiter_id: str, step: HandOver) -> tuple[int, int]:
    """Everything of one recruiter; gives how many candidates and jobs. Raises NotFound, Conflict."""
    people = CANDIDATES.find(tx, {"recruiter_id": recruiter_id})
    jobs = [each for each in JOBS.find(tx) if each.recruiter_id == recruiter_id]
    for person in people:
        candidate(tx, person.id, step)
    for each in jobs:
        job(tx, each.id, step)
    return len(people), len(jobs)


def _text(reader: Reader, owner: str, step: HandOver) -> str:
    """The event's words. Raises NotFound, and Conflict for who may not."""
    by = RECRUITERS.require(reader, step.by)
    if by.role is not Role.OWNER and by.id != owner:
        raise Conflict(NOT_YOURS)
    taker = next((each for each in takers(reader, owner) if each.id == step.to), None)
    if taker is None:
        raise Conflict("Choose a colleague who works here and may change things.")
    giver = RECRUITERS.get(reader, owner)
    return f"Handed over from {giver.name if giver else 'nobody'} to {taker.name}"
