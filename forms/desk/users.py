"""The users of the desk: adding a colleague, their roles, and their leaving."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from core.errors import Conflict, NotFound
from forms import links
from forms.desk import second_factor, sessions
from forms.desk.service import add_recruiter
from forms.links import Purpose
from forms.outbox import queue
from forms.outbox.models import Message
from forms.recruiters import RECRUITERS, Recruiter, Role
from forms.store.collection import new_id, use_case
from forms.store.protocol import Reader, Store, Transaction

WELCOME_LIFETIME = dt.timedelta(days=3)
"""How long a new colleague has to choose a password before they need another link."""

TAKEN = "Somebody at this desk has this address already."
SWITCHED_OFF = """\
Hello {name},

{by} has switched off the second step of your login to the desk: your password is enough until you set the
second step up again, under Your account.

If you did not ask for this, change your password and speak to {by}.
"""
LAST_OWNER = "This is the last owner of the desk: make somebody else an owner first."


def users(reader: Reader) -> list[Recruiter]:
    """Everybody who works here, then those who have left; each by name."""
    found = RECRUITERS.find(reader)
    return sorted(found, key=lambda each: (not each.is_active, each.name.casefold(), each.id))


def named(store: Store, email: str) -> Recruiter | None:
    """The user with this address, in normal form; None when there is none."""
    with store.read() as reader:
        return RECRUITERS.first(reader, {"email": email})


@use_case
def rescue(tx: Transaction, recruiter_id: str, *, now: dt.datetime) -> str:
    """For who lost everything: the token of a link to another password, with no second step in the way.

    It is given out by who holds the machine, not at the desk. Raises NotFound.
    """
    recruiter = RECRUITERS.require(tx, recruiter_id)
    RECRUITERS.put(tx, replace(recruiter, left=None))
    second_factor.switch_off(tx, recruiter_id)
    sessions.end_all(tx, recruiter_id)
    return welcome_link(tx, recruiter_id, now=now)


@use_case
def invite(
    tx: Transaction, *, name: str, email: str, phone: str, role: Role, now: dt.datetime
) -> tuple[Recruiter, str]:
    """A colleague without a password, and the token by which they choose one. Raises Conflict."""
    if RECRUITERS.first(tx, {"email": email}):
        raise Conflict(TAKEN)
    colleague = add_recruiter(tx, name=name, email=email, phone=phone, password_hash="", now=now, role=role)
    return colleague, welcome_link(tx, colleague.id, now=now)


@use_case
def welcome_link(tx: Transaction, recruiter_id: str, *, now: dt.datetime) -> str:
    """The token of a fresh one-time link to choose a password; earlier ones end.

    Raises NotFound; Conflict for somebody who has left.
    """
    recruiter = RECRUITERS.require(tx, recruiter_id)
    if not recruiter.is_active:
        raise Conflict(f"{recruiter.name} has left: let them in again first.")
    _end_links(tx, recruiter_id, now)
    token, _ = links.mint(tx, Purpose.DESK_ACCOUNT, recruiter_id, now=now, lifetime=WELCOME_LIFETIME)
    return token


def welcomed(reader: Reader, token: str, now: dt.datetime) -> tuple[links.Link, Recruiter]:
    """The link of this token and whose it is. Raises NotFound when it opens nothing (any more)."""
    link = links.verify(reader, Purpose.DESK_ACCOUNT, token, now)
    recruiter = RECRUITERS.get(reader, link.holder) if link else None
    if link is None or recruiter is None or not recruiter.is_active:
        raise NotFound("This link opens nothing any more.")
    return link, recruiter


@use_case
def choose_password(tx: Transaction, token: str, *, password_hash: str, now: dt.datetime) -> Recruiter:
    """Use the link up: from now on this password opens the account, and no older session does.

    Raises NotFound.
    """
    _, recruiter = welcomed(tx, token, now)
    _end_links(tx, recruiter.id, now)
    sessions.end_all(tx, recruiter.id)
    return RECRUITERS.put(tx, replace(recruiter, password_hash=password_hash))


@use_case
def change_role(tx: Transaction, recruiter_id: str, role: Role) -> Recruiter:
    """What somebody may do from their next request on. Raises NotFound; Conflict for the last owner."""
    recruiter = RECRUITERS.require(tx, recruiter_id)
    if role is not Role.OWNER:
        _must_not_be_the_last_owner(tx, recruiter)
    return RECRUITERS.put(tx, replace(recruiter, role=role))


@use_case
def let_go(tx: Transaction, recruiter_id: str, *, now: dt.datetime) -> Recruiter:
    """Somebody leaves: their sessions and links end at once, what they did stays under their name.

    Raises NotFound; Conflict for the last owner.
    """
    recruiter = RECRUITERS.require(tx, recruiter_id)
    _must_not_be_the_last_owner(tx, recruiter)
    sessions.end_all(tx, recruiter_id)
    _end_links(tx, recruiter_id, now)
    return RECRUITERS.put(tx, replace(recruiter, left=recruiter.left or now))


@use_case
def let_in_again(tx: Transaction, recruiter_id: str) -> Recruiter:
    """Somebody comes back, with the password and the role they had. Raises NotFound."""
    recruiter = RECRUITERS.require(tx, recruiter_id)
    return RECRUITERS.put(tx, replace(recruiter, left=None))


@use_case
def reset_second_step(
    tx: Transaction, recruiter_id: str, *, by: str, sender: str, domain: str, now: dt.datetime
) -> None:
    """Their password is enough from now on; they are logged out, and told by mail who did it.

    Raises NotFound; Conflict where there is no second step.
    """
    recruiter = RECRUITERS.require(tx, recruiter_id)
    if not second_factor.switch_off(tx, recruiter_id):
        raise Conflict("They have no second step.")
    sessions.end_all(tx, recruiter_id)
    message = Message(
        event=f"second-step:{new_id()}",
        recipient=recruiter.email,
        recipient_name=recruiter.name,
        sender_name=sender,
        reply_to=recruiter.email,
        subject="The second step of your login was switched off",
        body=SWITCHED_OFF.format(name=_plain(recruiter.name), by=_plain(by)),
        unattended=True,
    )
    queue.enqueue(tx, message, now=now, domain=domain)


def _plain(name: str) -> str:
    """A name cannot be a merge field."""
    return name.replace("{{", "{ {")


def _must_not_be_the_last_owner(reader: Reader, recruiter: Recruiter) -> None:
    others = (each for each in RECRUITERS.find(reader) if each.id != recruiter.id)
    # An owner who has not chosen a password yet could not let anybody in.
    if not any(each.role is Role.OWNER and each.is_active and each.password_hash for each in others):
        raise Conflict(LAST_OWNER)


def _end_links(tx: Transaction, recruiter_id: str, now: dt.datetime) -> None:
    for link in links.links_of(tx, recruiter_id):
        links.revoke(tx, link.id, now)
