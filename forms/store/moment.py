"""What engines in memory share: a view of one moment, a transaction over branches, and taking turns."""

from __future__ import annotations

import threading
import time
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Self

from core.errors import StoreUnavailable, UniqueViolation
from forms.store.protocol import Match, Query, Record, Shapes
from forms.store.rows import Rows

Tables = Mapping[str, Rows]
"""All collections as of one moment. Never changed: a transaction leaves a new one."""


def empty_tables(shapes: Shapes) -> Tables:
    """One empty collection for each shape."""
    return {shape.name: Rows(shape) for shape in shapes}


class Moment:
    """A reader over tables that nobody changes. It ends with its block."""

    def __init__(self, tables: Tables) -> None:
        self._tables: Tables | None = tables

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        self._tables = None

    def get(self, collection: str, record_id: str) -> Record | None:
        """The record, or None."""
        return self._rows(collection).get(record_id)

    def find(self, collection: str, query: Query) -> list[Record]:
        """The records that match. Raises ValueError for a key that the shape does not declare."""
        return self._rows(collection).find(query)

    def count(self, collection: str, where: Mapping[str, Match]) -> int:
        """How many records match."""
        return self._rows(collection).count(where)

    def collections(self) -> tuple[str, ...]:
        """The names of all collections that hold records, also of those the store was opened without."""
        return tuple(name for name, rows in self.tables().items() if rows)

    def _rows(self, collection: str) -> Rows:
        tables = self.tables()
        if collection not in tables:
            known = ", ".join(tables)
            raise ValueError(f'the store was opened without the collection "{collection}"; it has: {known}')
        return tables[collection]

    def tables(self) -> Tables:
        """Everything as this block sees it. Raises RuntimeError after its end."""
        if self._tables is None:
            raise RuntimeError("the block this reader or transaction belongs to has ended")
        return self._tables


class TableTransaction(Moment):
    """A transaction over branches: each collection is branched when it is first written to."""

    def __init__(self, tables: Tables) -> None:
        self._before = tables
        self._broken: UniqueViolation | None = None
        super().__init__(dict(tables))

    def put(self, collection: str, record: Record) -> None:
        """Insert the record, or replace the one with its id. Raises UniqueViolation, ValueError."""
        self._rows(collection)
        try:
            self._put(collection, record)
        except UniqueViolation as violation:
            self._broken = violation
            raise

    def delete(self, collection: str, record_id: str) -> bool:
        """Remove the record; False when there was none."""
        if record_id not in self._rows(collection):
            return False
        self._delete(collection, record_id)
        return True

    def claim(self, collection: str, query: Query) -> list[Record]:
        """The records that match: this is the only transaction there is."""
        return self.find(collection, query)

    def writable(self, collection: str) -> Rows:
        """This transaction's own branch of a collection."""
        rows = self._rows(collection)
        if rows is self._before[collection]:
            rows = rows.branch()
            self._tables = {**self.tables(), collection: rows}
        return rows

    def changed(self) -> bool:
        """Whether anything was written."""
        return any(rows is not self._before[name] for name, rows in self.tables().items())

    def _put(self, collection: str, record: Record) -> None:
        self.writable(collection)[record.get("id", "")] = record

    def _delete(self, collection: str, record_id: str) -> None:
        del self.writable(collection)[record_id]

    def tables(self) -> Tables:
        """Everything as it will be. Raises the UniqueViolation that broke this transaction."""
        if self._broken is not None:
            raise self._broken
        return super().tables()


class Turn:
    """Lets one thread at a time through, and tells a thread that would wait for itself."""

    def __init__(self, seconds: float = -1) -> None:
        self._lock = threading.Lock()
        self._seconds = seconds
        self._holder: int | None = None

    @contextmanager
    def taken(self) -> Iterator[float]:
        """Wait for the turn and hold it; gives the seconds left. Raises StoreUnavailable at their end."""
        if self._holder == threading.get_ident():
            raise RuntimeError("transactions do not nest: hand the open one to the function you call")
        began = time.monotonic()
        if not self._lock.acquire(timeout=self._seconds):
            raise StoreUnavailable(f"another thread kept the store for more than {self._seconds:g} seconds")
        self._holder = threading.get_ident()
        try:
            yield max(0.0, self._seconds - (time.monotonic() - began))
        finally:
            self._holder = None
            self._lock.release()
