"""Processes that use the embedded store and are then killed, stopped or starved by the tests."""

from __future__ import annotations

import os
import resource
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path

from core.errors import StoreUnavailable
from forms.store.protocol import Shape
from forms.store.tinydb import TinyStore
from tests.faults.traps import Trap
from tests.processes import LONG

SHAPES = (Shape("jobs", keys=("state",)), Shape("people", keys=("job",), unique=(("job",),)))


def write_until_killed(connection: Connection, path: Path, name: str) -> None:
    """Keep a job and a person in one transaction, over and over; tell the name of each that was kept."""
    store = TinyStore(path, SHAPES, lock_seconds=60)
    for number in range(1_000_000):
        record_id = f"{name}-{number}"
        with store.transaction() as tx:
            tx.put("jobs", {"id": record_id, "state": "open", "text": "x" * 500})
            tx.put("people", {"id": f"p-{record_id}", "job": record_id})
        connection.send(record_id)


def die_at(_connection: Connection, path: Path, call: int) -> None:
    """Write, and be killed just before a certain system call of it."""
    store = TinyStore(path, SHAPES)
    Trap(call, lambda: os.kill(os.getpid(), signal.SIGKILL)).set(setattr)
    with store.transaction() as tx:
        tx.put("jobs", {"id": "new", "state": "open"})


def hold(connection: Connection, path: Path) -> None:
    """Open a transaction, tell so, and keep it until told to end."""
    with TinyStore(path, SHAPES).transaction() as tx:
        tx.put("jobs", {"id": "held", "state": "open"})
        connection.send("holding")
        connection.recv()
    connection.send("done")


def write_beyond_limit(connection: Connection, path: Path, limit: int) -> None:
    """Write a file larger than the system allows, then, with the limit lifted, again."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    store = TinyStore(path, SHAPES)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    connection.send(try_to_fill(store, "refused", limit))
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    connection.send(try_to_fill(store, "kept", limit))


def fill_disc(connection: Connection, path: Path, size: int) -> None:
    """Write more than a file system of `size` bytes holds, then less; with a reader's view in between."""
    store = TinyStore(path, SHAPES)
    connection.send(try_to_fill(store, "small", 1000))
    connection.send(try_to_fill(store, "refused", size))
    with store.read() as reader:
        connection.send(reader.get("jobs", "small") is not None and reader.get("jobs", "refused") is None)
    connection.send(sorted(each.name for each in path.parent.iterdir()))
    connection.send(try_to_fill(store, "kept", 1000))


def try_to_fill(store: TinyStore, record_id: str, size: int) -> str:
    """Put a record of about `size` bytes, in pieces; "" or what the store said."""
    try:
        with store.transaction() as tx:
            tx.put("jobs", {"id": record_id, "state": "open"})
            for piece in range(max(1, size // 1000)):
                tx.put("jobs", {"id": f"{record_id}-{piece}", "state": "open", "text": "x" * 1000})
    except StoreUnavailable as error:
        return str(error)
    return ""


def read_and_write_after_fork(connection: Connection, path: Path) -> None:
    """Fork with the store open, as gunicorn's preload does, even while a thread is inside a transaction."""
    store = TinyStore(path, SHAPES)
    with store.transaction() as tx:
        tx.put("jobs", {"id": "before", "state": "open"})
        child = os.fork()
        if child == 0:
            _in_forked_child(store)
    _pid, status = os.waitpid(child, 0)
    connection.send(os.waitstatus_to_exitcode(status))


def _in_forked_child(store: TinyStore) -> None:
    try:
        with store.read() as reader:
            reader.count("jobs", {})
        deadline = time.monotonic() + LONG
        while time.monotonic() < deadline:
            try:
                with store.transaction() as tx:
                    tx.put("jobs", {"id": "child", "state": "open"})
            except StoreUnavailable:
                continue
            os._exit(0)
    finally:
        os._exit(1)
