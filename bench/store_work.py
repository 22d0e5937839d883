"""What is measured, each in a process of its own: its memory is one engine's, nothing is warm by chance."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import random
import re
import resource
import statistics
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from bench.store_engines import ENGINES, MAIN, Opened, Ours, document
from core.errors import TransactionConflict

_SPAWN = multiprocessing.get_context("spawn")

FEWEST = 5
"""An operation is repeated at least so often, however long it takes."""

PROCESSES = 4


class Case(NamedTuple):
    """One engine, where it keeps its files or is found, with how many documents; seconds for each number."""

    engine: str
    place: str
    documents: int
    seconds: float


def apart(work: Callable[..., Any], case: Case) -> Any:
    """Do `work` in a new process; gives what it gave."""
    (given,) = together(work, 1, case)
    return given


def together(work: Callable[..., Any], processes: int, case: Case) -> list[Any]:
    """Do `work(case, barrier, number)` in so many processes at once."""
    barrier = _SPAWN.Barrier(processes)
    started = []
    for number in range(processes):
        ours, theirs = _SPAWN.Pipe()
        process = _SPAWN.Process(target=_child, args=(theirs, work, case, barrier, number))
        process.start()
        theirs.close()
        started.append((process, ours))
    try:
        return [ours.recv() for _process, ours in started]
    finally:
        for process, _ours in started:
            process.join()


def _child(connection: Connection, work: Callable[..., Any], case: Case, barrier: Any, number: int) -> None:
    connection.send(work(case, barrier, number))


def load(case: Case, _barrier: object, _number: int) -> None:
    """Fill a store."""
    documents = [document(number, case.documents) for number in range(case.documents)]
    ENGINES[case.engine].open(case.place).load(documents)


def operations(case: Case, _barrier: object, _number: int) -> dict[str, float]:
    """Median milliseconds of each operation, for one process alone, and its peak memory in MB."""
    documents, seconds = case.documents, case.seconds
    chosen = ENGINES[case.engine]
    store = chosen.open(case.place)
    chance = random.Random(7)
    # Numbers nobody used before, so that the ids are new.
    numbers = itertools.count(os.getpid() * 10_000_000)

    def fresh() -> dict[str, Any]:
        return document(next(numbers), documents)

    def any_id() -> str:
        return str(document(chance.randrange(documents), documents)["id"])

    def any_job() -> str:
        return str(document(chance.randrange(documents), documents)["job_id"])

    store.get(any_id())
    measured = {"get": _median(store.get, any_id, seconds), "find": _median(store.find, any_job, seconds)}
    if isinstance(store, Ours):
        with store.store.read() as reader:
            measured["view"] = _median(lambda record_id: reader.get(MAIN, record_id), any_id, seconds)
    if not chosen.reads_only:
        measured["insert"] = _median(store.insert, fresh, seconds)
        measured["three"] = _median(store.three, lambda: (fresh(), fresh(), fresh()), seconds)
    return {**measured, "memory": _peak_megabytes()}


def inserts_at_once(case: Case, barrier: Any, _number: int) -> tuple[int, float]:
    """How many inserts one of several processes got acknowledged, and in how many seconds."""
    store = ENGINES[case.engine].open(case.place)
    # Numbers nobody used before, so that the ids are new.
    first = os.getpid() * 10_000_000
    barrier.wait()
    return _as_many(lambda turn: _insist(store, document(first + turn, case.documents)), case.seconds)


def gets_at_once(case: Case, barrier: Any, number: int) -> tuple[int, float]:
    """As `inserts_at_once`, for gets."""
    store = ENGINES[case.engine].open(case.place)
    ids = [
        str(document((number * 7919 + each) % case.documents, case.documents)["id"]) for each in range(1000)
    ]
    store.get(ids[0])
    barrier.wait()
    return _as_many(lambda turn: store.get(ids[turn % 1000]), case.seconds)


def _insist(store: Opened, record: dict[str, Any]) -> None:
    while True:
        try:
            return store.insert(record)
        except TransactionConflict:
            continue


def _as_many(work: Callable[[int], object], seconds: float) -> tuple[int, float]:
    began, done = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        work(done)
        done += 1
    return done, time.perf_counter() - began


def _median(work: Callable[[Any], object], argument: Callable[[], object], seconds: float) -> float:
    times: list[float] = []
    until = time.perf_counter() + seconds
    while len(times) < FEWEST or time.perf_counter() < until:
        given = argument()
        began = time.perf_counter()
        work(given)
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def _peak_megabytes() -> float:
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    except FileNotFoundError:
        found = None
    kilobytes = int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes / 1024
