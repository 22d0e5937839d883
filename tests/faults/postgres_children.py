"""Processes that use PostgreSQL while a test kills it, or that fork with a store open."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import NamedTuple

from core.errors import StoreUnavailable
from forms.store.collection import use_case
from forms.store.postgres import PostgresStore
from forms.store.protocol import Shape, Transaction
from tests.postgres_ledgers import UNHURRIED
from tests.processes import LONG

SHAPES = (Shape("jobs", keys=("state", "rank")), Shape("people", keys=("job",), unique=(("job",),)))


class Said(NamedTuple):
    """What a writer was told of one transaction: kept, not kept, or that nobody knows."""

    record_id: str
    outcome: str


def write_through_faults(connection: Connection, url: str, name: str) -> None:
    """Keep a job and a person in one transaction, over and over; tell each outcome.

    Told to stop, it goes on until a write is kept: a server that was started a moment ago, on a busy machine,
    may need a few seconds. It gives up after LONG seconds.
    """
    store = PostgresStore(url, SHAPES, patience=UNHURRIED)
    outcome, latest = "", float("inf")
    for number in itertools.count():
        if latest == float("inf") and connection.poll():
            latest = time.monotonic() + LONG
        if time.monotonic() > latest or (outcome == "kept" and latest < float("inf")):
            break
        record_id = f"{name}-{number}"
        outcome = _outcome_of_writing(store, record_id)
        connection.send(Said(record_id, outcome))
    connection.send(None)
    store.close()


def _outcome_of_writing(store: PostgresStore, record_id: str) -> str:
    try:
        with store.transaction() as tx:
            tx.put("jobs", {"id": record_id, "state": "open", "text": "x" * 500})
            tx.put("people", {"id": f"p-{record_id}", "job": record_id})
    except StoreUnavailable as error:
        time.sleep(0.02)
        return "unknown" if "not known" in str(error) else "refused"
    return "kept"


@use_case
def count_one(tx: Transaction) -> None:
    """Add one to the counter."""
    record = tx.get("jobs", "counter") or {"id": "counter", "rank": 0}
    tx.put("jobs", {**record, "rank": record["rank"] + 1})


def fork_twice(connection: Connection, url: str, times: int) -> None:
    """Fork two children with the pool open, as a preloading server does; all three go on counting."""
    store = PostgresStore(url, SHAPES, patience=UNHURRIED)
    count_one(store)
    with store.read() as reader:
        reader.count("jobs", {})
        children = [_forked(lambda: _count(store, times)) for _ in range(2)]
        reader.count("jobs", {})
    _count(store, times)
    connection.send([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children])
    _count(store, times)
    store.close()


def fork_inside_a_transaction(connection: Connection, url: str) -> None:
    """Fork in the middle of a transaction: the child may begin its own, and leaves this one to the parent."""
    store = PostgresStore(url, SHAPES, patience=UNHURRIED)
    with store.transaction() as tx:
        tx.put("jobs", {"id": "parent"})
        ended = _forked_copy_of(store)
        connection.send(os.waitstatus_to_exitcode(os.waitpid(ended, 0)[1]))
    connection.send("kept")
    store.close()


def _forked_copy_of(store: PostgresStore) -> int:
    def work() -> None:
        with store.transaction() as tx:
            tx.put("jobs", {"id": "child"})
        store.close()

    return _forked(work)


def _count(store: PostgresStore, times: int) -> None:
    for _ in range(times):
        count_one(store)


def _forked(work: Callable[[], None]) -> int:
    """Fork a child that does `work` and ends: 0 when it went well. Gives its process id."""
    child = os.fork()
    if child:
        return child
    try:
        work()
        os._exit(0)
    finally:
        os._exit(1)
