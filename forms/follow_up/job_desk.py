"""A job's own page: who is in the running, who is owed an answer, and what can be done with the job."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.errors import Conflict
from forms import history
from forms.candidates import service as candidates
from forms.candidates.models import CANDIDATES
from forms.follow_up import closing, ledger
from forms.follow_up.filling_desk import HOW
from forms.follow_up.models import FOLLOW_UPS
from forms.follow_up.plans import ENDINGS
from forms.follow_up.progress import LABELS, line
from forms.jobs import service
from forms.jobs.clients import CLIENTS
from forms.jobs.form import ReasonForm, StateForm
from forms.jobs.models import JOBS, NEXT_STATES, JobState
from forms.web.context import context
from forms.web.form import bind, blank, saved
from forms.web.recruiter import acting

bp = Blueprint("job", __name__, url_prefix="/jobs/<job_id>")


@bp.get("/")
def show(job_id: str) -> ResponseReturnValue:
    """The page."""
    return _page(job_id, blank(ReasonForm))


def _page(job_id: str, reopen_form: ReasonForm) -> str:
    with context().store.read() as reader:
        job = JOBS.require(reader, job_id)
        client = CLIENTS.require(reader, job.client_id)
        rows = [
            (each, CANDIDATES.require(reader, each.candidate_id), FOLLOW_UPS.get(reader, each.id))
            for each in candidates.candidacies_for(reader, job_id)
        ]
        owed = [line(reader, each.id, context().now()) for each in ledger.owed_for_job(reader, job_id)]
        of_colleagues = ledger.owed_out_of_sight(reader, job_id)
        ending = ENDINGS.get(reader, job_id)
        events = history.history_of(reader, job_id)
    return render_template(
        "follow_up/job.html",
        page_title=job.title,
        job=job,
        client=client,
        rows=rows,
        owed=owed,
        of_colleagues=of_colleagues,
        in_the_way=LABELS,
        ending=ending,
        events=events,
        today=context().today(),
        next_states=[each for each in NEXT_STATES[job.state] if each not in HOW],
        ends=[HOW[each] for each in NEXT_STATES[job.state] if each in HOW],
        state_form=blank(StateForm),
        reopen_form=reopen_form,
        default_promise=context().run.promise_days,
    )


@bp.post("/state/")
def change_state(job_id: str) -> ResponseReturnValue:
    """Move the job on. Closing it is refused, and says why, while somebody is owed an answer."""
    form = bind(StateForm)
    if not form.accepted():
        return saved("Choose a state.", "desk.job.show", category="bad", job_id=job_id)
    state, found = JobState(form.state.data), context()
    if state in HOW:  # everyone interviewed must be told, which takes pages of their own
        return redirect(url_for("desk.filling.who", job_id=job_id, how=HOW[state]), code=303)
    try:
        if state is JobState.CLOSED:
            closing.close_job(found.store, job_id, by=acting().id, now=found.now())
        else:
            service.change_state(found.store, job_id, state, by=acting().id, now=found.now())
    except Conflict as error:
        return saved(str(error), "desk.job.show", category="bad", job_id=job_id)
    return saved(f"The job is now {state.label.lower()}.", "desk.job.show", job_id=job_id)


@bp.post("/reopen/")
def reopen(job_id: str) -> ResponseReturnValue:
    """Open a job again that was over."""
    form = bind(ReasonForm)
    if not form.accepted():
        return _page(job_id, form), 422
    try:
        service.reopen(
            context().store, job_id, reason=form.reason.data or "", by=acting().id, now=context().now()
        )
    except Conflict as error:
        return saved(str(error), "desk.job.show", category="bad", job_id=job_id)
    return saved("The job is open again.", "desk.job.show", job_id=job_id)
