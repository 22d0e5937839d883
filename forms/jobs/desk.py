"""Jobs at the desk: the list, and adding one. A job's own page crosses features; see follow_up.job_desk."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from core.errors import Conflict
from forms.jobs import service
from forms.jobs.clients import CLIENTS
from forms.jobs.form import JobForm, PromiseChoice
from forms.jobs.models import JOBS, JobState
from forms.web.context import context
from forms.web.form import bind, saved
from forms.web.once import once
from forms.web.recruiter import acting

bp = Blueprint("jobs", __name__)

OPEN_STATES = (JobState.LEAD, JobState.OPEN, JobState.ON_HOLD, JobState.FILLED, JobState.CANCELLED)


@bp.get("/jobs/")
def index() -> ResponseReturnValue:
    """Jobs that are not closed, or with ?show=closed the closed ones; newest first."""
    closed = request.args.get("show") == "closed"
    states = (JobState.CLOSED,) if closed else OPEN_STATES
    with context().store.read() as reader:
        found = JOBS.find(reader, {"state": states}, order="created", descending=True)
        rows = [(job, CLIENTS.require(reader, job.client_id).name) for job in found]
    return render_template("jobs/index.html", page_title="Jobs", rows=rows, closed=closed)


@bp.route("/clients/<client_id>/jobs/new/", methods=["GET", "POST"])
def create(client_id: str) -> ResponseReturnValue:
    """Add a job of a client."""
    with context().store.read() as reader:
        client = CLIENTS.require(reader, client_id)
    form = bind(JobForm)
    if form.accepted():
        promise_days, promise_kind = form.chosen_promise()
        try:
            job = once(
                context().store,
                form,
                lambda tx: service.add_job(
                    tx,
                    client_id,
                    title=form.title.data or "",
                    location=form.location.data or "",
                    confidential=form.confidential.data,
                    promise_days=promise_days,
                    promise_kind=promise_kind,
                    notes=form.notes.data or "",
                    state=JobState(form.state.data),
                    by=acting().id,
                    now=context().now(),
                ),
            )
        except Conflict as error:
            form.refuse("confidential", str(error))
        else:
            if job is None:
                return saved("That job is added already.", "desk.clients.show", client_id=client_id)
            return saved(f"{job.title} is added.", "desk.job.show", job_id=job.id)
    page = render_template(
        "jobs/job_form.html",
        page_title="A new job",
        title="A new job",
        form=form,
        client=client,
        default_promise=context().run.promise_days,
    )
    return page, 422 if form.errors else 200


@bp.route("/jobs/<job_id>/edit/", methods=["GET", "POST"])
def edit(job_id: str) -> ResponseReturnValue:
    """Correct what is kept of a job; its state is changed on its own page."""
    with context().store.read() as reader:
        job = JOBS.require(reader, job_id)
        client = CLIENTS.require(reader, job.client_id)
    form = bind(JobForm, job, promise_choice=PromiseChoice.of(job).value)
    del form.state
    if form.accepted():
        promise_days, promise_kind = form.chosen_promise()
        try:
            service.change_job(
                context().store,
                job_id,
                title=form.title.data or "",
                location=form.location.data or "",
                confidential=form.confidential.data,
                promise_days=promise_days,
                promise_kind=promise_kind,
                notes=form.notes.data or "",
            )
        except Conflict as error:
            form.refuse("confidential", str(error))
        else:
            return saved("Saved.", "desk.job.show", job_id=job_id)
    page = render_template(
        "jobs/job_form.html",
        page_title=job.title,
        title=job.title,
        form=form,
        client=client,
        default_promise=context().run.promise_days,
    )
    return page, 422 if form.errors else 200
