"""History: what happened, when, and who did it. Events are added, never changed."""

from __future__ import annotations

import datetime as dt
import enum
import itertools
import secrets
import time
from dataclasses import dataclass

from forms.store.collection import Collection
from forms.store.protocol import Reader, Transaction


class Subject(enum.StrEnum):
    """What an event is about."""

    CANDIDACY = "candidacy"
    JOB = "job"
    REFERRAL = "referral"


@dataclass(frozen=True)
class Event:
    """One entry. `text` is for the desk; `told`, when not empty, is what the candidate may read of it.

    `by` is a recruiter's id, or `candidate`, or `system`. `mail_event` names the mail it is about, by the
    event that the outbox keeps it under.
    """

    id: str
    subject: Subject
    subject_id: str
    at: dt.datetime
    by: str
    text: str
    told: str = ""
    mail_event: str = ""


EVENTS = Collection("events", Event, keys=("subject_id", "at"))


def record(
    tx: Transaction,
    subject: Subject,
    subject_id: str,
    *,
    now: dt.datetime,
    by: str,
    text: str,
    told: str = "",
    mail_event: str = "",
) -> Event:
    """Add an event."""
    return EVENTS.put(tx, Event(_next_id(), subject, subject_id, now, by, text, told, mail_event))


def history_of(reader: Reader, subject_id: str) -> list[Event]:
    """The events of one candidacy, job or referral, newest first."""
    return EVENTS.find(reader, {"subject_id": subject_id}, order="at", descending=True)


def _next_id() -> str:
    """An id that grows, so that events of one moment stay in the order in which they were recorded."""
    return f"{next(_order):016x}{secrets.token_hex(8)}"


_order = itertools.count(time.time_ns())
"""Begins at the present nanosecond: greater than what any earlier process has counted to."""
