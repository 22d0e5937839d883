"""The owner's list of who saw and who changed what; and how each request behind the door gets onto it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from forms.candidates.models import CANDIDACIES, CANDIDATES
from forms.desk import audit, users
from forms.desk.audit import AUDIT, Entry, Seen
from forms.jobs.clients import CLIENTS, CONTACTS
from forms.jobs.models import JOBS
from forms.outbox.models import OUTBOX
from forms.recruiters import RECRUITERS
from forms.referrals.models import REFERRALS
from forms.store.protocol import Reader
from forms.web.context import context
from forms.web.csrf import SAFE_METHODS
from forms.web.recruiter import acting_or_none

bp = Blueprint("audit", __name__, url_prefix="/audit")

PAGE = 50
GONE = "No longer here"


@dataclass(frozen=True)
class Row:
    """One entry with the names of now. `url`: the page of its subject; empty when that is gone, or none."""

    entry: Entry
    who: str
    what: str
    subject: str
    url: str


@bp.get("/")
def index() -> ResponseReturnValue:
    """The list, newest first; ?by= and ?person= narrow it, ?after= is the last row of the page before."""
    by, person = request.args.get("by", ""), request.args.get("person", "")
    where: dict[str, Any] = {name: value for name, value in (("by", by), ("person", person)) if value}
    with context().store.read() as reader:
        last = AUDIT.get(reader, request.args.get("after", ""))
        found = AUDIT.find(
            reader,
            where,
            order="at",
            descending=True,
            limit=PAGE + 1,
            after=(last.at, last.id) if last else None,
        )
        rows = [_row(reader, each) for each in found[:PAGE]]
        people = users.users(reader)
        name = _name(reader, "candidate", person) or _name(reader, "referral", person)
    more = url_for(".index", **where, after=found[PAGE - 1].id) if len(found) > PAGE else ""
    return render_template(
        "desk/audit.html",
        page_title="Who did what",
        rows=rows,
        users=people,
        by=by,
        person=person,
        person_name=name or GONE,
        newest_url=url_for(".index", **where) if last else "",
        older_url=more,
        days=context().run.audit_days,
    )


def keep_watch(response: Response) -> Response:
    """After each request at the desk: have it noted once the answer has gone out."""
    recruiter, failed = acting_or_none(), response.status_code >= 400
    if recruiter is None or failed:
        return response
    changed = request.method not in SAFE_METHODS
    arguments = dict(request.view_args or {}) or (_led_to(response) if changed else {})
    seen = Seen(recruiter.id, request.endpoint or "", changed, arguments)
    if seen.is_worth_a_row:
        found = context()
        now, kept = found.now(), dt.timedelta(days=found.run.audit_days)
        response.call_on_close(lambda: audit.note(found.store, seen, now=now, kept=kept))
    return response


def _led_to(response: Response) -> dict[str, Any]:
    """What was made is what the browser is sent to."""
    path = urlsplit(response.headers.get("Location", "")).path
    try:
        _, arguments = current_app.url_map.bind("").match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return {}
    return cast(dict[str, Any], arguments)


def _row(reader: Reader, entry: Entry) -> Row:
    recruiter = RECRUITERS.get(reader, entry.by)
    name = _name(reader, entry.kind, entry.subject)
    what = entry.page.removeprefix("desk.").replace(".", ": ").replace("_", " ")
    url = _url(entry) if name else ""
    return Row(entry, recruiter.name if recruiter else GONE, what, name or (GONE if entry.kind else ""), url)


def _name(reader: Reader, kind: str, subject: str) -> str:
    found = _NAMES.get(kind)
    return (found(reader, subject) or "") if found else ""


def _candidacy(reader: Reader, subject: str) -> str | None:
    candidacy = CANDIDACIES.get(reader, subject)
    candidate = CANDIDATES.get(reader, candidacy.candidate_id) if candidacy else None
    job = JOBS.get(reader, candidacy.job_id) if candidacy else None
    return f"{candidate.name}, {job.title}" if candidate and job else None


def _candidate(reader: Reader, subject: str) -> str | None:
    found = CANDIDATES.get(reader, subject)
    return found.name if found else None


def _referral(reader: Reader, subject: str) -> str | None:
    found = REFERRALS.get(reader, subject)
    return found.name if found else None


def _mail(reader: Reader, subject: str) -> str | None:
    found = OUTBOX.get(reader, subject)
    return f"Mail to {found.recipient_name or found.recipient}" if found else None


def _contact(reader: Reader, subject: str) -> str | None:
    found = CONTACTS.get(reader, subject)
    return found.name if found else None


def _job(reader: Reader, subject: str) -> str | None:
    found = JOBS.get(reader, subject)
    return found.title if found else None


def _client(reader: Reader, subject: str) -> str | None:
    found = CLIENTS.get(reader, subject)
    return found.name if found else None


def _recruiter(reader: Reader, subject: str) -> str | None:
    found = RECRUITERS.get(reader, subject)
    return found.name if found else None


_NAMES: dict[str, Callable[[Reader, str], str | None]] = {
    "candidacy": _candidacy,
    "candidate": _candidate,
    "referral": _referral,
    "mail": _mail,
    "contact": _contact,
    "job": _job,
    "client": _client,
    "recruiter": _recruiter,
}

_PAGES = {
    "candidacy": "desk.candidacy.show",
    "candidate": "desk.candidate.show",
    "referral": "desk.referrals.show",
    "mail": "desk.mail.show",
    "job": "desk.job.show",
    "client": "desk.clients.show",
    "recruiter": "desk.users.show",
}


def _url(entry: Entry) -> str:
    page = _PAGES.get(entry.kind)
    argument: dict[str, Any] = {f"{entry.kind}_id": entry.subject}
    return url_for(page, **argument) if page else ""
