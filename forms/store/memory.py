"""The engine that forgets: for tests and demonstrations. It keeps every promise but durability."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from forms.store.moment import Moment, TableTransaction, Turn, empty_tables
from forms.store.protocol import Reader, Shapes, Transaction


class MemoryStore:
    """Records of one process, gone with it. Safe for threads."""

    def __init__(self, shapes: Shapes) -> None:
        self._tables = empty_tables(shapes)
        self._turn = Turn()

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A consistent view; it never waits."""
        with Moment(self._tables) as moment:
            yield moment

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """One at a time. Raises UniqueViolation."""
        with self._turn.taken(), TableTransaction(self._tables) as transaction:
            yield transaction
            self._tables = transaction.tables()

    def close(self) -> None:
        """Nothing to let go of."""
