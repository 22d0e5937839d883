"""While somebody writes: notice a changed file, build again, reload the browser."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import watchfiles

from core.clock import Clock, SystemClock
from core.errors import FollowUpError
from generator.publish import ContentCheck, Report, publish
from generator.reload import Broadcast, ReloadMiddleware

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# The number of files, and the newest modification time in nanoseconds.
Fingerprint = tuple[int, int]
log = logging.getLogger(__name__)
TICK_SECONDS = 1.0  # how late a scheduled article may appear
_DEBOUNCE_MILLISECONDS = 100
_STEP_MILLISECONDS = 20


class Preview:
    """Builds the site once, and again whenever a file changes or a scheduled article falls due.

    Errors go to `tell`, and the old site stays served; `on_built` hears of every site that took its place.
    `also`: further checks of the content, as in `publish`.
    """

    def __init__(
        self,
        content: Path,
        templates: Path,
        static: Path,
        output: Path,
        on_built: Callable[[Report], None],
        *,
        tell: Callable[[str], None] = print,
        clock: Clock | None = None,
        also: Iterable[ContentCheck] = (),
    ) -> None:
        self.content = content
        self.templates = templates
        self.static = static
        self.output = output
        self.broadcast = Broadcast()
        self._on_built = on_built
        self._tell = tell
        self._clock = clock or SystemClock()
        self._also = tuple(also)
        self._next_change: dt.datetime | None = None
        self._built_from: Fingerprint | None = None
        self._is_watching = False
        self._building = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="preview", daemon=True)

    def build(self) -> bool:
        """Build now; False, with the reasons told, when something is wrong."""
        with self._building:
            self._built_from = self._fingerprint()
            try:
                report = self._publish()
            except FollowUpError as error:
                self._next_change = None  # until a file changes there is nothing new to try
                self._tell(str(error))
                return False
            self._next_change = report.next_change
        self._on_built(report)
        self.broadcast.send()
        return True

    def start(self) -> bool:
        """Watch in a thread of its own, and build; tells whether this first build succeeded.

        In this order, so that an edit during the build is not missed.
        """
        self._thread.start()
        return self.build()

    def stop(self) -> None:
        """Stop watching, and let go of the browsers that listen."""
        self._stopping.set()
        self.broadcast.close()
        if self._thread.is_alive():
            self._thread.join()

    def middleware(self, app: WSGIApplication) -> ReloadMiddleware:
        """`app`, with the built site's pages reloading themselves after each build."""
        return ReloadMiddleware(app, self.broadcast, self._is_built_page)

    def _publish(self) -> Report:
        return publish(
            self.content,
            self.output,
            now=self._clock.now(),
            also=self._also,
            templates=self.templates,
            static=self.static,
        )

    def _watch(self) -> None:
        while not self._stopping.is_set():
            self._is_watching = False
            try:
                self._build_on_changes()
            except (OSError, RuntimeError):  # watchfiles' own errors: a folder went away, too many watches
                log.exception("cannot watch for changes; trying again")
                self._stopping.wait(5 * TICK_SECONDS)

    def _build_on_changes(self) -> None:
        for changes in watchfiles.watch(
            *self._folders(),
            debounce=_DEBOUNCE_MILLISECONDS,
            step=_STEP_MILLISECONDS,
            rust_timeout=int(TICK_SECONDS * 1000),
            stop_event=self._stopping,
            yield_on_timeout=True,
            raise_interrupt=False,
        ):
            if changes or self._is_out_of_date() or self._missed_an_edit():
                self._build_whatever_happens()

    def _build_whatever_happens(self) -> None:
        """A fault of ours must not end the watching: the next edit may well avoid it."""
        try:
            self.build()
        except Exception:
            log.exception("the site could not be built; the old one stays")
            self._next_change = None

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
        return [path for path in (self.content, self.templates, self.static) if path.is_dir()]

    def _is_out_of_date(self) -> bool:
        return self._next_change is not None and self._next_change <= self._clock.now()

    def _is_built_page(self, path: str) -> bool:
        """Whether the path is a page of the built site, and not, say, a form of the desk half filled in."""
        parts = [part for part in path.split("/") if part]
        if any(part in {".", ".."} for part in parts):
            return False
        return (self.output.joinpath(*parts) / "index.html").is_file()
