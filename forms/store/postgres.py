"""The engine for more than one machine: PostgreSQL, or what speaks its protocol.

Transactions are SERIALIZABLE: the server sees to it that they are as if one came after the other, also where
one searched for what another inserts, and ends one of two that met with 40001; `use_case` does its work
again. Nobody waits for a lock of ours, so machines work side by side. Readers take a REPEATABLE READ
snapshot, which never waits and never fails.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

import orjson
import psycopg

from core.errors import StoreError
from forms.store.postgres_errors import Groups, explained, is_lost, unknown_outcome
from forms.store.postgres_keys import encoded_id
from forms.store.postgres_layout import collections_in
from forms.store.postgres_pool import Pool
from forms.store.postgres_query import Statement, Verbs
from forms.store.postgres_schema import place_of, upgrade
from forms.store.postgres_session import Patience, Session
from forms.store.postgres_tables import Table
from forms.store.protocol import Match, Query, Reader, Record, Shapes, Transaction
from forms.store.records import freeze

R = TypeVar("R")

_READ = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_WRITE = b"BEGIN ISOLATION LEVEL SERIALIZABLE"
_PATIENCE = Patience()


class _Collection:
    """A table and what is said to it."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.verbs = Verbs(table)


class _Ledger:
    """The collections a store was opened with, and the database's name for messages."""

    def __init__(self, place: str, tables: tuple[Table, ...]) -> None:
        self.place = place
        self.collections = {table.shape.name: _Collection(table) for table in tables}
        self.groups: Groups = {
            index: (table.shape.name, fields) for table in tables for index, fields in table.groups.items()
        }

    def __getitem__(self, name: str) -> _Collection:
        if name not in self.collections:
            known = ", ".join(self.collections)
            raise ValueError(f'the store was opened without the collection "{name}"; it has: {known}')
        return self.collections[name]


class _View:
    """A reader over one snapshot, which is taken with the first question. It ends with its block."""

    def __init__(self, ledger: _Ledger, pool: Pool, session: Session | None = None) -> None:
        self._ledger = ledger
        self._pool = pool
        self._session = session
        self._ended = False
        self._broken: StoreError | None = None

    def get(self, collection: str, record_id: str) -> Record | None:
        """The record, or None."""
        statement = Statement(self._ledger[collection].verbs.get, (encoded_id(record_id),))
        found = self._ask(lambda session: _rows(session, statement))
        return orjson.loads(found[0]) if found else None

    def find(self, collection: str, query: Query) -> list[Record]:
        """The records that match. Raises ValueError for a key that the shape does not declare."""
        statement = self._ledger[collection].verbs.find(query)
        return [orjson.loads(row) for row in self._ask(lambda session: _rows(session, statement))]

    def count(self, collection: str, where: Mapping[str, Match]) -> int:
        """How many records match."""
        statement = self._ledger[collection].verbs.count(where)
        return int(self._ask(lambda session: _rows(session, statement))[0])

    def collections(self) -> tuple[str, ...]:
        """The names of all collections that hold records, also of those the store was opened without."""
        return self._ask(_listed)

    def end(self) -> None:
        """Give the connection back; from now on every verb is refused."""
        self._ended = True
        session, self._session = self._session, None
        if session is not None:
            self._pool.give_back(session)

    def check(self) -> None:
        """Raises RuntimeError after the end of the block, or what broke the transaction."""
        if self._ended:
            raise RuntimeError("the block this reader or transaction belongs to has ended")
        if self._broken is not None:
            raise self._broken

    def _ask(self, question: Callable[[Session], R]) -> R:
        """Ask the server. Raises what its refusal means, from then on until the end, as PostgreSQL does."""
        self.check()
        try:
            if self._session is not None:
                return question(self._session)
            self._session, answer = self._pool.begun(lambda session: question(_reading(session)))
            return answer
        except psycopg.Error as error:
            self._broken = explained(error, self._ledger.place, self._ledger.groups)
        # Outside of `except`: the driver's error quotes values, and must not be chained to ours.
        raise self._broken


def _reading(session: Session) -> Session:
    session.pending = _READ
    return session


def _listed(session: Session) -> tuple[str, ...]:
    session.say(b"SELECT 1")  # begins the transaction, if nothing was asked before
    return collections_in(session)


def _rows(session: Session, statement: Statement) -> list[bytes]:
    """What a question gives. Planned for its values: a state that is rare ("queued") among a million that is
    not ("sent") wants another index than a common one.
    """
    return session.say(statement.spelled())


def _changed(session: Session, statement: Statement) -> int:
    """How many rows a change touched."""
    return session.execute(statement.text, statement.parameters).rowcount


class _Change(_View):
    """A transaction."""

    def put(self, collection: str, record: Record) -> None:
        """Insert the record, or replace the one with its id. Raises UniqueViolation, ValueError."""
        known = self._ledger[collection]
        row = freeze(collection, record, known.table.fields)
        statement = Statement(known.verbs.put, (*known.table.values(row), row.data.decode()))
        self._ask(lambda session: _changed(session, statement))

    def delete(self, collection: str, record_id: str) -> bool:
        """Remove the record; False when there was none."""
        statement = Statement(self._ledger[collection].verbs.delete, (encoded_id(record_id),))
        return self._ask(lambda session: _changed(session, statement)) > 0

    def claim(self, collection: str, query: Query) -> list[Record]:
        """The records that match and that no other transaction has claimed or changed."""
        statement = self._ledger[collection].verbs.find(query, claim=True)
        return [orjson.loads(row) for row in self._ask(lambda session: _rows(session, statement))]

    def keep(self) -> None:
        """Commit. Raises what broke the transaction, TransactionConflict, StoreUnavailable."""
        self.check()
        assert self._session is not None
        try:
            self._session.say(b"COMMIT")
            return
        except psycopg.Error as error:
            place = self._ledger.place
            told = (
                unknown_outcome(error, place)
                if is_lost(error)
                else explained(error, place, self._ledger.groups)
            )
        raise told


class PostgresStore:
    """The engine on one database. Safe for threads, for other machines, and after a fork."""

    def __init__(
        self,
        url: str,
        shapes: Shapes,
        *,
        change: bool = True,
        connections: int = 8,
        patience: Patience = _PATIENCE,
    ) -> None:
        """Open the ledger in the database at `url` (as libpq reads it), or begin one there.

        `change`: whether it may be begun, and tables changed; without, NotFound and StoreCorrupt say so.
        `connections`: at most, of each process; a thread needs two where it reads beside a transaction.
        Raises StoreUnavailable, StoreCorrupt (a newer program wrote it), InvalidSettings (no address).
        """
        tables = tuple(map(Table, shapes))
        self._ledger = _Ledger(place_of(url), tables)
        self._pool = Pool(url, connections, patience)
        self._inside = threading.local()
        upgrade(url, tables, patience, change=change)

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A consistent view, which never waits for a writer, of the moment of its first question; that
        takes the connection too. The verbs raise StoreUnavailable.
        """
        view = _View(self._ledger, self._pool)
        try:
            yield view
        finally:
            view.end()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Kept on disc when the block is left. Raises UniqueViolation, TransactionConflict,
        StoreUnavailable; where its message says that the outcome is not known, it may have been kept.
        """
        process = os.getpid()
        if getattr(self._inside, "process", None) == process:
            raise RuntimeError("transactions do not nest: hand the open one to the function you call")
        change = _Change(self._ledger, self._pool, self._taken(_WRITE))
        self._inside.process = process
        try:
            yield change
            if os.getpid() != process:
                raise RuntimeError("the process forked inside a transaction; only the parent may end it")
            change.keep()
        finally:
            self._inside.process = None
            change.end()

    def close(self) -> None:
        """Close all connections; the next use opens new ones."""
        self._pool.close()

    def _taken(self, begin: bytes) -> Session:
        try:
            return self._pool.take(begin)
        except psycopg.Error as error:
            told = explained(error, self._ledger.place, self._ledger.groups)
        raise told
