"""Nothing is kept for ever: each kind of record has its time, and goes by itself when that is over.

Somebody who is owed an answer is never erased by time. What is done is logged in numbers, without names.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from forms.candidates.models import CANDIDACIES, CANDIDATES, INTERVIEWS
from forms.follow_up.models import FOLLOW_UPS, OWED
from forms.history import EVENTS
from forms.outbox.models import OUTBOX, Mail, MailState
from forms.referrals.models import REFERRALS
from forms.rights import notices, person
from forms.rights.erasing import erase
from forms.rights.leaving import only_named
from forms.rights.models import ADDRESS_CHANGES, WISHES
from forms.store.collection import timestamp, use_case
from forms.store.paging import every
from forms.store.protocol import Reader, Record, Transaction
from forms.web.context import Context

logger = logging.getLogger(__name__)

Moments = dict[str, dt.datetime]

AHEAD = dt.timedelta(days=30)
"""How far the desk's preview looks."""

TEXT_GONE = "(The text was erased when its time was over.)"
_SETTLED = (MailState.SENT, MailState.CANCELLED, MailState.BOUNCED, MailState.FAILED, MailState.UNKNOWN)


@runtime_checkable
class KeepsCopies(Protocol):
    """A store that keeps earlier states of itself."""

    def forget_copies(self, age: dt.timedelta) -> int: ...


@dataclass(frozen=True)
class Due:
    """One record whose time comes. `on`: the day it goes; `why`: in the desk's words."""

    kind: str
    id: str
    name: str
    on: dt.date
    why: str


def people_due(reader: Reader, found: Context, until: dt.date) -> list[Due]:
    """Candidates and referrals that go by the end of this day, the next first."""
    due = [*_candidates(reader, found), *_referrals(reader, found), *_unnoticed(reader, found)]
    first: dict[tuple[str, str], Due] = {}
    for each in sorted(due, key=lambda one: one.on):
        first.setdefault((each.kind, each.id), each)
    return [each for each in first.values() if each.on <= until]


def _candidates(reader: Reader, found: Context) -> Iterator[Due]:
    days = found.run.keep_candidates_days
    if not days:
        return
    owed = {debt.candidate_id for debt in FOLLOW_UPS.find(reader, {"state": OWED})}
    last = last_contacts(reader)
    for each in CANDIDATES.find(reader):
        if each.id not in owed:
            on = found.local_date(last[each.id]) + dt.timedelta(days=days)
            yield Due("candidate", each.id, each.name, on, f"no contact for {days} days")


def last_contacts(reader: Reader) -> Moments:
    """When each candidate was last heard of: the latest of all that is on record with them."""
    whose = {each.id: each.candidate_id for each in CANDIDACIES.find(reader)}
    last: Moments = {each.id: each.created for each in CANDIDATES.find(reader)}

    def seen(candidate_id: str | None, at: dt.datetime | None) -> None:
        if candidate_id in last and at is not None:
            last[candidate_id] = max(last[candidate_id], at)

    for event in EVENTS.find(reader):
        seen(whose.get(event.subject_id), event.at)
    for interview in INTERVIEWS.find(reader):
        held = dt.datetime.combine(interview.on, dt.time(), dt.UTC)
        seen(whose.get(interview.candidacy_id), max(held, interview.created))
    for mail in OUTBOX.find(reader):
        seen(mail.access_for, mail.settled or mail.created)
    for named in REFERRALS.find(reader):
        seen(named.referrer_id, named.created)
    for wish in WISHES.find(reader):
        seen(wish.candidate_id, wish.at)
    return last


def _referrals(reader: Reader, found: Context) -> Iterator[Due]:
    days = found.run.keep_referrals_days
    if not days:
        return
    last: Moments = {each.id: each.created for each in REFERRALS.find(reader)}
    for event in EVENTS.find(reader):
        if event.subject_id in last:
            last[event.subject_id] = max(last[event.subject_id], event.at)
    for each in REFERRALS.find(reader):
        on = found.local_date(last[each.id]) + dt.timedelta(days=days)
        yield Due("referral", each.id, each.name, on, f"no step for {days} days")


def _unnoticed(reader: Reader, found: Context) -> Iterator[Due]:
    days = found.run.notice_days
    for each in notices.waiting(reader, found):
        on = each.until + dt.timedelta(days=1)
        yield Due("referral", each.referral.id, each.referral.name, on, f"not told within {days} days")


def run(found: Context, *, dry: bool = False) -> Counter[str]:
    """Let go of what is due today; how many of each kind. `dry`: only count. Raises StoreError."""
    with found.store.read() as reader:
        due = people_due(reader, found, found.today())
    counts = Counter(each.kind for each in due)
    for each in [] if dry else due:
        _let_go(found.store, each, found)
    counts += _things(found.store, found, dry=dry)
    if not dry:
        counts += _copies(found)
        if counts:
            logger.info("retention: %s", said(counts))
    return counts


def said(counts: Counter[str]) -> str:
    """The numbers in words."""
    parts = [f"{kind} {number}" for kind, number in sorted(counts.items()) if number]
    return ", ".join(parts) or "nothing was due"


@use_case
def _let_go(tx: Transaction, due: Due, found: Context) -> None:
    """Erase one, if it is still due: somebody may have been at work meanwhile."""
    if due not in people_due(tx, found, found.today()):
        return
    who = person.behind_candidate(tx, due.id) if due.kind == "candidate" else only_named(tx, due.id)
    why = "Somebody considered for this job was erased when the time for keeping them was over."
    erase(tx, who, today=found.today(), now=found.now(), why=why)


@use_case
def _things(tx: Transaction, found: Context, *, dry: bool) -> Counter[str]:
    now, counts = found.now(), Counter[str]()
    old_mail = list(_old_mail(tx, found, now))
    counts["mail texts"] = len(old_mail)
    for mail in [] if dry else old_mail:
        OUTBOX.put(tx, replace(mail, subject=TEXT_GONE, body=TEXT_GONE, recipient_name="", last_error=""))
    for name, row in list(_old_rows(tx, found, now)):
        counts[name.replace("_", " ")] += 1
        if not dry:
            tx.delete(name, row["id"])
    return counts


def _old_mail(reader: Reader, found: Context, now: dt.datetime) -> Iterator[Mail]:
    days = found.run.keep_mail_days
    before = now - dt.timedelta(days=days)
    for mail in OUTBOX.find(reader, {"state": _SETTLED}) if days else ():
        if (mail.settled or mail.created) < before and mail.body != TEXT_GONE:
            yield mail


def _old_rows(reader: Reader, found: Context, now: dt.datetime) -> Iterator[tuple[str, Record]]:
    """Rows that only time makes useless: sessions, counts, address changes, traces of imports."""
    for name in ("desk_sessions", "limits"):
        yield from ((name, row) for row in every(reader, name) if row["expires"] < timestamp(now))
    for change in ADDRESS_CHANGES.find(reader):
        if change.asked < now - dt.timedelta(days=2):
            yield "address_changes", ADDRESS_CHANGES.to_record(change)
    days = found.run.keep_imports_days
    before = timestamp(now - dt.timedelta(days=days))
    old = {row["id"] for row in every(reader, "imports") if row["begun"] < before} if days else set()
    yield from (("imported_rows", row) for row in every(reader, "imported_rows") if row["import_id"] in old)


def _copies(found: Context) -> Counter[str]:
    """Earlier states of the store that are older than they may be; a day sooner, as this runs once a day."""
    days = found.run.copy_days
    if not days or not isinstance(found.store, KeepsCopies):
        return Counter()
    return Counter({"copies of the store": found.store.forget_copies(dt.timedelta(days=max(days - 1, 0)))})


class Retention:
    """Runs once a day, in whichever process sees to the mail; asked as often as one likes."""

    def __init__(self, found: Context) -> None:
        self._found = found
        self._done: dt.date | None = None

    def __call__(self) -> None:
        """Raises StoreError; asked again, it goes on where it stopped."""
        today = self._found.today()
        if self._done != today:
            run(self._found)
            self._done = today
