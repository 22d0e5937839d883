"""While somebody writes: every change is built at once, and the browser shows the page, or what is wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from core.clock import Clock
from core.errors import FollowUpError
from generator.article import ENDPOINT
from generator.failure_page import failure_page
from generator.keeper import AT_A_DESK, Keeper
from generator.publish import Publisher
from generator.reload import Broadcast, ReloadMiddleware
from generator.report import BuildOptions, ContentCheck, Report

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class Preview:
    """Builds the site once, and again whenever a file changes or a scheduled article falls due.

    Errors go to `tell` and to the browser, and the old site stays on the disc; `on_built` hears of every site
    that took its place. `also`: further checks of the content, as in `publish`.
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
        self.failure: FollowUpError | None = None
        self._told_of_build = on_built
        self._tell = tell
        self._stopping = threading.Event()
        # What was read stays in memory between two edits; the search index may wait for the next build.
        publisher = Publisher(
            content,
            output,
            options=BuildOptions(search_may_lag=True),
            also=also,
            templates=templates,
            static=static,
        )
        self._keeper = Keeper(
            (content, templates, static),
            publisher,
            on_built=self._built,
            on_failed=self._failed,
            clock=clock,
            rhythm=AT_A_DESK,
        )
        self._thread = threading.Thread(
            target=self._keeper.keep, args=(self._stopping,), name="preview", daemon=True
        )

    def build(self) -> bool:
        """Build now; False, with the reasons told, when something is wrong."""
        return self._keeper.build()

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
        """`app`, with the built site's pages reloading themselves after each build, and showing errors."""
        return ReloadMiddleware(app, self.broadcast, self._is_built_page, self._failure_at)

    def _built(self, report: Report) -> None:
        self.failure = None
        try:
            self._told_of_build(report)
        finally:
            self.broadcast.send()

    def _failed(self, error: FollowUpError, is_news: bool) -> None:
        self.failure = error
        try:
            if is_news:
                self._tell(str(error))
        finally:
            self.broadcast.send()

    def _failure_at(self, path: str) -> bytes | None:
        """The page that says what is wrong, where the site's own pages are; the endpoint's stay."""
        error = self.failure
        is_ours = path.endswith("/") and path.split("/")[1] not in ENDPOINT
        return failure_page(error) if error is not None and is_ours else None

    def _is_built_page(self, path: str) -> bool:
        """Whether the path is a page of the built site, and not, say, a form of the desk half filled in."""
        parts = [part for part in path.split("/") if part]
        if any(part in {".", ".."} for part in parts):
            return False
        return (self.output.joinpath(*parts) / "index.html").is_file()
