"""Puts a backup in the place of what a store holds: all of it or nothing, the replaced records kept aside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from core.errors import InvalidSettings, Problem, StoreCorrupt, UniqueViolation
from forms.store.archive import Archive
from forms.store.backup import write_backup
from forms.store.collection import use_case
from forms.store.ledger_swap import swap
from forms.store.opening import ledger_path, open_store
from forms.store.paging import every
from forms.store.protocol import Record, Shapes, Transaction
from forms.store.upgrades import Located

Revise = Callable[[Record, dt.datetime], Record]
"""What becomes of a record that is restored, now: of some, the present state cannot be what it was."""

NOTHING: Mapping[str, Revise] = {}


def restore(
    archive: Archive,
    url: str,
    shapes: Shapes,
    root: Path,
    *,
    now: dt.datetime,
    revise: Mapping[str, Revise] = NOTHING,
) -> Path | None:
    """Make the store at `url` hold what `archive` holds; gives where the replaced records are kept.

    `revise`: by collection. An embedded store is replaced file for file, also when it cannot be read; None
    when there was none. Raises StoreCorrupt when the archive contradicts itself, InvalidSettings,
    StoreUnavailable: the store is then as it was.
    """
    if url == "memory:":
        raise InvalidSettings(
            [Problem("environment", 0, "memory: keeps nothing", "set FOLLOWUP_STORE to a place that does")]
        )
    try:
        path = ledger_path(url, root)
        if path is not None:
            return swap(path, shapes, _revised(archive, revise, now), now)
        store = open_store(url, shapes, root)
        try:
            aside = root / "var" / "backups" / f"replaced-{now:%Y%m%dT%H%M%S%fZ}.jsonl"
            replace_records(store, archive, shapes, aside=aside, now=now, revise=revise)
        finally:
            store.close()
        return aside
    except (ValueError, UniqueViolation) as error:
        raise StoreCorrupt(f"{archive.path}: {error}. Nothing was changed") from error


@use_case
def replace_records(
    tx: Transaction,
    archive: Archive,
    shapes: Shapes,
    *,
    aside: Path,
    now: dt.datetime,
    revise: Mapping[str, Revise] = NOTHING,
) -> None:
    """Exchange all records, in any engine, after writing a backup of the present ones to `aside`."""
    write_backup(tx, shapes, aside, now)
    for shape in shapes:
        for record in every(tx, shape.name):
            tx.delete(shape.name, record["id"])
    for name, record in _revised(archive, revise, now):
        if tx.get(name, record["id"]) is not None:
            raise ValueError(f"{name}: two records have the id {record['id']}")
        tx.put(name, record)


def _revised(archive: Archive, revise: Mapping[str, Revise], now: dt.datetime) -> Iterator[Located]:
    for name, record in archive.records():
        yield name, revise[name](record, now) if name in revise else record
