"""The SQL of the protocol's verbs. Values are always parameters; names are quoted by the driver.

Each comparison is one an index answers from its beginning to its end: see `postgres_keys` for why there is
no NULL among the keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from psycopg import sql

from forms.store.postgres_keys import NONE, encoded, encoded_id
from forms.store.postgres_tables import Table
from forms.store.protocol import Match, Query, Scalar, Span

Parameter = bytes | list[bytes] | int | str


class Statement(NamedTuple):
    """SQL and its parameters."""

    text: bytes
    parameters: tuple[Parameter, ...]


class _Condition(NamedTuple):
    text: sql.Composable
    parameters: tuple[Parameter, ...] = ()


class Verbs:
    """The statements of one table. `get` and `delete` take an id; `put` takes what `put_values` gives."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._name = sql.Identifier(table.name)
        self.get = _rendered("SELECT record FROM {} WHERE id = %b", self._name)
        self.delete = _rendered("DELETE FROM {} WHERE id = %b", self._name)
        self.put = self._put()

    def _put(self) -> bytes:
        columns = [sql.Identifier(name) for name in ("id", *self._table.columns(), "record")]
        values = [sql.SQL("%b")] * (len(columns) - 1) + [sql.SQL("%s")]
        replaced = [sql.SQL("{0} = EXCLUDED.{0}").format(column) for column in columns[1:]]
        return _rendered(
            "INSERT INTO {} ({}) VALUES ({}) ON CONFLICT (id) DO UPDATE SET {}",
            self._name,
            *(sql.SQL(", ").join(each) for each in (columns, values, replaced)),
        )

    def find(self, query: Query) -> Statement:
        """The records that match, in order. Raises ValueError for an undeclared key."""
        conditions = [*self._where(query.where), *self._span(query.span), *self._after(query)]
        order = sql.SQL("ORDER BY {}").format(self._order(query))
        limit = (
            _Condition(sql.SQL(""))
            if query.limit is None
            else _Condition(sql.SQL("LIMIT %s"), (query.limit,))
        )
        text = _rendered("SELECT record FROM {} {} {} {}", self._name, _all(conditions), order, limit.text)
        return Statement(text, (*_parameters(conditions), *limit.parameters))

    def count(self, where: Mapping[str, Match]) -> Statement:
        """How many records match. Raises ValueError for an undeclared key."""
        conditions = list(self._where(where))
        text = _rendered("SELECT count(*) FROM {} {}", self._name, _all(conditions))
        return Statement(text, _parameters(conditions))

    def _where(self, where: Mapping[str, Match]) -> Iterator[_Condition]:
        for key, value in where.items():
            column = sql.Identifier(self._table.column(key))
            if not isinstance(value, tuple):
                yield _Condition(sql.SQL("{} = %b").format(column), (_value(key, value),))
            elif value:
                wanted = sorted({_value(key, each) for each in value})
                yield _Condition(sql.SQL("{} = ANY(%b)").format(column), (wanted,))
            else:
                yield _Condition(sql.SQL("false"))

    def _span(self, span: Span | None) -> Iterator[_Condition]:
        if span is None:
            return
        column = sql.Identifier(self._table.column(span.key))
        if span.start is None:
            yield _Condition(sql.SQL("{} > %b").format(column), (NONE,))
        else:
            yield _Condition(sql.SQL("{} >= %b").format(column), (_value(span.key, span.start),))
        if span.end is not None:
            yield _Condition(sql.SQL("{} < %b").format(column), (_value(span.key, span.end),))

    def _after(self, query: Query) -> Iterator[_Condition]:
        """What follows the last record of the page before: one comparison of rows, where the index begins."""
        if query.after is None:
            return
        value, record_id = query.after
        column = sql.Identifier(self._table.column(query.order))
        beyond = sql.SQL("<" if query.descending else ">")
        yield _Condition(
            sql.SQL("({}, id) {} (%b, %b)").format(column, beyond),
            (_value(query.order, value), encoded_id(record_id)),
        )

    def _order(self, query: Query) -> sql.Composable:
        columns = [sql.Identifier(self._table.column(query.order))]
        if query.order != "id":
            columns.append(sql.Identifier("id"))
        direction = sql.SQL(" DESC" if query.descending else " ASC")
        return sql.SQL(", ").join(column + direction for column in columns)


def _value(key: str, value: Scalar) -> bytes:
    """A value as its column holds it. An id is text and never None; asked for as None it is before all."""
    if key != "id":
        return encoded(value)
    return encoded_id(value) if isinstance(value, str) else NONE


def _all(conditions: list[_Condition]) -> sql.Composable:
    if not conditions:
        return sql.SQL("")
    return sql.SQL("WHERE ") + sql.SQL(" AND ").join(each.text for each in conditions)


def _parameters(conditions: list[_Condition]) -> tuple[Parameter, ...]:
    return tuple(value for each in conditions for value in each.parameters)


def _rendered(text: str, *parts: sql.Composable) -> bytes:
    return sql.SQL(text).format(*parts).as_bytes(None)
