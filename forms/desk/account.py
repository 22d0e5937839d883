"""One's own account: another password, and being asked for it again before what matters."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import replace

from forms.desk import passwords, sessions
from forms.desk.service import PER_ACCOUNT, WINDOW
from forms.recruiters import RECRUITERS
from forms.store.collection import use_case
from forms.store.protocol import Store, Transaction
from forms.web import limits


class Again(enum.Enum):
    """What came of being asked for the password again."""

    RIGHT = ""
    WRONG = "That is not your password."
    THROTTLED = "Too many attempts. Wait a quarter of an hour, then try again."


def ask_again(store: Store, recruiter_id: str, password: str, *, now: dt.datetime) -> Again:
    """Whether this is their password. Counted first, so that an open desk is no place for guessing."""
    bucket = f"password-again:{recruiter_id}"
    if not limits.allow(store, bucket, most=PER_ACCOUNT, per=WINDOW, now=now):
        return Again.THROTTLED
    with store.read() as reader:
        known = RECRUITERS.require(reader, recruiter_id).password_hash
    if not passwords.matches(password, known or None):
        return Again.WRONG
    limits.forget(store, bucket)
    return Again.RIGHT


@use_case
def change_password(tx: Transaction, recruiter_id: str, *, password_hash: str, session_id: str) -> None:
    """Another password; every session ends but the one it was changed in. Raises NotFound."""
    recruiter = RECRUITERS.require(tx, recruiter_id)
    RECRUITERS.put(tx, replace(recruiter, password_hash=password_hash))
    sessions.end_all(tx, recruiter_id, but=session_id)
