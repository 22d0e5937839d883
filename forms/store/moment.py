"""What engines in memory share: a view of one moment, a transaction over branches, and taking turns."""

from __future__ import annotations

import threading
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

    def _rows(self, collection: str) -> Rows:
        tables = self._all()
        if collection not in tables:
            known = ", ".join(tables)
            raise ValueError(f'the store was opened without the collection "{collection}"; it has: {known}')
        return tables[collection]

    def _all(self) -> Tables:
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
        try:
            self.writable(collection)[str(record.get("id"))] = record
        except UniqueViolation as violation:
            self._broken = violation
            raise

    def delete(self, collection: str, record_id: str) -> bool:
        """Remove the record; False when there was none."""
        if record_id not in self._rows(collection):
            return False
        del self.writable(collection)[record_id]
        return True

    def writable(self, collection: str) -> Rows:
        """This transaction's own branch of a collection."""
        rows = self._rows(collection)
        if rows is self._before[collection]:
            rows = rows.branch()
            self._tables = {**self._all(), collection: rows}
        return rows

    def changed(self) -> bool:
        """Whether anything was written."""
        return any(rows is not self._before[name] for name, rows in self._all().items())

    def result(self) -> Tables:
        """The tables after this transaction. Raises the UniqueViolation that broke it."""
        return self._all()

    def _all(self) -> Tables:
        if self._broken is not None:
            raise self._broken
        return super()._all()


class Turn:
    """Lets one thread at a time through, and tells a thread that would wait for itself."""

    def __init__(self, seconds: float = -1) -> None:
        self._lock = threading.Lock()
        self._seconds = seconds
        self._holder: int | None = None

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn and hold it. Raises StoreUnavailable after the time allowed."""
        if self._holder == threading.get_ident():
            raise RuntimeError("transactions do not nest: hand the open one to the function you call")
        if not self._lock.acquire(timeout=self._seconds):
            raise StoreUnavailable(f"another thread kept the store for more than {self._seconds:g} seconds")
        self._holder = threading.get_ident()
        try:
            yield
        finally:
            self._holder = None
            self._lock.release()
