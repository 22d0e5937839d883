"""The pages on which people see to their own data, opened by their private link. A GET changes nothing."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, cast

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.errors import NotFound
from forms import links
from forms.jobs.models import JOBS
from forms.jobs.service import client_name_for_candidates
from forms.links import Link, Purpose
from forms.rights import data, leaving, wishes
from forms.rights.erasing import is_owed
from forms.rights.form import CorrectForm, EraseForm, ObjectForm, WithdrawForm
from forms.rights.holder import Holder, holder_of
from forms.rights.leaving import Tried
from forms.rights.models import ADDRESS_CHANGES
from forms.web.context import context
from forms.web.csrf import set_bearer
from forms.web.form import BaseForm, ButtonForm, bind, blank
from forms.web.private import neutral_page

candidate_bp = Blueprint("rights", __name__, url_prefix="/status/<token>/data")
referred_bp = Blueprint("notice", __name__, url_prefix="/notice/<token>")
address_bp = Blueprint("address", __name__, url_prefix="/address/<token>")
done_bp = Blueprint("erased", __name__, url_prefix="/erased")

TOO_OFTEN = "Too many tries. Wait an hour, and ask for a new code."


def _token() -> str:
    return str((request.view_args or {}).get("token", ""))


def _link(purpose: Purpose) -> Link | None:
    with context().store.read() as reader:
        return links.verify(reader, purpose, _token(), context().now())


def _holder() -> Holder:
    return cast(Holder, g.holder)


def _open(purpose: Purpose) -> ResponseReturnValue | None:
    """Every page and form belongs to the link it was opened by."""
    link = _link(purpose)
    with context().store.read() as reader:
        holder = holder_of(reader, link) if link else None
    if link is None or holder is None:
        return neutral_page()
    g.holder = holder
    set_bearer(link.id)
    return None


def _page(template: str, title: str, form: BaseForm | None = None, **more: Any) -> ResponseReturnValue:
    here = "rights" if _holder().is_candidate else "notice"
    page = render_template(
        f"rights/{template}.html",
        page_title=title,
        holder=_holder(),
        here=here,
        token=_token(),
        form=form,
        copy_days=context().run.copy_days,
        **more,
    )
    return page, 422 if form is not None and form.errors else 200


def _home(anchor: str = "", **values: Any) -> ResponseReturnValue:
    here = "rights.home" if _holder().is_candidate else "notice.home"
    return redirect(url_for(here, token=_token(), _anchor=anchor or None, **values), code=303)


def home(token: str, done: str = "") -> ResponseReturnValue:
    """What is held, and what can be done about it."""
    found, holder = context(), _holder()
    with found.store.read() as reader:
        held = data.held(reader, holder, now=found.now())
        jobs = [(each, JOBS.require(reader, each.job_id)) for each in wishes.may_withdraw(reader, holder)]
        running = [(each, job, client_name_for_candidates(reader, job)) for each, job in jobs]
        objected = wishes.has_objected(reader, holder)
        waits = [each.email for each in ADDRESS_CHANGES.find(reader, {"candidate_id": holder.id})]
    return _page(
        "home",
        "Your data",
        held=held,
        running=running,
        objected=objected,
        waits=waits,
        **({} if holder.is_candidate else _named(held)),
    )


def _named(held: data.Data) -> dict[str, Any]:
    facts = (
        ("Named as", "named_as"),
        ("Company", "company"),
        ("Role", "role"),
        ("Field", "field_of_work"),
        ("Why you, in their words", "why_you"),
    )
    return {
        "named_on": dt.datetime.fromisoformat(held["named_on"]),
        "named_facts": [(label, held[name]) for label, name in facts if held[name]],
    }


def download(token: str) -> ResponseReturnValue:
    """All of it, as JSON."""
    found = context()
    with found.store.read() as reader:
        return _file(data.held(reader, _holder(), now=found.now()), "my-data.json")


def resume(token: str) -> ResponseReturnValue:
    """What is known of a candidate, as a JSON Resume."""
    return _file(data.resume(_holder(), site=context().site, now=context().now()), "resume.json")


def correct(token: str) -> ResponseReturnValue:
    """Put right what they are known by; a new address counts once it is confirmed."""
    found, holder = context(), _holder()
    form = bind(CorrectForm, holder)
    if not holder.is_candidate:
        del form.email
    if form.accepted() and _reachable(form, holder):
        wishes.correct(
            found.store,
            holder,
            name=str(form.name.data),
            phone=form.phone.normal,
            profile_url=form.profile_url.normal,
            now=found.now(),
        )
        email = form.email.normal if holder.is_candidate else None
        if email and email != holder.email:
            wishes.ask_new_address(found.store, holder, email, found=found, now=found.now())
        return _home("details")
    return _page("correct", "Correct your details", form)


def _reachable(form: CorrectForm, holder: Holder) -> bool:
    """An address that is on file is changed, not taken away: answers go there."""
    if holder.is_candidate and holder.email and not form.email.normal:
        form.refuse(
            "email", "Enter an address: your answers go there. To have none on file, erase everything."
        )
        return False
    return True


def withdraw(token: str, candidacy_id: str) -> ResponseReturnValue:
    """Withdraw from one job."""
    found, holder = context(), _holder()
    with found.store.read() as reader:
        open_ones = {each.id: each for each in wishes.may_withdraw(reader, holder)}
        candidacy = open_ones.get(candidacy_id)
        job = JOBS.get(reader, candidacy.job_id) if candidacy else None
    if candidacy is None or job is None:
        return _home("jobs")
    form = bind(WithdrawForm)
    if form.accepted():
        if form.sure.data == "yes":
            wishes.withdraw(found.store, holder, candidacy_id, why=str(form.why.data), now=found.now())
        return _home("jobs")
    return _page("withdraw", "Withdraw from a job", form, job=job)


def object_to_contact(token: str) -> ResponseReturnValue:
    """No more contact. Of somebody who was referred, nothing stays but a fingerprint of the address."""
    found, holder = context(), _holder()
    form = bind(ObjectForm)
    if form.accepted():
        if form.sure.data != "yes":
            return _home()
        if not holder.is_candidate:
            leaving.object_and_forget(found.store, holder, today=found.today(), now=found.now())
            return redirect(url_for("erased.show"), code=303)
        wishes.object_to_contact(found.store, holder, now=found.now())
        return _home("contact")
    return _page("object", "No more contact", form)


def erase(token: str) -> ResponseReturnValue:
    """The page that erases, with the code that was mailed."""
    found, holder = context(), _holder()
    form = bind(EraseForm)
    if form.accepted():
        if form.sure.data != "yes":
            return _home()
        tried = leaving.erase_by_code(
            found.store, holder, str(form.code.data), today=found.today(), now=found.now()
        )
        if tried is Tried.ERASED:
            return redirect(url_for("erased.show"), code=303)
        wrong = "This is not the code, or it is older than half an hour."
        form.refuse("code", TOO_OFTEN if tried is Tried.TOO_OFTEN else wrong)
    with found.store.read() as reader:
        owed = is_owed(reader, holder.person(reader))
    return _page(
        "erase", "Erase everything", form, button=blank(ButtonForm), owed=owed, sent="sent" in request.args
    )


def ask_code(token: str) -> ResponseReturnValue:
    """Mail the code; for somebody without an address, leave word for a call. The same page either way."""
    found, holder = context(), _holder()
    if bind(ButtonForm).accepted():
        if holder.addressee is None:
            wishes.ask_for_a_call(found.store, holder, now=found.now())
        else:
            leaving.ask_code(found.store, holder, found=found, now=found.now())
    here = "rights.erase" if holder.is_candidate else "notice.erase"
    return redirect(url_for(here, token=token, sent="1"), code=303)


@address_bp.before_request
def _open_address() -> ResponseReturnValue | None:
    g.link = _link(Purpose.ADDRESS)
    if g.link is None:
        return neutral_page()
    set_bearer(g.link.id)
    return None


@address_bp.route("/", methods=["GET", "POST"])
def confirm_address(token: str) -> ResponseReturnValue:
    """A new address is confirmed by a button on the page that the mail leads to."""
    found = context()
    link = cast(Link, g.link)
    form = bind(ButtonForm)
    done = None
    if form.accepted():
        try:
            done = wishes.confirm_address(found.store, link.holder, found=found, now=found.now())
        except NotFound:  # replaced by a later one, or the candidate is gone
            return neutral_page()
    return render_template("rights/address.html", page_title="Your new address", form=form, done=done)


@done_bp.get("/")
def show() -> ResponseReturnValue:
    """The last page: it knows nobody."""
    return render_template("rights/erased.html", page_title="It is erased", copy_days=context().run.copy_days)


def _file(content: dict[str, Any], name: str) -> Response:
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    return Response(
        text,
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _rules(bp: Blueprint, purpose: Purpose) -> None:
    bp.before_request(lambda: _open(purpose))
    bp.add_url_rule("/", view_func=home)
    bp.add_url_rule("/my-data.json", view_func=download)
    for rule, view in (("/correct/", correct), ("/object/", object_to_contact), ("/erase/", erase)):
        bp.add_url_rule(rule, view_func=view, methods=["GET", "POST"])
    bp.add_url_rule("/erase/code/", view_func=ask_code, methods=["POST"])


_rules(candidate_bp, Purpose.STATUS)
_rules(referred_bp, Purpose.NOTICE)
candidate_bp.add_url_rule("/resume.json", view_func=resume)
candidate_bp.add_url_rule("/withdraw/<candidacy_id>/", view_func=withdraw, methods=["GET", "POST"])

RIGHTS_PAGES = (candidate_bp, referred_bp, address_bp, done_bp)
