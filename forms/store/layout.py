"""How the embedded store's file looks inside: a TinyDB file, one record a line, with a stamp at its head.

    {"_followup":{"1":{"format":1,"generation":"0000000000000042","crc32":"5d41402a"}}
    ,"jobs":{"1":
    {"id":"9f2c…","title":"Foundry manager"}
    ,"2":
    {"id":"03ab…","title":"Welder"}
    }
    }

Each collection is a table, so stock TinyDB reads it; its document numbers are running numbers of no meaning,
because stock TinyDB reads nothing else as one. The stamp is read by itself to see whether the file changed,
and its checksum finds a flipped bit that would still be JSON; its `format` is that of the records, see
`upgrades`. One record a line lets a process that holds the generation before take over only the lines that
differ.
"""

from __future__ import annotations

import functools
import re
import zlib
from dataclasses import dataclass

import orjson

from forms.store.moment import Tables
from forms.store.protocol import Shape
from forms.store.records import fields_of, thaw
from forms.store.rows import Rows
from forms.store.upgrades import FORMAT, Located

HEAD_BYTES = 128
"""Reading this much of a file gives its stamp."""

_HEAD = re.compile(
    rb'\{"_followup":\{"1":\{"format":(\d+),"generation":"(\d{16})","crc32":"([0-9a-f]{8})"\}\}\n'
)
_FORMAT = re.compile(rb'\{"_followup":\{"1":\{"format":(\d+),')
_END = b"}"


class Unreadable(ValueError):
    """The bytes are not a whole file of ours; the message says what is wrong with them."""


@dataclass(frozen=True)
class Stamp:
    """What the head says. Two files with equal stamps are equal."""

    format: int
    generation: int
    checksum: int


def render(tables: Tables, generation: int, version: int = FORMAT) -> tuple[bytes, bytes]:
    """The file for these tables of format `version`: its head, and the rest."""
    lines: list[bytes] = []
    for name, rows in tables.items():
        if rows:
            lines += _lines(name, rows)
    body = b"\n".join((*lines, _END, b""))
    head = b'{"_followup":{"1":{"format":%d,"generation":"%016d","crc32":"%08x"}}\n'
    return head % (version, generation, _checksum(version, generation, body)), body


def stamp_of(head: bytes, version: int = FORMAT) -> Stamp:
    """The stamp at the head of a file no newer than `version`. Raises Unreadable."""
    found = _HEAD.match(head)
    format_found = _FORMAT.match(head)
    if format_found and int(format_found[1]) > version:
        raise Unreadable(
            f"a newer program wrote it (format {int(format_found[1])}; this one reads {version})"
        )
    if not head:
        raise Unreadable("it is empty")
    if found is None:
        raise Unreadable("its first line is not that of a ledger")
    return Stamp(int(found[1]), int(found[2]), int(found[3], 16))


def parse(data: bytes, before: Tables, version: int = FORMAT) -> Tables:
    """The tables in a file of format `version`. Raises Unreadable.

    `before`: the tables as they were known, of all declared shapes; what did not change is taken from there.
    Tables of no declared shape are kept as they are.
    """
    stamp, body = _checked(data, version)
    if stamp.format < version:
        raise Unreadable(f"an older program wrote it (format {stamp.format}); restart, which upgrades it")
    found = dict(_tables(body.split(b"\n")))
    undeclared = {name: Rows(Shape(name)) for name in found if name not in before}
    known = {**before, **undeclared}
    return {name: _take_over(rows, found.get(name, [])) for name, rows in known.items()}


def documents(data: bytes, version: int = FORMAT) -> tuple[Stamp, list[Located]]:
    """The records in a file of any format up to `version`, as they stand. Raises Unreadable."""
    stamp, body = _checked(data, version)
    return stamp, [(name, orjson.loads(line)) for name, lines in _tables(body.split(b"\n")) for line in lines]


def _checked(data: bytes, version: int) -> tuple[Stamp, bytes]:
    stamp = stamp_of(data, version)
    body = data[data.index(b"\n") + 1 :]
    if _checksum(stamp.format, stamp.generation, body) != stamp.checksum:
        raise Unreadable("its checksum is wrong: it is cut short, damaged, or was changed by other means")
    return stamp, body


def _lines(name: str, rows: Rows) -> list[bytes]:
    lines = [_END] * (2 * len(rows) + 1)
    lines[:-1:2] = _places(len(rows).bit_length())[: len(rows)]
    lines[1::2] = [row.data for row in rows.frozen()]
    lines[0] = b',%b:{"1":' % orjson.dumps(name)
    return lines


@functools.lru_cache(maxsize=8)
def _places(bits: int) -> list[bytes]:
    """What stands before each record, for 2**bits of them; making it anew would double the cost."""
    return [b',"%d":' % number for number in range(1, 2**bits + 1)]


def _tables(lines: list[bytes]) -> list[tuple[str, list[bytes]]]:
    """Name and records of each table; lines are place and record in turn, until one that ends the table."""
    tables = []
    start = 0
    while lines[start] != _END:
        end = lines.index(_END, start)
        name = orjson.loads(lines[start].removeprefix(b",").partition(b':{"1":')[0])
        tables.append((name, lines[start + 1 : end : 2]))
        start = end + 1
    return tables


def _take_over(rows: Rows, lines: list[bytes]) -> Rows:
    """The rows these lines hold: those given when nothing changed, a branch of them when little did."""
    known = {row.data: row for row in rows.frozen()}
    fresh = [line for line in lines if line not in known]
    if not fresh and len(lines) == len(known):
        return rows
    fields = fields_of(rows.shape)
    if len(fresh) * 4 > len(lines):
        return Rows(rows.shape, (thaw(rows.shape.name, line, fields) for line in lines))
    branch = rows.branch()
    for gone in known.keys() - set(lines):
        del branch[str(known[gone].values[0])]
    for line in fresh:
        branch.keep(thaw(rows.shape.name, line, fields))
    return branch


def _checksum(format_number: int, generation: int, body: bytes) -> int:
    return zlib.crc32(body, zlib.crc32(b"%d %d" % (format_number, generation)))
