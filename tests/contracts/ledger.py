"""Short words for the contract tests: two collections, and what is done to them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from forms.store.collection import use_case
from forms.store.protocol import Match, Query, Record, Shape, Shapes, Store, Transaction

JOBS = Shape("jobs", keys=("state", "rank", "open"))
PEOPLE = Shape("people", keys=("email",), unique=(("email",), ("family", "given")))

OpenStore = Callable[[Shapes], Store]


@use_case
def put(tx: Transaction, collection: str, *records: Record) -> None:
    """Put records in one transaction."""
    for record in records:
        tx.put(collection, record)


def find(store: Store, collection: str, where: dict[str, Match] | None = None, **options: Any) -> list[str]:
    """The ids that `find` gives, in its order."""
    with store.read() as reader:
        return [each["id"] for each in reader.find(collection, Query(where or {}, **options))]


def fail_after(store: Store, work: Callable[[Transaction], object]) -> None:
    """Do work in a transaction that then raises KeyError."""
    with store.transaction() as tx:
        work(tx)
        raise KeyError


def increment(store: Store, times: int) -> None:
    """Add one to the counter, in so many transactions."""
    for _ in range(times):
        _add_one(store)


@use_case
def _add_one(tx: Transaction) -> None:
    record = tx.get("jobs", "counter") or {"id": "counter", "rank": 0}
    tx.put("jobs", {**record, "rank": record["rank"] + 1})


def in_threads(count: int, work: Callable[[int], None]) -> None:
    """Run `work(number)` in threads at once, and raise what any of them raised."""
    raised: list[Exception] = []

    def guarded(number: int) -> None:
        try:
            work(number)
        except Exception as error:  # noqa: BLE001 - handed over to the test
            raised.append(error)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]
