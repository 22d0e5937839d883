"""The built site, served beside the endpoint on one origin."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from wsgiref.headers import Headers

from flask import Flask, current_app
from whitenoise import WhiteNoise

from forms.web.headers import ALWAYS, SEARCH_POLICY

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SITE_DIR = "followup_site_dir"
Mark = tuple[Path, int, int, int]
"""Which directory it is: its path, device, inode, and when an entry of it last changed (nanoseconds)."""

MAX_AGE = 60
"""Seconds a page of the public site may be kept without asking again."""

SEARCH = ("/search/", "/pagefind/")
"""The search page, and the index with the worker that reads it."""

FINGERPRINTED = r"^.+\.[0-9a-f]{8,64}\.[a-z0-9]+$"
"""Files whose name changes with their content, such as css/site.1a2b3c4d.css: kept for ever."""


def make_site_and_endpoint(app: Flask, site_dir: Path) -> Flask:
    """Let `app` answer with the files of `site_dir` first, and itself where there is none; gives `app` back.

    Called again, only the directory changes.
    """
    if SITE_DIR not in app.extensions:
        app.wsgi_app = SiteFiles(app)  # type: ignore[method-assign]
    app.extensions[SITE_DIR] = site_dir
    return app


def is_site_served() -> bool:
    """Whether the public site stands on this origin."""
    return SITE_DIR in current_app.extensions


def not_found_page() -> str | None:
    """The public site's own page for an unknown address, when we serve the site and it has one."""
    site_dir = current_app.extensions.get(SITE_DIR)
    try:
        return None if site_dir is None else (site_dir / "404.html").read_text(encoding="utf-8")
    except OSError:
        return None


class SiteFiles:
    """WhiteNoise over a directory that a build may swap for another at any time.

    WhiteNoise looks at the files once. So the directory is looked at on each request (one `stat`), and when
    it is another one than before, WhiteNoise is made anew.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._application: WSGIApplication = app.wsgi_app
        self._lock = threading.Lock()
        self._seen: Mark | None = None
        self._files = WhiteNoise(self._application)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body: Iterable[bytes]
        try:
            body = self._current()(environ, start_response)
        except FileNotFoundError:
            # Swapped between our look and WhiteNoise's opening of the file; nothing was sent yet.
            with self._lock:
                self._files = self._look()
            body = self._files(environ, start_response)
        return body

    def _current(self) -> WhiteNoise:
        if self._mark() != self._seen:
            with self._lock:
                if self._mark() != self._seen:
                    self._files = self._look()
        return self._files

    def _mark(self) -> Mark | None:
        site_dir: Path = self._app.extensions[SITE_DIR]
        try:
            found = site_dir.stat()
        except OSError:
            return None
        return site_dir, found.st_dev, found.st_ino, found.st_mtime_ns

    def _look(self) -> WhiteNoise:
        self._seen = self._mark()
        files = WhiteNoise(
            self._application,
            index_file=True,
            max_age=MAX_AGE,
            allow_all_origins=False,
            immutable_file_test=FINGERPRINTED,
            add_headers_function=_add_headers,
        )
        if self._seen is not None:
            files.add_files(self._seen[0])
        return files


def _add_headers(headers: Headers, _path: str, url: str) -> None:
    for name, value in ALWAYS.items():
        headers[name] = value
    if url.startswith(SEARCH):
        headers["Content-Security-Policy"] = SEARCH_POLICY
