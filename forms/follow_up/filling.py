"""Filling or cancelling a job: prepare it step by step, then one confirmation, which is one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

from core.errors import Conflict
from forms.candidates import service as candidates
from forms.candidates.models import CANDIDACIES, Stage
from forms.follow_up import answering
from forms.follow_up.asking import Asking, follow
from forms.follow_up.letter import Wording
from forms.follow_up.overview import Overview, Person, ending_of, overview
from forms.follow_up.plans import ENDINGS, PLANS, Ending, Plan
from forms.jobs import service as jobs
from forms.jobs.models import JOBS, JobState
from forms.recruiters import Signatory
from forms.store.collection import use_case
from forms.store.protocol import Reader, Transaction

CHANGED = (
    "Something has changed since you looked at it, so nothing was sent. Look at it once more, and confirm."
)


@use_case
def choose(
    tx: Transaction,
    job_id: str,
    state: JobState,
    *,
    placed: str | None,
    spared: Sequence[str],
    by: Signatory,
    now: dt.datetime,
) -> Ending:
    """Keep who was placed (None: nobody), and whose candidacies stay open; what is written stays written.

    Raises NotFound; Conflict when the job cannot end so, or the one placed has no offer.
    """
    job = JOBS.require(tx, job_id)
    job.move_to(state)
    _can_be_placed(tx, job_id, state, placed)
    kept = ENDINGS.get(tx, job_id)
    if kept is None or kept.state is not state or kept.confirmed is not None:
        _forget(tx, [each.id for each in PLANS.find(tx, {"job_id": job_id})])
        begun = now
    else:
        changed = {kept.placed, placed} if kept.placed != placed else set()
        _forget(tx, [each for each in changed if each])
        begun = kept.begun
    return ENDINGS.put(tx, Ending(job_id, state, placed, tuple(sorted(spared)), by.id, begun))


@use_case
def prepare(
    tx: Transaction, state: JobState, plan: Plan, wording: Wording, *, by: Signatory, now: dt.datetime
) -> Plan:
    """Keep what one person will be told, and the words of it as their draft, finished or not.

    Raises NotFound; Conflict when the end of the job is not being prepared, or was confirmed, when the person
    has been decided on meanwhile, when the outcome is not possible, or when an answer is on its way.
    """
    ending = _in_preparation(tx, plan.job_id, state)
    candidacy = CANDIDACIES.require(tx, plan.id)
    if candidacy.job_id != plan.job_id:
        raise Conflict("This candidacy belongs to another job.")
    overview(tx, plan.job_id, state).person(plan.id)
    if plan.outcome not in ending.outcomes_for(candidacy):
        raise Conflict(f"“{plan.outcome.label}” is not possible for this candidacy when the job ends so.")
    if wording.subject or wording.body:
        answering.save_draft(tx, plan.id, wording, by=by, now=now, proposed=plan.outcome)
    return PLANS.put(tx, plan)


@use_case
def confirm(
    tx: Transaction,
    job_id: str,
    state: JobState,
    *,
    seen: str,
    by: Signatory,
    mail_domain: str,
    earliest: dt.datetime,
    morning: Callable[[], dt.datetime],
    now: dt.datetime,
    asking: Asking | None = None,
) -> Ending:
    """End the job: every outcome, every answer into the outbox, the job's state; all of it, or nothing.

    `seen`: the overview that was looked at. No letter goes out before `earliest`; `morning` gives the next
    business morning; `asking` how those are invited whose plan says so. Confirming what has been confirmed
    changes nothing.
    Raises NotFound; Conflict when something differs from what was seen or is not ready.
    """
    kept = ENDINGS.get(tx, job_id)
    if kept is not None and kept.confirmed is not None and JOBS.require(tx, job_id).state is state:
        return kept
    _in_preparation(tx, job_id, state)
    whole = overview(tx, job_id, state)
    if whole.seen != seen:
        raise Conflict(CHANGED)
    must_be_ready(whole)
    for person in whole.people:
        _decide_and_tell(
            tx, person, by=by, mail_domain=mail_domain, earliest=earliest, morning=morning, now=now,
            asking=asking,
        )  # fmt: skip
    for case in whole.to_be_silent:
        outcome = whole.ending.outcome_for(case.candidacy)
        candidates.decide(tx, case.candidacy.id, outcome, reason="", private_reason="", by=by.id, now=now)
    jobs.change_state(tx, job_id, state, by=by.id, now=now)
    return ENDINGS.put(tx, replace(whole.ending, by=by.id, confirmed=now))


def must_be_ready(whole: Overview) -> None:
    """Raises Conflict, naming the first person of whom something is missing."""
    for person in whole.people:
        if person.problem:
            raise Conflict(f"{person.case.candidate.name}: {person.problem}")


def _decide_and_tell(
    tx: Transaction,
    person: Person,
    *,
    by: Signatory,
    mail_domain: str,
    earliest: dt.datetime,
    morning: Callable[[], dt.datetime],
    now: dt.datetime,
    asking: Asking | None,
) -> None:
    """Record the outcome, and queue the letter. Who is to be called stays owed: that is the phone task."""
    plan = person.plan
    assert plan is not None, "who has no plan is not ready"
    candidates.decide(tx, person.id, plan.outcome, reason=plan.reason, private_reason="", by=by.id, now=now)
    if person.letter is not None:
        answer = answering.send(
            tx,
            person.id,
            person.letter,
            by=by,
            mail_domain=mail_domain,
            now=now,
            not_before=plan.not_before(earliest, morning),
        )
        if plan.invite and asking is not None:
            follow(tx, answer, asking, domain=mail_domain, now=now)


def _in_preparation(tx: Transaction, job_id: str, state: JobState) -> Ending:
    job = JOBS.require(tx, job_id)
    job.move_to(state)
    ending = ENDINGS.get(tx, job_id)
    if ending is None or ending != ending_of(tx, job, state):
        raise Conflict("Say first who was placed.")
    return ending


def _can_be_placed(reader: Reader, job_id: str, state: JobState, placed: str | None) -> None:
    if placed is None:
        return
    candidacy = CANDIDACIES.require(reader, placed)
    if state is not JobState.FILLED or candidacy.job_id != job_id:
        raise Conflict("Nobody can be placed so.")
    if not candidacy.is_live or candidacy.stage is not Stage.OFFERED:
        raise Conflict("Only who was made an offer, and is not decided on, can be placed.")


def _forget(tx: Transaction, ids: Sequence[str]) -> None:
    """Plans made for another end; the words stay as drafts."""
    for each in ids:
        PLANS.delete(tx, each)


def is_begun(reader: Reader, ending: Ending) -> bool:
    """Whether somebody has said already who was placed."""
    return ENDINGS.get(reader, ending.id) == ending
