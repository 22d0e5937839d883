"""Style sheets, scripts and typefaces of the endpoint's pages, under names that change with their content.

The names are those under which the built site publishes the same files, so that a browser that has read an
article need not fetch the style sheet again for a private page.
"""

from __future__ import annotations

import mimetypes
import threading
import time
from pathlib import Path

from flask import Flask, Response, abort, current_app, send_from_directory
from flask.typing import ResponseReturnValue

from core.assets import BASE, Assets, read_assets

EXTENSION = "followup_static"
KEPT = "public, max-age=31536000, immutable"
LOOK_AGAIN = 1.0
"""Seconds after which the files are looked at again: somebody may be working on them."""

Look = tuple[tuple[str, int, int], ...]
"""Name, time of change in nanoseconds and size of every file."""


class StaticFiles:
    """The files of one folder, read again after one of them changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._seen = _look(folder)
        self._assets = read_assets(folder)
        self._looked = time.monotonic()

    def assets(self) -> Assets:
        """The files as they are. Raises InvalidContent for a style sheet that asks for what is not there."""
        with self._lock:
            if time.monotonic() - self._looked > LOOK_AGAIN:
                seen = _look(self.folder)
                if seen != self._seen:
                    self._assets, self._seen = read_assets(self.folder), seen
                self._looked = time.monotonic()
            return self._assets


def init_app(app: Flask, folder: Path) -> None:
    """Serve the files of `folder`. Raises InvalidContent."""
    app.extensions[EXTENSION] = StaticFiles(folder)
    app.add_url_rule(f"{BASE}<path:filename>", "static", _serve)


def asset(name: str) -> str:
    """The address of a static file, such as `css/site.css`."""
    return _files().assets().url(name)


def _serve(filename: str) -> ResponseReturnValue:
    files = _files()
    assets = files.assets()
    data = assets.contents.get(filename)
    if data is not None:
        kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
        return Response(data, mimetype=kind, headers={"Cache-Control": KEPT})
    if filename not in assets.published:
        abort(404)
    return send_from_directory(files.folder, filename)


def _files() -> StaticFiles:
    found: StaticFiles = current_app.extensions[EXTENSION]
    return found


def _look(folder: Path) -> Look:
    found = ((path, path.stat()) for path in sorted(folder.rglob("*")) if path.is_file())
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in found)
