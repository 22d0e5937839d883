"""The stores that `bench/store.py` sets side by side, each behind the same few verbs."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol, cast

import orjson
import psycopg
from tinydb import TinyDB, where

from forms.store.postgres import PostgresStore
from forms.store.postgres_keys import encoded_id
from forms.store.postgres_query import Verbs
from forms.store.postgres_tables import Table
from forms.store.protocol import Query, Record, Shape, Store
from forms.store.tinydb import TinyStore

SHAPES = (
    Shape("bench_candidacies", keys=("job_id", "state")),
    Shape("bench_events", keys=("job_id",)),
    Shape("bench_outbox", keys=("job_id",)),
)
NAMES = tuple(shape.name for shape in SHAPES)
MAIN = NAMES[0]
PER_JOB = 10
"""Documents an indexed find gives."""

LETTER = "We met on Thursday, and I promised you an answer. " * 6


def document(number: int, documents: int) -> Record:
    """A record of about 500 bytes; `number` makes its id, which is as random as ours are."""
    return {
        "id": f"{random.Random(number).getrandbits(128):032x}",
        "job_id": f"job-{number % max(1, documents // PER_JOB):08}",
        "state": ("open", "told", "late")[number % 3],
        "created": f"2026-11-{number % 28 + 1:02}T09:30:00.000000Z",
        "reason": LETTER,
    }


def _decoded(data: str) -> Record:
    record: Record = orjson.loads(data)
    return record


class Opened(Protocol):
    """One opened store. Every writing verb is durable when it returns."""

    def load(self, records: list[Record]) -> None: ...
    def get(self, record_id: str) -> Record | None: ...
    def find(self, job_id: str) -> list[Record]: ...
    def insert(self, record: Record) -> None: ...
    def three(self, records: tuple[Record, Record, Record]) -> None: ...


class Ours:
    """A store of ours, of either engine."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def load(self, records: list[Record]) -> None:
        for start in range(0, len(records), 20_000):
            with self.store.transaction() as tx:
                for record in records[start : start + 20_000]:
                    tx.put(MAIN, record)

    def get(self, record_id: str) -> Record | None:
        with self.store.read() as reader:
            return reader.get(MAIN, record_id)

    def find(self, job_id: str) -> list[Record]:
        with self.store.read() as reader:
            return reader.find(MAIN, Query({"job_id": job_id}))

    def insert(self, record: Record) -> None:
        with self.store.transaction() as tx:
            tx.put(MAIN, record)

    def three(self, records: tuple[Record, Record, Record]) -> None:
        with self.store.transaction() as tx:
            for name, record in zip(NAMES, records, strict=True):
                tx.put(name, record)


class Stock:
    """TinyDB as it comes: the document is found by its field, since its own ids cannot be ours."""

    def __init__(self, path: Path) -> None:
        self._database = TinyDB(path)
        self._tables = [self._database.table(name, cache_size=0) for name in NAMES]

    def load(self, records: list[Record]) -> None:
        self._tables[0].insert_multiple(records)

    def get(self, record_id: str) -> Record | None:
        found = self._tables[0].get(where("id") == record_id)
        return cast("Record | None", found)

    def find(self, job_id: str) -> list[Record]:
        return list(self._tables[0].search(where("job_id") == job_id))

    def insert(self, record: Record) -> None:
        self._tables[0].insert(record)

    def three(self, records: tuple[Record, Record, Record]) -> None:
        """It has no transactions: three writes."""
        for table, record in zip(self._tables, records, strict=True):
            table.insert(record)


class Sqlite:
    """WAL, synchronous=FULL: JSON as text, beside it the compared fields, indexed."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, timeout=60, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        for name in NAMES:
            columns = "id TEXT PRIMARY KEY, job_id TEXT, state TEXT, record TEXT"
            self._database.execute(f"CREATE TABLE IF NOT EXISTS {name} ({columns})")
            for key in ("job_id", "state"):
                self._database.execute(f"CREATE INDEX IF NOT EXISTS {name}_{key} ON {name} ({key}, id)")

    def load(self, records: list[Record]) -> None:
        with self._transaction():
            for record in records:
                self._put(MAIN, record)

    def get(self, record_id: str) -> Record | None:
        found = self._database.execute(f"SELECT record FROM {MAIN} WHERE id = ?", (record_id,)).fetchone()
        return _decoded(found[0]) if found else None

    def find(self, job_id: str) -> list[Record]:
        asked = f"SELECT record FROM {MAIN} WHERE job_id = ? ORDER BY id"
        return [_decoded(row[0]) for row in self._database.execute(asked, (job_id,))]

    def insert(self, record: Record) -> None:
        with self._transaction():
            self._put(MAIN, record)

    def three(self, records: tuple[Record, Record, Record]) -> None:
        with self._transaction():
            for name, record in zip(NAMES, records, strict=True):
                self._put(name, record)

    def _put(self, name: str, record: Record) -> None:
        values = (record["id"], record["job_id"], record["state"], orjson.dumps(record).decode())
        self._database.execute(f"INSERT INTO {name} VALUES (?, ?, ?, ?)", values)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        yield
        self._database.execute("COMMIT")


class Direct:
    """The very statements of our PostgreSQL engine, said to psycopg without it. Reads only."""

    def __init__(self, url: str) -> None:
        self._session = psycopg.connect(url, autocommit=True)
        self._verbs = Verbs(Table(SHAPES[0]))

    def get(self, record_id: str) -> Record | None:
        found = self._session.execute(self._verbs.get, (encoded_id(record_id),)).fetchone()
        return _decoded(found[0]) if found else None

    def find(self, job_id: str) -> list[Record]:
        statement = self._verbs.find(Query({"job_id": job_id}))
        rows = self._session.execute(statement.text, statement.parameters, prepare=False).fetchall()
        return [_decoded(row[0]) for row in rows]

    def load(self, records: list[Record]) -> None:
        raise NotImplementedError

    def insert(self, record: Record) -> None:
        raise NotImplementedError

    def three(self, records: tuple[Record, Record, Record]) -> None:
        raise NotImplementedError


class Engine(NamedTuple):
    """`open` takes a place: a folder for files, or the address of a server."""

    name: str
    open: Callable[[str], Opened]
    reads_only: bool = False
    shares: bool = True
    """Whether several processes may write at once."""


def _tinydb(place: str) -> Opened:
    return Ours(TinyStore(Path(place) / "ours.json", SHAPES, lock_seconds=60))


def _postgres(place: str) -> Opened:
    return Ours(PostgresStore(place, SHAPES))


ENGINES = {
    "ours": Engine("our TinyDB", _tinydb),
    "stock": Engine("stock TinyDB", lambda place: Stock(Path(place) / "stock.json"), shares=False),
    "sqlite": Engine("SQLite", lambda place: Sqlite(Path(place) / "lite.db")),
    "postgres": Engine("PostgreSQL", _postgres),
    "direct": Engine("psycopg", Direct, reads_only=True),
}
