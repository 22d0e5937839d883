"""The morning digest: who is owed an answer, by mail, to every recruiter, once a day.

It names candidates and their jobs and links to the desk, where a login is asked for; a private link is never
in it, and a client neither.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from core.clock import long_date
from forms.desk.agenda import Agenda, Part, Waiting, agenda
from forms.desk.visibility import DIGEST, reader_for
from forms.outbox import queue
from forms.outbox.models import OUTBOX, Mail, MailState, Message
from forms.recruiters import RECRUITERS, Recruiter
from forms.store.collection import use_case
from forms.store.protocol import Transaction
from forms.web.context import Context

EVENT_PREFIX = DIGEST
KEPT = dt.timedelta(days=7)
"""Digests that went out are forgotten after this: they name people, and nobody reads them again."""

NOBODY = "Nobody is waiting: everyone you interviewed has heard from you."


class Digest:
    """Writes the day's digests into the outbox once their hour has come; asked as often as one likes.

    The hour is FOLLOWUP_DIGEST, in the site's time zone, on business days. A machine that was off at that
    time makes up for it later the same day. What keeps it to one a day is the outbox, not this object.
    """

    def __init__(self, found: Context) -> None:
        self._found = found
        self._done: dt.date | None = None

    def __call__(self) -> None:
        """Raises StoreError; asked again, it goes on where it stopped."""
        found = self._found
        local = found.site.local(found.now())
        if self._done == local.date() or not self._has_come(local):
            return
        write_digests(found)
        self._done = local.date()

    def _has_come(self, local: dt.datetime) -> bool:
        at = self._found.run.digest
        return at is not None and local.time() >= at and self._found.calendar().includes(local.date())


def write_digests(found: Context) -> int:
    """Queue today's digest for every recruiter who has none yet; how many these are."""
    return _write(found.store, found, found.now())


@use_case
def _write(tx: Transaction, found: Context, now: dt.datetime) -> int:
    today = found.site.local(now).date()
    _forget_old(tx, today - KEPT)
    event = f"{EVENT_PREFIX}{today.isoformat()}"
    have = {mail.recipient for mail in queue.mail_of(tx, event)}
    without = [
        each for each in RECRUITERS.find(tx, order="created") if each.is_active and each.email not in have
    ]
    if not without:
        return 0
    for recruiter in without:
        seen = agenda(reader_for(tx, recruiter), today, found)
        message = _message(found, event, recruiter, seen, today)
        queue.enqueue(tx, message, now=now, domain=queue.mail_domain(found.run))
    return len(without)


def _forget_old(tx: Transaction, before: dt.date) -> None:
    span = ("event", EVENT_PREFIX, f"{EVENT_PREFIX}{before.isoformat()}")
    over: list[Mail] = OUTBOX.find(tx, {"state": (MailState.SENT, MailState.CANCELLED)}, span=span)
    for mail in over:
        OUTBOX.delete(tx, mail.id)


def _message(found: Context, event: str, recruiter: Recruiter, seen: Agenda, today: dt.date) -> Message:
    return Message(
        event=event,
        recipient=recruiter.email,
        recipient_name=recruiter.name,
        sender_name=found.site.title,
        reply_to=recruiter.email,
        subject=f"{_plain(subject(seen))} – {long_date(today)}",
        body="\n".join(_plain(line) for line in lines(found, recruiter, seen, today)),
        unattended=True,
    )


def subject(seen: Agenda) -> str:
    """The day in one line: "3 are owed an answer, 2 of them late"."""
    if not seen.owed:
        return "Nobody is owed an answer"
    owed = "1 is owed an answer" if seen.owed == 1 else f"{seen.owed} are owed an answer"
    counts = [(seen.late.in_all, "late"), (seen.due_today.in_all, "due today")]
    return ", ".join([owed, *(f"{count} {what}" for count, what in counts if count)])


def lines(found: Context, recruiter: Recruiter, seen: Agenda, today: dt.date) -> Iterator[str]:
    """The digest, line by line: the oldest debt first, then what else wants doing."""
    yield f"Good morning, {recruiter.name}."
    yield ""
    if not seen.owed:
        yield NOBODY
        yield ""
    yield from _section("Late", seen.late, found, today)
    yield from _section("Promised for today", seen.due_today, found, today)
    yield from _later(seen.later)
    yield from _counted(found, "New referrals", seen.referrals.in_all, "/desk/referrals/")
    yield from _counted(found, "Mail that did not arrive", seen.mail.in_all, "/desk/mail/")
    yield from _counted(found, "What people asked for", seen.wishes.in_all, "/desk/data/")
    yield from _counted(found, "Named, not told, and soon erased", seen.untold.in_all, "/desk/data/")
    yield "The desk:"
    yield found.absolute("/desk/")


def _section(heading: str, part: Part[Waiting], found: Context, today: dt.date) -> Iterator[str]:
    if not part.rows:
        return
    yield f"{heading} ({part.in_all})"
    yield ""
    for waiting in part.rows:
        yield f"{waiting.case.candidate.name}, {waiting.case.job.title}: {_standing(waiting, today)}"
        yield found.absolute(_answer_path(waiting))
        yield ""
    left_out = part.in_all - len(part.rows)
    if left_out:
        yield from (f"and {left_out} more, at the desk", "")


def _standing(waiting: Waiting, today: dt.date) -> str:
    days = waiting.debt.days_overdue(today)
    late = f"{days} day{'' if days == 1 else 's'} late" if days > 0 else "due today"
    notes = [late, *_notes(waiting)]
    return ", ".join(notes)


def _notes(waiting: Waiting) -> Iterator[str]:
    if waiting.debt.extensions > 1:
        yield f"put off {waiting.debt.extensions} times"
    if waiting.by_phone:
        yield "to be called"


def _answer_path(waiting: Waiting) -> str:
    # Outside of a request there is no url_for; a test opens these.
    return f"/desk/candidacies/{waiting.debt.id}/answer/{'call/' if waiting.by_phone else ''}"


def _later(part: Part[Waiting]) -> Sequence[str]:
    if not part.rows:
        return ()
    people = "1 person" if part.in_all == 1 else f"{part.in_all} people"
    return (f"Due later: {people}, the next on {long_date(part.rows[0].debt.due)}.", "")


def _counted(found: Context, what: str, count: int, path: str) -> Iterable[str]:
    return (f"{what}: {count}", found.absolute(path), "") if count else ()


def _plain(line: str) -> str:
    """What somebody typed as a name cannot be a merge field."""
    return line.replace("{{", "{ {")
