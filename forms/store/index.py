"""An index: one sorted list, which answers equality, ranges and order alike.

Branching a list of ten thousand entries takes microseconds, so a transaction can work on its own.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any

from forms.store.protocol import Scalar, Span
from forms.store.records import Row

Entry = tuple[Any, ...]
"""The ranked values of the indexed fields, one after the other, then the id."""


def ranked(value: Scalar) -> Entry:
    """A value that compares with every other: None first, then numbers, then text by code point."""
    if value is None:
        return (0, 0)
    return (2, value) if isinstance(value, str) else (1, value)


class Index:
    """The entries of one field, or of several together, in order.

    `positions`: where the fields stand in a row's values. `exempt_none`: leave out rows with None in one of
    the fields, as unique groups do.
    """

    def __init__(self, fields: tuple[str, ...], positions: tuple[int, ...], *, exempt_none: bool) -> None:
        self.fields = fields
        self.entries: list[Entry] = []
        self._positions = positions
        self._exempt_none = exempt_none
        self._values = itemgetter(slice(0, 2 * len(fields)))

    def branch(self) -> Index:
        """The same index, to be changed apart."""
        twin = Index(self.fields, self._positions, exempt_none=self._exempt_none)
        twin.entries = self.entries.copy()
        return twin

    def fill(self, rows: Iterable[Row]) -> None:
        """Take all rows at once, in place of what was there."""
        self.entries = sorted(entry for entry in map(self.entry, rows) if entry is not None)

    def entry(self, row: Row) -> Entry | None:
        """The entry of a row, or None when it is exempt."""
        ranks = [ranked(row.values[position]) for position in self._positions]
        if self._exempt_none and any(rank[0] == 0 for rank in ranks):
            return None
        return (*(part for rank in ranks for part in rank), row.values[0])

    def add(self, entry: Entry) -> None:
        insort(self.entries, entry)

    def remove(self, entry: Entry) -> None:
        """Remove an entry that is there."""
        del self.entries[bisect_left(self.entries, entry)]

    def equal(self, values: Entry) -> slice:
        """Where the entries with these ranked values stand."""
        return slice(bisect_left(self.entries, values), bisect_right(self.entries, values, key=self._values))

    def within(self, span: Span) -> slice:
        """Where the entries inside the span stand; None is in no span."""
        first = (1,) if span.start is None else ranked(span.start)
        start = bisect_left(self.entries, first)
        end = len(self.entries) if span.end is None else bisect_left(self.entries, ranked(span.end))
        return slice(start, max(start, end))

    def walk(self, after: Entry | None, *, descending: bool) -> Iterator[Entry]:
        """The entries in order, those beyond `after` only."""
        if descending:
            end = len(self.entries) if after is None else bisect_left(self.entries, after)
            return (self.entries[place] for place in range(end - 1, -1, -1))
        start = 0 if after is None else bisect_right(self.entries, after)
        return (self.entries[place] for place in range(start, len(self.entries)))

    def ids(self, places: Iterable[slice]) -> Iterator[str]:
        """The ids that stand at these places."""
        return (entry[-1] for place in places for entry in self.entries[place])
