"""Jobs at the desk, over real requests: adding, correcting, and the way through their states."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from forms.jobs.clients import CLIENTS
from forms.jobs.models import JOBS, Job, JobState
from forms.jobs.promise import PromiseKind
from forms.store.memory import MemoryStore
from tests.forms.acting import DeskActions
from tests.forms.people import REAL_NAME, Scene
from tests.forms.reading import ESCAPED, SCRIPT, assert_refused, hidden, value

JOB = {
    "title": "Platform engineer",
    "location": "Leeds",
    "state": "open",
    "promise_choice": "own",
    "promise_days": "7",
    "notes": "Fee as agreed.",
}


def jobs(store: MemoryStore) -> list[Job]:
    with store.read() as reader:
        return JOBS.find(reader, order="created")


def test_a_job_is_added_and_shown_with_what_was_typed(
    desk: DeskActions, scene: Scene, store: MemoryStore
) -> None:
    page = desk.send(f"/desk/clients/{scene.client_id}/jobs/new/", JOB, follow=True)
    assert "Platform engineer is added." in page.text
    assert "Leeds" in page.text
    assert "7 business days" in page.text
    assert "Fee as agreed." in page.text
    assert "Nobody yet." in page.text
    job = next(each for each in jobs(store) if each.title == JOB["title"])
    assert (job.state, job.confidential, job.promise_days) == (JobState.OPEN, False, 7)
    listed = desk.get("/desk/jobs/").text
    assert "Platform engineer" in listed
    assert "Platform engineer" not in desk.get("/desk/jobs/?show=closed").text


def chosen_promise(page: TestResponse) -> str:
    """The promise that is chosen on the form of a job."""
    found = re.findall(r'<input checked id="promise_choice-\d" [^>]*value="(\w+)"', page.text)
    assert len(found) == 1
    return str(found[0])


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("title", "", "Enter the title of the job."),
        ("title", "   ", "Enter the title of the job."),
        ("title", "x" * 121, "Write at most 120 characters."),
        ("location", "x" * 121, "Write at most 120 characters."),
        ("promise_days", "", "Give a number of business days from 1 to 90."),
        ("promise_days", "soon", "Give a whole number."),
        ("promise_days", "0", "Give a number of business days from 1 to 90."),
        ("promise_days", "91", "Give a number of business days from 1 to 90."),
        ("promise_days", "-1", "Give a number of business days from 1 to 90."),
        ("notes", "x" * 5001, "Write at most 5000 characters."),
    ],
)
def test_a_wrong_field_of_a_job_says_so_and_keeps_the_rest(
    desk: DeskActions, scene: Scene, store: MemoryStore, field: str, typed: str, message: str
) -> None:
    page = desk.send(f"/desk/clients/{scene.client_id}/jobs/new/", {**JOB, field: typed})
    assert_refused(page, field, message, typed)
    plain = [name for name in JOB if name not in (field, "promise_choice")]
    assert all(value(page, name) == JOB[name] for name in plain)
    assert chosen_promise(page) == "own"
    assert len(jobs(store)) == 1


def test_a_job_begins_in_no_state_of_its_own_making(desk: DeskActions, scene: Scene) -> None:
    page = desk.send(f"/desk/clients/{scene.client_id}/jobs/new/", {**JOB, "state": "closed"})
    assert_refused(page, "state", "Choose one of the list.")


def test_a_confidential_job_needs_an_alias(desk: DeskActions, store: MemoryStore) -> None:
    desk.send("/desk/clients/new/", {"name": "Open Books Ltd"})
    with store.read() as reader:
        (client,) = CLIENTS.find(reader)
    page = desk.send(f"/desk/clients/{client.id}/jobs/new/", {**JOB, "confidential": "y"})
    assert_refused(page, "confidential", "Give Open Books Ltd an alias first")
    assert jobs(store) == []


def test_a_job_is_corrected_without_touching_its_state(
    desk: DeskActions, scene: Scene, store: MemoryStore
) -> None:
    address = f"/desk/jobs/{scene.job.id}/edit/"
    assert value(desk.get(address), "title") == scene.job.title
    typed = {**JOB, "confidential": "y", "state": "closed"}
    assert "Saved." in desk.send(address, typed, follow=True).text
    (job,) = jobs(store)
    assert (job.title, job.confidential, job.state) == (JOB["title"], True, JobState.OPEN)


@pytest.mark.parametrize(
    ("choice", "days", "kept", "said"),
    [
        ("default", "", (None, PromiseKind.BUSINESS_DAYS), "5 business days"),
        ("default", "9", (None, PromiseKind.BUSINESS_DAYS), "5 business days"),
        ("own", "1", (1, PromiseKind.BUSINESS_DAYS), "1 business day"),
        ("ontario", "", (None, PromiseKind.ONTARIO_45_DAYS), "45 calendar days (Ontario)"),
    ],
)
def test_a_job_has_the_promise_that_was_chosen_for_it(
    desk: DeskActions,
    scene: Scene,
    store: MemoryStore,
    choice: str,
    days: str,
    kept: tuple[int | None, PromiseKind],
    said: str,
) -> None:
    address = f"/desk/jobs/{scene.job.id}/edit/"
    page = desk.send(address, {**JOB, "promise_choice": choice, "promise_days": days}, follow=True)
    assert f"<dt>Promise</dt><dd>{said}</dd>" in page.text
    (job,) = jobs(store)
    assert (job.promise_days, job.promise_kind) == kept
    assert chosen_promise(desk.get(address)) == choice


def test_what_was_typed_is_never_markup(desk: DeskActions, scene: Scene, store: MemoryStore) -> None:
    address = f"/desk/clients/{scene.client_id}/jobs/new/"
    desk.send(address, {**JOB, "title": SCRIPT, "location": SCRIPT, "notes": SCRIPT})
    job = next(each for each in jobs(store) if each.title == SCRIPT)
    for page in (
        desk.get("/desk/jobs/"),
        desk.get(f"/desk/jobs/{job.id}/"),
        desk.get(f"/desk/jobs/{job.id}/edit/"),
        desk.get(f"/desk/clients/{scene.client_id}/"),
        desk.get(f"/desk/candidates/{scene.candidate().id}/"),
        desk.post(f"/desk/jobs/{job.id}/reopen/", {"reason": SCRIPT * 99}, page=f"/desk/jobs/{job.id}/"),
    ):
        assert ESCAPED in page.text
        assert SCRIPT not in page.text


def test_a_job_sent_twice_is_one_job(desk: DeskActions, scene: Scene, store: MemoryStore) -> None:
    address = f"/desk/clients/{scene.client_id}/jobs/new/"
    form = {**hidden(desk.get(address)), **JOB}
    assert desk.client.post(address, data=form).status_code == 303
    again = desk.client.post(address, data=form, follow_redirects=True)
    assert "That job is added already." in again.text
    assert len(jobs(store)) == 2  # the scene has one


def press(desk: DeskActions, scene: Scene, state: str) -> str:
    page = f"/desk/jobs/{scene.job.id}/"
    return desk.post(page + "state/", {"state": state}, page=page, follow=True).text


def test_the_buttons_of_a_job_are_the_steps_it_may_take(desk: DeskActions, scene: Scene) -> None:
    page = f"/desk/jobs/{scene.job.id}/"
    assert "Put it on hold" in desk.get(page).text
    assert "Close it" not in desk.get(page).text
    assert "The job is now on hold." in press(desk, scene, "on_hold")
    assert "The job is now open." in press(desk, scene, "open")
    assert f"{page}fill/" in desk.get(page).text
    scene.job_to(JobState.FILLED)
    assert f"{page}fill/" not in desk.get(page).text
    assert "The job is now closed." in press(desk, scene, "closed")
    assert "Close it" not in desk.get(page).text


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("closed", "A job that is open cannot become closed; it can become on hold or filled or cancelled."),
        ("lead", "A job that is open cannot become lead"),
        ("nonsense", "Choose a state."),
        ("", "Choose a state."),
    ],
)
def test_a_step_that_is_not_possible_says_why(
    desk: DeskActions, scene: Scene, store: MemoryStore, state: str, why: str
) -> None:
    assert why in press(desk, scene, state)
    assert jobs(store) == [scene.job]


def test_a_step_taken_twice_is_harmless(desk: DeskActions, scene: Scene, store: MemoryStore) -> None:
    press(desk, scene, "on_hold")
    assert "A job that is on hold cannot become on hold" in press(desk, scene, "on_hold")
    assert jobs(store)[0].state is JobState.ON_HOLD


def test_a_job_is_not_closed_while_somebody_is_owed_an_answer(desk: DeskActions, scene: Scene) -> None:
    scene.interviewed()
    scene.job_to(JobState.FILLED)
    said = press(desk, scene, "closed")
    assert "This job cannot be closed: 1 interviewed person is still owed an answer." in said
    assert "Still owed an answer:" in said


def test_a_job_is_opened_again_with_a_reason_only(
    desk: DeskActions, scene: Scene, store: MemoryStore
) -> None:
    page = f"/desk/jobs/{scene.job.id}/"
    scene.job_to(JobState.FILLED)
    empty = desk.post(page + "reopen/", {"reason": "  "}, page=page)
    assert_refused(empty, "reason", "Give the reason; it stays in the history.")
    long = desk.post(page + "reopen/", {"reason": "x" * 501}, page=page)
    assert_refused(long, "reason", "Write at most 500 characters.", "x" * 501)
    done = desk.post(page + "reopen/", {"reason": "They resigned."}, page=page, follow=True)
    assert "Reopened: They resigned." in done.text
    assert jobs(store)[0].state is JobState.OPEN
    again = desk.post(page + "reopen/", {"reason": "Once more."}, page=page, follow=True)
    assert "A job that is open needs no reopening." in again.text


def test_the_desk_names_the_client_and_says_that_candidates_do_not_read_it(
    desk: DeskActions, scene: Scene
) -> None:
    for address in ("/desk/jobs/", f"/desk/jobs/{scene.job.id}/"):
        page = desk.get(address).text
        assert REAL_NAME in page
        assert "Confidential" in page


@pytest.mark.parametrize("address", ["jobs/none/", "jobs/none/edit/", "clients/none/jobs/new/"])
def test_an_unknown_job_is_not_found(desk: DeskActions, address: str) -> None:
    assert desk.get(f"/desk/{address}").status_code == 404


@pytest.mark.parametrize("address", ["state/", "reopen/"])
def test_an_unknown_job_cannot_be_moved(desk: DeskActions, address: str) -> None:
    sent = desk.post(f"/desk/jobs/none/{address}", {"state": "on_hold", "reason": "why"})
    assert sent.status_code == 404
