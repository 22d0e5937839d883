"""How collections lie in PostgreSQL: a table each, a column for each compared field, an index for each key.

    ledger_jobs (id bytea PRIMARY KEY, record text, key_state bytea, …)

`record` is the JSON as it was put, so that a copy of a ledger is equal byte for byte: `jsonb` (and any JSON
type of CockroachDB) writes numbers and order anew and refuses U+0000. To look at it by hand:
`SELECT record::json->>'state' FROM ledger_jobs`, and `SET bytea_output = escape` to read ids and keys.

Nothing here is particular to PostgreSQL: ids are random, not from a sequence (a hot spot on CockroachDB and
YugabyteDB); no constraint is deferrable (CockroachDB has none); uniqueness is by index, none is foreign.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass

from forms.store.postgres_keys import encoded, encoded_id
from forms.store.protocol import Shape
from forms.store.records import Row, fields_of

_PLAIN = re.compile(r"[a-z][a-z0-9_]*")
_LONGEST = 63
"""Bytes of a PostgreSQL identifier; it cuts longer ones silently."""


@dataclass(frozen=True)
class Index:
    """An index to be: over these columns; a unique one leaves out rows with None in one of them."""

    name: str
    columns: tuple[str, ...]
    unique: bool


class Table:
    """The names under which one collection is kept. Every name that code may give has one, and its own."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.name = _name("ledger_", shape.name)
        self.fields = fields_of(shape)
        self._columns = {field: "id" if field == "id" else _name("key_", field) for field in self.fields}
        self.groups = {_name("unique_", shape.name, *group): group for group in shape.unique}
        """Which fields a unique index, by its name, holds apart."""

    def column(self, key: str) -> str:
        """The column of a declared key or of the id. Raises ValueError for any other field."""
        if key != "id" and key not in self.shape.keys:
            declared = ", ".join(("id", *self.shape.keys))
            raise ValueError(f'{self.shape.name}: "{key}" is no declared key; these are: {declared}')
        return self._columns[key]

    def columns(self) -> tuple[str, ...]:
        """The columns of compared fields besides the id, in the order of `values`."""
        return tuple(self._columns[field] for field in self.fields[1:])

    def values(self, row: Row) -> tuple[bytes, ...]:
        """What stands in id and `columns` for a row."""
        record_id, *rest = row.values
        return (encoded_id(str(record_id)), *map(encoded, rest))

    def indexes(self) -> tuple[Index, ...]:
        """One for each key, ending in the id so that it pages; one for each unique group."""
        keys = (
            Index(_name("index_", self.shape.name, key), (self._columns[key], "id"), False)
            for key in self.shape.keys
            if key != "id"
        )
        groups = (
            Index(name, tuple(self._columns[field] for field in group), True)
            for name, group in self.groups.items()
        )
        return (*keys, *groups)

    def layout(self) -> str:
        """What of the shape is to be seen in the table, as text: equal for equal tables."""
        indexes = sorted((each.name, each.columns) for each in self.indexes())
        return json.dumps({"columns": sorted(self.columns()), "indexes": indexes})


def _name(prefix: str, *parts: str) -> str:
    """`prefix` and the parts with dots between; a hash in place of what an identifier cannot say."""
    plain = prefix + ".".join(parts)
    if all(map(_PLAIN.fullmatch, parts)) and len(plain) <= _LONGEST:
        return plain
    # An X keeps it apart from every plain name.
    return f"{prefix}X{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]}"
