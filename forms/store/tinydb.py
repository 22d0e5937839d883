"""The embedded engine: TinyDB, made safe through its own extension points (Storage, Table, document ids).

Stock TinyDB writes its one file in place, unlocked, and scans it for every question. Here the storage locks,
replaces the file whole and notices what other processes wrote; tables are indexed and hand out copies; and
a transaction spans all of them. See `layout` for the file and `ledger_file` for what protects it.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, cast

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from core.errors import Problem, StoreCorrupt, StoreUnavailable
from forms.store.layout import Unreadable, parse, render, stamp_of
from forms.store.ledger_check import check
from forms.store.ledger_file import LedgerFile, Look
from forms.store.ledger_swap import upgrade
from forms.store.moment import Moment, Tables, TableTransaction, Turn, empty_tables
from forms.store.protocol import Reader, Record, Shapes, Transaction
from forms.store.snapshots import SnapshotRule, Snapshots
from forms.store.upgrades import STEPS, Steps, newest

_NO_SNAPSHOTS = SnapshotRule()


class _Known(NamedTuple):
    """The tables in memory, and how the file looked that holds the same."""

    look: Look
    tables: Tables


class LedgerStorage(Storage):
    """TinyDB's storage over a `LedgerFile`: reads what changed, writes everything in one step."""

    def __init__(self, file: LedgerFile, shapes: Shapes, snapshots: Snapshots, steps: Steps) -> None:
        self._file = file
        self.snapshots = snapshots
        self._steps = steps
        self._format = newest(steps)
        self._empty = empty_tables(shapes)
        self._known: _Known | None = None
        self._loading = threading.Lock()

    def begin(self) -> None:
        """Make an empty ledger where there never was one. The lock must be held. Raises StoreCorrupt."""
        if self._file.exists():
            return
        if self.snapshots.found():
            raise StoreCorrupt(
                f"{self._file.path}: has gone, though there are snapshots of it. {self._repair()}; "
                f"to begin an empty ledger, move {self.snapshots.folder} away"
            )
        self._file.replace(render(self._empty, 1, self._format))

    def is_outdated(self) -> bool:
        """Whether the file is of an older format. Raises StoreCorrupt, StoreUnavailable."""
        with self._explained():
            return stamp_of(self._file.look().head, self._format).format < self._format

    def upgrade(self) -> None:
        """Bring the file to this program's format, after a snapshot. The lock must be held.

        Raises as `read`, and StoreError when a step fails.
        """
        if self.is_outdated():
            with self._explained():
                upgrade(
                    self._file, [rows.shape for rows in self._empty.values()], self.snapshots, self._steps
                )

    def read(self) -> dict[str, dict[str, Any]]:
        """The tables as they stand in the file now. Raises StoreCorrupt, StoreUnavailable."""
        return cast("dict[str, dict[str, Any]]", self.tables())

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Replace all tables. The lock must be held, from reading on. Raises StoreUnavailable."""
        self.replace(cast(Tables, data))

    def replace(self, tables: Tables) -> None:
        """As `write`."""
        with self._explained():
            generation = stamp_of(self._file.look().head, self._format).generation + 1
        if self._known is not None and any(self._known.tables.values()):
            self.snapshots.take_if_due()
        try:
            self._file.replace(render(tables, generation, self._format))
            known = _Known(self._file.look(), tables)
        except BaseException:
            # What stands in the file now is for the file to say.
            self.forget()
            raise
        with self._loading:
            self._known = known

    def tables(self) -> Tables:
        """As `read`. One thread at a time looks; looking costs one small read while nothing changed."""
        with self._loading, self._explained():
            known = self._known
            if known is None or known.look != self._file.look():
                look, content = self._file.content()
                before = self._empty if known is None else known.tables
                known = _Known(look, parse(content, before, self._format))
                self._known = known
            return known.tables

    def forget(self) -> None:
        """Drop what is in memory; the next look reads the file."""
        with self._loading:
            self._known = None

    def after_fork(self) -> None:
        """In a child: another thread of the parent may have held the lock that was copied."""
        self._loading = threading.Lock()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except Unreadable as error:
            raise StoreCorrupt(
                f"{self._file.path}: cannot be read: {error}. Nothing was changed. {self._repair()}"
            ) from error

    def _repair(self) -> str:
        snapshots = self.snapshots.found()
        newest_one = f" (the newest snapshot: {snapshots[-1].path})" if snapshots else ""
        return f"Restore a backup: flask --app forms restore FILE{newest_one}"


class _Staged(Storage):
    """TinyDB's storage inside a transaction: what is written stays here until all of it leaves together."""

    def __init__(self, transaction: TableTransaction) -> None:
        self._transaction = transaction

    def read(self) -> dict[str, dict[str, Any]]:
        return cast("dict[str, dict[str, Any]]", self._transaction.tables())

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        raise NotImplementedError("tables are changed one by one; they are written when the transaction ends")

    def writable(self, name: str) -> dict[Any, Any]:
        """The transaction's own branch of a table."""
        return cast("dict[Any, Any]", self._transaction.writable(name))


class _IndexedTable(Table):
    """A TinyDB table with text ids over indexed rows. Documents are copies: put them back to change them."""

    document_id_class = cast("type[int]", str)
    default_query_cache_capacity = 0

    def _update_table(self, updater: Callable[[dict[int, Any]], None]) -> None:
        # TinyDB's own rebuilds the whole table, key by key, for each change.
        updater(cast(_Staged, self._storage).writable(self.name))

    def put(self, record: Record) -> None:
        """Insert the record, or replace the one with its id; TinyDB's `upsert` would merge the two."""
        self._update_table(lambda rows: rows.__setitem__(cast(int, record.get("id", "")), record))

    def take_out(self, record_id: str) -> None:
        """Remove the record with this id, which must be there."""
        self.remove(doc_ids=[cast(int, record_id)])


class _Database(TinyDB):
    table_class = _IndexedTable


class _TinyTransaction(TableTransaction):
    """A transaction that writes through TinyDB's tables."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        self._database = _Database(self, storage=_Staged)

    def _put(self, collection: str, record: Record) -> None:
        cast(_IndexedTable, self._database.table(collection)).put(record)

    def _delete(self, collection: str, record_id: str) -> None:
        cast(_IndexedTable, self._database.table(collection)).take_out(record_id)


class TinyStore:
    """The embedded engine on one file. Safe for threads, for other processes, and after a fork."""

    def __init__(
        self,
        path: Path,
        shapes: Shapes,
        *,
        lock_seconds: float = 10,
        snapshots: SnapshotRule = _NO_SNAPSHOTS,
        steps: Steps = STEPS,
    ) -> None:
        """Open the ledger at `path`, or begin one. Raises StoreUnavailable, StoreCorrupt.

        `lock_seconds`: how long a transaction waits for others before it raises StoreUnavailable.
        `snapshots`: when writing keeps the state before. `steps`: what brings an older file up to date.
        """
        self._file = LedgerFile(path)
        self._seconds = lock_seconds
        self._turn = Turn(lock_seconds)
        self._storage = LedgerStorage(self._file, shapes, Snapshots(self._file.path, snapshots), steps)
        if not self._file.exists() or self._storage.is_outdated():
            with self._file.locked(lock_seconds):
                self._storage.begin()
                self._storage.upgrade()
        self._storage.tables()
        _STORES.add(self)

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A consistent view, which never waits for a writer. Raises StoreUnavailable, StoreCorrupt."""
        with Moment(self._storage.tables()) as moment:
            yield moment

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """One at a time on this machine; written once, at the end, if anything changed.

        Raises StoreUnavailable (lock time-out, disc), StoreCorrupt, UniqueViolation.
        """
        process = os.getpid()
        with self._turn.taken() as seconds, self._file.locked(seconds):
            self._file.require_writable()
            with _TinyTransaction(self._storage.tables()) as transaction:
                yield transaction
                if os.getpid() != process:
                    raise RuntimeError("the process forked inside a transaction; only the parent may end it")
                if transaction.changed():
                    self._storage.replace(transaction.tables())

    def snapshots(self) -> Snapshots:
        """Its states before, as writing kept them."""
        return self._storage.snapshots

    def forget_copies(self, age: dt.timedelta) -> int:
        """Remove earlier states of the file that are so old, see `Snapshots.let_go`; how many.

        Raises StoreUnavailable.
        """
        with self._turn.taken() as seconds, self._file.locked(seconds):
            try:
                return self._storage.snapshots.let_go(age)
            except OSError as error:
                folder = self._storage.snapshots.folder
                raise StoreUnavailable(
                    f"{folder}: old copies could not be removed: {error.strerror or error}"
                ) from error

    def check(self) -> list[Problem]:
        """What is wrong with its files; see `fsck`. Raises StoreUnavailable."""
        return check(self._file, self._storage.snapshots)

    def close(self) -> None:
        """Drop what is in memory. The file is open only while it is read or written."""
        self._storage.forget()

    def after_fork(self) -> None:
        """In a child: threads of the parent do not exist here, so what they held is held by nobody."""
        self._turn = Turn(self._seconds)
        self._storage.after_fork()


_STORES: weakref.WeakSet[TinyStore] = weakref.WeakSet()


def _after_fork() -> None:
    for store in _STORES:
        store.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
