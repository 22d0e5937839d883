"""A backup: every record of one moment in one file, which any engine can take back.

    {"format":"follow-up backup","version":1,"created":"2026-11-12T09:30:00Z","counts":{"jobs":2}}
    {"collection":"jobs","record":{"id":"03ab…","title":"Welder"}}
    {"collection":"jobs","record":{"id":"9f2c…","title":"Foundry manager"}}
    {"sha256":"…"}

Lines of JSON: a header, the records, and the SHA-256 of all bytes before the last line. `version` is the
format of the records (see `upgrades`). The file takes its name when it is whole and on the disc, not before.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol, runtime_checkable

import orjson

from core.errors import StoreUnavailable
from core.files import sync_directory
from forms.store.paging import every
from forms.store.protocol import Reader, Shapes
from forms.store.upgrades import FORMAT

KIND = "follow-up backup"
HEAD = b'{"format":"follow-up backup",'
"""How every backup begins."""

_ASIDE = ".backup.tmp"

STRAY_SECONDS = 3600
"""A half-written file of this age was left by a backup that was killed."""


@runtime_checkable
class Listing(Protocol):
    """A reader that can tell of collections the store was opened without, so that none is left out."""

    def collections(self) -> tuple[str, ...]: ...


def write_backup(reader: Reader, shapes: Shapes, path: Path, now: dt.datetime) -> int:
    """Write all that `reader` sees to `path`, readable by its owner only; gives the number of records.

    Raises StoreUnavailable when the file cannot be written, or is something else than a backup: what stood
    under that name still does.
    """
    path = path.resolve()
    with _explained(path):
        _must_be_ours(path)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _aside(path) as stream:
            return _write(reader, shapes, stream, now)


def _write(reader: Reader, shapes: Shapes, stream: BinaryIO, now: dt.datetime) -> int:
    digest = hashlib.sha256()

    def add(line: object) -> None:
        data = orjson.dumps(line) + b"\n"
        digest.update(data)
        stream.write(data)

    counts = {name: reader.count(name, {}) for name in _names(reader, shapes)}
    created = now.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    add({"format": KIND, "version": FORMAT, "created": created, "counts": counts})
    for name in counts:
        for record in every(reader, name):
            add({"collection": name, "record": record})
    stream.write(orjson.dumps({"sha256": digest.hexdigest()}) + b"\n")
    return sum(counts.values())


def _names(reader: Reader, shapes: Shapes) -> list[str]:
    others = reader.collections() if isinstance(reader, Listing) else ()
    return sorted({*(shape.name for shape in shapes), *others})


def _must_be_ours(path: Path) -> None:
    """A slip of the hand must not write a backup over the ledger itself."""
    try:
        with path.open("rb") as stream:
            head = stream.read(len(HEAD))
    except FileNotFoundError:
        return
    if head and head != HEAD:
        raise StoreUnavailable(f"{path}: is there already and is no backup; choose another name")


@contextmanager
def _aside(path: Path) -> Iterator[BinaryIO]:
    """A file that becomes `path` if all goes well, and goes away otherwise.

    Its name is its own, so that two backups to one name, at once, do not write into each other.
    """
    _sweep(path.parent)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}{_ASIDE}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(path)
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
    sync_directory(path.parent)


def _sweep(folder: Path) -> None:
    """Remove what killed backups left: it holds personal data, and nobody would look for it."""
    for stray in folder.glob(f".*{_ASIDE}"):
        with suppress(FileNotFoundError):
            if time.time() - stray.stat().st_mtime > STRAY_SECONDS:
                stray.unlink()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise StoreUnavailable(f"{path}: no backup could be written: {reason}") from error
