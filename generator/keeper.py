"""Keeps a site up to date by itself: after every edit, when an article falls due, when something expires.

An error never ends the keeping: it is told once, the old site stays, and the next change, or after a fault
that is not the content's the next minute, has another try.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import filelock
import watchfiles

from core.clock import Clock, SystemClock
from core.errors import FollowUpError, InvalidContent, InvalidSettings
from generator.publish import Report
from generator.swap import MARKER, MARKER_TEXT, Workplace, refuse_foreign

# The number of files, and the newest modification time in nanoseconds.
Fingerprint = tuple[int, int]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rhythm:
    """How soon a change is acted upon, and how much waking up that costs.

    A build begins when no file changed for `quiet` milliseconds, at the latest `longest` after the first
    change; every `quiet` milliseconds the watcher looks up. A build that failed is tried once more after
    `second_look` seconds, before anybody is told: an editor may have been in the middle of writing.
    """

    quiet: int
    longest: int
    second_look: float = 0.1


AT_A_DESK = Rhythm(quiet=10, longest=200)
ON_A_SERVER = Rhythm(quiet=250, longest=2000)
TICK_SECONDS = 1.0  # how late a scheduled article may appear
RETRY_SECONDS = 60.0  # after a fault that mending the content would not mend, such as a full disc


class Builder(Protocol):
    """What builds the site: see `publish.Publisher`."""

    def show(self, now: dt.datetime, edited: Collection[Path] = ()) -> Report:
        """Build, as of `now`; `edited` are the files that changed, where that is known."""
        ...

    def settle(self) -> bool:
        """Do what could wait; False when more had changed than was known."""
        ...


class Keeper:
    """Builds with `builder` whenever a file in `folders` changes or something falls due.

    `on_built` hears of every site that took the place of the old one, `on_failed` of what prevented the next,
    and whether that is news. `also_stop` is asked every second whether to end.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        builder: Builder,
        *,
        on_built: Callable[[Report], None],
        on_failed: Callable[[FollowUpError, bool], None],
        clock: Clock | None = None,
        rhythm: Rhythm = AT_A_DESK,
        also_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._all_folders = tuple(folders)
        self._builder = builder
        self._on_built = on_built
        self._on_failed = on_failed
        self._clock = clock or SystemClock()
        self._rhythm = rhythm
        self._also_stop = also_stop
        self._next_change: dt.datetime | None = None
        self._retry_at: float | None = None
        self._told = ""
        self._built_from: Fingerprint | None = None
        self._is_watching = False
        self._building = threading.Lock()

    def build(self, attempts: int = 1, edited: Collection[Path] = ()) -> bool:
        """Build now; False, with the reasons told, when something is wrong.

        `edited` are the files that changed since the last build, () when that is not known.
        """
        error = self._attempt(edited)
        while isinstance(error, InvalidContent | InvalidSettings) and attempts > 1:
            time.sleep(self._rhythm.second_look)
            attempts -= 1
            error = self._attempt()
        if error is not None:
            is_news = str(error) != self._told
            self._told = str(error)
            self._on_failed(error, is_news)
        return error is None

    def keep(self, stop: threading.Event) -> None:
        """Build again whenever that is needed, until `stop` is set."""
        while not self._is_over(stop):
            self._is_watching = False
            try:
                self._build_on_changes(stop)
            except (OSError, RuntimeError):  # watchfiles' own errors: a folder went away, too many watches
                log.exception("cannot watch for changes; trying again")
                stop.wait(5 * TICK_SECONDS)

    def _attempt(self, edited: Collection[Path] = ()) -> FollowUpError | None:
        """Build, and let it settle; the reason why not, if that failed."""
        with self._building:
            if not self._is_watching:
                self._built_from = self._fingerprint()
            self._retry_at = None
            try:
                self._show(edited)
                while not self._builder.settle():  # more had changed than was told
                    self._show()
            except FollowUpError as error:
                self._next_change = None  # until a file changes there is nothing new to try
                if not isinstance(error, InvalidContent | InvalidSettings):
                    self._retry_at = time.monotonic() + RETRY_SECONDS
                return error
        return None

    def _show(self, edited: Collection[Path] = ()) -> None:
        report = self._builder.show(self._clock.now(), edited)
        self._next_change = report.next_change
        self._told = ""
        self._on_built(report)

    def _is_over(self, stop: threading.Event) -> bool:
        return stop.is_set() or self._also_stop()

    def _build_on_changes(self, stop: threading.Event) -> None:
        for changes in watchfiles.watch(
            *self._folders(),
            debounce=self._rhythm.longest,
            step=self._rhythm.quiet,
            rust_timeout=int(TICK_SECONDS * 1000),
            stop_event=stop,
            yield_on_timeout=True,
            raise_interrupt=False,
        ):
            if self._is_over(stop):
                return
            if self._is_out_of_date() or self._missed_an_edit():
                self.build_whatever_happens()
            elif changes:
                self.build_whatever_happens([Path(path) for _, path in changes])

    def build_whatever_happens(self, edited: Collection[Path] = ()) -> None:
        """A fault of ours must not end the keeping: the next edit may well avoid it."""
        try:
            self.build(attempts=2, edited=edited)
        except Exception:
            log.exception("the site could not be built; the old one stays")
            self._next_change = None
            self._retry_at = time.monotonic() + RETRY_SECONDS

    def _missed_an_edit(self) -> bool:
        """Whether something was edited before the watching had begun; asked once, at the first tick."""
        if self._is_watching:
            return False
        self._is_watching = True
        with self._building:
            return self._built_from != self._fingerprint()

    def _fingerprint(self) -> Fingerprint:
        """How many files are watched, and when the last was written."""
        files = [path for folder in self._folders() for path in folder.rglob("*") if path.is_file()]
        return len(files), max((path.stat().st_mtime_ns for path in files), default=0)

    def _folders(self) -> list[Path]:
        return [path for path in self._all_folders if path.is_dir()]

    def _is_out_of_date(self) -> bool:
        if self._retry_at is not None and self._retry_at <= time.monotonic():
            return True
        return self._next_change is not None and self._next_change <= self._clock.now()


@contextlib.contextmanager
def turn(
    output: Path, stop: threading.Event, tell: Callable[[str], None], also_stop: Callable[[], bool]
) -> Iterator[bool]:
    """Wait until nobody else keeps the site of `output`; False when it was to end before that.

    The lock lies beside the output, so that it holds for every machine that has the folder.
    Raises FollowUpError when the folder is not ours.
    """
    aside = Workplace(output).aside
    refuse_foreign(aside)
    aside.mkdir(parents=True, exist_ok=True)
    (aside / MARKER).write_text(MARKER_TEXT, encoding="utf-8")
    lock = filelock.FileLock(aside / "keeper")
    is_told = False
    while not (stop.is_set() or also_stop()):
        try:
            lock.acquire(timeout=TICK_SECONDS)
        except filelock.Timeout:
            if not is_told:
                tell("Somebody else keeps this site up to date; waiting, to take over when they end.")
            is_told = True
            continue
        try:
            yield True
        finally:
            lock.release()
        return
    yield False
