"""A record as engines keep it: JSON, which cannot change under anyone's hands, and its compared fields."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import orjson

from forms.store.protocol import MAX_KEY_BYTES, MAX_RECORD_BYTES, Record, Scalar, Shape


class Row(NamedTuple):
    """One record: `data` is its JSON, `values` the fields that `fields_of` names, in that order."""

    data: bytes
    values: tuple[Scalar, ...]

    def record(self) -> Record:
        """A copy of the record, the caller's to change."""
        copy: Record = orjson.loads(self.data)
        return copy


def fields_of(shape: Shape) -> tuple[str, ...]:
    """The fields an engine looks at: `id`, the declared keys, and those of unique groups; each once."""
    unique = (name for group in shape.unique for name in group)
    return tuple(dict.fromkeys(("id", *shape.keys, *unique)))


def freeze(collection: str, record: Record, fields: tuple[str, ...]) -> Row:
    """The row of a record. Raises ValueError for one that `Transaction.put` refuses."""
    data = encode(collection, record)
    record_id = record.get("id")
    if not isinstance(record_id, str) or not record_id:
        raise ValueError(f"{collection}: a record needs a text id, not {record_id!r}")
    return Row(data, tuple(_short(collection, name, record.get(name)) for name in fields))


def thaw(collection: str, data: bytes, fields: tuple[str, ...]) -> Row:
    """The row of a record that was kept. Raises ValueError when a field now compared holds no scalar."""
    record = orjson.loads(data)
    return Row(data, tuple(_scalar(collection, name, record.get(name)) for name in fields))


def encode(collection: str, record: Record) -> bytes:
    """The JSON of a record. Raises ValueError when it is none, or larger than MAX_RECORD_BYTES."""
    try:
        data = orjson.dumps(record)
        if orjson.loads(data) != record:
            # orjson writes dates and numbers that are none its own way; the standard library refuses them,
            # and takes a tuple for an array, as we do.
            json.dumps(record, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{collection}: a record must be JSON: {error}") from error
    if len(data) > MAX_RECORD_BYTES:
        raise ValueError(
            f"{collection}: a record of {len(data)} bytes; at most {MAX_RECORD_BYTES} are kept in one"
        )
    return data


def _short(collection: str, name: str, value: Any) -> Scalar:
    """A value to be compared. Only new ones are measured: what was kept stays readable."""
    if isinstance(value, str) and len(value.encode()) > MAX_KEY_BYTES:
        raise ValueError(f"{collection}: {name} is compared, so it may have at most {MAX_KEY_BYTES} bytes")
    return _scalar(collection, name, value)


def _scalar(collection: str, name: str, value: Any) -> Scalar:
    if value is None or isinstance(value, str | int | bool):
        return value
    raise ValueError(
        f"{collection}: {name} is compared, so it must be text, a whole number, a switch or null"
    )
