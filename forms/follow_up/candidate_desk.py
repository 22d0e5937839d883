"""A candidate's own page at the desk: their candidacies, their private links, what they referred."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.errors import Conflict
from forms import links, suppressions
from forms.candidates import service
from forms.candidates.form import CandidacyForm
from forms.candidates.models import CANDIDATES, Stage
from forms.follow_up import asking, inviting
from forms.follow_up.models import FOLLOW_UPS
from forms.jobs import service as jobs
from forms.jobs.clients import CLIENTS
from forms.jobs.models import JOBS, Job
from forms.links import LINKS, Purpose
from forms.outbox import queue
from forms.referrals import service as referrals
from forms.store.protocol import Reader
from forms.suppressions import Scope
from forms.web.context import context
from forms.web.form import ButtonForm, bind, blank, saved
from forms.web.once import OnceForm, once
from forms.web.recruiter import acting

bp = Blueprint("candidate", __name__, url_prefix="/candidates/<candidate_id>")


@bp.get("/")
def show(candidate_id: str) -> ResponseReturnValue:
    """The page; ?job= is chosen beforehand for the next candidacy."""
    return _page(candidate_id, blank(CandidacyForm, job=request.args.get("job")))


@bp.post("/candidacies/")
def put_forward(candidate_id: str) -> ResponseReturnValue:
    """Put the candidate forward for a job."""
    form = bind(CandidacyForm)
    with context().store.read() as reader:
        form.job.choices = _job_choices(reader)
    if form.accepted():
        try:
            candidacy = service.open_candidacy(
                context().store,
                candidate_id,
                form.job.data,
                stage=Stage(form.stage.data),
                by=acting().id,
                now=context().now(),
            )
        except Conflict as error:
            form.refuse("job", str(error))
        else:
            return saved("They are in the running.", "desk.candidacy.show", candidacy_id=candidacy.id)
    return _page(candidate_id, form), 422


@bp.post("/links/")
def make_link(candidate_id: str) -> ResponseReturnValue:
    """Make a private link and show it, this once: only its hash is kept, so it can never be shown again."""
    found = context()
    with found.store.read() as reader:
        candidate = CANDIDATES.require(reader, candidate_id)
    token, link = links.mint(
        found.store,
        Purpose.STATUS,
        candidate_id,
        now=found.now(),
        lifetime=dt.timedelta(days=found.run.link_days),
    )
    return render_template(
        "follow_up/link.html",
        page_title="A private link",
        candidate=candidate,
        address=found.absolute(url_for("status.show", token=token)),
        link=link,
    )


@bp.post("/links/mail/")
def mail_link(candidate_id: str) -> ResponseReturnValue:
    """Mail the candidate a private link."""
    found = context()
    try:
        once(
            found.store,
            bind(OnceForm),
            lambda tx: inviting.mail_link(
                tx,
                candidate_id,
                site=found.site,
                content=found.content,
                domain=queue.mail_domain(found.run),
                now=found.now(),
            ),
        )
    except Conflict as error:
        return saved(str(error), "desk.candidate.show", category="bad", candidate_id=candidate_id)
    return saved("The link is on its way by mail.", "desk.candidate.show", candidate_id=candidate_id)


@bp.post("/links/<link_id>/revoke/")
def revoke_link(candidate_id: str, link_id: str) -> ResponseReturnValue:
    """End one private link."""
    with context().store.read() as reader:
        link = LINKS.require(reader, link_id)
    if link.holder == candidate_id:
        links.revoke(context().store, link_id, context().now())
    return saved("The link opens nothing any more.", "desk.candidate.show", candidate_id=candidate_id)


@bp.post("/invitations/off/")
def no_invitations(candidate_id: str) -> ResponseReturnValue:
    """Switch invitations off because the candidate said so; only they can switch them on again."""
    if bind(ButtonForm).accepted():
        asking.switch_off(context().store, candidate_id, by=acting().id, now=context().now())
    return saved("No more invitations go to them.", "desk.candidate.show", candidate_id=candidate_id)


def _page(candidate_id: str, form: CandidacyForm) -> str:
    with context().store.read() as reader:
        candidate = CANDIDATES.require(reader, candidate_id)
        rows = [
            (each, job, CLIENTS.require(reader, job.client_id), FOLLOW_UPS.get(reader, each.id))
            for each in service.candidacies_of(reader, candidate_id)
            if (job := JOBS.get(reader, each.job_id))
        ]
        form.job.choices = _job_choices(reader)
        named = referrals.referrals_by(reader, candidate_id)
        shown = (Purpose.STATUS, Purpose.PERSONAL)
        held_links = [each for each in links.links_of(reader, candidate_id) if each.purpose in shown]
        refusal = asking.refusal(reader, candidate)
        objection = suppressions.find(reader, Scope.CONTACT, candidate.id, candidate.email)
    return render_template(
        "follow_up/candidate.html",
        page_title=candidate.name,
        candidate=candidate,
        rows=rows,
        referrals=named,
        links=held_links,
        refusal=refusal,
        objection=objection,
        now=context().now(),
        today=context().today(),
        form=form,
        button_form=blank(ButtonForm),
        mail_form=blank(OnceForm),
    )


def _job_choices(reader: Reader) -> dict[str, str]:
    return {"": "Choose one", **{job.id: _named(reader, job) for job in jobs.open_jobs(reader)}}


def _named(reader: Reader, job: Job) -> str:
    return f"{job.title}, {CLIENTS.require(reader, job.client_id).name}"
