"""One interview at the desk: put its date or kind right, or take it back, each with a reason."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from core.errors import Conflict, NotFound
from forms.candidates.models import INTERVIEWS, Interview, InterviewKind
from forms.follow_up.correcting import correct_interview, take_back_interview
from forms.follow_up.drafting import case_of
from forms.follow_up.form import CorrectionForm, TakeBackForm
from forms.store.protocol import Reader
from forms.web.context import context
from forms.web.form import bind, blank, saved
from forms.web.once import once
from forms.web.recruiter import acting

bp = Blueprint("interview", __name__, url_prefix="/candidacies/<candidacy_id>/interviews/<interview_id>")


@bp.route("/", methods=["GET", "POST"])
def correct(candidacy_id: str, interview_id: str) -> ResponseReturnValue:
    """The page, and its correction."""
    interview, found = _interview(candidacy_id, interview_id), context()
    form = bind(CorrectionForm, on=interview.on, kind=interview.kind.value)
    if form.accepted() and (on := form.on.data):
        try:
            once(
                found.store,
                form,
                lambda tx: correct_interview(
                    tx,
                    interview_id,
                    on=on,
                    kind=InterviewKind(form.kind.data),
                    reason=form.reason.data or "",
                    default_promise=found.run.promise_days,
                    by=acting().id,
                    now=found.now(),
                    calendar=found.calendar(),
                ),
            )
        except Conflict as error:
            form.refuse("", str(error))
        else:
            return saved("The interview is corrected.", "desk.candidacy.show", candidacy_id=candidacy_id)
    return _page(interview, form, blank(TakeBackForm, prefix=BACK)), 422 if form.errors else 200


BACK = "back"
"""Sets the fields of the second form on the page apart from those of the first."""


@bp.post("/take-back/")
def take_back(candidacy_id: str, interview_id: str) -> ResponseReturnValue:
    """Remove an interview that was recorded by mistake. A second click finds it done."""
    form, found = bind(TakeBackForm, prefix=BACK), context()
    if form.accepted():
        try:
            once(
                found.store,
                form,
                lambda tx: take_back_interview(
                    tx,
                    _of(tx, candidacy_id, interview_id).id,
                    reason=form.reason.data or "",
                    default_promise=found.run.promise_days,
                    by=acting().id,
                    now=found.now(),
                    calendar=found.calendar(),
                ),
            )
        except Conflict as error:
            form.refuse("", str(error))
        else:
            return saved("The interview is taken back.", "desk.candidacy.show", candidacy_id=candidacy_id)
    interview = _interview(candidacy_id, interview_id)
    unchanged = blank(CorrectionForm, on=interview.on, kind=interview.kind.value)
    return _page(interview, unchanged, form), 422


def _page(interview: Interview, form: CorrectionForm, back_form: TakeBackForm) -> str:
    with context().store.read() as reader:
        case = case_of(reader, interview.candidacy_id)
    return render_template(
        "follow_up/interview.html",
        page_title=f"Interview, round {interview.round}",
        case=case,
        interview=interview,
        form=form,
        back_form=back_form,
    )


def _interview(candidacy_id: str, interview_id: str) -> Interview:
    with context().store.read() as reader:
        return _of(reader, candidacy_id, interview_id)


def _of(reader: Reader, candidacy_id: str, interview_id: str) -> Interview:
    """The interview of this candidacy. Raises NotFound."""
    interview = INTERVIEWS.require(reader, interview_id)
    if interview.candidacy_id != candidacy_id:
        raise NotFound("This candidacy has no such interview.")
    return interview
