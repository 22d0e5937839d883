"""Step 2 of filling or cancelling a job: what one person will be told, how, and when.

Whatever button is pressed, what was typed is kept: also when something is still missing.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.errors import Conflict
from forms.candidates.models import Outcome
from forms.follow_up import filling
from forms.follow_up.asking import suggested
from forms.follow_up.asking_desk import no_invitation
from forms.follow_up.drafting import template_wording
from forms.follow_up.filling_desk import business_morning, next_page, seen_now, title
from forms.follow_up.filling_form import PersonForm
from forms.follow_up.letter import Wording, asks_observation
from forms.follow_up.models import Channel
from forms.follow_up.overview import Overview, Person
from forms.follow_up.person_checks import is_complete, typed_wording
from forms.follow_up.plans import PLANS, Plan
from forms.follow_up.sending_time import When
from forms.recruiters import RECRUITERS
from forms.web.context import context
from forms.web.fields import labels
from forms.web.form import bind, saved, tidy
from forms.web.recruiter import acting

bp = Blueprint("person", __name__, url_prefix="/jobs/<job_id>/<any(fill, cancel):how>/people/<candidacy_id>")

ASK = (
    "Write one thing they said or did, about the job: it is what people remember of a letter like this. "
    "If there is none, press the button again and the letter goes without it."
)


@bp.route("/", methods=["GET", "POST"])
def write(job_id: str, how: str, candidacy_id: str) -> ResponseReturnValue:
    """The page."""
    whole = seen_now(job_id, how)
    try:
        person = whole.person(candidacy_id)
    except Conflict as error:
        return saved(str(error), "desk.filling.who", category="bad", job_id=job_id, how=how)
    form = _form(person)
    if form.accepted():
        try:
            answer = _keep(whole, person, form)
        except Conflict as error:
            form.refuse("", str(error))
        else:
            if answer is not None:
                return answer
    return _page(whole, person, form, how), 422 if form.errors else 200


def _page(whole: Overview, person: Person, form: PersonForm, how: str) -> str:
    number = whole.people.index(person)
    return render_template(
        "follow_up/fill_person.html",
        page_title=f"{title(whole)}: {person.case.candidate.name}",
        how=how,
        whole=whole,
        person=person,
        number=number + 1,
        form=form,
        today=context().today(),
        morning=context().site.local(business_morning()),
        no_invitation=no_invitation(person.case.candidate),
        ask_days=context().run.ask_days,
        asks=asks_observation(typed_wording(form))
        or bool(form.observation.data)
        or bool(form.observation.errors),
    )


def _keep(whole: Overview, person: Person, form: PersonForm) -> ResponseReturnValue | None:
    """Keep everything, and go where the button says; None to stay, because something is missing."""
    how, action = str((request.view_args or {})["how"]), request.form.get("action")
    if action == "template":
        return _with_letter(whole, person, form, "This is the letter for “%s”, as the template has it.")
    if form.outcome.data != form.letter_for.data and person.by_mail:
        return _with_other_outcome(whole, person, form)
    plan, typed, complete = _plan(whole, person, form), typed_wording(form), False
    if action == "next":
        complete = is_complete(person, form)
        asks = plan.channel is Channel.MAIL and asks_observation(typed)
        if complete and asks and not plan.asked:
            form.refuse("observation", ASK)
            plan, complete = replace(plan, asked=True), False
    # Who has no address has no letter on the page: what the form holds of one is the template's.
    _save(whole, replace(plan, ready=complete), typed if person.case.candidate.email else Wording("", ""))
    if action == "next":
        return redirect(next_page(whole.job.id, how, person.id), code=303) if complete else None
    if action == "back":
        return redirect(_before(whole, person, how), code=303)
    return saved("Everything is kept as you left it.", "desk.job.show", job_id=whole.job.id)


def _with_other_outcome(whole: Overview, person: Person, form: PersonForm) -> ResponseReturnValue:
    """Another outcome takes another letter; but words that were changed are not thrown away unasked."""
    before = _template(person, Outcome(form.letter_for.data)) if form.letter_for.data else None
    if before is None or (tidy(before.subject), tidy(before.body)) == (form.subject.data, form.body.data):
        return _with_letter(whole, person, form, "This is the letter for “%s”. Read it before you go on.")
    _save(whole, replace(_plan(whole, person, form), ready=False), typed_wording(form))
    label = form.chosen_outcome.label
    flash(f"The outcome is now “{label}”; the letter is still the one you wrote. Does it say so?", "news")
    return redirect(request.path, code=303)


def _with_letter(whole: Overview, person: Person, form: PersonForm, message: str) -> ResponseReturnValue:
    fresh = _template(person, form.chosen_outcome)
    wording = replace(fresh, observation=form.observation.data or "")
    _save(whole, replace(_plan(whole, person, form), ready=False), wording)
    flash(message % form.chosen_outcome.label, "news")
    return redirect(request.path, code=303)


def _save(whole: Overview, plan: Plan, wording: Wording) -> None:
    found = context()
    filling.prepare(found.store, whole.ending.state, plan, wording, by=acting(), now=found.now())


def _plan(whole: Overview, person: Person, form: PersonForm) -> Plan:
    moment = form.at.data.replace(tzinfo=context().site.timezone) if form.at.data else None
    return Plan(
        person.id,
        whole.job.id,
        form.chosen_outcome,
        form.reason.data or "",
        Channel(form.channel.data),
        When(form.when.data),
        moment,
        context().now(),
        asked=person.plan is not None and person.plan.asked,
        invite=bool(form.invite.data),
    )


def _form(person: Person) -> PersonForm:
    """As it was sent; else as it was left; else with the letter from the template."""
    plan, draft = person.plan, person.draft
    wording = (
        Wording(draft.subject, draft.body, observation=draft.observation)
        if draft and draft.new_date is None
        else _template(person, person.outcome)
    )
    template = _last_plan(person) if plan is None else plan
    form = bind(
        PersonForm,
        letter_for=person.outcome.value,
        outcome=person.outcome.value,
        reason=plan.reason if plan else "",
        observation=wording.observation,
        subject=wording.subject,
        body=wording.body,
        channel=plan.channel.value if plan else _channel(person).value,
        invite=plan.invite if plan else _proposes_invitation(person),
        when=template.when.value if template else When.NOW.value,
        at=context().site.local(template.at).replace(tzinfo=None) if template and template.at else None,
    )
    form.outcome.choices = labels(person.outcomes)
    return form


def _proposes_invitation(person: Person) -> bool:
    return suggested(person.outcome) and not no_invitation(person.case.candidate)


def _channel(person: Person) -> Channel:
    return Channel.MAIL if person.case.candidate.email else Channel.CALL


def _last_plan(person: Person) -> Plan | None:
    """The plan made last for this job: who sends one letter tomorrow mostly sends all of them then."""
    where = {"job_id": person.case.job.id}
    with context().store.read() as reader:
        return next(iter(PLANS.find(reader, where, order="saved", descending=True, limit=1)), None)


def _template(person: Person, outcome: Outcome) -> Wording:
    found = context()
    with found.store.read() as reader:
        recruiter = RECRUITERS.require(reader, acting().id)
        return template_wording(
            reader, person.case, outcome, recruiter, site=found.site, content=found.content
        )


def _before(whole: Overview, person: Person, how: str) -> str:
    number = whole.people.index(person)
    if number == 0:
        return url_for("desk.filling.who", job_id=whole.job.id, how=how)
    other = whole.people[number - 1].id
    return url_for("desk.person.write", job_id=whole.job.id, how=how, candidacy_id=other)
