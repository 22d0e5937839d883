"""At the desk: what people did about their data, who is still to be told, and what will be erased."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from core.errors import Conflict, NotFound
from forms.candidates.models import CANDIDACIES
from forms.jobs.models import JOBS
from forms.referrals.models import REFERRALS
from forms.rights import leaving, notices, retention, wishes
from forms.rights.form import CallForm
from forms.rights.holder import HolderKind, find_holder
from forms.rights.models import NOTICES, Wish, WishKind
from forms.rights.retention import AHEAD
from forms.store.protocol import Reader
from forms.web.context import context
from forms.web.form import ButtonForm, bind, blank, saved
from forms.web.recruiter import acting

bp = Blueprint("data", __name__, url_prefix="/data")


@dataclass(frozen=True)
class WishRow:
    """One wish as the desk reads it. `act_url`: where it is dealt with, when taking note is not enough."""

    wish: Wish
    name: str
    what: str
    url: str
    act_url: str


def wish_rows(reader: Reader) -> list[WishRow]:
    """What nobody has taken note of, oldest first."""
    return [row for each in wishes.unseen(reader) if (row := _row(reader, each))]


def _row(reader: Reader, wish: Wish) -> WishRow | None:
    kind = HolderKind.CANDIDATE if wish.candidate_id else HolderKind.REFERRED
    holder = find_holder(reader, kind, wish.candidate_id or wish.referral_id or "")
    if holder is None:
        return None
    what, url = wish.kind.label, url_for("desk.referrals.show", referral_id=holder.id)
    if holder.is_candidate:
        url = url_for("desk.candidate.show", candidate_id=holder.id)
    candidacy = CANDIDACIES.get(reader, wish.candidacy_id) if wish.candidacy_id else None
    if candidacy is not None:
        what = f"{what}: {JOBS.require(reader, candidacy.job_id).title}"
        url = url_for("desk.candidacy.show", candidacy_id=candidacy.id)
    erasing = wish.kind is WishKind.ERASE
    act_url = url_for("desk.data.erase", kind=kind, holder_id=holder.id) if erasing else ""
    return WishRow(wish, holder.name, what, url, act_url)


@bp.get("/")
def index() -> ResponseReturnValue:
    """All three lists."""
    found = context()
    with found.store.read() as reader:
        rows = wish_rows(reader)
        untold = notices.waiting(reader, found)
        due = retention.people_due(reader, found, found.today() + AHEAD)
    return render_template(
        "rights/desk.html",
        page_title="People’s data",
        rows=rows,
        untold=untold,
        due=due,
        today=found.today(),
        run=found.run,
        button=blank(ButtonForm),
    )


@bp.post("/wishes/<wish_id>/noted/")
def take_note(wish_id: str) -> ResponseReturnValue:
    """The desk has seen it."""
    wishes.take_note(context().store, wish_id, context().now())
    return saved("Noted.", "desk.data.index")


@bp.route("/erase/<any(candidate, referred):kind>/<holder_id>/", methods=["GET", "POST"])
def erase(kind: str, holder_id: str) -> ResponseReturnValue:
    """Erase somebody who has no address, after a call."""
    found = context()
    with found.store.read() as reader:
        holder = find_holder(reader, HolderKind(kind), holder_id)
    if holder is None:
        raise NotFound("There is no such person.")
    form = bind(CallForm)
    if form.accepted():
        if form.sure.data != "yes":
            return saved("Nothing was erased.", "desk.data.index", category="")
        leaving.erase_after_call(found.store, holder, today=found.today(), now=found.now())
        return saved("They are erased.", "desk.data.index")
    page = render_template(
        "rights/desk_erase.html",
        page_title=f"Erase {holder.name}",
        holder=holder,
        form=form,
        copy_days=found.run.copy_days,
    )
    return page, 422 if form.errors else 200


@bp.route("/notices/<referral_id>/", methods=["GET", "POST"])
def notice(referral_id: str) -> ResponseReturnValue:
    """The notice to somebody who was named: read it, then send it."""
    found = context()
    form = bind(ButtonForm)
    if form.accepted():
        try:
            notices.send(found.store, referral_id, by=acting().id, found=found, now=found.now())
        except Conflict as error:
            return saved(str(error), "desk.data.notice", category="bad", referral_id=referral_id)
        return saved("The notice is on its way.", "desk.referrals.show", referral_id=referral_id)
    with found.store.read() as reader:
        referral = REFERRALS.require(reader, referral_id)
        kept = NOTICES.get(reader, referral_id)
        try:
            letter, why_not = notices.preview(reader, referral_id, by=acting().id, found=found), ""
        except Conflict as error:
            letter, why_not = None, str(error)
    return render_template(
        "rights/notice.html",
        page_title=f"Notice to {referral.name}",
        referral=referral,
        kept=kept,
        letter=letter,
        why_not=why_not,
        form=form,
    )


@bp.post("/notices/<referral_id>/phone/")
def told_by_phone(referral_id: str) -> ResponseReturnValue:
    """They were told in a call."""
    notices.told_by_phone(context().store, referral_id, by=acting().id, now=context().now())
    return saved("Noted: they were told by phone.", "desk.referrals.show", referral_id=referral_id)
