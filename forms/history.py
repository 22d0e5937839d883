"""History: what happened, when, and who did it. Events are added, never changed."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from forms.store.collection import Collection, new_id
from forms.store.protocol import Reader, Transaction


class Subject(enum.StrEnum):
    """What an event is about."""

    CANDIDACY = "candidacy"
    JOB = "job"
    REFERRAL = "referral"


@dataclass(frozen=True)
class Event:
    """One entry. `text` is for the desk; `told`, when not empty, is what the candidate may read of it.

    `by` is a recruiter's id, or `candidate`, or `system`.
    """

    id: str
    subject: Subject
    subject_id: str
    at: dt.datetime
    by: str
    text: str
    told: str = ""


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
) -> Event:
    """Add an event."""
    return EVENTS.put(tx, Event(new_id(), subject, subject_id, now, by, text, told))


def history_of(reader: Reader, subject_id: str) -> list[Event]:
    """The events of one candidacy, job or referral, newest first."""
    return EVENTS.find(reader, {"subject_id": subject_id}, order="at", descending=True)
