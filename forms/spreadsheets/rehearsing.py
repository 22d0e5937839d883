"""The dry run's half of an import: the books are kept as if a row had been imported."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from forms.candidates.models import Candidacy, Candidate, Stage
from forms.follow_up.models import DebtState, FollowUp
from forms.jobs.clients import Client
from forms.jobs.models import Job, JobState
from forms.spreadsheets.books import Books, Course
from forms.spreadsheets.steps import JobChoice, Options, RowPlan, Steps

NEW_JOBS = JobState.ON_HOLD
"""A job out of a file is named to nobody on the public pages until the headhunter opens it."""

_NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def pretend(plan: RowPlan, books: Books, options: Options) -> None:
    """Let the books know what the row would have made."""
    steps = plan.steps
    if steps is None:
        return
    person = _person(plan, steps)
    books.remember_person(person, line=plan.line, source_id=plan.draft.source_id)
    if steps.job is not None:
        job = _job(plan, steps.job, books)
        course = books.course(person.id, job.id)
        books.remember_course(person.id, job.id, _course(steps, course, person, job, options))


def _person(plan: RowPlan, steps: Steps) -> Candidate:
    blank = Candidate(f"row {plan.number}", "", plan.draft.name, None, None, None, "", _NEVER)
    return replace(steps.known or blank, **steps.fills)  # type: ignore[arg-type]


def _job(plan: RowPlan, choice: JobChoice, books: Books) -> Job:
    if choice.id is not None:
        return books.jobs[choice.id]
    client = books.client_called(choice.client) or Client(f"row {plan.number}", choice.client, "", "", _NEVER)
    job = Job(
        f"row {plan.number}", client.id, "", choice.title, choice.location, False, None, "", NEW_JOBS, _NEVER
    )
    books.remember_job(job, client)
    return job


def _course(steps: Steps, course: Course, person: Candidate, job: Job, options: Options) -> Course:
    key = f"{person.id} {job.id}"
    candidacy = course.candidacy or Candidacy(key, person.id, job.id, Stage.IDENTIFIED, _NEVER)
    held = course.interviews | set(steps.interviews)
    stage = Stage.OFFERED if steps.offered else Stage.INTERVIEWING if held else steps.stage
    candidacy = replace(candidacy, stage=stage or candidacy.stage, outcome=candidacy.outcome or steps.outcome)
    debt = course.debt
    if held:
        state = DebtState.SENT if steps.told else debt.state if debt else DebtState.DUE
        debt = FollowUp(key, job.id, person.id, state, min(held), options.today, options.today)
    return Course(candidacy, held, debt)
