"""Confirms the end of a job, dying at one write; for a process of its own."""

from __future__ import annotations

import datetime as dt
import os
import signal
from pathlib import Path
from typing import Any

from forms import SHAPES
from forms.follow_up import filling
from forms.follow_up.overview import overview
from forms.jobs.models import JobState
from forms.recruiters import RECRUITERS
from forms.store.protocol import Transaction
from forms.store.tinydb import TinyStore

NOW = dt.datetime(2026, 11, 12, 9, 30, tzinfo=dt.UTC)


class Mortal:
    """A transaction whose process is killed (-9) instead of writing once more."""

    def __init__(self, tx: Transaction, writes: int) -> None:
        self._tx, self._left = tx, writes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    def put(self, collection: str, record: dict[str, Any]) -> None:
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1
        self._tx.put(collection, record)


def confirm(ledger: Path, job_id: str, writes: int) -> None:
    """Confirm, unless killed before."""
    store = TinyStore(ledger, SHAPES)
    with store.read() as reader:
        seen = overview(reader, job_id, JobState.FILLED).seen
        (recruiter,) = RECRUITERS.find(reader)
    with store.transaction() as tx:
        filling.confirm(
            Mortal(tx, writes),
            job_id,
            JobState.FILLED,
            seen=seen,
            by=recruiter,
            mail_domain="letters.example",
            earliest=NOW,
            morning=lambda: NOW,
            now=NOW,
        )
    store.close()
