"""Suppressions: what somebody does not want to be sent, kept so that it outlives every list they are on.

Of the address only a SHA-256 is kept: enough to know it again, and nothing to write to. An answer is never
suppressed.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from forms.store.collection import Collection
from forms.store.protocol import Reader, Transaction

BY_THEMSELVES = "candidate"


class Scope(enum.StrEnum):
    """What is not to be sent."""

    INVITATIONS = "invitations"
    CONTACT = "contact"
    """Anything but the answer they are owed, and what they ask for themselves."""


@dataclass(frozen=True)
class Suppression:
    """One refusal. Its id stands for scope and address, so that refusing twice is one record.

    `holder` is the id of the candidate or referral: it holds for them after a change of their address, too;
    empty once they are erased. `by` is a recruiter's id, or BY_THEMSELVES.
    """

    id: str
    scope: Scope
    holder: str
    by: str
    since: dt.datetime


SUPPRESSIONS = Collection("suppressions", Suppression, keys=("holder", "scope"))


def find(reader: Reader, scope: Scope, holder: str, address: str | None) -> Suppression | None:
    """The refusal of this person, or of whoever has this address; None when there is none."""
    kept = SUPPRESSIONS.get(reader, _id(scope, address)) if address else None
    return kept or next(iter(_of_holder(reader, scope, holder)), None)


def suppress(
    tx: Transaction, scope: Scope, holder: str, address: str | None, *, by: str, now: dt.datetime
) -> Suppression:
    """Keep a refusal; one that is there stays as it is."""
    present = find(tx, scope, holder, address)
    if present is not None:
        return present
    return SUPPRESSIONS.put(
        tx, Suppression(_id(scope, address or f"holder {holder}"), scope, holder, by, now)
    )


def lift(tx: Transaction, scope: Scope, holder: str, address: str | None) -> None:
    """The person wants it after all."""
    for each in _of_holder(tx, scope, holder):
        SUPPRESSIONS.delete(tx, each.id)
    if address:
        SUPPRESSIONS.delete(tx, _id(scope, address))


def forget_holder(tx: Transaction, holder: str, addresses: Iterable[str]) -> None:
    """The holder is erased. What stands for one of these addresses stays, and names nobody from now on."""
    known = {_id(scope, address) for scope in Scope for address in addresses}
    for each in SUPPRESSIONS.find(tx, {"holder": holder}):
        if each.id in known:
            SUPPRESSIONS.put(tx, replace(each, holder=""))
        else:
            SUPPRESSIONS.delete(tx, each.id)


def _of_holder(reader: Reader, scope: Scope, holder: str) -> list[Suppression]:
    return SUPPRESSIONS.find(reader, {"holder": holder, "scope": scope})


def _id(scope: Scope, address: str) -> str:
    return hashlib.sha256(f"{scope.value} {address.strip().lower()}".encode()).hexdigest()
