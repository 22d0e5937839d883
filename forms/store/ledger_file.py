"""The embedded store's file: locked between processes, replaced whole, forced to the disc.

What can go wrong with files goes wrong here, and leaves as StoreUnavailable with the old file intact.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, SoftFileLock, Timeout

from core.errors import StoreCorrupt, StoreUnavailable
from core.files import sync_directory
from forms.store.layout import HEAD_BYTES
from forms.store.mounts import network_file_system

_POLL_SECONDS = 0.005
_PASSING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""Failures of fsync that say nothing about pages already handed over: once repaired, writing may go on."""


class Look(NamedTuple):
    """What tells one state of the file from another.

    `mark` (device, inode, bytes, time of change in ns) alone is not enough: inodes and sizes come again, and
    clocks tick slowly. `head` holds the generation and the checksum.
    """

    mark: tuple[int, int, int, int]
    head: bytes


class LedgerFile:
    """One file, its lock and its temporary name. It knows bytes, not records."""

    def __init__(self, path: Path) -> None:
        """Raises StoreUnavailable where no lock can be trusted or the folder cannot be made."""
        self.path = path.resolve()
        self._aside = self.path.with_name(f".{self.path.name}.tmp")
        self._lock_path = self.path.with_name(f"{self.path.name}.lock")
        self._lost = ""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            remote = network_file_system(self.path.parent)
        except OSError as error:
            raise self._unavailable("its folder cannot be made", error) from error
        if remote:
            raise StoreUnavailable(
                f"{self.path}: lies on a network file system ({remote}), where locks cannot be trusted; "
                "put FOLLOWUP_STORE on a local disc, or use PostgreSQL"
            )

    @contextmanager
    def locked(self, seconds: float) -> Iterator[None]:
        """Hold the lock between processes. Raises StoreUnavailable after `seconds`, or where none is."""
        if issubclass(FileLock, SoftFileLock):
            raise StoreUnavailable(f"{self.path}: this system has no file locks to trust")
        # One object each time: a lock object must not live on across a fork.
        lock = FileLock(
            self._lock_path, mode=0o600, timeout=seconds, poll_interval=_POLL_SECONDS, fallback_to_soft=False
        )
        try:
            lock.acquire()
        except Timeout as error:
            raise StoreUnavailable(
                f"{self.path}: another process has kept it locked for {seconds:.1f} seconds; try again"
            ) from error
        except OSError as error:
            raise self._unavailable("it cannot be locked", error) from error
        try:
            yield
        finally:
            lock.release()

    def look(self) -> Look:
        """A look at the file, in microseconds. Raises StoreCorrupt when it has gone, StoreUnavailable."""
        return self._read(HEAD_BYTES)[0]

    def content(self) -> tuple[Look, bytes]:
        """All bytes, of one moment, and the look of them. Raises as `look` does."""
        return self._read(-1)

    def exists(self) -> bool:
        """Whether there is a file yet."""
        return self.path.exists()

    def require_writable(self) -> None:
        """Raises StoreUnavailable when an earlier write failed in a way that only a restart gets over."""
        if self._lost:
            raise StoreUnavailable(
                f"{self.path}: read-only since the disc did not confirm a write ({self._lost}); "
                "check the disc, then restart"
            )

    def replace(self, parts: Iterable[bytes]) -> None:
        """Put `parts`, joined, in the file's place, durably. Raises StoreUnavailable, the old file intact.

        The one exception is the last step, forcing the folder: when that fails the new file stands, and only
        a loss of power could bring the old one back.
        """
        self.require_writable()
        try:
            self._write_aside(parts)
            self._aside.replace(self.path)
        except OSError as error:
            with suppress(OSError):
                self._aside.unlink(missing_ok=True)
            raise self._unavailable("it cannot be written, and is as it was", error) from error
        try:
            sync_directory(self.path.parent)
        except OSError as error:
            self._note_lost(error)
            raise self._unavailable("it is written, but the disc did not confirm it", error) from error

    def _write_aside(self, parts: Iterable[bytes]) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
        descriptor = os.open(self._aside, flags, 0o600)
        try:
            for part in parts:
                left = memoryview(part)
                while left:
                    left = left[os.write(descriptor, left) :]
            self._force(descriptor)
        finally:
            os.close(descriptor)

    def _force(self, descriptor: int) -> None:
        try:
            os.fsync(descriptor)
        except OSError as error:
            self._note_lost(error)
            raise

    def _note_lost(self, error: OSError) -> None:
        """After a failed fsync the system may call pages clean that never reached the disc: trust it no more.

        Source: PostgreSQL wiki, Fsync Errors ("fsyncgate").
        """
        if error.errno not in _PASSING:
            self._lost = error.strerror or str(error)

    def _read(self, size: int) -> tuple[Look, bytes]:
        try:
            with self.path.open("rb", buffering=0) as stream:
                facts = os.fstat(stream.fileno())
                data = stream.read(size)
        except FileNotFoundError:
            raise StoreCorrupt(
                f"{self.path}: the ledger has gone while it was in use; put it back, or restore a backup: "
                "flask --app forms restore FILE"
            ) from None
        except OSError as error:
            raise self._unavailable("it cannot be read", error) from error
        return Look((facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns), data[:HEAD_BYTES]), data

    def _unavailable(self, what: str, error: OSError) -> StoreUnavailable:
        return StoreUnavailable(f"{self.path}: {what}: {error.strerror or error}")
