"""What the ledger asks of an engine: few verbs, over plain records.

A record is a JSON object with a text `id`. A `Shape` declares, for one collection, which fields `find` may
compare and order by, and which combinations of fields at most one record may hold. Engines turn both into
real indexes, so that `get` and `find` need not look at every record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

Record = dict[str, Any]
Scalar = str | int | bool | None
Match = Scalar | tuple[Scalar, ...]

MAX_RECORD_BYTES = 1_000_000
"""A record whose JSON is longer than this is refused with ValueError: it is a file, not a record."""


MAX_KEY_BYTES = 1_200
"""A compared value whose UTF-8 is longer is refused with ValueError, by every engine, so that a ledger can
move: PostgreSQL takes 2,704 bytes into an entry of an index, which holds a key and an id."""


@dataclass(frozen=True)
class Shape:
    """One collection as engines see it.

    `keys`: the fields that may be compared or ordered by, besides `id`. Values are scalars of one type.
    `unique`: each a tuple of fields; no two records may be equal in all of them. A record with None in one
    of the fields is exempt.
    """

    name: str
    keys: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Span:
    """A range over one declared key: `start` is included, `end` is not; None leaves that side open.

    Records whose value is None are in no span.
    """

    key: str
    start: str | int | None = None
    end: str | int | None = None


@dataclass(frozen=True)
class Query:
    """Which records, in which order.

    `where`: declared key → value, or a tuple of values of which any will do; None matches None and absent.
    `order`: a declared key, or `id`. Text is ordered by code point. Equal values are ordered by id, in the
    same direction; None comes first (last when descending).
    `after`: the (order value, id) of the last record of the page before; only what follows it is given.
    """

    where: Mapping[str, Match]
    span: Span | None = None
    order: str = "id"
    descending: bool = False
    limit: int | None = None
    after: tuple[Scalar, str] | None = None


class Reader(Protocol):
    """A consistent view: everything read through it is of one moment. Records given are copies."""

    def get(self, collection: str, record_id: str) -> Record | None:
        """The record, or None."""
        ...

    def find(self, collection: str, query: Query) -> list[Record]:
        """The records that match. Raises ValueError for a key that the shape does not declare."""
        ...

    def count(self, collection: str, where: Mapping[str, Match]) -> int:
        """How many records match."""
        ...


class Transaction(Reader, Protocol):
    """A reader that may write, and sees what it wrote. All of it is kept, or none."""

    def put(self, collection: str, record: Record) -> None:
        """Insert the record, or replace the one with its id.

        Raises UniqueViolation, after which the transaction can only end, dropping everything; ValueError
        for a record that is not JSON, has no text id, is larger than MAX_RECORD_BYTES, or holds a compared
        value larger than MAX_KEY_BYTES.
        """
        ...

    def delete(self, collection: str, record_id: str) -> bool:
        """Remove the record; False when there was none."""
        ...

    def claim(self, collection: str, query: Query) -> list[Record]:
        """As `find`, for work that one of several takes: nobody else is given these records by `claim`, or
        can change them, before this transaction has ended. What another holds is passed over, not waited for.

        An engine whose transactions exclude each other keeps that promise by `find` alone.
        """
        ...


@runtime_checkable
class Store(Protocol):
    """An engine, opened with the shapes of all collections."""

    def read(self) -> AbstractContextManager[Reader]:
        """A consistent view. Raises StoreUnavailable, StoreCorrupt."""
        ...

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Leaving the block keeps what was written, durably; an exception drops all of it.

        Transactions of all processes happen one after the other, or as if they did. They do not nest.
        Raises StoreUnavailable (lock time-out, disc), StoreCorrupt, UniqueViolation, and
        TransactionConflict when the engine asks for the same work once more.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


Shapes = Sequence[Shape]
