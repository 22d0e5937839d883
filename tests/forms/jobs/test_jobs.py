"""Clients, contacts and jobs."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from core.errors import Conflict, NotFound
from forms import history
from forms.jobs import clients, service
from forms.jobs.models import JOBS, Job, JobState
from tests.forms.people import REAL_NAME, Scene

STEPS = {
    (JobState.LEAD, JobState.OPEN),
    (JobState.OPEN, JobState.ON_HOLD),
    (JobState.OPEN, JobState.FILLED),
    (JobState.OPEN, JobState.CANCELLED),
    (JobState.ON_HOLD, JobState.OPEN),
    (JobState.ON_HOLD, JobState.FILLED),
    (JobState.ON_HOLD, JobState.CANCELLED),
    (JobState.FILLED, JobState.CLOSED),
    (JobState.CANCELLED, JobState.CLOSED),
}
"""product.md: lead → open ⇄ on_hold → filled | cancelled → closed."""


def texts(scene: Scene) -> list[str]:
    with scene.store.read() as reader:
        return [event.text for event in history.history_of(reader, scene.job.id)]


def put(scene: Scene, job: Job) -> Job:
    with scene.store.transaction() as tx:
        return JOBS.put(tx, job)


@pytest.mark.parametrize(("before", "after"), [*itertools.product(JobState, JobState)])
def test_a_job_takes_the_steps_of_its_life_and_no_others(
    scene: Scene, before: JobState, after: JobState
) -> None:
    job = replace(scene.job, state=before)
    if (before, after) in STEPS:
        assert job.move_to(after) == replace(job, state=after)
    else:
        with pytest.raises(Conflict, match=f"cannot become {after.label.lower()}; it can become|reopened"):
            job.move_to(after)


def test_an_illegal_step_says_which_ones_there_are(scene: Scene) -> None:
    with pytest.raises(Conflict) as refused:
        scene.job.move_to(JobState.LEAD)
    assert str(refused.value) == (
        "A job that is open cannot become lead; it can become on hold or filled or cancelled."
    )


@pytest.mark.parametrize("state", JobState)
def test_a_job_that_is_over_can_be_reopened_and_no_other(scene: Scene, state: JobState) -> None:
    job = replace(scene.job, state=state)
    if state in (JobState.FILLED, JobState.CANCELLED, JobState.CLOSED):
        assert job.reopen().state is JobState.OPEN
    else:
        with pytest.raises(Conflict, match="needs no reopening"):
            job.reopen()


@pytest.mark.parametrize("state", JobState)
def test_a_job_closes_only_when_it_is_over_and_nobody_is_owed(scene: Scene, state: JobState) -> None:
    job = replace(scene.job, state=state)
    if state in (JobState.FILLED, JobState.CANCELLED):
        assert job.close(unanswered=0).state is JobState.CLOSED
        with pytest.raises(Conflict, match="1 interviewed person is still owed an answer"):
            job.close(unanswered=1)
        with pytest.raises(Conflict, match="7 interviewed people are still owed an answer"):
            job.close(unanswered=7)
    else:
        with pytest.raises(Conflict):
            job.close(unanswered=0)


def test_every_state_has_words() -> None:
    assert [state.label for state in JobState] == ["Lead", "Open", "On hold", "Filled", "Cancelled", "Closed"]


def test_a_step_is_kept_and_stands_in_the_history(scene: Scene) -> None:
    scene.job_to(JobState.ON_HOLD)
    with scene.store.read() as reader:
        assert JOBS.require(reader, scene.job.id).state is JobState.ON_HOLD
    assert "Open → On hold" in texts(scene)


def test_a_refused_step_leaves_everything_as_it_was(scene: Scene) -> None:
    before = texts(scene)
    with pytest.raises(Conflict):
        scene.job_to(JobState.LEAD)
    assert texts(scene) == before


def test_a_job_cannot_be_closed_behind_the_ledgers_back(scene: Scene) -> None:
    scene.job_to(JobState.FILLED)
    with pytest.raises(Conflict, match="closed from its own page"):
        scene.job_to(JobState.CLOSED)


def test_reopening_a_job_keeps_its_reason(scene: Scene) -> None:
    scene.job_to(JobState.CANCELLED)
    scene.later(days=1)
    job = service.reopen(
        scene.store, scene.job.id, reason="The budget is back.", by="anna", now=scene.clock.now()
    )
    assert job.state is JobState.OPEN
    assert texts(scene)[0] == "Reopened: The budget is back."


def test_a_new_job_may_be_a_lead(scene: Scene) -> None:
    job = service.add_job(
        scene.store,
        scene.client_id,
        title="Later",
        location="",
        confidential=False,
        promise_days=None,
        notes="",
        by="anna",
        now=scene.clock.now(),
        state=JobState.LEAD,
    )
    assert job.state is JobState.LEAD
    with scene.store.read() as reader:
        assert job not in service.open_jobs(reader)


def test_a_confidential_job_needs_an_alias_of_its_client(scene: Scene) -> None:
    nameless = clients.add_client(scene.store, name="Plain Ltd", alias="", notes="", now=scene.clock.now())
    with pytest.raises(Conflict, match="Give Plain Ltd an alias first"):
        service.add_job(
            scene.store,
            nameless.id,
            title="Secret",
            location="",
            confidential=True,
            promise_days=None,
            notes="",
            by="anna",
            now=scene.clock.now(),
        )
    with scene.store.read() as reader:
        assert JOBS.count(reader) == 1


def test_a_job_cannot_become_confidential_without_an_alias(scene: Scene) -> None:
    plain = clients.add_client(scene.store, name="Plain Ltd", alias="", notes="", now=scene.clock.now())
    job = put(scene, replace(scene.another_job("Open to all"), client_id=plain.id))
    with pytest.raises(Conflict, match="an alias first"):
        service.change_job(
            scene.store, job.id, title="x", location="", confidential=True, promise_days=None, notes=""
        )


def test_the_alias_of_a_confidential_job_cannot_be_taken_away(scene: Scene) -> None:
    """Candidates would read an empty name."""
    with pytest.raises(Conflict, match="has a confidential job"):
        clients.change_client(scene.store, scene.client_id, name=REAL_NAME, alias="", notes="")


def test_a_client_can_be_corrected(scene: Scene) -> None:
    changed = clients.change_client(scene.store, scene.client_id, name="Northwind", alias="a bank", notes="n")
    with scene.store.read() as reader:
        assert clients.CLIENTS.require(reader, scene.client_id) == changed


def test_changing_a_job_leaves_its_state_and_its_client(scene: Scene) -> None:
    changed = service.change_job(
        scene.store,
        scene.job.id,
        title="Payroll lead",
        location="York",
        confidential=True,
        promise_days=10,
        notes="n",
    )
    expected = replace(scene.job, title="Payroll lead", location="York", promise_days=10, notes="n")
    assert changed == expected


def test_candidates_read_the_alias_while_a_job_is_confidential(scene: Scene) -> None:
    open_to_all = scene.another_job("Open to all")
    with scene.store.read() as reader:
        assert service.client_name_for_candidates(reader, scene.job) == "a bank in the north"
        assert service.client_name_for_candidates(reader, open_to_all) == REAL_NAME


def test_only_open_jobs_that_are_not_confidential_are_offered_to_anyone(scene: Scene) -> None:
    public = scene.another_job("Open to all")
    put(scene, replace(scene.another_job("Waiting"), state=JobState.ON_HOLD))
    put(scene, replace(scene.another_job("Gone"), state=JobState.FILLED))
    with scene.store.read() as reader:
        assert service.public_choices(reader) == {public.id: "Open to all"}
        assert {job.title for job in service.open_jobs(reader)} == {
            "Payroll engineer",
            "Open to all",
            "Waiting",
        }


def test_a_contact_belongs_to_a_client_that_exists(scene: Scene) -> None:
    details = {"title": "", "email": None, "phone": None, "profile_url": None, "notes": ""}
    for name in ("Zoe", "Abe"):
        clients.add_contact(scene.store, scene.client_id, name=name, now=scene.clock.now(), **details)  # type: ignore[arg-type]
    with scene.store.read() as reader:
        assert [each.name for each in clients.contacts_of(reader, scene.client_id)] == ["Abe", "Zoe"]
    with pytest.raises(NotFound):
        clients.add_contact(scene.store, "none", name="X", now=scene.clock.now(), **details)  # type: ignore[arg-type]
