"""Filling or cancelling a job: first who was placed, last a look at everything and the confirmation.

What each person will be told is between the two, on pages of their own: person_desk.
"""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.errors import Conflict
from forms.candidates.models import CANDIDATES
from forms.follow_up import filling, ledger
from forms.follow_up.asking_desk import asking_here
from forms.follow_up.filling_form import NOBODY, ConfirmForm, WhoForm
from forms.follow_up.overview import Overview, overview, placeable
from forms.follow_up.sending_time import next_morning
from forms.jobs.models import JOBS, NEXT_STATES, JobState
from forms.outbox import queue
from forms.outbox.merge import put_status_link
from forms.web.context import context
from forms.web.form import bind, saved
from forms.web.recruiter import acting

bp = Blueprint("filling", __name__, url_prefix="/jobs/<job_id>/<any(fill, cancel):how>")

STATES = {"fill": JobState.FILLED, "cancel": JobState.CANCELLED}
"""The word in the address, and how the job ends."""

HOW = {state: how for how, state in STATES.items()}

LINK_SHOWN = "[their private link, made while the mail is sent]"


@bp.route("/", methods=["GET", "POST"])
def who(job_id: str, how: str) -> ResponseReturnValue:
    """Step 1: who was placed, and who is concerned."""
    whole = seen_now(job_id, how)
    if STATES[how] not in NEXT_STATES[whole.job.state]:
        return _over(whole)
    form = _who_form(whole)
    if form.accepted():
        placed = form.placed.data if form.placed.data != NOBODY else None
        ticked = set(form.silent.data or ())
        spared = [each.candidacy.id for each in whole.silent if each.candidacy.id not in ticked]
        try:
            filling.choose(
                context().store, job_id, STATES[how], placed=placed, spared=spared, by=acting(),
                now=context().now(),
            )  # fmt: skip
        except Conflict as error:
            form.refuse("placed", str(error))
        else:
            return redirect(next_page(job_id, how), code=303)
    with context().store.read() as reader:
        nobody_offered = not placeable(reader, job_id)
        of_colleagues = ledger.owed_out_of_sight(reader, job_id)
    page = render_template(
        "follow_up/fill_who.html",
        page_title=title(whole),
        how=how,
        whole=whole,
        form=form,
        nobody_offered=nobody_offered,
        of_colleagues=of_colleagues,
        today=context().today(),
    )
    return page, 422 if form.errors else 200


@bp.route("/preview/", methods=["GET", "POST"])
def preview(job_id: str, how: str) -> ResponseReturnValue:
    """Steps 3 and 4: everything as each will get it, and the one confirmation."""
    whole = seen_now(job_id, how)
    form = bind(ConfirmForm, seen=whole.seen)
    if form.accepted():
        try:
            _confirm(job_id, how, form.seen.data or "")
        except Conflict as error:
            form.refuse("", str(error))
            whole = seen_now(job_id, how)
            form.seen.data = whole.seen
        else:
            return redirect(url_for("desk.progress.show", job_id=job_id), code=303)
    if whole.ending.confirmed is not None:
        return redirect(url_for("desk.progress.show", job_id=job_id), code=303)
    page = render_template(
        "follow_up/fill_preview.html",
        page_title=title(whole),
        how=how,
        whole=whole,
        form=form,
        ready=not any(each.problem for each in whole.people),
        goes_out=goes_out(whole),
        texts={
            each.id: put_status_link(each.letter.body, LINK_SHOWN) for each in whole.people if each.letter
        },
        undo_minutes=context().run.undo_minutes,
        ask_days=context().run.ask_days,
    )
    return page, 422 if form.errors else 200


def seen_now(job_id: str, how: str) -> Overview:
    """The overview as it is at this moment. Raises NotFound."""
    with context().store.read() as reader:
        return overview(reader, job_id, STATES[how])


def next_page(job_id: str, how: str, after: str = "") -> str:
    """The next person of whom something is missing, looking first behind `after`; else the preview."""
    people = seen_now(job_id, how).people
    place = next((number for number, each in enumerate(people, 1) if each.id == after), 0)
    for person in (*people[place:], *people[:place]):
        if person.problem and person.id != after:
            return url_for("desk.person.write", job_id=job_id, how=how, candidacy_id=person.id)
    return url_for("desk.filling.preview", job_id=job_id, how=how)


def title(whole: Overview) -> str:
    """What the pages are called."""
    deed = "Fill" if whole.ending.state is JobState.FILLED else "Cancel"
    return f"{deed} “{whole.job.title}”"


def earliest() -> dt.datetime:
    """Before this moment no answer goes out that is confirmed now: until then it can be called back."""
    return context().now() + dt.timedelta(minutes=context().run.undo_minutes)


def business_morning() -> dt.datetime:
    """The next business morning of this installation."""
    found = context()
    return next_morning(found.now(), found.site.timezone, found.calendar().first_from)


def goes_out(whole: Overview) -> dict[str, dt.datetime]:
    """By candidacy, when each letter goes out if it is confirmed now, in the site's own zone."""
    return {
        each.id: context().site.local(each.plan.not_before(earliest(), business_morning))
        for each in whole.people
        if each.plan is not None
    }


def _confirm(job_id: str, how: str, seen: str) -> None:
    filling.confirm(
        context().store,
        job_id,
        STATES[how],
        seen=seen,
        by=acting(),
        mail_domain=queue.mail_domain(context().run),
        earliest=earliest(),
        morning=business_morning,
        now=context().now(),
        asking=asking_here(),
    )


def _who_form(whole: Overview) -> WhoForm:
    """Ticked are those who get an outcome; where nobody was offered the job, one choice is left."""
    with context().store.read() as reader:
        offered = placeable(reader, whole.job.id) if whole.ending.state is JobState.FILLED else []
        people = {each.id: CANDIDATES.require(reader, each.candidate_id).name for each in offered}
        kept = filling.is_begun(reader, whole.ending)
    chosen = whole.ending.placed if whole.ending.placed in people else None
    form = bind(
        WhoForm,
        placed=chosen or (NOBODY if kept or not people else None),
        silent=[each.candidacy.id for each in whole.to_be_silent],
    )
    nobody = "Nobody I put forward" if whole.ending.state is JobState.FILLED else "Nobody"
    form.placed.choices = {**people, NOBODY: nobody}
    form.silent.choices = [(each.candidacy.id, each.candidate.name) for each in whole.silent]
    return form


def _over(whole: Overview) -> ResponseReturnValue:
    if whole.ending.confirmed is not None:
        return redirect(url_for("desk.progress.show", job_id=whole.job.id), code=303)
    with context().store.read() as reader:
        job = JOBS.require(reader, whole.job.id)
    try:
        job.move_to(whole.ending.state)
    except Conflict as error:
        return saved(str(error), "desk.job.show", category="bad", job_id=job.id)
    return redirect(url_for("desk.job.show", job_id=job.id), code=303)
