"""What a restored backup says of mail that waited when it was made: nobody knows what became of it since."""

from __future__ import annotations

import datetime as dt

from forms.outbox.models import WAITING, MailState
from forms.store.collection import timestamp
from forms.store.protocol import Record

_IN_DOUBT = {str(state.value) for state in (*WAITING, MailState.SENDING)}


def in_doubt(record: Record, now: dt.datetime) -> Record:
    """The row as it may come back: what waited then may have been sent, so a person decides at the desk."""
    if record.get("state") not in _IN_DOUBT:
        return record
    return {
        **record,
        "state": str(MailState.UNKNOWN.value),
        "claim": "",
        "lease_until": None,
        "last_error": "It waited when the backup was made that was restored, and may have been sent since.",
        "settled": timestamp(now),
    }
