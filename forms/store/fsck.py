"""Finds what should not be in a store: unreadable records, doubled values, references to nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol, runtime_checkable

import cattrs

from core.errors import Problem
from forms.store.backup import Listing
from forms.store.collection import Collection
from forms.store.paging import canonical, every
from forms.store.protocol import Reader, Record, Scalar, Store

Collections = Sequence[Collection[Any]]

_RESTORE = "correct it at the desk, or restore a backup from before"


@runtime_checkable
class SelfChecking(Protocol):
    """An engine that can say more about its files than its records tell."""

    def check(self) -> list[Problem]: ...


def fsck(store: Store, collections: Collections) -> list[Problem]:
    """All that is wrong in a store, read as of one moment; the place of each is `collection/id`.

    Raises StoreCorrupt, StoreUnavailable when it cannot be read at all.
    """
    problems = store.check() if isinstance(store, SelfChecking) else []
    with store.read() as reader:
        problems += _unknown_collections(reader, collections)
        ids = {name: _ids(reader, name) for name in _targets(collections)}
        for collection in collections:
            problems += _in_collection(reader, collection, ids)
    return problems


def _unknown_collections(reader: Reader, collections: Collections) -> Iterator[Problem]:
    known = {each.shape.name for each in collections}
    for name in reader.collections() if isinstance(reader, Listing) else ():
        if name not in known:
            yield Problem(
                name, 0, "this program knows no such collection", "a newer one may: keep it, and upgrade"
            )


def _targets(collections: Collections) -> set[str]:
    return {target for each in collections for target in each.references.values()}


def _ids(reader: Reader, name: str) -> set[str]:
    return {record["id"] for record in every(reader, name)}


def _in_collection(
    reader: Reader, collection: Collection[Any], ids: dict[str, set[str]]
) -> Iterator[Problem]:
    holders: dict[tuple[object, ...], str] = {}
    for record in every(reader, collection.shape.name):
        place = f"{collection.shape.name}/{record['id']}"
        for message, repair in (
            *_unreadable(collection, record),
            *_doubled(collection, record, holders),
            *_dangling(collection, record, ids),
        ):
            yield Problem(place, 0, message, repair)


def _unreadable(collection: Collection[Any], record: Record) -> Iterator[tuple[str, str]]:
    """Reading and writing it back must give the same fields; those added since by default do not count."""
    try:
        again = collection.to_record(collection.from_record(record))
    except Exception as error:  # noqa: BLE001 - whatever a wrong value makes a feature's type raise
        yield f"cannot be read: {'; '.join(cattrs.transform_error(error))}", _RESTORE
        return
    for name, value in record.items():
        if name not in again:
            yield f"holds the field {name}, which this program does not know", "a newer one may: upgrade"
        elif canonical({"": value}) != canonical({"": again[name]}):
            yield f"{name} is {value!r}, and would be read as {again[name]!r}", _RESTORE


def _doubled(
    collection: Collection[Any], record: Record, holders: dict[tuple[object, ...], str]
) -> Iterator[tuple[str, str]]:
    for group in collection.shape.unique:
        values: tuple[Scalar, ...] = tuple(record.get(name) for name in group)
        if None in values:
            continue
        other = holders.setdefault((group, values), record["id"])
        if other != record["id"]:
            yield f"has the same {', '.join(group)} as {other}", "one of the two has to go"


def _dangling(
    collection: Collection[Any], record: Record, ids: dict[str, set[str]]
) -> Iterator[tuple[str, str]]:
    for field, target in collection.references.items():
        value = record.get(field)
        if value is not None and value not in ids[target]:
            yield f"{field} is {value}, and there is no such record in {target}", _RESTORE
