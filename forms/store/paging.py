"""Whole collections through any engine, without holding one in memory: page by page, in the order of ids."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

import orjson

from forms.store.protocol import Query, Reader, Record

PAGE = 500
"""Records asked for at once."""


class Tally(NamedTuple):
    """How many records a collection holds, and the SHA-256 of all of them. Equal tallies, equal records."""

    records: int
    sha256: str


def every(reader: Reader, collection: str, after: str = "") -> Iterator[Record]:
    """The records of a collection in the order of their ids, those beyond `after` only."""
    while True:
        page = reader.find(collection, Query({}, limit=PAGE, after=(after, after) if after else None))
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1]["id"]


def tally(reader: Reader, collection: str) -> Tally:
    """Count and hash of a collection."""
    digest = hashlib.sha256()
    count = 0
    for record in every(reader, collection):
        digest.update(canonical(record) + b"\n")
        count += 1
    return Tally(count, digest.hexdigest())


def canonical(record: Record) -> bytes:
    """The JSON of a record in one order of fields: not every engine keeps the order they came in."""
    return orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
