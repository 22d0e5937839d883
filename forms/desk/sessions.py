"""Who is logged in: begun at login with a fresh token, ended at logout, by idleness, or by age."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import replace

from forms.desk.models import SESSIONS, Session
from forms.recruiters import RECRUITERS, Recruiter
from forms.store.collection import use_case
from forms.store.protocol import Reader, Store, Transaction

IDLE = dt.timedelta(hours=12)
"""Without a request for this long, a session ends: overnight, in practice."""

LONGEST = dt.timedelta(days=7)
"""A session ends after this, however busy."""

EXACTNESS = dt.timedelta(minutes=5)
"""How far `seen` may lag behind, so that not every page view writes to the store."""

SWEEP = 50
"""Outdated sessions removed at each login."""


@use_case
def begin(tx: Transaction, recruiter_id: str, now: dt.datetime, browser: str = "") -> str:
    """A new session; gives its token for the cookie, this once. Sessions that are over are swept away."""
    for old in SESSIONS.find(tx, span=("expires", None, now), order="expires", limit=SWEEP):
        SESSIONS.delete(tx, old.id)
    token = secrets.token_urlsafe(32)
    SESSIONS.put(tx, Session(session_id(token), recruiter_id, now, now, now + LONGEST, browser))
    return token


def recruiter_of(store: Store, token: str, now: dt.datetime) -> Recruiter | None:
    """Who is logged in with this token; None when nobody is (any more). Notes that they were seen."""
    with store.read() as reader:
        session = SESSIONS.get(reader, session_id(token))
        if session is None or not is_live(session, now):
            return None
        recruiter = RECRUITERS.get(reader, session.recruiter_id)
    if recruiter is None or not recruiter.is_active:
        return None
    if now - session.seen > EXACTNESS:
        _note_seen(store, session.id, now)
    return recruiter


@use_case
def end(tx: Transaction, token: str) -> None:
    """Log out: the token opens nothing from now on, wherever it was copied to."""
    SESSIONS.delete(tx, session_id(token))


@use_case
def end_one(tx: Transaction, recruiter_id: str, session: str) -> None:
    """End the session of this id, if it is theirs."""
    found = SESSIONS.get(tx, session)
    if found is not None and found.recruiter_id == recruiter_id:
        SESSIONS.delete(tx, session)


@use_case
def end_all(tx: Transaction, recruiter_id: str, *, but: str | None = None) -> None:
    """End every session of one recruiter, but for the one of this id."""
    for session in sessions_of(tx, recruiter_id):
        if session.id != but:
            SESSIONS.delete(tx, session.id)


def sessions_of(reader: Reader, recruiter_id: str) -> list[Session]:
    """All sessions of one recruiter that were not swept away yet."""
    return SESSIONS.find(reader, {"recruiter_id": recruiter_id})


def session_id(token: str) -> str:
    """What the store calls the session of this token."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_live(session: Session, now: dt.datetime) -> bool:
    """Whether it still opens the desk."""
    return now < session.expires and now - session.seen < IDLE


@use_case
def _note_seen(tx: Transaction, session: str, now: dt.datetime) -> None:
    """Only if it is still there: a logout meanwhile stays a logout."""
    found = SESSIONS.get(tx, session)
    if found is not None:
        SESSIONS.put(tx, replace(found, seen=now))
