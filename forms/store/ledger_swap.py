"""The embedded store's file exchanged as a whole: for a restored backup, or for itself in a newer format.

It needs no store that opens: the file in place may be unreadable, which is when one restores.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from core.errors import StoreError, StoreUnavailable
from forms.store.layout import HEAD_BYTES, Unreadable, documents, render, stamp_of
from forms.store.ledger_file import LedgerFile
from forms.store.moment import Tables
from forms.store.protocol import Shape, Shapes
from forms.store.records import fields_of, freeze
from forms.store.rows import Rows
from forms.store.snapshots import Snapshots, keep_by_second_name
from forms.store.upgrades import FORMAT, Located, Steps, newest, upgraded

LOCK_SECONDS = 30.0
"""How long an exchange waits for whoever writes."""


def swap(path: Path, shapes: Shapes, records: Iterable[Located], now: dt.datetime) -> Path | None:
    """Put a ledger of these records in the place of the one at `path`; gives where that is kept now.

    None when there was none. Writers wait, and find the new one. Raises StoreUnavailable, UniqueViolation,
    ValueError, and what `records` raises; the old ledger is then as it was.
    """
    tables = assemble(records, shapes)
    file = LedgerFile(path)
    with file.locked(LOCK_SECONDS):
        kept = _keep(file.path, now) if file.exists() else None
        file.replace(render(tables, _generation(file.path) + 1))
    return kept


def upgrade(file: LedgerFile, shapes: Iterable[Shape], snapshots: Snapshots, steps: Steps) -> None:
    """Bring the file to the newest format, after a snapshot of it. The lock must be held.

    Raises Unreadable, StoreUnavailable; StoreError when a step leaves what cannot be kept.
    """
    version = newest(steps)
    stamp, records = documents(file.content()[1], version)
    try:
        tables = assemble(upgraded(records, stamp.format, steps), shapes)
    except ValueError as error:
        raise StoreError(f"{file.path}: cannot be brought to format {version}: {error}") from error
    try:
        snapshots.take()
    except OSError as error:
        raise StoreUnavailable(
            f"{snapshots.folder}: no snapshot could be made before the upgrade: {error.strerror or error}"
        ) from error
    file.replace(render(tables, stamp.generation + 1, version))


def is_outdated(path: Path) -> bool:
    """Whether the ledger there is of an older format; False also for what is no ledger."""
    with suppress(OSError, Unreadable), path.open("rb") as stream:
        return stamp_of(stream.read(HEAD_BYTES)).format < FORMAT
    return False


def assemble(records: Iterable[Located], shapes: Iterable[Shape]) -> Tables:
    """Tables of these records. Raises ValueError for what is no record or there twice; UniqueViolation."""
    tables = {shape.name: Rows(shape) for shape in shapes}
    for name, record in records:
        rows = tables.setdefault(name, Rows(Shape(name)))
        row = freeze(name, record, fields_of(rows.shape))
        if row.values[0] in rows:
            raise ValueError(f"{name}: two records have the id {row.values[0]}")
        rows.keep(row)
    return tables


def _keep(path: Path, now: dt.datetime) -> Path:
    kept = path.with_name(f"{path.name}.replaced-{now:%Y%m%dT%H%M%S%fZ}")
    try:
        keep_by_second_name(path, kept)
    except OSError as error:
        raise StoreUnavailable(
            f"{kept}: the present ledger cannot be kept, so it stays: {error.strerror or error}"
        ) from error
    return kept


def _generation(path: Path) -> int:
    """The generation of the ledger in place; 0 where it cannot be told."""
    with suppress(OSError, Unreadable), path.open("rb") as stream:
        return stamp_of(stream.read(HEAD_BYTES), FORMAT).generation
    return 0
