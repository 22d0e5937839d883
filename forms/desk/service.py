"""Setting the desk up, logging in and out."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable
from dataclasses import dataclass

from core.errors import Conflict, NotFound
from forms import links
from forms.desk import passwords, second_factor
from forms.recruiters import RECRUITERS, Recruiter, Role
from forms.store.collection import new_id, use_case
from forms.store.protocol import Reader, Store, Transaction
from forms.web import limits

SETUP_HOLDER = "desk"
SETUP_LIFETIME = dt.timedelta(hours=24)

WINDOW = dt.timedelta(minutes=15)
PER_ACCOUNT = 5
PER_ADDRESS = 20
"""Failures within WINDOW after which even the right password is refused: an answer would be a hint."""


KnownDevice = Callable[[Recruiter | None], str]


def _no_device(_recruiter: Recruiter | None) -> str:
    return ""


class Refusal(enum.Enum):
    """Why a login failed. Neither tells whether there is such an account."""

    WRONG = "E-mail address or password is not right."
    WRONG_CODE = "That code is not right, or was used before."
    THROTTLED = "Too many attempts. Wait a quarter of an hour, then try again."


def is_set_up(reader: Reader) -> bool:
    """Whether anybody can log in."""
    return RECRUITERS.count(reader) > 0


@use_case
def make_setup_link(tx: Transaction, now: dt.datetime) -> str:
    """The token of a fresh one-time link; earlier ones end. Raises Conflict once there is a recruiter."""
    if is_set_up(tx):
        raise Conflict("The desk is set up already: log in at /desk/login/.")
    for link in links.links_of(tx, SETUP_HOLDER):
        links.revoke(tx, link.id, now)
    token, _ = links.mint(tx, links.Purpose.DESK_SETUP, SETUP_HOLDER, now=now, lifetime=SETUP_LIFETIME)
    return token


def setup_link(reader: Reader, token: str, now: dt.datetime) -> links.Link:
    """The link of this token, while it opens the set-up. Raises NotFound."""
    link = links.verify(reader, links.Purpose.DESK_SETUP, token, now)
    if link is None or is_set_up(reader):
        raise NotFound("This link opens nothing any more.")
    return link


@use_case
def set_up(
    tx: Transaction, token: str, *, name: str, email: str, phone: str, password_hash: str, now: dt.datetime
) -> Recruiter:
    """The first recruiter; uses the link up. Raises NotFound when the link opens nothing (any more)."""
    link = setup_link(tx, token, now)
    links.revoke(tx, link.id, now)
    return add_recruiter(tx, name=name, email=email, phone=phone, password_hash=password_hash, now=now)


@use_case
def add_recruiter(
    tx: Transaction,
    *,
    name: str,
    email: str,
    phone: str,
    password_hash: str,
    now: dt.datetime,
    role: Role = Role.OWNER,
) -> Recruiter:
    """A user of the desk. `email` in normal form. Raises UniqueViolation when it is taken."""
    recruiter = Recruiter(new_id(), name, email, phone, now, password_hash, role)
    return RECRUITERS.put(tx, recruiter)


@dataclass(frozen=True)
class FirstStep:
    """The password was right. `is_enough`: no second step is asked of this recruiter."""

    recruiter: Recruiter
    is_enough: bool


def log_in(
    store: Store,
    email: str,
    password: str,
    *,
    visitor: str,
    now: dt.datetime,
    known: KnownDevice = _no_device,
) -> FirstStep | Refusal:
    """Who this is, or why not. `email` in normal form; `visitor` stands for the network address.

    Every attempt is counted before the password is looked at, so that many at once gain nothing, and taken
    back when it was right. The work is the same whether there is such an account or not, and it is done
    outside of a transaction: others need not wait for it. `known` names a browser that this account was
    opened in before: its attempts are counted apart, so that nobody else's can use them up.
    """
    with store.read() as reader:
        recruiter = RECRUITERS.first(reader, {"email": email})
    account = f"login-account:{limits.hidden(email)}:{known(recruiter)}"
    address = f"login-address:{visitor}"
    if not _may_try(store, account, address, now):
        return Refusal.THROTTLED
    hashed = recruiter.password_hash or None if recruiter and recruiter.is_active else None
    if not passwords.matches(password, hashed) or recruiter is None:
        return Refusal.WRONG
    _was_right(store, account, address)
    with store.read() as reader:
        return FirstStep(recruiter, is_enough=not second_factor.is_on(reader, recruiter.id))


def second_step(
    store: Store, recruiter: Recruiter, code: str, *, visitor: str, device: str, key: bytes, now: dt.datetime
) -> Refusal | None:
    """Why this code does not open the desk; None when it does, and is used up. Counted like passwords."""
    account, address = f"second-step:{recruiter.id}:{device}", f"login-address:{visitor}"
    if not _may_try(store, account, address, now):
        return Refusal.THROTTLED
    if not second_factor.take(store, recruiter.id, code, key=key, now=now):
        return Refusal.WRONG_CODE
    _was_right(store, account, address)
    return None


@use_case
def _may_try(tx: Transaction, account: str, address: str, now: dt.datetime) -> bool:
    if not limits.allow(tx, address, most=PER_ADDRESS, per=WINDOW, now=now):
        return False
    return limits.allow(tx, account, most=PER_ACCOUNT, per=WINDOW, now=now)


@use_case
def _was_right(tx: Transaction, account: str, address: str) -> None:
    limits.forget(tx, account)
    limits.give_back(tx, address)
