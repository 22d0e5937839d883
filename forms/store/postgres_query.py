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

    def spelled(self) -> bytes:
        """The SQL with its values in it. Bytes are spelled as hexadecimal digits, which end no literal."""
        return self.text % tuple(map(_literal, self.parameters))


def _literal(value: Parameter) -> bytes:
    if isinstance(value, bytes):
        return b"E'\\\\x%b'::bytea" % value.hex().encode()
    if isinstance(value, list):
        return b"ARRAY[%b]" % b", ".join(map(_literal, value))
    if isinstance(value, int):
        return b"%d" % value
    raise TypeError("text is never spelled into SQL: it goes as a parameter")


class _Condition(NamedTuple):
    """A comparison of one column, whose name goes into the braces of `template`."""

    template: str
    column: str
    parameters: tuple[Parameter, ...] = ()

    def text(self) -> sql.Composable:
        return sql.SQL(self.template).format(sql.Identifier(self.column))


class _Form(NamedTuple):
    """What distinguishes the text of one statement from another's. Programs use few, again and again."""

    conditions: tuple[tuple[str, str], ...]
    order: str
    descending: bool
    limited: bool
    claim: bool


class Verbs:
    """The statements of one table. `get` and `delete` take an id; `put` takes what `put_values` gives."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._name = sql.Identifier(table.name)
        self.get = _rendered("SELECT record FROM {} WHERE id = %b", self._name)
        self.delete = _rendered("DELETE FROM {} WHERE id = %b", self._name)
        self.put = self._put()
        self._texts: dict[_Form, bytes] = {}

    def _put(self) -> bytes:
        columns = [sql.Identifier(name) for name in ("id", *self._table.columns(), "record")]
        values = [sql.SQL("%b")] * (len(columns) - 1) + [sql.SQL("%s")]
        replaced = [sql.SQL("{0} = EXCLUDED.{0}").format(column) for column in columns[1:]]
        return _rendered(
            "INSERT INTO {} ({}) VALUES ({}) ON CONFLICT (id) DO UPDATE SET {}",
            self._name,
            *(sql.SQL(", ").join(each) for each in (columns, values, replaced)),
        )

    def find(self, query: Query, *, claim: bool = False) -> Statement:
        """The records that match, in order. Raises ValueError for an undeclared key.

        `claim`: hold them until the transaction ends, and pass over what another holds.
        """
        conditions = [*self._where(query.where), *self._span(query.span), *self._after(query)]
        order = self._table.column(query.order)
        limit = () if query.limit is None else (query.limit,)
        form = _Form(tuple(each[:2] for each in conditions), order, query.descending, bool(limit), claim)
        if form not in self._texts:
            self._texts[form] = self._text(form, conditions)
        return Statement(self._texts[form], (*_parameters(conditions), *limit))

    def count(self, where: Mapping[str, Match]) -> Statement:
        """How many records match. Raises ValueError for an undeclared key."""
        conditions = list(self._where(where))
        text = _rendered("SELECT count(*) FROM {} {}", self._name, _all(conditions))
        return Statement(text, _parameters(conditions))

    def _text(self, form: _Form, conditions: list[_Condition]) -> bytes:
        direction = sql.SQL(" DESC" if form.descending else " ASC")
        columns = dict.fromkeys((form.order, "id"))
        return _rendered(
            "SELECT record FROM {} {} ORDER BY {} {} {}",
            self._name,
            _all(conditions),
            sql.SQL(", ").join(sql.Identifier(column) + direction for column in columns),
            sql.SQL("LIMIT %s" if form.limited else ""),
            sql.SQL("FOR UPDATE SKIP LOCKED" if form.claim else ""),
        )

    def _where(self, where: Mapping[str, Match]) -> Iterator[_Condition]:
        for key, value in where.items():
            column = self._table.column(key)
            if not isinstance(value, tuple):
                yield _Condition("{} = %b", column, (_value(key, value),))
            elif value:
                yield _Condition("{} = ANY(%b)", column, (sorted({_value(key, each) for each in value}),))
            else:
                yield _Condition("false", column)

    def _span(self, span: Span | None) -> Iterator[_Condition]:
        if span is None:
            return
        column = self._table.column(span.key)
        if span.start is None:
            yield _Condition("{} > %b", column, (NONE,))
        else:
            yield _Condition("{} >= %b", column, (_value(span.key, span.start),))
        if span.end is not None:
            yield _Condition("{} < %b", column, (_value(span.key, span.end),))

    def _after(self, query: Query) -> Iterator[_Condition]:
        """What follows the last record of the page before: one comparison of rows, where the index begins."""
        if query.after is None:
            return
        value, record_id = query.after
        template = "({}, id) < (%b, %b)" if query.descending else "({}, id) > (%b, %b)"
        place = (_value(query.order, value), encoded_id(record_id))
        yield _Condition(template, self._table.column(query.order), place)


def _value(key: str, value: Scalar) -> bytes:
    """A value as its column holds it. An id is text and never None; asked for as None it is before all."""
    if key != "id":
        return encoded(value)
    return encoded_id(value) if isinstance(value, str) else NONE


def _all(conditions: list[_Condition]) -> sql.Composable:
    if not conditions:
        return sql.SQL("")
    return sql.SQL("WHERE ") + sql.SQL(" AND ").join(each.text() for each in conditions)


def _parameters(conditions: list[_Condition]) -> tuple[Parameter, ...]:
    return tuple(value for each in conditions for value in each.parameters)


def _rendered(text: str, *parts: sql.Composable) -> bytes:
    return sql.SQL(text).format(*parts).as_bytes(None)
