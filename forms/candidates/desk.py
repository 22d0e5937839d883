"""Candidates at the desk: the list, adding, correcting. Their own page is follow_up.candidate_desk."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.errors import Conflict
from forms.candidates import service
from forms.candidates.form import CandidateForm
from forms.candidates.models import CANDIDATES, Candidate
from forms.contact_details import readable_phone
from forms.web.context import context
from forms.web.form import bind, saved
from forms.web.once import once
from forms.web.recruiter import acting

bp = Blueprint("candidates", __name__, url_prefix="/candidates")


@bp.get("/")
def index() -> ResponseReturnValue:
    """All candidates by name; with ?q= those whose name, address or number contains it."""
    wanted = request.args.get("q", "").strip()
    with context().store.read() as reader:
        found = [each for each in CANDIDATES.find(reader, order="name") if _matches(each, wanted)]
    return render_template("candidates/index.html", page_title="Candidates", candidates=found, q=wanted)


def _matches(candidate: Candidate, wanted: str) -> bool:
    """However a number is typed: its spaces do not count, nor the 0 before the area code."""
    phone = candidate.phone or ""
    if wanted.casefold() in f"{candidate.name}\n{candidate.email or ''}\n{readable_phone(phone)}".casefold():
        return True
    digits = wanted.translate(str.maketrans("", "", " ()-./"))
    return digits.lstrip("+").isdigit() and digits.lstrip("0") in phone


@bp.route("/new/", methods=["GET", "POST"])
def create() -> ResponseReturnValue:
    """Add a candidate; ?job= is the job they will be put forward for next."""
    form = bind(CandidateForm, private=not context().run.share_candidates)
    if form.accepted():
        try:
            candidate = once(
                context().store,
                form,
                lambda tx: service.add_candidate(
                    tx,
                    name=form.name.data or "",
                    email=form.email.normal,
                    phone=form.phone.normal,
                    profile_url=form.profile_url.normal,
                    notes=form.notes.data or "",
                    shared=not form.private.data,
                    by=acting().id,
                    now=context().now(),
                ),
            )
        except Conflict as error:
            form.refuse("email", str(error))
        else:
            if candidate is None:
                return saved("That candidate is added already.", "desk.candidates.index")
            job = request.args.get("job")
            message = f"{candidate.name} is added."
            return saved(message, "desk.candidate.show", candidate_id=candidate.id, job=job)
    return _form(form, "A new candidate", url_for("desk.candidates.index"))


@bp.route("/<candidate_id>/edit/", methods=["GET", "POST"])
def edit(candidate_id: str) -> ResponseReturnValue:
    """Correct what is kept of a candidate."""
    with context().store.read() as reader:
        candidate = CANDIDATES.require(reader, candidate_id)
    form = bind(CandidateForm, candidate, private=not candidate.shared)
    is_theirs = candidate.recruiter_id == acting().id or acting().is_owner
    if not is_theirs:
        del form.private
    if form.accepted():
        try:
            service.change_candidate(
                context().store,
                candidate_id,
                name=form.name.data or "",
                email=form.email.normal,
                phone=form.phone.normal,
                profile_url=form.profile_url.normal,
                notes=form.notes.data or "",
                shared=not form.private.data if is_theirs else None,
            )
        except Conflict as error:
            form.refuse("email", str(error))
        else:
            return saved("Saved.", "desk.candidate.show", candidate_id=candidate_id)
    back = url_for("desk.candidate.show", candidate_id=candidate_id)
    return _form(form, candidate.name, back)


def _form(form: CandidateForm, title: str, back_url: str) -> ResponseReturnValue:
    page = render_template(
        "candidates/form.html", page_title=title, title=title, form=form, back_url=back_url
    )
    return page, 422 if form.errors else 200
