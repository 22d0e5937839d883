"""What other processes do to a store while a test watches. Started anew, they share nothing with it."""

from __future__ import annotations

from multiprocessing.process import BaseProcess
from pathlib import Path

from core.errors import UniqueViolation
from forms.store.protocol import Query, Store
from tests.contracts.engines import ENGINES
from tests.contracts.ledger import JOBS, PEOPLE, increment, put
from tests.processes import ended


def open_by_name(name: str, place: Path) -> Store:
    """The store of an engine at a place, with the two collections."""
    (engine,) = (each for each in ENGINES if each.name == name)
    return engine.open(place, (JOBS, PEOPLE))


def finish(*processes: BaseProcess) -> None:
    """Wait for processes; each must have ended well."""
    for process in processes:
        assert ended(process) == 0
        process.close()


def count_up(name: str, place: Path, times: int) -> None:
    """Increment the counter."""
    increment(open_by_name(name, place), times)


def move_money(name: str, place: Path, times: int) -> None:
    """Move one from a to b and back again: the sum stays, whenever one looks."""
    store = open_by_name(name, place)
    for turn in range(times):
        step = 1 if turn % 2 else -1
        with store.transaction() as tx:
            for record_id, change in (("a", step), ("b", -step)):
                record = tx.get("jobs", record_id)
                assert record is not None
                tx.put("jobs", {**record, "rank": record["rank"] + change})


def claim(name: str, place: Path, number: int) -> None:
    """Try to be the one who holds the address."""
    try:
        put(open_by_name(name, place), "people", {"id": str(number), "email": "a@example.org"})
    except UniqueViolation:
        return


def sum_of_ranks(store: Store) -> int:
    """The sum over all jobs, read as one."""
    with store.read() as reader:
        return sum(record["rank"] for record in reader.find("jobs", Query({})))
