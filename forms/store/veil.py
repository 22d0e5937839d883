"""A view of a store from which some records are missing: to whoever reads through it they do not exist.

The rule stands in one place (a `Veil`), and every page that reads through the view follows it without
knowing: `get` gives None, `find` and `count` pass over. What concerns all records, whoever looks (is a job
free of debts, is an address taken, the figures), is read through `everything`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Protocol

from forms.store.protocol import Match, Query, Reader, Record, Scalar, Store, Transaction


class Veil(Protocol):
    """What is hidden at one moment."""

    def covers(self, collection: str) -> bool:
        """Whether anything of a collection may be hidden."""
        ...

    def hides(self, collection: str, record: Record) -> bool:
        """Whether this record is."""
        ...


MakeVeil = Callable[[Reader], Veil]


def everything(reader: Reader) -> Reader:
    """The same view with nothing missing. Show no name of what is found only there."""
    return reader.whole if isinstance(reader, VeiledReader) else reader


class VeiledReader:
    """A reader with what its veil hides left out. `whole`: the reader it looks through."""

    def __init__(self, whole: Reader, make_veil: MakeVeil) -> None:
        self.whole = whole
        self._make = make_veil
        self._veil: Veil | None = None

    def get(self, collection: str, record_id: str) -> Record | None:
        """As Reader.get; None for what is hidden."""
        record = self.whole.get(collection, record_id)
        return None if record is None or self.veil.hides(collection, record) else record

    def find(self, collection: str, query: Query) -> list[Record]:
        """As Reader.find, without what is hidden: a full page, where there is that much."""
        if not self.veil.covers(collection):
            return self.whole.find(collection, query)
        seen: list[Record] = []
        while True:
            page = self.whole.find(collection, query)
            seen += (record for record in page if not self.veil.hides(collection, record))
            if query.limit is None or len(page) < query.limit or len(seen) >= query.limit:
                return seen[: query.limit]
            query = replace(query, after=_place(page[-1], query.order))

    def count(self, collection: str, where: Mapping[str, Match]) -> int:
        """As Reader.count, without what is hidden."""
        if not self.veil.covers(collection):
            return self.whole.count(collection, where)
        return len(self.find(collection, Query(where)))

    @property
    def veil(self) -> Veil:
        """What is hidden, worked out when it is asked for first."""
        if self._veil is None:
            self._veil = self._make(self.whole)
        return self._veil


class VeiledTransaction(VeiledReader):
    """A transaction with what its veil hides left out; nothing hidden can be changed by it."""

    def __init__(self, whole: Transaction, make_veil: MakeVeil) -> None:
        super().__init__(whole, make_veil)
        self._transaction = whole

    def put(self, collection: str, record: Record) -> None:
        """As Transaction.put."""
        self._transaction.put(collection, record)

    def delete(self, collection: str, record_id: str) -> bool:
        """As Transaction.delete; False for what is hidden."""
        return self.get(collection, record_id) is not None and self._transaction.delete(collection, record_id)

    def claim(self, collection: str, query: Query) -> list[Record]:
        """As Transaction.claim, without what is hidden."""
        found = self._transaction.claim(collection, query)
        return [record for record in found if not self.veil.hides(collection, record)]


class VeiledStore:
    """A store seen through a veil, which is made anew for each view."""

    def __init__(self, whole: Store, make_veil: MakeVeil) -> None:
        self._whole = whole
        self._make = make_veil

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """As Store.read."""
        with self._whole.read() as reader:
            yield VeiledReader(reader, self._make)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """As Store.transaction."""
        with self._whole.transaction() as transaction:
            yield VeiledTransaction(transaction, self._make)

    def close(self) -> None:
        """As Store.close."""
        self._whole.close()


def _place(record: Record, order: str) -> tuple[Scalar, str]:
    return record.get(order), str(record["id"])
