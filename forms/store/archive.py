"""What can be restored: a backup, or a snapshot of the embedded store. Each is checked whole first."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeGuard

import orjson

from core.errors import StoreCorrupt
from forms.store import backup, layout
from forms.store.protocol import Shapes
from forms.store.upgrades import STEPS, Located, Steps, newest, upgraded

_OTHER = "Nothing was changed; restore another one"
LONGEST_LINE = 8_000_000
"""Bytes: far more than any record takes, so that a file of another kind does not fill the memory."""


class Archive(Protocol):
    """Records of one moment in a file. `created`: that moment; `total`: how many there are."""

    @property
    def path(self) -> Path: ...
    @property
    def created(self) -> dt.datetime: ...
    @property
    def total(self) -> int: ...
    def records(self) -> Iterator[Located]:
        """All of them, in this program's format. Raises StoreCorrupt, at the end at the latest, when the
        file is damaged or holds what this program does not know."""
        ...


def open_archive(path: Path, shapes: Shapes, steps: Steps = STEPS) -> Archive:
    """The backup or snapshot at `path`, read through and found good.

    Raises StoreCorrupt when it cannot be read, is damaged, of a newer program, or holds other collections.
    """
    known = frozenset(shape.name for shape in shapes)
    with _explained(path):
        with path.open("rb") as stream:
            head = stream.read(layout.HEAD_BYTES)
        archive: Archive = (
            _open_backup(path, known, steps)
            if head.startswith(backup.HEAD)
            else _open_snapshot(path, known, steps)
        )
        for _located in archive.records():
            pass
    return archive


@dataclass(frozen=True)
class _Snapshot:
    path: Path
    created: dt.datetime
    version: int
    located: tuple[Located, ...]
    known: frozenset[str]
    steps: Steps

    @property
    def total(self) -> int:
        return len(self.located)

    def records(self) -> Iterator[Located]:
        with _explained(self.path):
            yield from _only(self.known, upgraded(self.located, self.version, self.steps))


def _open_snapshot(path: Path, known: frozenset[str], steps: Steps) -> _Snapshot:
    stamp, located = layout.documents(path.read_bytes(), newest(steps))
    changed = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    return _Snapshot(path, changed, stamp.format, tuple(located), known, steps)


@dataclass(frozen=True)
class _Backup:
    path: Path
    created: dt.datetime
    version: int
    counts: Counter[str]
    known: frozenset[str]
    steps: Steps

    @property
    def total(self) -> int:
        return self.counts.total()

    def records(self) -> Iterator[Located]:
        with _explained(self.path), self.path.open("rb") as stream:
            yield from _only(self.known, upgraded(self._located(stream), self.version, self.steps))

    def _located(self, stream: BinaryIO) -> Iterator[Located]:
        lines = _checked_lines(stream)
        next(lines)
        counts: Counter[str] = Counter()
        for line in lines:
            name, record = _line(line)
            counts[name] += 1
            yield name, record
        if counts != self.counts:
            raise layout.Unreadable("it does not hold as many records as it says")


def _open_backup(path: Path, known: frozenset[str], steps: Steps) -> _Backup:
    with path.open("rb") as stream:
        header = _object(stream.readline(LONGEST_LINE))
    version, counts = header.get("version"), header.get("counts")
    if not isinstance(version, int) or version < 1 or not _are_counts(counts):
        raise layout.Unreadable("its first line is damaged")
    if version > newest(steps):
        raise layout.Unreadable(
            f"a newer program wrote it (format {version}; this one reads {newest(steps)}): upgrade this one"
        )
    created = dt.datetime.fromisoformat(str(header.get("created")))
    return _Backup(path, created, version, Counter(counts), known, steps)


def _are_counts(value: object) -> TypeGuard[dict[str, int]]:
    return isinstance(value, dict) and all(isinstance(count, int) for count in value.values())


def _checked_lines(stream: BinaryIO) -> Iterator[bytes]:
    """All lines but the last, which must be the checksum of the others. Raises Unreadable when it is not."""
    digest = hashlib.sha256()
    line = stream.readline(LONGEST_LINE)
    while following := stream.readline(LONGEST_LINE):
        digest.update(line)
        yield line
        line = following
    if line != orjson.dumps({"sha256": digest.hexdigest()}) + b"\n":
        raise layout.Unreadable("its checksum is wrong or missing: it is cut short, damaged or was edited")


def _line(line: bytes) -> Located:
    entry = _object(line)
    name, record = entry.get("collection"), entry.get("record")
    if not isinstance(name, str) or not isinstance(record, dict) or not isinstance(record.get("id"), str):
        raise layout.Unreadable("a line of it is no record")
    return name, record


def _object(line: bytes) -> dict[str, Any]:
    value = orjson.loads(line)
    if not isinstance(value, dict):
        raise layout.Unreadable("a line of it is damaged")
    return value


def _only(known: frozenset[str], records: Iterator[Located]) -> Iterator[Located]:
    for name, record in records:
        if name not in known:
            raise layout.Unreadable(f'it holds the collection "{name}", which this program does not know')
        yield name, record


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """All ways of being unreadable, as one. ValueError is also what the JSON parser and dates raise."""
    try:
        yield
    except OSError as error:
        raise StoreCorrupt(f"{path}: cannot be read: {error.strerror or error}. {_OTHER}") from error
    except ValueError as error:
        what = str(error) if isinstance(error, layout.Unreadable) else f"it is damaged ({error})"
        raise StoreCorrupt(f"{path}: {what}. {_OTHER}") from error
