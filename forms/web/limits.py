"""How often something may be done, counted in the store: all processes share the count, a restart keeps it.

A bucket is a name such as `refer:LINK-ID`. Only its hash is kept; for what identifies a person (an address on
the network, an e-mail address) use `hidden` in the name, because such values can be guessed from a bare hash.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import ipaddress
from dataclasses import dataclass

from flask import request

from forms.store.collection import Collection, use_case
from forms.store.protocol import Reader, Transaction
from forms.web.context import context

SWEEP = 20
"""Outdated counts removed each time something is counted, so that they do not pile up."""


@dataclass(frozen=True)
class Count:
    """When a bucket was drawn from, oldest first. `expires`: the moment from which all of it is outdated."""

    id: str
    times: tuple[dt.datetime, ...]
    expires: dt.datetime


COUNTS = Collection("limits", Count, keys=("expires",))


@use_case
def allow(tx: Transaction, bucket: str, *, most: int, per: dt.timedelta, now: dt.datetime) -> bool:
    """Count one more for `bucket`; False, and not counted, when it had `most` in the time `per` before."""
    _sweep(tx, now)
    times = _recent(tx, bucket, per, now)
    if len(times) >= most:
        return False
    COUNTS.put(tx, Count(_id(bucket), (*times, now), now + per))
    return True


@use_case
def give_back(tx: Transaction, bucket: str) -> None:
    """Take the last count back: what was done turned out to be harmless."""
    count = COUNTS.get(tx, _id(bucket))
    if count is not None:
        COUNTS.put(tx, Count(count.id, count.times[:-1], count.expires))


@use_case
def forget(tx: Transaction, bucket: str) -> None:
    """Begin again at nothing."""
    COUNTS.delete(tx, _id(bucket))


def hidden(value: str) -> str:
    """A personal value for use in a bucket's name: keyed, so that it cannot be guessed back from a hash."""
    return hmac.new(context().secret, value.encode(), hashlib.sha256).hexdigest()


def visitor() -> str:
    """The visitor's network address, hidden. IPv6: the network of 64 bits, which one household owns whole."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return hidden("unknown")
    if address.version == 6:
        return hidden(str(ipaddress.ip_network((address, 64), strict=False)))
    return hidden(str(address))


def _recent(reader: Reader, bucket: str, per: dt.timedelta, now: dt.datetime) -> tuple[dt.datetime, ...]:
    count = COUNTS.get(reader, _id(bucket))
    return () if count is None else tuple(time for time in count.times if time > now - per)


def _sweep(tx: Transaction, now: dt.datetime) -> None:
    for count in COUNTS.find(tx, span=("expires", None, now), order="expires", limit=SWEEP):
        COUNTS.delete(tx, count.id)


def _id(bucket: str) -> str:
    return hashlib.sha256(bucket.encode()).hexdigest()
