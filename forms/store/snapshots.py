"""Snapshots of the embedded store: its last states, kept beside it and rotated.

The ledger's file is never changed, only replaced. So whoever is about to replace it can keep it by a second
name, a hard link, which costs microseconds and no copying; with it goes the checksum at its head. A snapshot
is therefore the state before a write, and no later write can reach it.
"""

from __future__ import annotations

import datetime as dt
import glob
import logging
import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from core.clock import Clock, SystemClock
from core.files import sync_directory

_LOG = logging.getLogger(__name__)
_STAMP = "%Y%m%dT%H%M%S%fZ"


@dataclass(frozen=True)
class SnapshotRule:
    """How many snapshots are kept (0: none are made), and after how many hours the next one is due."""

    count: int = 0
    hours: int = 24


class Snapshot(NamedTuple):
    """A file with the ledger as it was until `taken`."""

    taken: dt.datetime
    path: Path


class Snapshots:
    """The snapshots of one ledger, in the folder `snapshots` beside it."""

    def __init__(self, ledger: Path, rule: SnapshotRule, clock: Clock | None = None) -> None:
        self.folder = ledger.parent / "snapshots"
        self._ledger = ledger
        self._rule = rule
        self._clock = clock or SystemClock()
        self._named = re.compile(rf"{re.escape(ledger.stem)}-(\d{{8}}T\d{{12}}Z){re.escape(ledger.suffix)}")
        self._last: dt.datetime | None = None

    def found(self) -> list[Snapshot]:
        """Those there are, oldest first."""
        try:
            names = [each.name for each in self.folder.iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            return []
        stamps = [(found[1], name) for name in names if (found := self._named.fullmatch(name))]
        return [
            Snapshot(dt.datetime.strptime(stamp, _STAMP).replace(tzinfo=dt.UTC), self.folder / name)
            for stamp, name in sorted(stamps)
        ]

    def take_if_due(self) -> None:
        """Keep the ledger as it stands if the newest snapshot is too old. The ledger's lock must be held.

        A snapshot that fails is logged and stops nobody: the write at hand matters more.
        """
        if not self._rule.count or not self._is_due():
            return
        try:
            self.take()
            self._rotate()
        except OSError as error:
            _LOG.warning("%s: no snapshot could be made: %s", self.folder, error.strerror or error)

    def take(self) -> Path:
        """Keep the ledger as it stands. The ledger's lock must be held. Raises OSError."""
        now = self._clock.now()
        self.folder.mkdir(mode=0o700, exist_ok=True)
        path = self.folder / f"{self._ledger.stem}-{now.strftime(_STAMP)}{self._ledger.suffix}"
        keep_by_second_name(self._ledger, path)
        self._last = now
        return path

    def let_go(self, age: dt.timedelta) -> int:
        """Remove every earlier state that is at least so old; how many. The ledger's lock must be held.

        What was set aside when a backup was restored is among them. Where no snapshot would be left, the
        ledger is kept as it stands first. Raises OSError.
        """
        before = self._clock.now() - age
        found = self.found()
        old = [each for each in found if each.taken <= before]
        if old and len(old) == len(found) and self._rule.count:
            self.take()
        replaced = [each for each in self._replaced() if each.taken <= before]
        for each in (*old, *replaced):
            each.path.unlink(missing_ok=True)
        return len(old) + len(replaced)

    def _replaced(self) -> list[Snapshot]:
        """The ledgers that stood here before one was restored; see `ledger_swap`."""
        prefix = f"{self._ledger.name}.replaced-"
        found = []
        for path in self._ledger.parent.glob(f"{glob.escape(prefix)}*"):
            with suppress(ValueError):
                stamp = path.name.removeprefix(prefix)
                found.append(Snapshot(dt.datetime.strptime(stamp, _STAMP).replace(tzinfo=dt.UTC), path))
        return found

    def _is_due(self) -> bool:
        now = self._clock.now()
        if not self._is_recent(self._last, now):
            # Another process may have made one; a clock that was ahead may have made one "tomorrow".
            past = [each.taken for each in self.found() if each.taken <= now]
            self._last = past[-1] if past else None
        return not self._is_recent(self._last, now)

    def _is_recent(self, taken: dt.datetime | None, now: dt.datetime) -> bool:
        return taken is not None and dt.timedelta() <= now - taken < dt.timedelta(hours=self._rule.hours)

    def _rotate(self) -> None:
        """Let the oldest go; before them those that claim to be of a time to come."""
        now = self._clock.now()
        kept = sorted(self.found(), key=lambda each: (each.taken <= now, each.taken))
        for snapshot in kept[: max(0, len(kept) - self._rule.count)]:
            snapshot.path.unlink(missing_ok=True)


def keep_by_second_name(ledger: Path, path: Path) -> None:
    """Make `path` another name of the file, or a copy where the file system has no hard links.

    Raises OSError; FileExistsError when the name is taken.
    """
    try:
        os.link(ledger, path)
    except FileExistsError:
        raise
    except OSError:
        _copy(ledger, path)
    sync_directory(path.parent)


def _copy(ledger: Path, path: Path) -> None:
    if path.exists():
        raise FileExistsError(path)
    aside = path.with_name(f".{path.name}.tmp")
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as target, ledger.open("rb") as source:
            shutil.copyfileobj(source, target)
            target.flush()
            os.fsync(target.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
