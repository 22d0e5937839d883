"""Typed collections: a feature's frozen dataclass on one side, an engine's plain record on the other.

A feature declares `JOBS = Collection("jobs", Job, keys=("state",))` in its models and reads and writes
values of its own type; only this module knows how dates and enums look in a record.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import functools
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import cattrs

from core.errors import NotFound, TransactionConflict
from forms.store.protocol import Query, Reader, Record, Scalar, Shape, Span, Store, Transaction

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")
Wanted = Mapping[str, object]

_CHANCE = secrets.SystemRandom()

ATTEMPTS = 10
"""How often a use case is run before a conflict between transactions is given up."""

FIRST_PAUSE = 0.002
"""Seconds, at most, before the second run; twice that before each further one, so that all ten take a second.

Chance decides how much of it: two that met would otherwise meet again (AWS, "Exponential backoff and
jitter").
"""


_NO_REFERENCES: Mapping[str, str] = {}


def new_id() -> str:
    """A random record id: 128 bits, so that two machines never choose the same."""
    return secrets.token_hex(16)


def timestamp(moment: dt.datetime) -> str:
    """A moment as records keep it: UTC, of fixed width, so that text order is time order."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _moment(value: str, _type: type) -> dt.datetime:
    return dt.datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=dt.UTC)


def _make_converter() -> cattrs.Converter:
    converter = cattrs.Converter()
    converter.register_unstructure_hook(dt.datetime, timestamp)
    converter.register_structure_hook(dt.datetime, _moment)
    converter.register_unstructure_hook(dt.date, dt.date.isoformat)
    converter.register_structure_hook(dt.date, lambda value, _type: dt.date.fromisoformat(value))
    # A StrEnum passes as text; records hold the plain word.
    converter.register_unstructure_hook(str, str.__str__)
    return converter


_CONVERTER = _make_converter()


class Collection(Generic[T]):
    """All records of one kind, as values of type `T` (a frozen dataclass with an `id`)."""

    def __init__(
        self,
        name: str,
        of: type[T],
        *,
        keys: tuple[str, ...] = (),
        unique: tuple[tuple[str, ...], ...] = (),
        references: Mapping[str, str] = _NO_REFERENCES,
    ) -> None:
        """`references`: field → the collection whose id it holds, or None; `fsck` follows them."""
        declared = {field.name for field in dataclasses.fields(of)}  # type: ignore[arg-type]
        unknown = {*keys, *(name for group in unique for name in group), *references} - declared
        if unknown:
            raise TypeError(f"{name}: {', '.join(sorted(unknown))} not in {of.__name__}")
        self.of = of
        self.shape = Shape(name, keys, unique)
        self.references = references

    def from_record(self, record: Record) -> T:
        """The value a record stands for. Raises Exception of many kinds when it stands for none."""
        return _CONVERTER.structure(record, self.of)

    def to_record(self, value: T) -> Record:
        """The record that stands for a value."""
        record: Record = _CONVERTER.unstructure(value, self.of)
        return record

    def get(self, reader: Reader, record_id: str) -> T | None:
        """The value with this id, or None."""
        record = reader.get(self.shape.name, record_id)
        return None if record is None else self.from_record(record)

    def require(self, reader: Reader, record_id: str) -> T:
        """The value with this id. Raises NotFound."""
        value = self.get(reader, record_id)
        if value is None:
            raise NotFound(f"There is no such record in {self.shape.name}.")
        return value

    def put(self, transaction: Transaction, value: T) -> T:
        """Insert the value, or replace the one with its id; gives it back."""
        transaction.put(self.shape.name, self.to_record(value))
        return value

    def delete(self, transaction: Transaction, record_id: str) -> bool:
        """Remove the value; False when there was none."""
        return transaction.delete(self.shape.name, record_id)

    def find(
        self,
        reader: Reader,
        where: Wanted | None = None,
        *,
        span: tuple[str, object, object] | None = None,
        order: str = "id",
        descending: bool = False,
        limit: int | None = None,
        after: tuple[object, str] | None = None,
    ) -> list[T]:
        """The values that match; see `protocol.Query`. `span` is (key, first included, first beyond)."""
        query = _query(where, span, order=order, descending=descending, limit=limit, after=after)
        return [self.from_record(record) for record in reader.find(self.shape.name, query)]

    def claim(
        self,
        transaction: Transaction,
        where: Wanted | None = None,
        *,
        span: tuple[str, object, object] | None = None,
        order: str = "id",
        limit: int | None = None,
    ) -> list[T]:
        """As `find`, but nobody else claims or changes the values before the transaction ends."""
        query = _query(where, span, order=order, limit=limit)
        return [self.from_record(record) for record in transaction.claim(self.shape.name, query)]

    def first(self, reader: Reader, where: Wanted) -> T | None:
        """One value that matches (the only one, when `where` names a unique key), or None."""
        found = self.find(reader, where, limit=1)
        return found[0] if found else None

    def count(self, reader: Reader, where: Wanted | None = None) -> int:
        """How many values match."""
        return reader.count(self.shape.name, _scalars(where))


def use_case(
    function: Callable[Concatenate[Transaction, P], R],
) -> Callable[Concatenate[Store | Transaction, P], R]:
    """Make a function over a transaction into a use case: one transaction each.

    Called with a store it opens a transaction, and runs the work again when the engine reports a conflict
    with another; called with a transaction it becomes a part of that one.
    """

    @functools.wraps(function)
    def run(where: Store | Transaction, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if not isinstance(where, Store):
            return function(where, *args, **kwargs)
        for attempt in range(ATTEMPTS - 1):
            try:
                with where.transaction() as transaction:
                    return function(transaction, *args, **kwargs)
            except TransactionConflict:
                time.sleep(_CHANCE.uniform(0, FIRST_PAUSE * 2**attempt))
        with where.transaction() as transaction:
            return function(transaction, *args, **kwargs)

    return run


def _query(
    where: Wanted | None,
    span: tuple[str, object, object] | None,
    *,
    order: str,
    descending: bool = False,
    limit: int | None,
    after: tuple[object, str] | None = None,
) -> Query:
    return Query(
        where=_scalars(where),
        span=None if span is None else Span(span[0], _bound(span[1]), _bound(span[2])),
        order=order,
        descending=descending,
        limit=limit,
        after=None if after is None else (_scalar(after[0]), after[1]),
    )


def _scalars(where: Wanted | None) -> dict[str, Any]:
    return {
        key: tuple(map(_scalar, value)) if isinstance(value, tuple) else _scalar(value)
        for key, value in (where or {}).items()
    }


def _scalar(value: object) -> Scalar:
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, dt.datetime):
        return timestamp(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | bool):
        return value
    raise TypeError(f"cannot compare records with {type(value).__name__}")


def _bound(value: object) -> str | int | None:
    return _scalar(value)
