"""A transaction that is watched: which records the work in it makes and changes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import orjson

from forms.spreadsheets.models import Trace
from forms.store.protocol import Match, Query, Record, Transaction

DIGITS = 16
"""Of 64: a change by accident is found, and nobody gains by hiding one."""


def fingerprint(record: Record) -> str:
    """The beginning of the SHA-256 of a record, whatever the order of its fields."""
    return hashlib.sha256(orjson.dumps(record, option=orjson.OPT_SORT_KEYS)).hexdigest()[:DIGITS]


class Watched:
    """Passes everything on to a transaction, and keeps what each record was before it was first written.

    What was read or written once is not fetched again: nobody else changes it meanwhile. A record that is
    written without having been read is new: every use case reads what it changes.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._inner = transaction
        self._known: dict[tuple[str, str], Record | None] = {}
        self._before: dict[tuple[str, str], Record | None] = {}

    def get(self, collection: str, record_id: str) -> Record | None:
        """As the transaction."""
        place = (collection, record_id)
        if place not in self._known:
            self._known[place] = self._inner.get(collection, record_id)
        record = self._known[place]
        return None if record is None else dict(record)

    def find(self, collection: str, query: Query) -> list[Record]:
        """As the transaction."""
        found = self._inner.find(collection, query)
        self._known.update({(collection, record["id"]): dict(record) for record in found})
        return found

    def count(self, collection: str, where: Mapping[str, Match]) -> int:
        """As the transaction."""
        return self._inner.count(collection, where)

    def claim(self, collection: str, query: Query) -> list[Record]:
        """As the transaction."""
        return self._inner.claim(collection, query)

    def put(self, collection: str, record: Record) -> None:
        """As the transaction; what was there before is kept aside."""
        place = (collection, record["id"])
        self._before.setdefault(place, self._known.get(place))
        self._inner.put(collection, record)
        self._known[place] = record

    def delete(self, collection: str, record_id: str) -> bool:
        """Importing takes nothing away."""
        raise AssertionError(f"an import deletes {collection}/{record_id}")

    def unit(self) -> tuple[Trace, ...]:
        """What was made and changed since the last time, in the order of the first writing."""
        traces = tuple(
            Trace(*place, before, fingerprint(self._known[place] or {}))
            for place, before in self._before.items()
        )
        self._before = {}
        return traces
