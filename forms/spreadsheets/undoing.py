"""An import is taken back: exactly what it made and changed, except what was touched since.

Last row first, and in each row the last unit first: a candidacy with its interviews and its debt, then the
job, then the person. A unit goes as a whole or stays as a whole. It stays when one of its records was changed
since, or when something else came to depend on it: an answer, a private link, a referral, another candidacy.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.errors import Conflict
from forms.spreadsheets.models import IMPORTED_ROWS, IMPORTS, Import, ImportedRow, ImportState, Trace
from forms.spreadsheets.plan import Advance
from forms.spreadsheets.watching import fingerprint
from forms.store.collection import Collection, use_case
from forms.store.protocol import Query, Store, Transaction
from forms.store.veil import everything

BATCH = 500
"""Rows in one transaction."""

_TIES = {
    "candidates": (("links", "holder"), ("suppressions", "holder")),
    "candidacies": (("events", "subject_id"),),
    "jobs": (("events", "subject_id"),),
}
"""Further collections and keys that hold ids, by whose: they hold those of several collections."""

_NAMES = {"candidates": "name", "clients": "name", "jobs": "title"}
_MAIN = (*_NAMES, "candidacies")
"""What a unit is about; the rest belongs to it."""


@dataclass(frozen=True)
class Kept:
    """Something that was not taken back. `what` names it; `why` says what happened to it since."""

    line: int
    collection: str
    id: str
    what: str
    why: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what} stays: {self.why}"


@dataclass(frozen=True)
class Undone:
    """What came of undoing: the import as it is now, how many records were taken back, and what stays."""

    record: Import
    taken_back: int
    kept: tuple[Kept, ...]


def undo(
    store: Store,
    import_id: str,
    collections: Sequence[Collection[Any]],
    *,
    now: dt.datetime,
    advance: Advance = lambda _more: None,
) -> Undone:
    """Take an import back. `collections`: all there are, so that whatever may depend on it is seen.

    What stays can be taken back another time, once it is free; so can what is hidden from the caller. Raises
    NotFound; Conflict when it was taken back before.
    """
    with store.read() as reader:
        if IMPORTS.require(reader, import_id).state is ImportState.UNDONE:
            raise Conflict("This import was taken back before.")
        numbers = [row.number for row in IMPORTED_ROWS.find(reader, {"import_id": import_id}, order="number")]
    taken = 0
    kept: list[Kept] = []
    while numbers:
        numbers, batch = numbers[:-BATCH], numbers[-BATCH:]
        more, stays = _take_back(store, import_id, (batch[0], batch[-1]), tuple(collections))
        taken, kept = taken + more, [*kept, *stays]
        advance(len(batch))
    return Undone(_finish(store, import_id, now=now), taken, tuple(sorted(kept, key=lambda each: each.line)))


@use_case
def _take_back(
    tx: Transaction, import_id: str, numbers: tuple[int, int], collections: Sequence[Collection[Any]]
) -> tuple[int, list[Kept]]:
    """Take back the rows from the first to the last of these numbers, in one transaction."""
    undoing = _Undoing(tx, _references(collections))
    span = ("number", numbers[0], numbers[1] + 1)
    rows = IMPORTED_ROWS.find(tx, {"import_id": import_id}, span=span, order="number", descending=True)
    for row in rows:
        undoing.row(row)
    return undoing.taken, undoing.kept


@use_case
def _finish(tx: Transaction, import_id: str, *, now: dt.datetime) -> Import:
    left = IMPORTED_ROWS.count(everything(tx), {"import_id": import_id})
    state = ImportState.PARTLY_UNDONE if left else ImportState.UNDONE
    return IMPORTS.put(tx, replace(IMPORTS.require(tx, import_id), state=state, undone=now))


class _Undoing:
    """Takes rows back within one transaction, and counts."""

    def __init__(self, tx: Transaction, references: dict[str, list[tuple[str, str]]]) -> None:
        self._tx = tx
        self._references = references
        self.taken = 0
        self.kept: list[Kept] = []

    def row(self, row: ImportedRow) -> None:
        left = [unit for unit in reversed(row.units) if not self._unit(row, unit)]
        if left:
            IMPORTED_ROWS.put(self._tx, replace(row, units=tuple(reversed(left))))
        else:
            IMPORTED_ROWS.delete(self._tx, row.id)

    def _unit(self, row: ImportedRow, unit: tuple[Trace, ...]) -> bool:
        """Take one unit back; False when it stays."""
        present = [(each, self._tx.get(each.collection, each.id)) for each in unit]
        if not any(record for _, record in present):
            return True
        own = {(each.collection, each.id) for each in unit}
        for trace, record in present:
            why = self._touched(trace, record, own)
            if why:
                main = next((each for each in unit if each.collection in _MAIN), unit[0])
                self.kept.append(Kept(row.line, main.collection, main.id, self._in_words(main), why))
                return False
        for trace in unit:
            if trace.before is None:
                self._tx.delete(trace.collection, trace.id)
            else:
                self._tx.put(trace.collection, trace.before)
        self.taken += len(unit)
        return True

    def _touched(self, trace: Trace, record: dict[str, Any] | None, own: set[tuple[str, str]]) -> str:
        """What happened to a record since; empty when nothing did."""
        if record is None:
            return f"something of it ({trace.collection}) was deleted"
        if fingerprint(record) != trace.after:
            return f"it was changed since ({trace.collection})"
        if trace.before is None:
            tie = next((name for name, one in self._tied_to(trace) if (name, one) not in own), "")
            return f"something belongs to it by now ({tie})" if tie else ""
        return ""

    def _tied_to(self, trace: Trace) -> Iterator[tuple[str, str]]:
        """Collection and id of every record that refers to this one."""
        for name, key in (*self._references.get(trace.collection, ()), *_TIES.get(trace.collection, ())):
            for record in everything(self._tx).find(name, Query({key: trace.id})):
                yield name, record["id"]

    def _in_words(self, trace: Trace) -> str:
        """The person, job or client by name; a candidacy by its person's."""
        record = self._tx.get(trace.collection, trace.id) or {}
        key = _NAMES.get(trace.collection)
        if key:
            return f"“{record.get(key, '')}”"
        person = self._tx.get("candidates", record.get("candidate_id") or "") or {}
        return f"the candidacy of “{person.get('name', '')}”" if person else trace.collection


def _references(collections: Sequence[Collection[Any]]) -> dict[str, list[tuple[str, str]]]:
    """By collection, the collections and keys that hold its ids and can be asked for."""
    found: dict[str, list[tuple[str, str]]] = {}
    for each in collections:
        for key, target in each.references.items():
            if key == "id" or key in each.shape.keys:
                found.setdefault(target, []).append((each.shape.name, key))
    return found
