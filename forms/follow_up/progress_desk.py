"""The progress page of a job that ended, and calling answers back before they go out."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from core.errors import Conflict
from forms.candidates.models import CANDIDACIES
from forms.follow_up import undo
from forms.follow_up.progress import LABELS, Progress, Step, progress
from forms.outbox.models import Mail
from forms.web.context import context
from forms.web.form import ButtonForm, bind, blank, saved

bp = Blueprint("progress", __name__)

TONES = {
    Step.ANSWERED: "answered",
    Step.FAILED: "late",
    Step.UNKNOWN: "late",
    Step.TO_CALL: "",
    Step.TO_WRITE: "late",
}
"""How each step's badge looks; the others quiet."""


@bp.get("/jobs/<job_id>/progress/")
def show(job_id: str) -> ResponseReturnValue:
    """The page. It follows by itself while something moves, and can be opened again at any time."""
    found = _progress(job_id)
    return render_template(
        "follow_up/fill_progress.html",
        page_title=f"“{found.job.title}”: the answers",
        found=found,
        labels=LABELS,
        tones=TONES,
        form=blank(ButtonForm),
    )


@bp.post("/jobs/<job_id>/progress/call-back/")
def call_all_back(job_id: str) -> ResponseReturnValue:
    """Call back every answer that still waits."""
    form, called = bind(ButtonForm), 0
    if form.accepted():
        for line in _progress(job_id).lines:
            called += line.can_be_called_back and _called_back(line.id)
    if not called:
        return saved(undo.GONE, "desk.progress.show", category="bad", job_id=job_id)
    what = "1 answer is" if called == 1 else f"{called} answers are"
    return saved(f"{what} called back, and still owed.", "desk.progress.show", job_id=job_id)


@bp.post("/candidacies/<candidacy_id>/answer/call-back/")
def call_back(candidacy_id: str) -> ResponseReturnValue:
    """Call one answer back."""
    return _act(candidacy_id, undo.call_back, "The answer is called back. Its words are kept.")


@bp.post("/candidacies/<candidacy_id>/answer/send-now/")
def send_now(candidacy_id: str) -> ResponseReturnValue:
    """Do not wait any longer."""
    return _act(candidacy_id, undo.send_now, "The answer goes out now.")


def _act(candidacy_id: str, deed: Callable[..., Mail], done: str) -> ResponseReturnValue:
    """Do it, and return to the page on which the button was."""
    found, form = context(), bind(ButtonForm)
    with found.store.read() as reader:
        job_id = CANDIDACIES.require(reader, candidacy_id).job_id
    category, message = "bad", "Nothing was done: please press the button once more."
    if form.accepted():
        try:
            deed(found.store, candidacy_id, now=found.now())
            category, message = "good", done
        except Conflict as error:
            message = str(error)
    if request.form.get("page") == "progress":
        return saved(message, "desk.progress.show", category=category, job_id=job_id)
    return saved(message, "desk.candidacy.show", category=category, candidacy_id=candidacy_id)


def _called_back(candidacy_id: str) -> bool:
    """Whether it was in time."""
    try:
        undo.call_back(context().store, candidacy_id, now=context().now())
    except Conflict:
        return False
    return True


def _progress(job_id: str) -> Progress:
    with context().store.read() as reader:
        return progress(reader, job_id, context().now())
