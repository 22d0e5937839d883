"""Writing the answer: by mail, by phone, or "not decided yet"."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.errors import Conflict
from forms.follow_up import answering, asking
from forms.follow_up.asking_desk import asking_here, no_invitation
from forms.follow_up.drafting import Case, case_of, first_wording
from forms.follow_up.form import AnswerForm, CallForm, NotDecidedForm
from forms.follow_up.letter import OBSERVATION, Wording, asks_observation, without_observation
from forms.follow_up.models import FOLLOW_UPS
from forms.outbox import queue
from forms.outbox.template import unfilled
from forms.recruiters import RECRUITERS
from forms.store.protocol import Transaction
from forms.web.context import context
from forms.web.form import bind, saved
from forms.web.once import once
from forms.web.recruiter import acting

AnyLetter = TypeVar("AnyLetter", AnswerForm, NotDecidedForm)

ASK = (
    "Fill in {{ observation }} before sending. One thing they said or did, about the job, is what people "
    "remember. If there is none, send it once more and the letter goes without."
)

bp = Blueprint("answer", __name__, url_prefix="/candidacies/<candidacy_id>/answer")


@bp.route("/", methods=["GET", "POST"])
def write(candidacy_id: str) -> ResponseReturnValue:
    """The letter that tells the outcome. Before a decision, the one that says so."""
    case = _case(candidacy_id)
    if case.candidacy.is_live:
        return write_not_decided(candidacy_id)
    if _must_be_called(case):
        return _to_the_phone(case)
    return _letter(case, _opened(AnswerForm, case, not_decided=False), not_decided=False)


@bp.route("/not-decided/", methods=["GET", "POST"])
def write_not_decided(candidacy_id: str) -> ResponseReturnValue:
    """The letter that says that nothing is decided, with a new date."""
    case = _case(candidacy_id)
    if _must_be_called(case):
        return _to_the_phone(case)
    return _letter(case, _opened(NotDecidedForm, case, not_decided=True), not_decided=True)


@bp.route("/call/", methods=["GET", "POST"])
def log_call(candidacy_id: str) -> ResponseReturnValue:
    """An answer given by phone."""
    case, form, found = _case(candidacy_id), bind(CallForm), context()
    if form.accepted():
        try:
            once(
                found.store,
                form,
                lambda tx: answering.log_call(
                    tx,
                    candidacy_id,
                    said=form.said.data or "",
                    new_date=form.new_date.data,
                    by=acting(),
                    now=found.now(),
                ),
            )
        except Conflict as error:
            form.refuse("", str(error))
        else:
            return saved("The call is noted.", "desk.candidacy.show", candidacy_id=candidacy_id)
    page = render_template("follow_up/call.html", page_title="An answer by phone", case=case, form=form)
    return page, 422 if form.errors else 200


def _letter(case: Case, form: AnswerForm | NotDecidedForm, *, not_decided: bool) -> ResponseReturnValue:
    """Show the letter; keep it as a draft or send it, as the button says."""
    if form.accepted():
        try:
            return _keep_or_send(case, form)
        except Conflict as error:
            form.refuse("", str(error))
    found = context()
    with found.store.read() as reader:
        debt = FOLLOW_UPS.get(reader, case.candidacy.id)
    page = render_template(
        "follow_up/answer.html",
        page_title=f"Answer {case.candidate.name}",
        case=case,
        form=form,
        debt=debt,
        not_decided=not_decided,
        asks_observation=OBSERVATION in unfilled(form.body.data or ""),
        no_invitation=no_invitation(case.candidate),
        ask_days=found.run.ask_days,
    )
    return page, 422 if form.errors else 200


def _keep_or_send(case: Case, form: AnswerForm | NotDecidedForm) -> ResponseReturnValue:
    found, candidacy_id = context(), case.candidacy.id
    wait = found.run.undo_minutes
    wording = _typed(form)
    if request.form.get("action") == "draft":
        answering.save_draft(found.store, candidacy_id, wording, by=acting(), now=found.now())
        return saved("The draft is kept.", "desk.candidacy.show", candidacy_id=candidacy_id)
    if isinstance(form, AnswerForm) and asks_observation(wording):
        wording = _without_what_was_asked_for(form, wording)
    once(found.store, form, lambda tx: _send(tx, candidacy_id, wording))
    message = f"The answer to {case.candidate.name} is on its way."
    if wait:
        length = "1 minute" if wait == 1 else f"{wait} minutes"
        message += f" It goes out in {length}; until then you can call it back."
    return saved(message, "desk.candidacy.show", candidacy_id=candidacy_id)


def _send(tx: Transaction, candidacy_id: str, wording: Wording) -> None:
    found, now = context(), context().now()
    domain = queue.mail_domain(found.run)
    not_before = now + dt.timedelta(minutes=found.run.undo_minutes)
    answer = answering.send(
        tx, candidacy_id, wording, by=acting(), mail_domain=domain, now=now, not_before=not_before
    )
    if answer.invite:
        asking.follow(tx, answer, asking_here(), domain=domain, now=now)


def _without_what_was_asked_for(form: AnswerForm, wording: Wording) -> Wording:
    """The letter without an observation, the second time. Raises Conflict the first time: it asks once."""
    if not form.asked.data:
        form.asked.data = "yes"
        raise Conflict(ASK)
    return without_observation(wording)


def _must_be_called(case: Case) -> bool:
    """Who has no address cannot be written to. What was typed before it was taken away is still shown."""
    return request.method != "POST" and not case.candidate.email


def _to_the_phone(case: Case) -> ResponseReturnValue:
    return redirect(url_for("desk.answer.log_call", candidacy_id=case.candidacy.id), code=303)


def _typed(form: AnswerForm | NotDecidedForm) -> Wording:
    subject, body = form.subject.data or "", form.body.data or ""
    if isinstance(form, NotDecidedForm):
        return Wording(subject, body, form.new_date.data)
    return Wording(subject, body, observation=form.observation.data or "", invite=bool(form.invite.data))


def _case(candidacy_id: str) -> Case:
    with context().store.read() as reader:
        return case_of(reader, candidacy_id)


def _opened(form: type[AnyLetter], case: Case, *, not_decided: bool) -> AnyLetter:
    """The form as it was sent, or with the words the letter opens with."""
    found = context()
    with found.store.read() as reader:
        wording = first_wording(
            reader,
            case,
            RECRUITERS.require(reader, acting().id),
            site=found.site,
            content=found.content,
            not_decided=not_decided,
        )
    return bind(
        form,
        subject=wording.subject,
        body=wording.body,
        new_date=wording.new_date,
        observation=wording.observation,
        invite=asking.suggested(case.candidacy.outcome) if wording.invite is None else wording.invite,
    )
