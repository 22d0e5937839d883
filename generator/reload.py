"""Pages that reload themselves: a script added on the way out, and a stream that tells it when."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from generator.failure_page import STYLE, STYLE_URL

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SCRIPT_URL = "/_preview/reload.js"
EVENTS_URL = "/_preview/events"
HEARTBEAT_SECONDS = 10.0  # a browser that went away is noticed when a heartbeat cannot be written
TAG = f'<script src="{SCRIPT_URL}" defer></script>'.encode()
# The number of the build at hand comes with the connection, so that one missed while away is made up for.
SCRIPT = f"""\
const events = new EventSource("{EVENTS_URL}");
let seen = null;
events.addEventListener("built", (event) => {{
  if (seen !== null && event.data !== seen) location.reload();
  seen = event.data;
}});
addEventListener("pagehide", () => events.close());
""".encode()


class Broadcast:
    """Counts builds, and wakes everybody who waits for the next."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._run = secrets.token_hex(4)  # a restarted server counts anew
        self._builds = 0
        self._closed = False

    def send(self) -> None:
        """There is a new site."""
        with self._changed:
            self._builds += 1
            self._changed.notify_all()

    def close(self) -> None:
        """End every stream."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def stream(self) -> Iterator[bytes]:
        """Server-sent events: the number of the build at hand, each later one, and heartbeats between."""
        told = -1
        yield b"retry: 1000\n\n"
        while True:
            closed, builds = self._wait(told)
            if closed:
                return
            news = f"event: built\ndata: {self._run}.{builds}\n\n".encode()
            yield b": still here\n\n" if builds == told else news
            told = builds

    def _wait(self, told: int) -> tuple[bool, int]:
        """Whether the streams end, and the number of builds; waits for news, or until a heartbeat is due."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._builds != told, HEARTBEAT_SECONDS)
            return self._closed, self._builds


class ReloadMiddleware:
    """Answers the script and the stream, and adds the script to pages that `is_page` says are the site's.

    `failure_at` gives the page that is shown at a path instead, while there is something to mend.
    """

    def __init__(
        self,
        app: WSGIApplication,
        broadcast: Broadcast,
        is_page: Callable[[str], bool],
        failure_at: Callable[[str], bytes | None] = lambda _path: None,
    ) -> None:
        self._app = app
        self._broadcast = broadcast
        self._is_page = is_page
        self._failure_at = failure_at

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path in _FILES:
            kind, data = _FILES[path]
            start_response("200 OK", [("Content-Type", f"{kind}; charset=utf-8"), _FRESH])
            return [data]
        if path == EVENTS_URL:
            start_response("200 OK", [("Content-Type", "text/event-stream"), _FRESH])
            return self._broadcast.stream()
        if environ["REQUEST_METHOD"] != "GET":
            return self._app(environ, start_response)
        failure = self._failure_at(path)
        if failure is not None:
            start_response(
                "500 Internal Server Error", [("Content-Type", "text/html; charset=utf-8"), _FRESH, _POLICY]
            )
            return [_add_script(failure)]
        if not self._is_page(path):
            return self._app(environ, start_response)
        return self._with_script(environ, start_response)

    def _with_script(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The page whole, since its length changes; what is no plain page passes as it is."""
        answer: dict[str, Any] = {}

        def remember(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            answer.update(status=status, headers=headers, exc_info=exc_info)
            return _no_write

        # Ask for the page itself: no part of it, not compressed, and whether or not the browser has one
        # from before the latest build.
        for name in ("HTTP_RANGE", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_ACCEPT_ENCODING"):
            environ.pop(name, None)
        result = self._app(environ, remember)
        try:
            body = b"".join(result)
        finally:
            close = getattr(result, "close", None)
            if close is not None:
                close()
        headers: list[tuple[str, str]] = answer["headers"]
        if any(name.lower() == "content-type" and value.startswith("text/html") for name, value in headers):
            body = _add_script(body)
            headers = [(n, v) for n, v in headers if n.lower() not in _REPLACED]
            headers += [("Content-Length", str(len(body))), _FRESH]
        start_response(answer["status"], headers, answer["exc_info"])
        return [body]


_FILES = {SCRIPT_URL: ("text/javascript", SCRIPT), STYLE_URL: ("text/css", STYLE)}
_FRESH = ("Cache-Control", "no-store")
_POLICY = ("Content-Security-Policy", "default-src 'self'")
_REPLACED = {"content-length", "etag", "last-modified", "cache-control", "accept-ranges"}


def _add_script(body: bytes) -> bytes:
    before, end, after = body.rpartition(b"</body>")
    return before + TAG + end + after if end else body + TAG


def _no_write(_data: bytes) -> None:
    """The old way of answering in WSGI, which no application of ours uses."""
    raise NotImplementedError
