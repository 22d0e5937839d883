"""Opens the store that the setting FOLLOWUP_STORE names."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from pathlib import Path

from core.errors import InvalidSettings, NotFound, Problem, StoreCorrupt, StoreError
from forms.store.ledger_swap import is_outdated
from forms.store.memory import MemoryStore
from forms.store.postgres import PostgresStore
from forms.store.protocol import Reader, Shapes, Store, Transaction
from forms.store.snapshots import SnapshotRule
from forms.store.tinydb import TinyStore

_REPAIR = "write tinydb:PATH (relative to the project), postgresql://USER@HOST/DATABASE or memory:"


_NO_SNAPSHOTS = SnapshotRule()


def open_store(url: str, shapes: Shapes, root: Path, *, snapshots: SnapshotRule = _NO_SNAPSHOTS) -> Store:
    """The store at `url`: `memory:`, `tinydb:PATH` with PATH relative to `root`, or `postgresql://…`.

    `snapshots`: when an embedded store keeps its state before a write.
    Raises InvalidSettings for any other, StoreCorrupt and StoreUnavailable when it cannot be opened.
    """
    path = ledger_path(url, root)
    if path is not None:
        return TinyStore(path, shapes, snapshots=snapshots)
    if is_postgres(url):
        return PostgresStore(url, shapes)
    if url == "memory:":
        return MemoryStore(shapes)
    raise InvalidSettings(
        [Problem("environment", 0, f'"FOLLOWUP_STORE" is "{shown(url)}", which is no store', _REPAIR)]
    )


def is_postgres(url: str) -> bool:
    """Whether the store is a PostgreSQL database; libpq reads both spellings."""
    return url.startswith(("postgresql://", "postgres://"))


def shown(url: str) -> str:
    """A store's URL as it may be printed: without what may be a password."""
    return re.sub(r"(?<=password=)[^&]*", "…", re.sub(r"//.*@", "//…@", url))


def ledger_path(url: str, root: Path) -> Path | None:
    """The file of an embedded store; None for another engine."""
    kind, _, place = url.partition(":")
    return root / place if kind == "tinydb" and place else None


def open_existing(url: str, shapes: Shapes, root: Path) -> Store:
    """As `open_store`, where opening must not begin a store or change one.

    Raises NotFound where there is none, StoreCorrupt for one that would first have to be upgraded.
    """
    path = ledger_path(url, root)
    if path is not None:
        if not path.exists():
            raise NotFound(f"{url}: there is no such ledger")
        if is_outdated(path):
            raise StoreCorrupt(
                f"{url}: an older program wrote it; run `flask --app forms fsck` with it first"
            )
    if is_postgres(url):
        return PostgresStore(url, shapes, change=False)
    return open_store(url, shapes, root)


class ClosedStore:
    """Stands in for a store that could not be opened: every use says why.

    Commands need an application even then, since one of them restores a backup.
    """

    def __init__(self, error: StoreError) -> None:
        self._error = error

    def read(self) -> AbstractContextManager[Reader]:
        """Raises what kept it from being opened."""
        raise self._error

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Raises what kept it from being opened."""
        raise self._error

    def close(self) -> None:
        """Nothing to let go of."""
