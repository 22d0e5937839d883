"""Erasing a person: out of every collection, and out of what others wrote; only counts stay.

It goes by `registry`: which records go, which fields are emptied, which texts are searched. Earlier copies of
the store go by age, see `copies`.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from forms import history, suppressions
from forms.comments.models import COMMENTS
from forms.comments.service import mark_all_changed
from forms.follow_up.models import FOLLOW_UPS
from forms.follow_up.tallies import tally_interview, tally_referral
from forms.history import Subject
from forms.referrals.models import REFERRALS
from forms.rights.mentions import Mentions
from forms.rights.person import Person
from forms.rights.registry import REGISTRY
from forms.store.collection import use_case
from forms.store.paging import every
from forms.store.protocol import Reader, Record, Transaction
from forms.store.veil import everything

DIGEST = "digest:"
"""How the events of morning digests begin; they name whoever is owed an answer."""

logger = logging.getLogger(__name__)

Doomed = dict[str, set[str]]


@dataclass(frozen=True)
class Erased:
    """What was done: how many records went, and in how many others somebody was taken out of the text."""

    records: int
    texts: int


@use_case
def erase(tx: Transaction, person: Person, *, today: dt.date, now: dt.datetime, why: str) -> Erased:
    """Erase somebody. `why`, without a name, stands in the history of jobs that still owed an answer.

    The job no longer waits for them. Doing it again does nothing.
    """
    # Also what a colleague at the desk may not see.
    tx = cast(Transaction, everything(tx))
    doomed = _doomed(tx, person)
    shared = _of_others(tx, doomed)
    _keep_counts(tx, doomed, today)
    _tell_jobs(tx, doomed, why, now)
    for candidate_id in (*doomed["candidates"], *doomed["referrals"]):
        suppressions.forget_holder(tx, candidate_id, person.emails)
    records = sum(tx.delete(name, record_id) for name, ids in doomed.items() for record_id in sorted(ids))
    _clear(tx, doomed)
    mentions = Mentions(person, shared=shared)
    in_digests = Mentions(person, shared=shared, even_words=True)
    texts = sum(_search(tx, name, mentions, in_digests) for name in REGISTRY)
    mark_all_changed(tx)  # they may be in what is published below articles
    logger.info("erased a person: %d records, %d texts", records, texts)
    return Erased(records, texts)


def _doomed(reader: Reader, person: Person) -> Doomed:
    doomed: Doomed = {name: set() for name in REGISTRY}
    doomed["candidates"] = {each.id for each in person.candidates}
    doomed["referrals"] = {each.id for each in person.referrals}
    doomed["contacts"] = {each.id for each in person.contacts}
    doomed["comments"] = {
        each.id for email in person.emails for each in COMMENTS.find(reader, {"email": email})
    }
    for name, kept in REGISTRY.items():
        if name == "outbox":
            doomed[name] = {row["id"] for row in _mail(reader, person, doomed)}
        for field, targets in kept.goes_with.items():
            gone = {each for target in targets for each in doomed[target]}
            if gone:
                doomed[name] |= {row["id"] for row in every(reader, name) if row.get(field) in gone}
    return doomed


def _mail(reader: Reader, person: Person, doomed: Doomed) -> Iterator[Record]:
    """What was or would be sent to them, and what is about a record of theirs."""
    gone = {each for ids in doomed.values() for each in ids}
    for row in every(reader, "outbox"):
        about = {row["event"].partition(":")[2], (row.get("access_for") or "").rpartition(":")[2]}
        to_them = row["recipient"].lower() in person.emails and not row["event"].startswith(DIGEST)
        if to_them or about & gone:
            yield row


def _of_others(reader: Reader, doomed: Doomed) -> set[str]:
    """Names and ways to reach people that somebody else has too: in a text they may be theirs."""
    found = set()
    for name in ("candidates", "contacts", "referrals", "recruiters"):
        for row in every(reader, name):
            if row["id"] not in doomed.get(name, ()):
                found |= {row.get(field) for field in ("name", "email", "phone", "profile_url")}
    return {each for each in found if each}


def _keep_counts(tx: Transaction, doomed: Doomed, today: dt.date) -> None:
    for debt_id in sorted(doomed["follow_ups"]):
        tally_interview(tx, FOLLOW_UPS.require(tx, debt_id), today)
    for referral_id in sorted(doomed["referrals"]):
        referral = REFERRALS.get(tx, referral_id)
        if referral is not None:
            tally_referral(tx, referral)


def _tell_jobs(tx: Transaction, doomed: Doomed, why: str, now: dt.datetime) -> None:
    for debt_id in sorted(doomed["follow_ups"]):
        debt = FOLLOW_UPS.require(tx, debt_id)
        if debt.is_owed:
            text = f"{why} They were owed an answer, which nobody can give any more"
            history.record(tx, Subject.JOB, debt.job_id, now=now, by="system", text=text)


def _clear(tx: Transaction, doomed: Doomed) -> None:
    for name, kept in REGISTRY.items():
        for field, targets in kept.clears.items():
            gone = {each for target in targets for each in doomed[target]}
            for row in [each for each in every(tx, name) if each.get(field) in gone] if gone else ():
                tx.put(name, {**row, field: None})
    for row in list(every(tx, "endings")):
        spared = [each for each in row["spared"] if each not in doomed["candidacies"]]
        if spared != list(row["spared"]):
            tx.put("endings", {**row, "spared": spared})


def _search(tx: Transaction, name: str, mentions: Mentions, in_digests: Mentions) -> int:
    changed = 0
    fields = REGISTRY[name].searched()
    for row in list(every(tx, name)) if fields else ():
        known = in_digests if name == "outbox" and row["event"].startswith(DIGEST) else mentions
        after = {**row, **{field: known.taken_out(row[field]) for field in fields if field in row}}
        if after != row:
            tx.put(name, after)
            changed += 1
    return changed


def is_owed(reader: Reader, person: Person) -> bool:
    """Whether they wait for an answer."""
    debts = [FOLLOW_UPS.find(reader, {"candidate_id": each.id}) for each in person.candidates]
    return any(debt.is_owed for found in debts for debt in found)
