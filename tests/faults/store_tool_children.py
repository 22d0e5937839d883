"""Processes that back up, restore and move stores until the tests kill them."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import resource
import signal
from multiprocessing.connection import Connection
from pathlib import Path

from core.errors import StoreUnavailable
from forms.store.archive import open_archive
from forms.store.backup import write_backup
from forms.store.migrate import migrate
from forms.store.restore import restore
from forms.store.snapshots import SnapshotRule
from forms.store.tinydb import TinyStore
from forms.store.upgrades import Steps
from tests.faults.store_children import SHAPES
from tests.faults.traps import Trap


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def back_up(path: Path, target: Path) -> None:
    """One backup."""
    with TinyStore(path, SHAPES).read() as reader:
        write_backup(reader, SHAPES, target, now())


def back_up_over_and_over(connection: Connection, path: Path, target: Path) -> None:
    """Backups to one name; tells when each begins."""
    while True:
        connection.send("beginning")
        back_up(path, target)


def restore_in_turn(connection: Connection, path: Path, archives: tuple[Path, ...]) -> None:
    """Restore one backup after the other, for good; tells when each begins."""
    for archive in itertools.cycle(archives):
        connection.send("beginning")
        restore(open_archive(archive, SHAPES), f"tinydb:{path}", SHAPES, path.parent, now=now())


def move(connection: Connection, path: Path, target: Path) -> None:
    """Migrate; tells of each batch, and of the end."""
    source = TinyStore(path, SHAPES)
    migrate(source, TinyStore(target, SHAPES), SHAPES, lambda _more: connection.send("moving"))
    connection.send("done")


def write_with_snapshots(connection: Connection, path: Path, name: str) -> None:
    """Write for good, each write keeping the state before."""
    store = TinyStore(path, SHAPES, lock_seconds=60, snapshots=SnapshotRule(count=3, hours=0))
    for number in itertools.count():
        with store.transaction() as tx:
            tx.put("jobs", {"id": f"{name}-{number}", "state": "open"})
        connection.send(number)


def move_money_until_told(connection: Connection, path: Path, names: tuple[str, str]) -> None:
    """Move from one of two to the other and on: their sum stays, whenever one looks."""
    store = TinyStore(path, SHAPES, lock_seconds=60)
    for step in itertools.count():
        with store.transaction() as tx:
            for record_id, change in zip(names, (step, -step), strict=True):
                record = tx.get("jobs", record_id) or {"id": record_id, "rank": 0}
                tx.put("jobs", {**record, "rank": record["rank"] + change})
        if step == 0:
            connection.send("writing")
        if connection.poll():
            return


def die_in_restore(_connection: Connection, path: Path, archive: Path, call: int) -> None:
    """Restore, and be killed just before a certain system call of it."""
    checked = open_archive(archive, SHAPES)
    Trap(call, lambda: os.kill(os.getpid(), signal.SIGKILL)).set(setattr)
    restore(checked, f"tinydb:{path}", SHAPES, path.parent, now=now())


def die_in_upgrade(_connection: Connection, path: Path, steps: Steps, call: int) -> None:
    """Open an older ledger, and be killed just before a certain system call of that."""
    Trap(call, lambda: os.kill(os.getpid(), signal.SIGKILL)).set(setattr)
    TinyStore(path, SHAPES, steps=steps)


def back_up_beyond_limit(connection: Connection, path: Path, target: Path, limit: int) -> None:
    """A backup larger than the system allows, then, with the limit lifted, again."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    connection.send(try_to_back_up(path, target))
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    connection.send(try_to_back_up(path, target))


def try_to_back_up(path: Path, target: Path) -> str:
    """ "" or what was said."""
    try:
        back_up(path, target)
    except StoreUnavailable as error:
        return str(error)
    return ""
