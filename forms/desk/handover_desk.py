"""Handing over at the desk: one candidate, one job, or everything of a recruiter."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField
from wtforms.validators import InputRequired

from core.errors import Conflict
from forms.candidates.models import CANDIDATES
from forms.desk import handover
from forms.desk.handover import HandOver
from forms.jobs.models import JOBS
from forms.recruiters import RECRUITERS
from forms.web.context import context
from forms.web.form import BaseForm, bind, saved
from forms.web.recruiter import acting

bp = Blueprint("handover", __name__, url_prefix="/hand-over")


class HandOverForm(BaseForm):
    """To whom. The view sets the colleagues to choose from."""

    to = SelectField("To", [InputRequired("Choose a colleague.")])


@bp.route("/candidates/<candidate_id>/", methods=["GET", "POST"])
def candidate(candidate_id: str) -> ResponseReturnValue:
    """One candidate, with their candidacies and what they are owed."""
    with context().store.read() as reader:
        found = CANDIDATES.require(reader, candidate_id)
    back = url_for("desk.candidate.show", candidate_id=candidate_id)
    return _page(
        found.name,
        found.recruiter_id,
        back,
        lambda step: handover.candidate(context().store, candidate_id, step),
        lambda: saved(f"{found.name} is handed over.", "desk.candidates.index"),
    )


@bp.route("/jobs/<job_id>/", methods=["GET", "POST"])
def job(job_id: str) -> ResponseReturnValue:
    """One job."""
    with context().store.read() as reader:
        found = JOBS.require(reader, job_id)
    return _page(
        found.title,
        found.recruiter_id,
        url_for("desk.job.show", job_id=job_id),
        lambda step: handover.job(context().store, job_id, step),
        lambda: saved(f"{found.title} is handed over.", "desk.job.show", job_id=job_id),
    )


@bp.route("/users/<recruiter_id>/", methods=["GET", "POST"])
def everything(recruiter_id: str) -> ResponseReturnValue:
    """All candidates and jobs of one recruiter: before they leave, or go on holiday."""
    with context().store.read() as reader:
        found = RECRUITERS.require(reader, recruiter_id)
    return _page(
        f"Everything of {found.name}",
        recruiter_id,
        url_for("desk.today.index"),
        lambda step: handover.all_of(context().store, recruiter_id, step),
        lambda: saved("All candidates and jobs are handed over.", "desk.today.index"),
    )


def _page(
    title: str,
    owner: str,
    back_url: str,
    hand_over: Callable[[HandOver], object],
    done: Callable[[], ResponseReturnValue],
) -> ResponseReturnValue:
    found, me, form = context(), acting(), bind(HandOverForm)
    if owner != me.id and not me.is_owner:
        return _form_page(title, back_url, form, refused=handover.NOT_YOURS), 403
    with found.store.read() as reader:
        form.to.choices = {each.id: each.name for each in handover.takers(reader, owner)}
    if form.accepted():
        try:
            hand_over(HandOver(str(form.to.data), me.id, found.now()))
        except Conflict as error:
            form.refuse("to", str(error))
        else:
            return done()
    return _form_page(title, back_url, form), 422 if form.errors else 200


def _form_page(title: str, back_url: str, form: HandOverForm, refused: str = "") -> str:
    return render_template(
        "desk/hand_over.html",
        page_title="Hand over",
        title=title,
        back_url=back_url,
        form=form,
        refused=refused,
    )
