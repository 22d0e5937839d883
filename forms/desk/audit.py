"""Who saw and who changed what: rows that are added, never changed, and go when their time is over.

A row holds ids and no word about anybody: names are looked up when the list is read, so that somebody who is
erased is gone from it, too. It is written after the answer has left: a page neither waits for it nor fails
with it.
"""

from __future__ import annotations

import datetime as dt
import enum
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import StoreError
from forms.candidates.models import CANDIDACIES
from forms.outbox.models import OUTBOX
from forms.store.collection import Collection, new_id, use_case
from forms.store.protocol import Reader, Store, Transaction

logger = logging.getLogger(__name__)

SWEEP = 20
"""Outdated rows removed with each one written."""

PAUSE = dt.timedelta(minutes=10)
"""Within it, looking at the same page again is no other row."""

_PEOPLE = ("candidacy_id", "candidate_id", "referral_id", "mail_id", "contact_id")
"""The arguments of addresses that lead to one person, the narrowest first."""


class Deed(enum.StrEnum):
    """What somebody did."""

    SAW = "saw"
    CHANGED = "changed"

    @property
    def label(self) -> str:
        """The deed in words."""
        return {"saw": "Looked at", "changed": "Changed"}[self.value]


@dataclass(frozen=True)
class Entry:
    """One row. `by`: a recruiter's id; `page`: the desk's endpoint.

    `kind` and `subject`: what an id in the address was, and the id ("candidacy", "5f…"); empty where there
    was none. `person`: the candidate or referral it is about, where it is about one.
    """

    id: str
    at: dt.datetime
    by: str
    deed: Deed
    page: str
    kind: str = ""
    subject: str = ""
    person: str = ""


AUDIT = Collection("audit", Entry, keys=("at", "by", "subject", "person"), references={"by": "recruiters"})


@dataclass(frozen=True)
class Seen:
    """A request that was answered: `arguments` are those of the address it was sent to, or led to."""

    by: str
    page: str
    changed: bool
    arguments: Mapping[str, object]

    @property
    def is_worth_a_row(self) -> bool:
        """Whether it changed something, or showed one person."""
        return self.changed or any(name in self.arguments for name in _PEOPLE)


def note(store: Store, seen: Seen, *, now: dt.datetime, kept: dt.timedelta) -> None:
    """Write the row; when the store does not take it, say so in the log, and go on."""
    try:
        _write(store, seen, now, kept)
    except StoreError as error:
        logger.warning("A row of the audit list could not be written: %s", error)


@use_case
def _write(tx: Transaction, seen: Seen, now: dt.datetime, kept: dt.timedelta) -> None:
    for old in AUDIT.find(tx, span=("at", None, now - kept), order="at", limit=SWEEP):
        AUDIT.delete(tx, old.id)
    kind, subject = _subject(seen.arguments)
    deed = Deed.CHANGED if seen.changed else Deed.SAW
    if deed is Deed.SAW and _saw_just_now(tx, seen, subject, now):
        return
    person = _person(tx, kind, subject)
    AUDIT.put(tx, Entry(new_id(), now, seen.by, deed, seen.page, kind, subject, person))


def _saw_just_now(reader: Reader, seen: Seen, subject: str, now: dt.datetime) -> bool:
    alike = {"by": seen.by, "subject": subject}
    recent = AUDIT.find(reader, alike, span=("at", now - PAUSE, None))
    return any(each.page == seen.page and each.deed is Deed.SAW for each in recent)


def _subject(arguments: Mapping[str, object]) -> tuple[str, str]:
    named = [*_PEOPLE, *(name for name in arguments if name.endswith("_id"))]
    name = next((each for each in named if each in arguments), None)
    return (name.removesuffix("_id"), str(arguments[name])) if name else ("", "")


def _person(reader: Reader, kind: str, subject: str) -> str:
    if kind in ("candidate", "referral"):
        return subject
    if kind == "candidacy":
        candidacy = CANDIDACIES.get(reader, subject)
        return candidacy.candidate_id if candidacy else ""
    if kind == "mail":
        mail = OUTBOX.get(reader, subject)
        return (mail.access_for or "") if mail else ""
    return ""
