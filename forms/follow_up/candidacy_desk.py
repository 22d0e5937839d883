"""One candidacy at the desk: stage, interviews, the decision, and its history."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from core.errors import Conflict
from forms import history
from forms.candidates import service
from forms.candidates.form import InterviewForm, OutcomeForm, ReopenForm, StageForm
from forms.candidates.models import CANDIDACIES, Candidacy, InterviewKind, Outcome, Stage
from forms.follow_up import answering, asking, ledger, undo
from forms.follow_up.answers import answers_of
from forms.follow_up.drafting import case_of
from forms.follow_up.models import FOLLOW_UPS, Answer, AnswerState, FollowUp
from forms.web.context import context
from forms.web.fields import labels
from forms.web.form import ButtonForm, bind, blank, saved
from forms.web.once import once
from forms.web.recruiter import acting

bp = Blueprint("candidacy", __name__, url_prefix="/candidacies/<candidacy_id>")


@bp.get("/")
def show(candidacy_id: str) -> ResponseReturnValue:
    """The page."""
    return _page(candidacy_id)


@bp.post("/stage/")
def move_stage(candidacy_id: str) -> ResponseReturnValue:
    """Move one stage on."""
    form = bind(StageForm)
    if not form.accepted():
        return saved("Choose a stage.", "desk.candidacy.show", category="bad", candidacy_id=candidacy_id)
    stage = Stage(form.stage.data)
    try:
        service.move_stage(context().store, candidacy_id, stage, by=acting().id, now=context().now())
    except Conflict as error:
        return saved(str(error), "desk.candidacy.show", category="bad", candidacy_id=candidacy_id)
    return saved(f"Now at “{stage.label}”.", "desk.candidacy.show", candidacy_id=candidacy_id)


@bp.post("/interviews/")
def add_interview(candidacy_id: str) -> ResponseReturnValue:
    """Record an interview; from now on an answer is owed."""
    form = bind(InterviewForm)
    found = context()
    if form.accepted() and (on := form.on.data):
        try:
            once(
                found.store,
                form,
                lambda tx: ledger.record_interview(
                    tx,
                    candidacy_id,
                    on=on,
                    kind=InterviewKind(form.kind.data),
                    notes=form.notes.data or "",
                    default_promise=found.run.promise_days,
                    by=acting().id,
                    now=found.now(),
                    calendar=found.calendar(),
                ),
            )
        except Conflict as error:
            form.refuse("", str(error))
        else:
            message = "The interview is recorded, and an answer is owed."
            return saved(message, "desk.candidacy.show", candidacy_id=candidacy_id)
    return _page(candidacy_id, interview_form=form), 422


@bp.post("/outcome/")
def decide(candidacy_id: str) -> ResponseReturnValue:
    """Record the outcome. The candidate sees nothing of it before the answer has gone out."""
    form = bind(OutcomeForm)
    form.outcome.choices = labels(Outcome)
    if form.accepted():
        try:
            service.decide(
                context().store,
                candidacy_id,
                Outcome(form.outcome.data),
                reason=form.reason.data or "",
                private_reason=form.private_reason.data or "",
                by=acting().id,
                now=context().now(),
            )
        except Conflict as error:
            # Beside the field where there is one: a decided candidacy shows no form.
            form.refuse("outcome" if _is_live(candidacy_id) else "", str(error))
        else:
            message = "The outcome is recorded. Now tell them."
            return saved(message, "desk.answer.write", candidacy_id=candidacy_id)
    return _page(candidacy_id, outcome_form=form), 422


@bp.post("/reopen/")
def reopen(candidacy_id: str) -> ResponseReturnValue:
    """Take the outcome back, with a reason."""
    form = bind(ReopenForm)
    if form.accepted():
        try:
            answering.reopen(
                context().store,
                candidacy_id,
                reason=form.reason.data or "",
                by=acting(),
                today=context().today(),
                now=context().now(),
            )
        except Conflict as error:
            form.refuse("" if _is_live(candidacy_id) else "reason", str(error))
        else:
            return saved("The candidacy is open again.", "desk.candidacy.show", candidacy_id=candidacy_id)
    return _page(candidacy_id, reopen_form=form), 422


def _page(
    candidacy_id: str,
    *,
    interview_form: InterviewForm | None = None,
    outcome_form: OutcomeForm | None = None,
    reopen_form: ReopenForm | None = None,
) -> str:
    with context().store.read() as reader:
        case = case_of(reader, candidacy_id)
        debt = FOLLOW_UPS.get(reader, candidacy_id)
        interviews = service.interviews_of(reader, candidacy_id)
        answers = answers_of(reader, candidacy_id)
        events = history.history_of(reader, candidacy_id)
        waiting = undo.waiting_mail(reader, candidacy_id)
        mails = undo.mail_of_history(reader, events)
        ask = asking.waiting_ask(reader, undo.last_answer(reader, candidacy_id))
    outcome_form = outcome_form or blank(OutcomeForm)
    outcome_form.outcome.choices = _outcome_choices(case.candidacy)
    return render_template(
        "follow_up/candidacy.html",
        page_title=f"{case.candidate.name}, {case.job.title}",
        case=case,
        debt=debt,
        interviews=interviews,
        answers=answers,
        can_answer=_can_answer(case.candidacy, debt, answers),
        events=events,
        waiting=waiting,
        mails=mails,
        ask=ask,
        button=blank(ButtonForm),
        today=context().today(),
        stage_form=blank(StageForm),
        interview_form=interview_form or blank(InterviewForm),
        outcome_form=outcome_form,
        reopen_form=reopen_form or blank(ReopenForm),
    )


def _can_answer(candidacy: Candidacy, debt: FollowUp | None, answers: list[Answer]) -> bool:
    """Whether there is something to tell: a debt or a decision, not told yet, and no answer on its way."""
    if candidacy.is_live and debt is None:
        return False
    said = (AnswerState.SCHEDULED, AnswerState.TOLD)
    return not any(
        each.state is AnswerState.SCHEDULED or (each.outcome is not None and each.state in said)
        for each in answers
    )


def _is_live(candidacy_id: str) -> bool:
    with context().store.read() as reader:
        return CANDIDACIES.require(reader, candidacy_id).is_live


def _outcome_choices(candidacy: Candidacy) -> dict[str, str]:
    return {"": "Choose one", **labels(candidacy.possible_outcomes())}
