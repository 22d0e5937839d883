"""The records of one collection in memory, with the indexes its shape declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from itertools import islice

from core.errors import UniqueViolation
from forms.store.index import Entry, Index, ranked
from forms.store.protocol import Match, Query, Record, Scalar, Shape, Span
from forms.store.records import Row, fields_of, freeze


@dataclass(frozen=True)
class _Filter:
    """One condition: the index that knows it, where its entries stand, and the test of a single value."""

    index: Index
    position: int
    places: tuple[slice, ...]
    wanted: frozenset[Entry] | None
    span: Span | None = None

    def count(self) -> int:
        return sum(place.stop - place.start for place in self.places)

    def holds(self, row: Row) -> bool:
        value = ranked(row.values[self.position])
        if self.wanted is not None:
            return value in self.wanted
        span = self.span
        return (
            span is not None
            and value[0] > 0
            and (span.start is None or value >= ranked(span.start))
            and (span.end is None or value < ranked(span.end))
        )


class Rows(MutableMapping[str, Record]):
    """Records by id. Those given are copies; those taken are frozen. A branch is changed apart.

    Threads may read one together as long as nobody changes it: who wants to, takes a branch.
    """

    def __init__(self, shape: Shape, rows: Iterable[Row] = ()) -> None:
        self.shape = shape
        self.fields = fields_of(shape)
        self._rows = {str(row.values[0]): row for row in rows}
        self._keys = {name: self._build((name,)) for name in ("id", *shape.keys)}
        self._unique = [self._build(group, unique=True) for group in shape.unique]

    def branch(self) -> Rows:
        """The same records, to be changed apart. Costs one pass over pointers; no record is copied."""
        twin = Rows(self.shape)
        twin._rows = self._rows.copy()
        twin._keys = {name: index.branch() for name, index in self._keys.items()}
        twin._unique = [index.branch() for index in self._unique]
        return twin

    def frozen(self) -> Iterable[Row]:
        """The rows as they are kept, in the order of their first insertion."""
        return self._rows.values()

    def __getitem__(self, record_id: str) -> Record:
        return self._rows[record_id].record()

    def __contains__(self, record_id: object) -> bool:
        return record_id in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __setitem__(self, record_id: str, record: Record) -> None:
        """Insert or replace. Raises ValueError and UniqueViolation; nothing has changed then."""
        row = freeze(self.shape.name, record, self.fields)
        if row.values[0] != record_id:
            raise ValueError(f"{self.shape.name}: the record {row.values[0]!r} was put as {record_id!r}")
        self.keep(row)

    def keep(self, row: Row) -> None:
        """Insert or replace a frozen row. Raises UniqueViolation; nothing has changed then."""
        record_id = str(row.values[0])
        for index in self._unique:
            entry = index.entry(row)
            if entry is not None and any(
                other != record_id for other in index.ids([index.equal(entry[:-1])])
            ):
                raise UniqueViolation(self.shape.name, index.fields)
        self._reindex(self._rows.get(record_id), row)
        self._rows[record_id] = row

    def __delitem__(self, record_id: str) -> None:
        self._reindex(self._rows.pop(record_id), None)

    def find(self, query: Query) -> list[Record]:
        """The records that match, in order. Raises ValueError for an undeclared key."""
        order = self._index(query.order)
        after = None if query.after is None else (*ranked(query.after[0]), query.after[1])
        filters = self._filters(query.where, query.span)
        narrow = min(filters, key=_Filter.count, default=None)
        if narrow is None or self._walking_is_cheaper(query.limit, narrow.count()):
            entries = order.walk(after, descending=query.descending)
            ids = self._passing((entry[-1] for entry in entries), filters)
        else:
            ids = self._sorted(narrow, filters, order, after, query.descending)
        return [self[record_id] for record_id in islice(ids, query.limit)]

    def count(self, where: Mapping[str, Match]) -> int:
        """How many records match. Raises ValueError for an undeclared key."""
        filters = self._filters(where, None)
        if not filters:
            return len(self._rows)
        narrow = min(filters, key=_Filter.count)
        if len(filters) == 1:
            return narrow.count()
        return sum(1 for _ in self._passing(narrow.index.ids(narrow.places), filters))

    def _walking_is_cheaper(self, limit: int | None, found: int) -> bool:
        """Whether a page is filled sooner along the order than by sorting all that one condition finds."""
        return limit is not None and limit * len(self._rows) < found * found

    def _sorted(
        self, narrow: _Filter, filters: list[_Filter], order: Index, after: Entry | None, descending: bool
    ) -> Iterator[str]:
        passing = self._passing(
            narrow.index.ids(narrow.places), [each for each in filters if each is not narrow]
        )
        found = [entry for entry in (order.entry(self._rows[each]) for each in passing) if entry is not None]
        entries = [each for each in found if after is None or (each < after if descending else each > after)]
        entries.sort(reverse=descending)
        return (entry[-1] for entry in entries)

    def _passing(self, ids: Iterable[str], filters: list[_Filter]) -> Iterator[str]:
        return (each for each in ids if all(one.holds(self._rows[each]) for one in filters))

    def _filters(self, where: Mapping[str, Match], span: Span | None) -> list[_Filter]:
        filters = [self._among(key, value) for key, value in where.items()]
        if span is not None:
            index = self._index(span.key)
            filters.append(_Filter(index, self.fields.index(span.key), (index.within(span),), None, span))
        return filters

    def _among(self, key: str, value: Match) -> _Filter:
        index = self._index(key)
        wanted: tuple[Scalar, ...] = value if isinstance(value, tuple) else (value,)
        values = frozenset(map(ranked, wanted))
        return _Filter(index, self.fields.index(key), tuple(map(index.equal, values)), values)

    def _index(self, key: str) -> Index:
        index = self._keys.get(key)
        if index is None:
            declared = ", ".join(self._keys)
            raise ValueError(f'{self.shape.name}: "{key}" is no declared key; these are: {declared}')
        return index

    def _build(self, fields: tuple[str, ...], *, unique: bool = False) -> Index:
        index = Index(fields, tuple(map(self.fields.index, fields)), exempt_none=unique)
        index.fill(self._rows.values())
        return index

    def _reindex(self, old: Row | None, new: Row | None) -> None:
        for index in (*self._keys.values(), *self._unique):
            before = None if old is None else index.entry(old)
            now = None if new is None else index.entry(new)
            if before == now:
                continue
            if before is not None:
                index.remove(before)
            if now is not None:
                index.add(now)
