"""Moves all records from one store to another, in batches; broken off, it goes on where it stopped.

Records are copied collection by collection in the order of their ids. So an interrupted move leaves a
beginning of each collection, which is how the next run tells its own work from anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from core.errors import Conflict, StoreError
from forms.store.backup import Listing
from forms.store.collection import use_case
from forms.store.paging import PAGE, Tally, canonical, every, tally
from forms.store.protocol import Reader, Record, Shapes, Store, Transaction

Advance = Callable[[int], None]
"""Told how many records more are where they belong."""


class Moved(NamedTuple):
    """One collection, equal in both stores."""

    collection: str
    tally: Tally


def total(store: Store, shapes: Shapes) -> int:
    """How many records there are to move."""
    with store.read() as reader:
        return sum(reader.count(shape.name, {}) for shape in shapes)


def migrate(source: Store, target: Store, shapes: Shapes, advance: Advance) -> list[Moved]:
    """Copy all records of `source`, as of one moment, to `target`; gives what was compared at the end.

    Raises Conflict, with nothing changed, when `target` holds anything but the beginning of the same
    records; Conflict at the end, when `source` was written to meanwhile; StoreError when the two are not
    equal in the end. `source` is never changed.
    """
    with source.read() as reader:
        _must_know_all(reader, shapes, "FROM")
        with target.read() as present:
            _must_know_all(present, shapes, "TO")
            last = {shape.name: _last_copied(reader, present, shape.name, advance) for shape in shapes}
        for name, after in last.items():
            for batch in _batches(every(reader, name, after)):
                _put(target, name, batch)
                advance(len(batch))
        before = {shape.name: tally(reader, shape.name) for shape in shapes}
    with target.read() as copied:
        _must_equal(before, {name: tally(copied, name) for name in before})
    with source.read() as later:
        _must_not_have_changed(before, {name: tally(later, name) for name in before})
    return [Moved(name, each) for name, each in before.items()]


def _must_know_all(reader: Reader, shapes: Shapes, which: str) -> None:
    known = {shape.name for shape in shapes}
    others = sorted(set(reader.collections()) - known) if isinstance(reader, Listing) else []
    if others:
        raise Conflict(f"{which} holds collections this program does not know: {', '.join(others)}")


def _last_copied(reader: Reader, present: Reader, name: str, advance: Advance) -> str:
    """The id of the last record that an interrupted move has copied; "" for none. Raises Conflict."""
    last, copied = "", 0
    originals = every(reader, name)
    for copy in every(present, name):
        original = next(originals, None)
        if original is None or canonical(original) != canonical(copy):
            raise Conflict(
                f"TO is not empty: {name}/{copy['id']} is not what FROM holds in that place. "
                "Nothing was changed; give an empty store, or one to which moving these records was begun"
            )
        last = copy["id"]
        copied += 1
    advance(copied)
    return last


def _batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    batch: list[Record] = []
    for record in records:
        batch.append(record)
        if len(batch) == PAGE:
            yield batch
            batch = []
    if batch:
        yield batch


@use_case
def _put(tx: Transaction, name: str, batch: list[Record]) -> None:
    for record in batch:
        tx.put(name, record)


def _must_equal(wanted: dict[str, Tally], found: dict[str, Tally]) -> None:
    different = [name for name, each in wanted.items() if found[name] != each]
    if different:
        raise StoreError(
            f"TO does not hold what was copied, in: {', '.join(different)}. Something else may have written "
            "to it. Do not use it; move again, to an empty store"
        )


def _must_not_have_changed(before: dict[str, Tally], now: dict[str, Tally]) -> None:
    different = [name for name, each in before.items() if now[name] != each]
    if different:
        raise Conflict(
            f"FROM was written to while it was copied, in: {', '.join(different)}. TO lacks that. "
            "Stop what uses FROM, and move again, to an empty store"
        )
