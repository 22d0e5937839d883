"""Today: what the headhunter sees first. Who is owed an answer, the oldest first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from forms.desk.agenda import Part, Waiting, agenda
from forms.follow_up import ledger
from forms.follow_up.models import DebtState
from forms.outbox.models import Mail
from forms.referrals.models import Referral
from forms.referrals.views import referrer_of
from forms.rights.desk import wish_rows
from forms.store.protocol import Reader
from forms.store.veil import everything
from forms.web.context import context

bp = Blueprint("today", __name__)


@dataclass(frozen=True)
class OwedRow:
    """Somebody who is owed an answer. `days_overdue` is negative while there is time.

    `client_name` is the real one: the desk knows whom it works for. `phone` is there for who must be called.
    """

    candidate_name: str
    job_title: str
    client_name: str
    confidential: bool
    stage_label: str
    due: dt.date
    days_overdue: int
    state_label: str
    extensions: int
    on_its_way: bool
    channel: str
    phone: str
    url: str
    answer_url: str


@dataclass(frozen=True)
class OwedPart:
    """One of the lists of debts, under its own heading."""

    heading: str
    rows: tuple[OwedRow, ...]
    in_all: int


@dataclass(frozen=True)
class ReferralRow:
    """A referral nobody has taken up."""

    name: str
    kind_label: str
    referrer_name: str
    at: dt.datetime
    url: str


@dataclass(frozen=True)
class MailRow:
    """A message that failed, or of which nobody knows."""

    recipient: str
    subject: str
    state_label: str
    at: dt.datetime
    url: str


@bp.get("/")
def index() -> ResponseReturnValue:
    """The page."""
    today = context().today()
    with context().store.read() as reader:
        found = agenda(reader, today, context())
        asked = wish_rows(reader)
        new_names = Part(
            tuple(_referral(reader, each) for each in found.referrals.rows), found.referrals.in_all
        )
        figures = ledger.figures(everything(reader), today, context().local_date)
    return render_template(
        "desk/today.html",
        page_title="Today",
        today=today,
        agenda=found,
        owed=[
            _owed("Late", found.late, today),
            _owed("Promised for today", found.due_today, today),
            _owed("Due later", found.later, today),
        ],
        referrals=new_names,
        wishes=asked,
        untold=found.untold.rows,
        mail_trouble=Part(tuple(map(_mail, found.mail.rows)), found.mail.in_all),
        ledger=figures,
    )


def _owed(heading: str, part: Part[Waiting], today: dt.date) -> OwedPart:
    return OwedPart(heading, tuple(_owed_row(each, today) for each in part.rows), part.in_all)


def _owed_row(waiting: Waiting, today: dt.date) -> OwedRow:
    debt, case = waiting.debt, waiting.case
    endpoint = "desk.answer.log_call" if waiting.by_phone else "desk.answer.write"
    return OwedRow(
        candidate_name=case.candidate.name,
        job_title=case.job.title,
        client_name=case.client.name,
        confidential=case.job.confidential,
        stage_label=case.candidacy.outcome.label if case.candidacy.outcome else case.candidacy.stage.label,
        due=debt.due,
        days_overdue=debt.days_overdue(today),
        state_label=debt.state.label,
        extensions=debt.extensions,
        on_its_way=debt.state is DebtState.SCHEDULED,
        channel="phone" if waiting.by_phone else "mail",
        phone=(case.candidate.phone or "") if waiting.by_phone else "",
        url=url_for("desk.candidacy.show", candidacy_id=debt.id),
        answer_url=url_for(endpoint, candidacy_id=debt.id),
    )


def _referral(reader: Reader, referral: Referral) -> ReferralRow:
    referrer = referrer_of(reader, referral)
    return ReferralRow(
        name=referral.name,
        kind_label=referral.kind.label,
        referrer_name=referrer.name if referrer else "–",
        at=referral.created,
        url=url_for("desk.referrals.show", referral_id=referral.id),
    )


def _mail(mail: Mail) -> MailRow:
    return MailRow(
        recipient=f"{mail.recipient_name} <{mail.recipient}>",
        subject=mail.subject,
        state_label=mail.state.label,
        at=mail.settled or mail.created,
        url=url_for("desk.mail.show", mail_id=mail.id),
    )
